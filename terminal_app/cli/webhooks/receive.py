"""`webhooks receive`: takes what Protime sends, and keeps it for the courier."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.cli.service_log import begin_service_log
from terminal_app.doorbell import runtime_folder
from terminal_app.settings import DEFAULT_FILE
from terminal_app.settings_file import load_settings
from terminal_app.webhook_receiver.key_file import KeyFileUnusable, is_open_to_others, read_keys
from terminal_app.webhook_receiver.signature import Encoding, Hash, SignatureRule
from terminal_app.webhook_receiver.store import StoreUnusable

_DEFAULT = SignatureRule()
_logger = logging.getLogger(__name__)


def receive(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where; 0 = any free port.")],
    key_file: Annotated[
        Path, typer.Option(metavar="FILE", help="Of `protime webhooks create --key-file`.", readable=False)
    ],
    host: Annotated[str, typer.Option(help="Address to listen at. Plain HTTP: TLS has to be ended before it.")] = (
        "127.0.0.1"
    ),
    signature_header: Annotated[str, typer.Option(help="Header with the signature.")] = _DEFAULT.header,
    signature_hash: Annotated[Hash, typer.Option(help="Hash of the HMAC.")] = _DEFAULT.hash,
    signature_encoding: Annotated[Encoding, typer.Option(help="How the signature is written.")] = _DEFAULT.encoding,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Receive webhooks of people, clockings, absence and counter definitions, until a signal; keep them durably."""
    try:
        from terminal_app.webhook_receiver.server import serve  # noqa: PLC0415 # an optional package
    except ModuleNotFoundError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"{error.name} is not installed. Install clocking-terminal[webhooks]."
        ) from error
    storage = load_settings(config).storage
    begin_service_log("clocking-terminal-webhooks")
    try:
        keys = read_keys(key_file)
        if is_open_to_others(key_file):
            _logger.warning("keys-open-to-others: the file with the keys; chmod 600 it")
        serve(
            host,
            port,
            keys=keys,
            rule=SignatureRule(signature_header, signature_hash, signature_encoding),
            folder=storage.folder,
            doorbells=runtime_folder(storage.runtime_folder, storage.folder),
            on_started=lambda found: _announce(host, found, sorted(keys)),
        )
    except KeyFileUnusable as error:
        raise Failure(ExitCode.CONFIGURATION, f"{error}.") from error
    except StoreUnusable as error:
        raise Failure(ExitCode.STORAGE, str(error)) from error
    except OSError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"{host}, port {port} cannot be used: {error.strerror}. Choose another one."
        ) from error


def _announce(host: str, port: int, collections: list[str]) -> None:
    at = f"[{host}]" if ":" in host else host
    for name in collections:
        say(f"{name}: http://{at}:{port}/{name}")
    sys.stdout.flush()
