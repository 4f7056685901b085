"""Protime for one command: with the scopes that it needs, and every error as one line and an exit code."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import TypeVar

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.client_secret import read_client_secret
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.webhooks import KEY_PROPERTIES
from terminal_app.protime.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    ProtimeError,
    TlsUnusable,
    TokenRefused,
    UriTooLong,
)
from terminal_app.protime.filters import FilterError
from terminal_app.protime.scopes import Scope
from terminal_app.settings import Settings
from terminal_app.settings_file import load_settings

T = TypeVar("T")
Work = Callable[[ProtimeClient, Settings], Coroutine[None, None, T]]


def with_protime(
    config: Path, scopes: Iterable[Scope], work: Work[T], *, key_properties: Iterable[str] = KEY_PROPERTIES
) -> T:
    """What `work` makes of Protime. Raises Failure and SettingsError."""
    settings = load_settings(config)
    try:
        return asyncio.run(_connected(client(settings, scopes, key_properties), settings, work))
    except ProtimeError as error:
        raise failure_of(error) from error
    except FilterError as error:
        raise Failure(ExitCode.USAGE, f"{error}.") from error
    except KeyboardInterrupt as error:
        raise Failure(ExitCode.FAILED, "stopped.") from error


def client(
    settings: Settings, scopes: Iterable[Scope], key_properties: Iterable[str] = KEY_PROPERTIES
) -> ProtimeClient:
    """The client of the settings, with the terminal's own client id and secret. Raises Failure and SettingsError."""
    protime = settings.protime
    try:
        return ProtimeClient(
            tenant=protime.tenant,
            client_id=protime.client_id,
            client_secret=read_client_secret(protime),
            scopes=scopes,
            company=protime.company,
            environment=protime.environment,
            base_url=protime.base_url,
            authentication_url=protime.authentication_url,
            request_seconds=settings.delivery.request_seconds,
            ca_file=protime.ca_file,
            proxy=protime.proxy,
            webhook_key_properties=key_properties,
        )
    except TlsUnusable as error:
        raise failure_of(error) from error


def failure_of(error: ProtimeError) -> Failure:
    """How a command ends for an error of Protime's."""
    text = str(error).rstrip(".")
    match error:
        case NotAllowed() | TokenRefused():
            return Failure(ExitCode.CONFIGURATION, f"{text}. Have Protime grant it to the client of the settings.")
        case TlsUnusable():
            return Failure(ExitCode.CONFIGURATION, f"{text}.")
        case NotFound() | Invalid() | Conflict() | UriTooLong():
            return Failure(ExitCode.FAILED, f"{text}.")
        case _:
            return Failure(ExitCode.UNAVAILABLE, f"{text}. Look at the network, or try again later.")


async def _connected(protime: ProtimeClient, settings: Settings, work: Work[T]) -> T:
    async with protime:
        return await work(protime, settings)
