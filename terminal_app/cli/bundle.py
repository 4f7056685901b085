"""What a supporter gets: one archive, without secrets and personal data."""

import io
import json
import os
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path

from terminal_app.cli.failure import Failure
from terminal_app.cli.scrubbing import HIDDEN, NotKnown, Scrubber, personal_of
from terminal_app.ledger.errors import LedgerError
from terminal_app.settings import Settings
from terminal_app.settings_errors import SettingsError

_ABOUT = """\
Of a clocking terminal, for whoever helps with it; made by `clocking-terminal support-bundle`.

It holds how the terminal stands, its settings without secrets, the logs of a week, and facts of the machine. It holds
no secret, no badge number, no name of a person and no clocking: look through it, it is all plain text.
"""
_HIDDEN_SETTINGS = ("[monitoring] heartbeat_url",)
"""Addresses that are secrets of a kind."""
_SECONDS = 30.0
_MOST_LOG_BYTES = 5_000_000
_DAYS = "7 days ago"
_UNITS = "clocking-terminal*"
_COMMANDS = {
    "units.txt": ("systemctl", "cat", _UNITS),
    "services.txt": ("systemctl", "status", "--all", "--lines=0", "--no-pager", _UNITS),
    "time.txt": ("timedatectl", "show"),
    "disks.txt": ("df", "-hT"),
    "memory.txt": ("free", "-m"),
    "ports.txt": ("ls", "-l", "/dev/serial/by-id"),
}
_LOGS = {
    "log-kiosk.txt": ("journalctl", "-t", "clocking-terminal-kiosk"),
    "log-courier.txt": ("journalctl", "-u", "clocking-terminal-courier"),
    "log-webhooks.txt": ("journalctl", "-u", "clocking-terminal-webhooks"),
    "log-kernel.txt": ("journalctl", "-k", "-p", "warning"),
}
_LOG_FILES = ("kiosk.log", "kiosk.log.1", "courier.log", "courier.log.1")


def write_bundle(path: Path, config: Path, now: datetime) -> int:
    """Write the archive, for its owner only; gives how many files are in it. Raises OSError."""
    files = dict(_files(config, now))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        _write(file, files)
    return len(files)


def _files(config: Path, now: datetime) -> Iterator[tuple[str, str]]:
    """Each with its text, scrubbed."""
    settings, complaint = _settings(config)
    try:
        personal = {*personal_of(settings.storage.folder), *settings.admin.badges} if settings else set()
        scrubber = Scrubber(personal, _secrets(settings))
        may_hold_words = True
    except NotKnown as error:
        complaint += f"\n{error}: what must be hidden is not known, so there are no logs here."
        badges = settings.admin.badges if settings else ()
        scrubber, may_hold_words = Scrubber(badges, _secrets(settings)), False
    parts: list[tuple[str, Callable[[], str]]] = [
        ("settings.txt", lambda: _settings_in_force(config)),
        ("packages.txt", _packages),
        ("console.txt", _console),
    ]
    if settings is not None:
        parts += [("status.json", lambda: _status(settings, now)), ("storage.txt", lambda: _storage(settings))]
    parts += [(name, lambda words=words: _said(words)) for name, words in _COMMANDS.items()]  # type: ignore[misc]
    if may_hold_words:
        parts += [(name, lambda words=words: _log(words)) for name, words in _LOGS.items()]  # type: ignore[misc]
        if settings is not None:
            folder = settings.storage.folder
            parts += [(f"{name}.txt", lambda name=name: _tail(folder / name)) for name in _LOG_FILES]  # type: ignore[misc]
    yield "about.txt", scrubber.scrub(f"{_ABOUT}\nMade at {now.isoformat(timespec='seconds')}.\n{complaint}\n")
    for name, make in parts:
        if text := make():
            yield name, scrubber.scrub(text)


def _settings(config: Path) -> tuple[Settings | None, str]:
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    try:
        return load_settings(config), ""
    except SettingsError as error:
        return None, f"The settings are wrong: {error}"


def _secrets(settings: Settings | None) -> list[str]:
    """Those that can be read: they are in nothing here, and if they were, they would be hidden."""
    from terminal_app.cli.doctor import secret_of_the_service  # noqa: PLC0415

    found: list[str] = []
    if settings is not None:
        with suppress(SettingsError):
            found.append(secret_of_the_service(settings.protime))
        token = settings.monitoring.metrics_token_file
        if token is not None:
            with suppress(OSError, ValueError):
                found.append(token.read_text(encoding="ascii").strip())
        if settings.monitoring.heartbeat_url is not None:
            found.append(settings.monitoring.heartbeat_url)
    return found


def _settings_in_force(config: Path) -> str:
    from terminal_app.settings_file import sources  # noqa: PLC0415 # pydantic

    try:
        shown = sources(config)
    except SettingsError as error:
        return "\n".join(error.faults)
    return "".join(
        f"{one.place} = {HIDDEN if one.value and one.place in _HIDDEN_SETTINGS else one.value or '(left out)'}"
        f"  # {one.source}\n"
        for one in shown
    )


def _status(settings: Settings, now: datetime) -> str:
    from terminal_app.cli.status import facts_of  # noqa: PLC0415

    facts: list[dict[str, object]] = []
    try:
        for one in facts_of(settings, now):
            facts.append({"what": one.what, "state": one.state, **one.details, "remedy": one.remedy})  # noqa: PERF401 # what was said before an error counts
    except (Failure, LedgerError) as error:
        facts.append({"what": "error", "state": str(error)})
    return json.dumps(facts, indent=1)


def _console() -> str:
    from terminal_app.cli.setup.console import console_facts  # noqa: PLC0415

    return "".join(f"{fact}\n" for fact in console_facts())


def _storage(settings: Settings) -> str:
    """Names and sizes: what is in the files stays there."""
    lines = []
    with suppress(OSError):
        for path in sorted(settings.storage.folder.iterdir()):
            facts = path.lstat()
            changed = datetime.fromtimestamp(facts.st_mtime, UTC).isoformat(timespec="seconds")
            lines.append(
                f"{facts.st_mode:06o} {facts.st_uid}:{facts.st_gid} {facts.st_size:>12} {changed} {path.name}\n"
            )
    return "".join(lines)


def _packages() -> str:
    return "".join(sorted(f"{one.name}=={one.version}\n" for one in distributions()))


def _log(words: tuple[str, ...]) -> str:
    said = _said((*words, "--no-pager", "--output=short-iso", f"--since={_DAYS}"))
    return said[-_MOST_LOG_BYTES:]


def _said(words: tuple[str, ...]) -> str:
    """What a command says; how it failed where it did."""
    try:
        done = subprocess.run(  # noqa: S603 # no shell, and words of our own
            words, capture_output=True, check=False, timeout=_SECONDS, env={**os.environ, "LC_ALL": "C.UTF-8"}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{words[0]}: {type(error).__name__}\n"
    return (done.stdout + done.stderr).decode(errors="replace")


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - _MOST_LOG_BYTES, 0))
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def _write(file: io.BufferedWriter, files: dict[str, str]) -> None:
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, text in files.items():
            data = text.encode()
            entry = tarfile.TarInfo(f"clocking-terminal/{name}")
            entry.size, entry.mtime, entry.mode = len(data), int(time.time()), 0o600
            archive.addfile(entry, io.BytesIO(data))
