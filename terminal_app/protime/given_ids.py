"""The ids of the records that a list has given out, so that none comes twice; in memory that does not grow with them.

The few of a usual list stay in memory. Those of a long one go to an anonymous temporary file, which SQLite deletes as
soon as it is open: there is nothing to clean up, and nobody else can read it.
"""

import sqlite3
from typing import Self

from terminal_app.protime.errors import ProtimeError

_HELD_AT_MOST = 10_000
_LARGEST = 2**63
"""Of SQLite's integers."""


class GivenIds:
    """What was given out, and whether something was; close it in the end."""

    def __init__(self, held_at_most: int = _HELD_AT_MOST) -> None:
        self._held_at_most = held_at_most
        self._held: list[int | bytes] = []
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget all."""
        self._held.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def recall(self) -> None:
        """From now on leave out what was given before. Raises ProtimeError when there is no room for it."""
        if not self._held and self._file is None:
            return
        self._put_away()
        try:
            self._opened().executescript(
                "BEGIN; INSERT OR IGNORE INTO known SELECT id FROM given ORDER BY id; DELETE FROM given; COMMIT;"
            )
        except sqlite3.Error as error:
            raise _no_room(error) from error

    def is_fresh(self, key: object) -> bool:
        """Whether a record was not given before; it is from now on. One without an id always is.

        Raises ProtimeError when there is no room for it.
        """
        if not isinstance(key, int | str):
            return True
        stored = _stored(key)
        if self._file is not None and self._file.execute("SELECT 1 FROM known WHERE id = ?", (stored,)).fetchone():
            return False
        self._held.append(stored)
        if len(self._held) >= self._held_at_most:
            self._put_away()
        return True

    def _put_away(self) -> None:
        try:
            file = self._opened()
            file.execute("BEGIN")
            file.executemany("INSERT INTO given VALUES (?)", [(one,) for one in self._held])
            file.execute("COMMIT")
        except sqlite3.Error as error:
            raise _no_room(error) from error
        self._held.clear()

    def _opened(self) -> sqlite3.Connection:
        if self._file is None:
            self._file = sqlite3.connect("", isolation_level=None)
            self._file.executescript(
                "PRAGMA temp_store = FILE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                "PRAGMA cache_size = -256; CREATE TABLE given (id); CREATE TABLE known (id PRIMARY KEY) WITHOUT ROWID;"
            )
        return self._file


def _stored(key: int | str) -> int | bytes:
    """As SQLite can hold it: no two keys the same."""
    if isinstance(key, str):
        return b"text " + key.encode("utf-8", "surrogatepass")
    return key if -_LARGEST <= key < _LARGEST else b"number %d" % key


def _no_room(error: sqlite3.Error) -> ProtimeError:
    return ProtimeError(
        f"the ids of a long list find no room in the temporary folder ({error}): free some there, or let SQLITE_TMPDIR"
        " name another folder"
    )
