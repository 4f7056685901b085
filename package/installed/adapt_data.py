"""Fits ledger and roster to the version that is about to run. Run with that version's Python, as the terminal's user.

`adapt_data.py before-start`, while nothing runs: a ledger that a newer version has written is carried into one of this
version, every clocking with the state that it has; the newer files stay beside it. An older one needs nothing: it is
migrated at the start. The roster is kept before a version that changes its shape, and brought back by the older one.
`adapt_data.py after-trial`: what was kept of the roster goes.
"""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

_CONFIG = Path("/etc/clocking-terminal/terminal.toml")
_USUAL = Path("/var/lib/clocking-terminal")
_KEPT = "roster-of-version-"
_ASIDE = ("", "-wal", "-shm", "-journal")


def main() -> None:
    """Do what was asked; an exception ends the change of the version."""
    folder = _folder()
    if not folder.is_dir():
        return
    if sys.argv[1] == "after-trial":
        for path in folder.glob(f"{_KEPT}*.db*"):
            path.unlink()
        return
    _fit_ledger(folder)
    _fit_roster(folder)


def _folder() -> Path:
    from terminal_app.settings_errors import SettingsError  # noqa: PLC0415 # that version's
    from terminal_app.settings_file import load_settings  # noqa: PLC0415

    try:
        return load_settings(_CONFIG).storage.folder
    except SettingsError:
        return _USUAL


def _fit_ledger(folder: Path) -> None:
    from terminal_app.ledger.aside import REPLACED, free_name, put_in_place  # noqa: PLC0415
    from terminal_app.ledger.backup import alone_with  # noqa: PLC0415
    from terminal_app.ledger.carrying import FreshLedger  # noqa: PLC0415
    from terminal_app.ledger.files import BUILDING, COPY_NAME, FILE_NAME  # noqa: PLC0415
    from terminal_app.ledger.opening import newest_version  # noqa: PLC0415

    path = folder / FILE_NAME
    if not path.exists():
        return
    with alone_with(folder):
        found = _version_of(path)
        if found <= newest_version():
            return
        for name in (BUILDING, COPY_NAME):
            _remove(folder / name)
        try:
            _copy(path, folder / COPY_NAME)
            with FreshLedger(folder / BUILDING) as fresh:
                left = sum(not fresh.put(row) for row in _rows(folder / COPY_NAME))
                carried = len(fresh.sequences)
                fresh.finish(
                    beyond=_highest(folder / COPY_NAME), why="no clocking: numbers up to here were given before"
                )
            aside = free_name(folder, REPLACED)
            text = (
                f"ledger of a newer version ({found}) carried into one of version {newest_version()}: {carried}"
                f" clockings, each in its state; {left} made no sense here. The newer files are {aside}.db*."
            )
            put_in_place(folder, aside, f"{text}\n")
            print(text, file=sys.stderr)
        finally:
            for name in (BUILDING, COPY_NAME):
                _remove(folder / name)


def _rows(path: Path) -> Iterator[dict[str, int | float | str | bytes | None]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        for row in connection.execute("SELECT * FROM clocking ORDER BY sequence"):
            yield dict(row)


def _highest(path: Path) -> int:
    """The highest number that was ever given: none is given twice, also where its clocking was erased since."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        highest: int | None = connection.execute("SELECT max(sequence) FROM event").fetchone()[0]
        return highest or 0


def _fit_roster(folder: Path) -> None:
    from terminal_app.roster.schema import FILE_NAME, VERSION  # noqa: PLC0415

    path = folder / FILE_NAME
    if not path.exists():
        return
    found, kept = _version_of(path), folder / f"{_KEPT}{VERSION}.db"
    if found < VERSION:
        _remove(folder / f"{_KEPT}{found}.db")
        _copy(path, folder / f"{_KEPT}{found}.db")
    elif found > VERSION and kept.exists():
        for suffix in _ASIDE[1:]:
            path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
        kept.replace(path)


def _version_of(path: Path) -> int:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return version


def _copy(path: Path, target: Path) -> None:
    """With what is in its log."""
    target.touch(0o640)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()
    shutil.copymode(path, target)


def _remove(path: Path) -> None:
    for suffix in _ASIDE:
        with suppress(FileNotFoundError):
            path.with_name(f"{path.name}{suffix}").unlink()


if __name__ == "__main__":
    main()
