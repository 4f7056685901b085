"""`check`: tries everything that the terminal needs, without disturbing one that runs."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.cli.status import storage_facts
from terminal_app.client_secret import client_secret_path, read_client_secret, secret_is_open_to_others
from terminal_app.settings import DEFAULT_FILE, ReaderSettings, Settings, StorageSettings
from terminal_app.settings_errors import SettingsError

_FILES = (
    *(f"{name}{suffix}" for name in ("ledger.db", "roster.db") for suffix in ("", "-wal", "-shm")),
    *("ledger.lock", "ledger.reserve", "kiosk.lock", "courier.lock"),
)
"""What kiosk and courier keep in the storage folder."""

_READER_SECONDS = 12.0
"""A reader that has to be asked needs a moment to say that it is there, or silent."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    what: str
    fault: str | None = None
    """With its remedy; None when all is well."""

    def __str__(self) -> str:
        return f"OK   {self.what}" if self.fault is None else f"FAIL {self.what} -> {self.fault}"


def check(config: ConfigFile = DEFAULT_FILE) -> int:
    """Try settings, secret, storage, readers and the way to Protime; a line each."""
    return asyncio.run(_check(config))


async def _check(config: ConfigFile) -> int:
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    try:
        settings = load_settings(config)
    except SettingsError as error:
        for fault in error.faults:
            say(str(Finding("settings", fault)))
        return ExitCode.FAILED
    say(str(Finding(f"settings: {config}")))
    failed = False
    async for finding in _findings(settings):
        say(str(finding))
        failed |= finding.fault is not None
    return ExitCode.FAILED if failed else ExitCode.OK


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    secret = None
    try:
        secret = read_client_secret(settings.protime)
        yield _secret(settings)
    except SettingsError as error:
        yield Finding("secret", str(error))
    for finding in storage_findings(settings.storage):
        yield finding
    if not settings.reader:
        yield Finding("readers", "none in the settings. Add a [[reader]] section with driver and port.")
    for reader in settings.reader:
        yield await reader_finding(reader, settings.storage)
    if secret is not None:
        yield await protime_finding(settings, secret)


def _secret(settings: Settings) -> Finding:
    path = client_secret_path(settings.protime)
    note = " (others can read it; chmod 600 is safer)" if secret_is_open_to_others(settings.protime) else ""
    return Finding(f"secret: {path}{note}")


def storage_findings(storage: StorageSettings) -> Iterator[Finding]:
    """The folder and the ledger in it, which is opened to read only."""
    from terminal_app.ledger.errors import LedgerError  # noqa: PLC0415
    from terminal_app.ledger.failures import damaged  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.files import FILE_NAME  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.reading import damage, ledger_to_read, waiting  # noqa: PLC0415

    folder = storage.folder
    what = f"storage folder: {folder}"
    if not folder.is_dir():
        yield Finding(what, "it does not exist. Create it, or change storage.folder.")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(what, "it cannot be written. Give this user the right, or check as the terminal's user.")
        return
    yield Finding(what)
    yield from (
        Finding(f"file {path}", "it has to be a file that this user can read and write. Look at its owner and rights.")
        for path in sorted(map(folder.joinpath, _FILES))
        if path.exists() and not (path.is_file() and os.access(path, os.R_OK | os.W_OK))
    )
    for fact in storage_facts(storage):
        yield Finding(f"{fact.what}: {fact.state}", fact.remedy)
    if not (folder / FILE_NAME).exists():
        yield Finding("ledger: none yet; the kiosk makes it")
        return
    try:
        with ledger_to_read(folder) as connection:
            found = damage(connection)
            count = waiting(connection).count
    except LedgerError as error:
        yield Finding("ledger", str(error))
        return
    yield Finding(
        f"ledger: {folder / FILE_NAME}, {count} waiting for delivery",
        None if found is None else str(damaged(folder / FILE_NAME, found)),
    )


async def reader_finding(reader: ReaderSettings, storage: StorageSettings) -> Finding:
    """Whether the reader is there; one that is busy is well when the kiosk runs."""
    from drivers.catalogue import create_card_reader  # noqa: PLC0415 # pyserial
    from drivers.errors import ReaderError  # noqa: PLC0415
    from drivers.reader import ReaderState, ReaderStateChanged  # noqa: PLC0415
    from terminal_app.ledger.alone import is_at_work  # noqa: PLC0415

    what = f"reader {reader.name or reader.port}"
    try:
        made = create_card_reader(
            reader.driver, name=reader.port, port=reader.port, baud=reader.baud, options=reader.options or ""
        )
    except ReaderError as error:
        return Finding(what, str(error))
    detail = "it says nothing; try again"
    async with aclosing(made.events()) as events:
        with suppress(TimeoutError):
            async with asyncio.timeout(_READER_SECONDS):
                state = await anext(events)
                assert isinstance(state, ReaderStateChanged)  # noqa: S101 # the contract: the first event is the state
                detail = state.detail
                if state.state is ReaderState.READY:
                    return Finding(f"{what}: {reader.driver} on {reader.port}")
                if state.state is ReaderState.BUSY and is_at_work(storage.folder, "kiosk"):
                    return Finding(f"{what}: in use while the kiosk runs ({detail})")
    return Finding(what, detail)


async def protime_finding(settings: Settings, secret: str) -> Finding:
    """Whether a token and a first page of people can be had."""
    from terminal_app.protime.api import ProtimeApi  # noqa: PLC0415 # httpx
    from terminal_app.protime.errors import NotAllowed, ProtimeError, TokenError  # noqa: PLC0415

    address = settings.protime.api_url
    try:
        async with ProtimeApi(
            settings.protime, settings.delivery, secret, synchronisation=settings.synchronisation
        ) as api:
            first_page = await anext(api.people().listed(), None)
    except SettingsError as error:
        return Finding("certificates", str(error))
    except TokenError as error:
        return Finding(
            f"token: {settings.protime.token_url}", f"{error}. Look at tenant, client_id, the secret and the network."
        )
    except NotAllowed as error:
        return Finding(f"token, but no people: {address}", f"{error}. Ask Protime for the scopes of this client.")
    except ProtimeError as error:
        return Finding(f"token, but no people: {address}", f"{error}. Look at protime.base_url and the network.")
    return Finding(f"token and people: {address}, {len(first_page.records) if first_page else 0} on the first page")
