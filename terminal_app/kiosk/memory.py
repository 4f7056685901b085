"""What this terminal remembers of people: their language here, and which messages they have seen.

A file of the kiosk's alone. Losing it costs nobody anything: one that cannot be read is begun anew.
"""

import logging
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

log = logging.getLogger(__name__)

FILE_NAME = "remembered.db"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS language (person_id INTEGER PRIMARY KEY, language TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seen (
    mark TEXT NOT NULL, person_id INTEGER NOT NULL, PRIMARY KEY (mark, person_id)
) STRICT, WITHOUT ROWID;
"""
_PATIENCE_SECONDS = 0.5
"""For the command that erases a person."""


class Memory:
    """Opens the file on the thread that uses it. Looking up costs nothing; no error leaves it."""

    def __init__(self, folder: Path) -> None:
        self._languages: dict[int, str] = {}
        self._seen: set[tuple[str, int]] = set()
        self._file: sqlite3.Connection | None = None
        path = folder / FILE_NAME
        try:
            self._open(path)
        except sqlite3.Error as error:
            log.warning("memory-begun-anew error=%s", type(error).__name__)
            with suppress(OSError, sqlite3.Error):
                self.close()
                path.unlink(missing_ok=True)
                self._open(path)

    def _open(self, path: Path) -> None:
        is_new = not path.exists()
        self._file = opened(path)
        if is_new:
            self._file.executescript(_SCHEMA)
        self._languages = dict(self._file.execute("SELECT person_id, language FROM language"))
        self._seen = set(self._file.execute("SELECT mark, person_id FROM seen"))

    def language_of(self, person_id: int) -> str | None:
        """What the person chose here, if anything."""
        return self._languages.get(person_id)

    def remember_language(self, person_id: int, language: str) -> None:
        """The person chose this language."""
        self._languages[person_id] = language
        self._write("INSERT OR REPLACE INTO language VALUES (?, ?)", (person_id, language))

    def has_seen(self, mark: str, person_id: int) -> bool:
        """Whether the person was shown the message of this mark."""
        return (mark, person_id) in self._seen

    def note_seen(self, mark: str, person_id: int) -> None:
        """The person was shown the message of this mark."""
        self._seen.add((mark, person_id))
        self._write("INSERT OR IGNORE INTO seen VALUES (?, ?)", (mark, person_id))

    def forget_messages(self, but: Iterable[str]) -> None:
        """Who has seen what is not told any more need not be known."""
        kept = set(but)
        for mark in {mark for mark, _ in self._seen} - kept:
            self._seen = {one for one in self._seen if one[0] != mark}
            self._write("DELETE FROM seen WHERE mark = ?", (mark,))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        if self._file is None:
            return
        try:
            self._file.execute(statement, values)
        except sqlite3.Error as error:
            log.warning("not-remembered error=%s", type(error).__name__)


def opened(path: Path) -> sqlite3.Connection:
    """The file, as it is to be used: each statement by itself, nothing waits for the disk, what is erased is gone."""
    file = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
    file.execute("PRAGMA synchronous = OFF")
    file.execute("PRAGMA secure_delete = ON")
    return file


def rows_of_person(folder: Path, person_id: int) -> dict[str, list[dict[str, object]]]:
    """What is remembered of a person, by table. Raises sqlite3.Error."""
    if not (folder / FILE_NAME).exists():
        return {}
    with closing(opened(folder / FILE_NAME)) as file:
        file.executescript(_SCHEMA)
        file.row_factory = sqlite3.Row
        return {
            table: [dict(row) for row in file.execute(f"SELECT * FROM {table} WHERE person_id = ?", (person_id,))]  # noqa: S608 # two names of our own
            for table in ("language", "seen")
        }


def erase_person(folder: Path, person_id: int) -> None:
    """Forget a person; a kiosk that runs knows what it has loaded until it is started again. Raises sqlite3.Error."""
    if not (folder / FILE_NAME).exists():
        return
    with closing(opened(folder / FILE_NAME)) as file:
        file.executescript(_SCHEMA)
        for table in ("language", "seen"):
            file.execute(f"DELETE FROM {table} WHERE person_id = ?", (person_id,))  # noqa: S608 # as above
