import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.courier.storage import MOST_TOGETHER, Files, Storage
from terminal_app.ledger.errors import LedgerUnusable, NotRecorded
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.reading import waiting
from terminal_app.ledger.wal import wal_of
from tests.courier.terminal import Terminal


async def test_two_couriers_do_not_share_a_folder(tmp_path: Path) -> None:
    async with Storage(tmp_path):
        with pytest.raises(LedgerUnusable, match="another courier"):
            async with Storage(tmp_path):
                pass
    async with Storage(tmp_path) as storage:
        assert await storage.run(lambda files: files.ledger.path) == tmp_path / "ledger.db"


async def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="cannot be opened"):
        async with Storage(tmp_path / "none"):
            pass


async def test_many_deliveries_do_not_let_the_write_ahead_log_grow(terminal: Terminal) -> None:
    sequences = [terminal.clock(person, minute) for minute in range(20) for person in range(1, 21)]
    async with Storage(terminal.settings.storage.folder) as storage:
        wal = wal_of(terminal.ledger.path)
        before = wal.stat().st_size
        for sequence in sequences:
            await storage.write(partial(_start, sequence))
            await storage.write(partial(_confirm, sequence))
        assert wal.stat().st_size == before
        assert await storage.run(lambda files: waiting(files.ledger.connection).count) == 0


async def test_many_deliveries_in_common_commits_do_not_let_it_grow_either(terminal: Terminal) -> None:
    sequences = [terminal.clock(person, minute) for minute in range(20) for person in range(1, 41)]
    async with Storage(terminal.settings.storage.folder) as storage:
        wal = wal_of(terminal.ledger.path)
        before = wal.stat().st_size
        for done in (_start, _confirm):
            await asyncio.gather(*(storage.write_together(partial(done, one), _nothing) for one in sequences))
        assert wal.stat().st_size == before


async def test_jobs_that_come_together_are_one_commit(terminal: Terminal) -> None:
    sequences = [terminal.clock(person) for person in range(1, MOST_TOGETHER + 1)]
    seen_by_others: list[list[str]] = []

    def last(files: Files) -> None:
        _start(sequences[-1], files)
        seen_by_others.append(_states_for_others(files))

    async with Storage(terminal.settings.storage.folder) as storage:
        jobs: list[Callable[[Files], None]] = [partial(_start, sequence) for sequence in sequences[:-1]]
        await asyncio.gather(*(storage.write_together(job, _nothing) for job in [*jobs, last]))
    assert seen_by_others == [["recorded"] * MOST_TOGETHER]
    assert terminal.states() == ["sending"] * MOST_TOGETHER


async def test_more_jobs_than_fit_into_a_commit_are_done_in_their_order(terminal: Terminal) -> None:
    sequences = [terminal.clock(person) for person in range(1, 3 * MOST_TOGETHER)]
    async with Storage(terminal.settings.storage.folder) as storage:
        await asyncio.gather(*(storage.write_together(partial(_start, one), _nothing) for one in sequences))
    rows = terminal.ledger.connection.execute("SELECT sequence FROM history ORDER BY id").fetchall()
    assert [sequence for (sequence,) in rows] == sequences


async def test_a_job_that_fails_takes_no_other_with_it(terminal: Terminal) -> None:
    sequences = [terminal.clock(person) for person in (1, 2, 3)]
    async with Storage(terminal.settings.storage.folder) as storage:
        jobs = [partial(_start, sequences[0]), partial(_confirm, sequences[1]), partial(_start, sequences[2])]
        done = await asyncio.gather(*(storage.write_together(job, _nothing) for job in jobs), return_exceptions=True)
        await storage.write_together(partial(_confirm, sequences[0]), _nothing)
    assert [type(one) for one in done] == [tuple, NotRecorded, tuple]
    assert terminal.states() == ["confirmed", "recorded", "sending"]
    assert terminal.history(sequences[0]) == ["sending", "confirmed"]


async def test_jobs_whose_transaction_breaks_are_done_again_each_for_itself(terminal: Terminal) -> None:
    sequences = [terminal.clock(person) for person in (1, 2)]
    broken: list[int] = []

    def breaks_once(files: Files) -> None:
        if not broken:
            broken.append(1)
            files.ledger.connection.execute("ROLLBACK")  # as SQLite does it by itself when the disk is full
        _start(sequences[1], files)

    async with Storage(terminal.settings.storage.folder) as storage:
        await asyncio.gather(
            storage.write_together(partial(_start, sequences[0]), _nothing),
            storage.write_together(breaks_once, _nothing),
        )
    assert terminal.states() == ["sending"] * 2
    assert [terminal.history(one) for one in sequences] == [["sending"]] * 2


async def test_what_is_read_after_a_commit_is_outside_of_it_and_its_failure_takes_nothing_back(
    terminal: Terminal,
) -> None:
    sequences = [terminal.clock(person) for person in (1, 2)]

    def fails(files: Files) -> None:
        assert not files.ledger.connection.in_transaction
        raise LedgerUnusable("cannot be read")

    async with Storage(terminal.settings.storage.folder) as storage:
        done = await asyncio.gather(
            storage.write_together(partial(_start, sequences[0]), fails),
            storage.write_together(partial(_start, sequences[1]), _states_for_others),
            return_exceptions=True,
        )
    assert isinstance(done[0], LedgerUnusable)
    assert done[1] == (None, ["sending"] * 2)


async def test_a_job_that_nobody_waits_for_any_more_is_not_begun(terminal: Terminal) -> None:
    sequences = [terminal.clock(person) for person in (1, 2)]
    async with Storage(terminal.settings.storage.folder) as storage:
        given_up = asyncio.create_task(storage.write_together(partial(_start, sequences[0]), _nothing))
        kept = asyncio.create_task(storage.write_together(partial(_start, sequences[1]), _nothing))
        asyncio.get_running_loop().call_soon(given_up.cancel)
        await asyncio.wait([given_up, kept])
    assert given_up.cancelled()
    assert terminal.states() == ["recorded", "sending"]


def _nothing(files: Files) -> None:
    del files


def _states_for_others(files: Files) -> list[str]:
    with closing(sqlite3.connect(files.ledger.path)) as other:
        return [state for (state,) in other.execute("SELECT state FROM clocking ORDER BY sequence")]


def _start(sequence: int, files: Files) -> None:
    assert start_sending(files.ledger, sequence)


def _confirm(sequence: int, files: Files) -> None:
    settle(files.ledger, sequence, Confirmed(sequence))
