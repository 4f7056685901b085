"""The one thread that owns the ledger and the roster: work goes in as functions, results come back awaited."""

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from terminal_app.ledger.alone import alone_in
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import NotRecorded
from terminal_app.roster.look_up import Roster
from terminal_app.roster.replacement import RosterWriter

log = logging.getLogger(__name__)

Result = TypeVar("Result")

CHECKPOINT_AFTER_JOBS = 64
"""Writing jobs, of about 8 pages each: half of what the ledger's grown WAL holds."""
CHECKPOINT_WHEN_IDLE_AFTER_JOBS = 16


class Files:
    """What the thread has open."""

    def __init__(self, folder: Path) -> None:
        """Open all. Raises LedgerUnusable or RosterNotWritten."""
        self._alone = alone_in(folder, "courier")
        try:
            self.ledger = LedgerDatabase(folder)
            try:
                self.roster_writer = RosterWriter(folder)
            except BaseException:
                self.ledger.close()
                raise
        except BaseException:
            os.close(self._alone)
            raise
        self.roster = Roster(folder)
        self.jobs_since_checkpoint = 0

    def close(self) -> None:
        """Close all."""
        self.roster.close()
        self.roster_writer.close()
        self.ledger.close()
        os.close(self._alone)


class Storage:
    """The thread, while the context lasts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="storage")
        self._files: Files | None = None

    async def __aenter__(self) -> Self:
        try:
            self._files = await asyncio.get_running_loop().run_in_executor(self._thread, Files, self._folder)
        except BaseException:
            self._thread.shutdown()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not awaited: a second cancellation must not leave the files open. What is queued is done first.
        if self._files is not None:
            self._thread.submit(self._files.close)
        self._thread.shutdown()

    async def run(self, job: Callable[[Files], Result]) -> Result:
        """The result of `job` in the thread; a job that was begun is finished even if nobody waits any more."""
        assert self._files is not None, "the storage is not entered"  # noqa: S101
        return await asyncio.get_running_loop().run_in_executor(self._thread, job, self._files)

    async def write(self, job: Callable[[Files], Result]) -> Result:
        """As `run`, for a job that commits to the ledger: after many the write-ahead log is carried over."""

        def counted(files: Files) -> Result:
            result = job(files)
            files.jobs_since_checkpoint += 1
            _checkpoint(files, CHECKPOINT_AFTER_JOBS)
            return result

        return await self.run(counted)

    async def rest(self) -> None:
        """Nothing is to be done: carry the write-ahead log over, if it is worth it."""
        await self.run(lambda files: _checkpoint(files, CHECKPOINT_WHEN_IDLE_AFTER_JOBS))


def _checkpoint(files: Files, after_jobs: int) -> None:
    if files.jobs_since_checkpoint < after_jobs:
        return
    files.jobs_since_checkpoint = 0
    try:
        files.ledger.checkpoint()
    except NotRecorded as error:
        # Not the job's failure: what it wrote is on the disk, and a later checkpoint does this one's work.
        log.warning("checkpoint-failed %s", error)
