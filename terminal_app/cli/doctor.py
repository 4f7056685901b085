"""`doctor`: looks at everything and says what to do, a line each."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

from terminal_app.cli.check import Finding, protime_finding, reader_finding, storage_findings
from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.fact import Fact
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.cli.service_status import ask_systemd, unit_state
from terminal_app.cli.setup.console import console_facts
from terminal_app.cli.status import facts_of
from terminal_app.client_secret import CREDENTIAL, read_client_secret
from terminal_app.ledger.errors import LedgerError
from terminal_app.settings import DEFAULT_FILE, ProtimeSettings, Settings
from terminal_app.settings_errors import SettingsError

ENCRYPTED_SECRET = Path("/etc/credstore.encrypted") / CREDENTIAL
_TARGET = "clocking-terminal.target"
_IN_MEMORY = ("tmpfs", "overlay", "ramfs")
_OF_CHECK = ("damage", "disk", "mirror")
"""Facts that the checks of the storage tell already."""


def doctor(config: ConfigFile = DEFAULT_FILE) -> int:
    """Look at everything; a line each: OK, or what to do. Ends with 1 when there is something to do."""
    return asyncio.run(_doctor(config))


async def _doctor(config: Path) -> int:
    to_do = 0
    async for finding in _findings(config):
        say(f"OK   {finding.what}" if finding.fault is None else f"DO   {finding.what} -> {finding.fault}")
        to_do += finding.fault is not None
    say("All is well." if not to_do else f"To do: {to_do}.")
    return ExitCode.FAILED if to_do else ExitCode.OK


async def _findings(config: Path) -> AsyncIterator[Finding]:
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    try:
        settings = load_settings(config)
    except SettingsError as error:
        for fault in error.faults:
            yield Finding("settings", fault)
        return
    yield Finding(f"settings: {config}")
    secret = None
    try:
        secret = secret_of_the_service(settings.protime)
        yield Finding("client secret")
    except SettingsError as error:
        yield Finding("client secret", str(error))
    for finding in storage_findings(settings.storage):
        yield finding
    yield _kind_of_disk(settings.storage.folder)
    if not settings.reader:
        yield Finding("readers", "none in the settings. `clocking-terminal setup --only reader` finds one.")
    for reader in settings.reader:
        yield await reader_finding(reader, settings.storage)
    if secret is not None:
        yield await protime_finding(settings, secret)
    for fact in _facts(settings):
        yield Finding(f"{fact.what}: {fact.state}", fact.remedy)


def _facts(settings: Settings) -> Iterator[Fact]:
    try:
        for fact in facts_of(settings, datetime.now(UTC)):
            if fact.what not in _OF_CHECK:
                yield fact
    except (Failure, LedgerError):
        pass  # the checks of the storage have told it
    if unit_state(_TARGET) is None:
        yield Fact("services", "not installed", remedy="`clocking-terminal setup --only services`, as root")
        return
    is_enabled = ask_systemd("is-enabled", _TARGET).strip() == "enabled"
    at_boot = None if is_enabled else f"sudo systemctl enable {_TARGET}"
    yield Fact("services at the next boot", "started" if is_enabled else "not started", remedy=at_boot)
    yield from console_facts()


def secret_of_the_service(protime: ProtimeSettings) -> str:
    """The secret as the courier's service gets it; for root, who may read it. Raises SettingsError."""
    is_the_units = protime.client_secret_file is None and "CREDENTIALS_DIRECTORY" not in os.environ
    if not is_the_units:
        return read_client_secret(protime)
    if os.geteuid() != 0:
        raise SettingsError("it is root's: run this with sudo, and it is tried too.")
    if ENCRYPTED_SECRET.exists():
        return _decrypted()
    os.environ["CREDENTIALS_DIRECTORY"] = str(DEFAULT_FILE.parent)
    try:
        return read_client_secret(protime)
    finally:
        del os.environ["CREDENTIALS_DIRECTORY"]


def _decrypted() -> str:
    decrypted = subprocess.run(  # noqa: S603 # no shell, and words of our own
        ["systemd-creds", "decrypt", f"--name={CREDENTIAL}", str(ENCRYPTED_SECRET), "-"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if decrypted.returncode != 0 or not decrypted.stdout.strip():
        raise SettingsError(
            f"{ENCRYPTED_SECRET} cannot be decrypted on this machine."
            " `clocking-terminal setup --only secret` writes it anew."
        )
    return decrypted.stdout.strip()


def _kind_of_disk(folder: Path) -> Finding:
    kind = filesystem_of(folder, Path("/proc/self/mountinfo").read_text(encoding="utf-8"))
    what = f"disk of {folder}: {kind}"
    if kind in _IN_MEMORY:
        return Finding(what, "it forgets at the next start. Put storage.folder on a partition of its own (ext4).")
    return Finding(what)


def filesystem_of(folder: Path, mountinfo: str) -> str:
    """The kind of file system that a folder is on, by the kernel's list of mounts (proc(5), mountinfo)."""
    path, found = folder.resolve(), (0, "unknown")
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].replace("\\040", " "))
        if path.is_relative_to(point):
            found = max(found, (len(point.parts), after.split()[0]), key=lambda one: one[0])
    return found[1]
