"""The OAuth client secret: read from its own file or systemd's credential, never shown and never part of an error."""

import os
import stat
from pathlib import Path

from terminal_app.settings import ProtimeSettings
from terminal_app.settings_errors import SettingsError

CREDENTIAL = "protime-client-secret"
_MOST_BYTES = 10_000


def client_secret_path(protime: ProtimeSettings) -> Path:
    """The file that holds the secret. Raises SettingsError when neither the settings nor systemd name one."""
    if protime.client_secret_file is not None:
        return protime.client_secret_file
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise SettingsError(
            "[protime] client_secret_file: not set, and systemd gives no credential. Write the client secret to a file"
            f" that only this user can read and name it here, or add LoadCredential={CREDENTIAL} to the unit."
        )
    return Path(folder) / CREDENTIAL


def read_client_secret(protime: ProtimeSettings) -> str:
    """The secret, without surrounding white space. Raises SettingsError, which says what to do."""
    return read_secret_file(client_secret_path(protime), "[protime] client_secret_file")


def read_secret_file(path: Path, named_by: str) -> str:
    """The one line of a file, as `read_client_secret`; `named_by` is the setting that names it."""
    try:
        with path.open("rb") as file:  # however long: a wrong name may be that of a device without end
            secret = file.read(_MOST_BYTES + 1).decode(errors="replace").strip()
    except OSError as error:
        raise SettingsError(
            f"{named_by}: {path} cannot be read: {error.strerror}."
            " Write the client secret there, readable by this user."
        ) from None
    if not secret:
        raise SettingsError(f"{named_by}: {path} is empty. Write the client secret there.")
    if len(secret) > _MOST_BYTES or not (secret.isascii() and secret.isprintable()):
        raise SettingsError(f"{named_by}: {path} does not hold one line of text. Write it anew.")
    return secret


def secret_is_open_to_others(protime: ProtimeSettings) -> bool:
    """Whether group or world may read the secret's own file; a credential is systemd's, which guards it its own way."""
    if protime.client_secret_file is None:
        return False
    return bool(client_secret_path(protime).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
