"""A second place for each clocking, on another medium: a thread of its own writes there, and nobody waits for it long.

Where the medium is absent, slow or broken, clockings are recorded as ever. What it missed is written once it is back,
from the ledger, which the thread opens to read only.
"""

import logging
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from terminal_app.ledger.erased import Erased
from terminal_app.ledger.mirror_erasing import is_here
from terminal_app.ledger.mirror_lines import SUFFIX, Line, append_lines, day_files, lines_of, read_lines
from terminal_app.ledger.reading import ledger_to_read

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.3
"""How long an answer waits for the medium at most."""
_LOOK_SECONDS = 5.0
_UNDONE_LATELY = "state = 'undone' AND date >= ?"
_NOT_DELIVERED = "state IN ('recorded', 'sending', 'unknown', 'held', 'refused')"


def what_is_wrong_with(mirror: Path, storage: Path) -> str | None:
    """Why nothing can be written to a mirror now, in words; None: it can. A medium that hangs makes this hang."""
    try:
        if not mirror.is_dir():
            return "it is not there. Plug the medium in, and see that it is mounted there"
        if mirror.stat().st_dev == storage.stat().st_dev:
            return "it is on the same medium as the ledger: nothing is mounted there. Plug the medium in"
    except OSError as error:
        return f"it cannot be looked at: {error.strerror}. Look at the medium"
    return None if os.access(mirror, os.W_OK | os.X_OK) else "it cannot be written. Look at its rights"


class Mirror:
    """The mirror of one kiosk."""

    def __init__(
        self,
        folder: Path,
        storage: Path,
        *,
        keep_days: int,
        patience_seconds: float = PATIENCE_SECONDS,
        look_seconds: float = _LOOK_SECONDS,
    ) -> None:
        """Write to `folder` what the ledger in `storage` gets; it is looked at every `look_seconds`.

        Days of more than `keep_days` ago go once the ledger has erased what is in them.
        """
        self._folder = folder
        self._storage = storage
        self._keep = timedelta(days=keep_days)
        self._patience_seconds = patience_seconds
        self._look_seconds = look_seconds
        self._jobs: queue.SimpleQueue[tuple[list[Line], threading.Event] | None] = queue.SimpleQueue()
        self._is_busy = True
        self._has_missed = True
        """What the ledger has and the mirror perhaps has not: written from the ledger at the next occasion."""
        self._problem: str | None = None
        self._tidied_on: date | None = None
        self._has_ended = threading.Event()
        # Not awaited at the end: a medium that hangs would hold up the process.
        threading.Thread(target=self._work, name="mirror", daemon=True).start()

    @property
    def is_missing(self) -> bool:
        """Whether the latest writing failed, or one takes too long."""
        return self._problem is not None

    @property
    def is_behind(self) -> bool:
        """Whether it is at work, or has something to catch up with."""
        return self._is_busy or self._has_missed

    def keep(self, ledger: sqlite3.Connection, sequences: Sequence[int]) -> bool:
        """Have these clockings of the ledger on the medium; False when that takes too long or fails. Never raises."""
        if self._is_busy:
            self._has_missed = True
            return False
        done = threading.Event()
        marks = ", ".join("?" * len(sequences))
        try:
            lines = list(lines_of(ledger, f"sequence IN ({marks})", tuple(sequences)))
        except sqlite3.Error:
            self._has_missed = True
            return False
        self._is_busy = True
        self._jobs.put((lines, done))
        if not done.wait(self._patience_seconds):
            self._fail("it takes too long")
            return False
        return self._problem is None

    def close(self, *, wait_seconds: float = 0.5) -> None:
        """End, without waiting for a medium that hangs."""
        self._jobs.put(None)
        self._has_ended.wait(wait_seconds)

    def _work(self) -> None:
        while True:
            try:
                self._catch_up()
            except Exception as error:  # noqa: BLE001 # whatever it is: a thread that is gone would look well
                self._fail(getattr(error, "strerror", None) or type(error).__name__)
            self._is_busy = False
            try:
                job = self._jobs.get(timeout=self._look_seconds)
            except queue.Empty:
                self._is_busy = True
                continue
            if job is None:
                self._has_ended.set()
                return
            lines, done = job
            try:
                self._append(lines)
            except OSError as error:
                self._fail(error.strerror or type(error).__name__)
            else:
                self._is_busy = False
            done.set()

    def _fail(self, how: str) -> None:
        self._has_missed = True
        if self._problem is None:
            log.error("mirror-missing %s: %s; clockings are recorded without it", self._folder, how)
        self._problem = how

    def _catch_up(self) -> None:
        """Write what was missed, and remove what is old; usually there is nothing to do."""
        wrong = what_is_wrong_with(self._folder, self._storage)
        if wrong is not None:
            self._fail(wrong)
            return
        today = datetime.now(UTC).date()
        if self._has_missed:
            self._has_missed = False
            started = time.monotonic()
            count = self._write_missed(today)
            log.info("mirror-in-step lines=%d seconds=%.1f", count, time.monotonic() - started)
        self._problem = None
        if self._tidied_on != today:
            self._tidy(today)
            self._tidied_on = today

    def _write_missed(self, today: date) -> int:
        since = (today - self._keep).isoformat()
        with ledger_to_read(self._storage) as ledger:
            waiting = list(lines_of(ledger, _NOT_DELIVERED, ()))
            undone = list(lines_of(ledger, _UNDONE_LATELY, (since,)))
        held: dict[object, bool] = {}
        for day in {line.day for line in (*waiting, *undone)}:  # only these: reading takes the screen's time too
            path = self._folder / f"{day}{SUFFIX}"
            for values in read_lines(path) if path.exists() else ():
                if values is not None:
                    held[values["id"]] = values.get("state") == "undone" or held.get(values["id"], False)
        missed = [line for line in waiting if line.key not in held]
        missed += [line for line in undone if held.get(line.key) is False]
        self._append(missed)
        return len(missed)

    def _append(self, lines: Sequence[Line]) -> None:
        if lines and (wrong := what_is_wrong_with(self._folder, self._storage)) is not None:
            raise OSError(0, wrong)
        append_lines(self._folder, lines)

    def _tidy(self, today: date) -> None:
        """Remove the days of which the ledger has erased everything; the wall clock only says where to look."""
        with ledger_to_read(self._storage) as ledger:
            erased = Erased(ledger)
            for path in day_files(self._folder):
                if path.name[:10] >= (today - self._keep).isoformat():
                    continue
                kept = strangers = 0
                for values in read_lines(path):
                    if values is None or "state" in values:
                        continue
                    if is_here(ledger, values):
                        kept += 1
                    elif not erased.has(values):
                        strangers += 1
                if strangers:
                    log.warning(
                        "mirror-holds-more %s: clockings=%d that this ledger never had; `recover` brings them back",
                        path.name,
                        strangers,
                    )
                if not kept and not strangers:
                    path.unlink()
                    log.info("mirror-day-removed %s", path.name)
