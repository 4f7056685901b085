"""The one thread that owns the ledger and the roster: work goes in as functions, results come back awaited."""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from terminal_app.ledger.alone import alone_in
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import NotRecorded
from terminal_app.roster.look_up import Roster
from terminal_app.roster.replacement import RosterWriter

log = logging.getLogger(__name__)

Result = TypeVar("Result")

MOST_TOGETHER = 8
"""Jobs of one commit: the kiosk waits for it, and each job adds about a tenth of a millisecond."""

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
        self._waiting: deque[_Job[Any]] = deque()
        """For the next commit."""
        self._is_committing = False

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

    async def write_together(self, job: Callable[[Files], Result]) -> Result:
        """As `write`, in one transaction with the jobs that come meanwhile: it is on the disk when this returns.

        For jobs that are short, since the kiosk waits for all of them. They are done in the order in which they came;
        where one fails, or the commit, each is done once more by itself: so a job must bear to be done again.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()
        self._waiting.append(_Job(job, done))
        if not self._is_committing:
            self._is_committing = True
            loop.call_soon(self._commit)
        return await done

    def _commit(self) -> None:
        jobs: list[_Job[Any]] = []
        while self._waiting and len(jobs) < MOST_TOGETHER:
            job = self._waiting.popleft()
            if not job.done.cancelled():
                jobs.append(job)
        self._is_committing = bool(jobs)
        if jobs:
            assert self._files is not None, "the storage is not entered"  # noqa: S101
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(self._thread, _do_together, [job.do for job in jobs], self._files)
            work.add_done_callback(partial(self._committed, jobs))

    def _committed(self, jobs: "list[_Job[Any]]", work: "asyncio.Future[list[_Done]]") -> None:
        if work.cancelled():
            for job in jobs:
                job.done.cancel()
            return
        for job, done in zip(jobs, work.result(), strict=True):
            if job.done.cancelled():
                continue
            if done.error is not None:
                job.done.set_exception(done.error)
            else:
                job.done.set_result(done.result)
        self._commit()

    async def rest(self) -> None:
        """Nothing is to be done: carry the write-ahead log over, if it is worth it."""
        await self.run(lambda files: _checkpoint(files, CHECKPOINT_WHEN_IDLE_AFTER_JOBS))


@dataclass(frozen=True, slots=True)
class _Job(Generic[Result]):
    do: Callable[[Files], Result]
    done: asyncio.Future[Result]


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any = None
    error: Exception | None = None


def _do_together(jobs: Sequence[Callable[[Files], Any]], files: Files) -> list[_Done]:
    try:
        with files.ledger.together():
            done = [_Done(job(files)) for job in jobs]
    except Exception:  # noqa: BLE001 # whose it is shows when each is done for itself; nothing of any was kept
        done = [_do_alone(job, files) for job in jobs]
    files.jobs_since_checkpoint += len(jobs)
    _checkpoint(files, CHECKPOINT_AFTER_JOBS)
    return done


def _do_alone(job: Callable[[Files], Any], files: Files) -> _Done:
    try:
        return _Done(job(files))
    except Exception as error:  # noqa: BLE001 # it is the caller's, who waits for it
        return _Done(error=error)


def _checkpoint(files: Files, after_jobs: int) -> None:
    if files.jobs_since_checkpoint < after_jobs:
        return
    files.jobs_since_checkpoint = 0
    try:
        files.ledger.checkpoint()
    except NotRecorded as error:
        # Not the job's failure: what it wrote is on the disk, and a later checkpoint does this one's work.
        log.warning("checkpoint-failed %s", error)
