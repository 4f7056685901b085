"""The private keys of the webhooks: a file with a line for each, `collection key`, that only its owner can read."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from terminal_app.webhook_receiver.collections import Received

Keys = Mapping[Received, tuple[str, ...]]
"""Several for a collection while one webhook takes the place of another."""


class KeyFileUnusable(Exception):
    """The file of keys cannot be used; the text says what to do and holds no key."""


def add_key(path: Path, collection: str, key: str) -> None:
    """Append a key; the file gets mode 600. Raises KeyFileUnusable."""
    _append(path, f"{collection} {key}\n")


def check_key_file(path: Path) -> None:
    """Whether a key can be added, before there is one: it is told once only. Raises KeyFileUnusable."""
    _append(path, "")


def _append(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                os.fchmod(file.fileno(), 0o600)
            file.write(text)
    except OSError as error:
        raise KeyFileUnusable(f"{path} cannot be written: {error.strerror}") from error


def read_keys(path: Path) -> Keys:
    """The keys by collection. Raises KeyFileUnusable, also for a collection that is not received."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise KeyFileUnusable(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise KeyFileUnusable(f"{path} is not text") from None
    found: dict[Received, tuple[str, ...]] = {}
    for number, line in enumerate(lines, 1):
        name, _, key = line.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        if name not in _names(Received):
            raise KeyFileUnusable(
                f"{path}, line {number}: it must be a collection and its key; received are {', '.join(Received)}"
            )
        if not key.strip():
            raise KeyFileUnusable(f"{path}, line {number}: there is no key after the collection")
        found[Received(name)] = (*found.get(Received(name), ()), key.strip())
    if not found:
        raise KeyFileUnusable(f"{path} holds no key. `protime webhooks create --key-file` writes one")
    return found


def is_open_to_others(path: Path) -> bool:
    """Whether group or world may read the keys; a credential is systemd's, which guards it its own way."""
    if path.parent == Path(os.environ.get("CREDENTIALS_DIRECTORY") or "/nowhere"):
        return False
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _names(received: Iterable[Received]) -> set[str]:
    return {one.value for one in received}
