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
Read = TypeVar("Read")

MOST_TOGETHER = 4
"""Jobs of one commit. The kiosk waits for it; with twice as many no more is delivered, and it waits longer."""

_GATHERING_SECONDS = 0.001
_PAGES_OF_A_COMMIT = 6
_PAGES_OF_A_JOB = 3
"""At most, as far as was seen: neighbours share most of their pages."""
CHECKPOINT_AFTER_PAGES = 512
"""Half of what the ledger's grown WAL holds; the kiosk's own writes are in it too."""
CHECKPOINT_WHEN_IDLE_AFTER_PAGES = 128


class Files:
    """What the thread has open."""

    def __init__(self, folder: Path) -> None:
        """Open all. Raises LedgerUnusable or RosterNotWritten."""
        self._alone = alone_in(folder, "courier")
        try:
            self.ledger = LedgerDatabase(folder, gives_way=True)
            try:
                self.roster_writer = RosterWriter(folder)
            except BaseException:
                self.ledger.close()
                raise
        except BaseException:
            os.close(self._alone)
            raise
        self.roster = Roster(folder)
        self.pages_since_checkpoint = 0
        """At most so many are in the write-ahead log by this thread's writing."""

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
        self._waiting: deque[_Job[Any, Any]] = deque()
        """For the next commit."""
        self._is_committing = False
        self._gathering: asyncio.TimerHandle | None = None

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
            _count(files, jobs=1)
            return result

        return await self.run(counted)

    async def write_together(
        self, job: Callable[[Files], Result], then: Callable[[Files], Read]
    ) -> tuple[Result, Read]:
        """As `write`, in one transaction with the jobs that come meanwhile: it is on the disk when this returns.

        For jobs that only write, and are short, since the kiosk waits for all of them; what is to be read belongs into
        `then`, which comes after the commit. They are done in the order in which they came; where one fails, or the
        commit, each is done once more by itself: so a job must bear to be done again.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[tuple[Result, Read]] = loop.create_future()
        self._waiting.append(_Job(job, then, done))
        self._commit_soon()
        return await done

    def _commit_soon(self) -> None:
        """A full commit at once, one that is not full when a moment has passed."""
        if self._is_committing or not self._waiting:
            return
        if len(self._waiting) >= MOST_TOGETHER:
            self._commit()
        elif self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(_GATHERING_SECONDS, self._commit)

    def _commit(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        jobs: list[_Job[Any, Any]] = []
        while self._waiting and len(jobs) < MOST_TOGETHER:
            job = self._waiting.popleft()
            if not job.done.cancelled():
                jobs.append(job)
        self._is_committing = bool(jobs)
        if jobs:
            assert self._files is not None, "the storage is not entered"  # noqa: S101
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(self._thread, _do_together, jobs, self._files)
            work.add_done_callback(partial(self._committed, jobs))

    def _committed(self, jobs: "list[_Job[Any, Any]]", work: "asyncio.Future[list[_Done]]") -> None:
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
        self._is_committing = False
        self._commit_soon()

    async def rest(self) -> None:
        """Nothing is to be done: carry the write-ahead log over, if it is worth it."""
        await self.run(lambda files: _checkpoint(files, CHECKPOINT_WHEN_IDLE_AFTER_PAGES))


@dataclass(frozen=True, slots=True)
class _Job(Generic[Result, Read]):
    do: Callable[[Files], Result]
    then: Callable[[Files], Read]
    done: asyncio.Future[tuple[Result, Read]]


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any = None
    error: Exception | None = None


def _do_together(jobs: "Sequence[_Job[Any, Any]]", files: Files) -> list[_Done]:
    try:
        with files.ledger.together():
            done = [_Done(job.do(files)) for job in jobs]
    except Exception:  # noqa: BLE001 # whose it is shows when each is done for itself; nothing of any was kept
        done = [_done(job.do, files) for job in jobs]
    done = [
        one if one.error is not None else _done(partial(_read_too, job.then, one.result), files)
        for job, one in zip(jobs, done, strict=True)
    ]
    _count(files, jobs=len(jobs))
    return done


def _read_too(then: Callable[[Files], Read], result: Result, files: Files) -> tuple[Result, Read]:
    return result, then(files)


def _done(job: Callable[[Files], Any], files: Files) -> _Done:
    try:
        return _Done(job(files))
    except Exception as error:  # noqa: BLE001 # it is the caller's, who waits for it
        return _Done(error=error)


def _count(files: Files, *, jobs: int) -> None:
    files.pages_since_checkpoint += _PAGES_OF_A_COMMIT + jobs * _PAGES_OF_A_JOB
    _checkpoint(files, CHECKPOINT_AFTER_PAGES)


def _checkpoint(files: Files, after_pages: int) -> None:
    if files.pages_since_checkpoint < after_pages:
        return
    files.pages_since_checkpoint = 0
    try:
        files.ledger.checkpoint()
    except NotRecorded as error:
        # Not the job's failure: what it wrote is on the disk, and a later checkpoint does this one's work.
        log.warning("checkpoint-failed %s", error)
