"""One simulated world around the courier's own loop (`courier/delivery.py`) and a real ledger, in virtual time.

What `faults/world.py` imitates is here the product itself: fewer worlds, and nothing between the steps is assumed. The
disk's thread, the network and Protime are models; the courier crashes before and after each commit and each request.
"""

import asyncio
import random
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from faults.fates import NOW
from faults.judgement import judge
from faults.loop_badges import Badges
from faults.loop_life import CODE, Life
from faults.modelled_ledger import ModelledLedger, Row
from faults.modelled_server import ModelledServer, edit_time, move_to_neighbouring_day
from faults.virtual_time import run_virtually
from faults.world_site import TROUBLE_SECONDS, Breakage, Ended
from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Moment
from terminal_app.clocking.matching import SentClocking
from terminal_app.clocking.settling import settling_seconds
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.look_up import candidates_of, resolve_as, resolve_as_missing
from terminal_app.ledger.reading import entries
from terminal_app.ledger.recording import record, undo
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.settings import DeliverySettings

Result = TypeVar("Result")
Read = TypeVar("Read")

_DAY = date(2026, 10, 24)
_LONGEST_SECONDS = 3600.0
_MEMORY = Path("/dev/shm")


class LoopWorld:
    """One terminal's courier on a bad day."""

    def __init__(self, seed: int, folder: Path, breakage: Breakage) -> None:
        self._seed = seed
        self.breakage = breakage
        self.chance = chance = random.Random(seed)
        self.ledger = LedgerDatabase(folder)
        self.server = ModelledServer(hides_codes=chance.random() < 0.2)
        self.settings = DeliverySettings(
            parallel=chance.choice((1, 2, 4)),
            settle_seconds=chance.choice((0.0, 15.0)),
            hold_back_seconds=chance.choice((0.0, 3.0)),
            request_seconds=chance.choice((1.0, 3.0)),
            proxy_seconds=chance.choice((0.0, 8.0)),
            longest_pause_seconds=chance.choice((1.0, 10.0)),
        )
        self.lag_seconds = chance.choice((0.0, 2.0))
        self._crash_chance = chance.choice((0.0, 0.02, 0.05))
        self.trouble = chance.choice((0.3, 0.8))
        self.violations: list[str] = []
        self.counts: Counter[str] = Counter()
        self.on_the_way = 0
        self.under_way: set[int] = set()
        self.badges = Badges(chance) if chance.random() < 0.4 else None
        """None: people are named by their ids."""
        self.life: Life | None = None
        self.boot = 0
        self._recorded = 0

    @property
    def now(self) -> float:
        """Seconds of the world's time."""
        return asyncio.get_running_loop().time()

    async def run(self) -> Ended:
        """Until all is over, or for too long."""
        loop, chance = asyncio.get_running_loop(), self.chance
        for _ in range(chance.randint(2, 7)):
            at = chance.choice((0.0, 5.0, 20.0, chance.uniform(0, 50))) + chance.uniform(0, 3)
            loop.call_at(at, self._badge, chance.randint(1, 3))
        for _ in range(chance.choice((0, 1, 2))):
            loop.call_at(chance.uniform(0, 55), self.crash)
        for _ in range(chance.choice((0, 2))):
            loop.call_at(chance.uniform(0, 58), self._touch_in_protime)
        for _ in range(chance.choice((1, 3)) if self.badges is not None else 0):
            loop.call_at(chance.uniform(0, 55), self._move_badge)
        self._start()
        while self.now < _LONGEST_SECONDS and not (self.now > TROUBLE_SECONDS and self._is_over()):
            await asyncio.sleep(1.0)
            if self.life is not None and self.life.task.done() and self.life.is_alive:
                self.fail(f"the courier ended by itself: {self.life.task.exception()!r}")
                break
            self._decide()
        life, self.life = self.life, None
        if life is not None:
            life.die()
            await asyncio.wait([life.task])
        return self._judged()

    def _is_over(self) -> bool:
        is_at_work = self.life is not None and self.life.is_alive
        return is_at_work and not self.on_the_way and all(row.is_over for row in self._rows())

    def _move_badge(self) -> None:
        assert self.badges is not None
        self.counts["badges moved"] += 1
        self.badges.move()
        if self.chance.random() < 0.5:
            asyncio.get_running_loop().call_later(self.chance.uniform(0, 30), self.badges.read)

    def _badge(self, person_id: int) -> None:
        badge_number = "1" if self.badges is None else self.badges.held_by(person_id)
        if badge_number is None:
            return
        self._recorded += 1
        wall_time = WallTime(_DAY, 600 + int(self.now // 60))
        clocking = Clocking(
            UUID(int=self._recorded),
            badge_number,
            person_id,
            ClockingKind.IN_OUT,
            self.moment(),
            wall_time,
            "door",
        )
        sequence = record(self.ledger, clocking)
        self.counts["clockings"] += 1
        if self.settings.hold_back_seconds and self.chance.random() < 0.3:
            seconds = self.chance.uniform(0, self.settings.hold_back_seconds * 1.3)
            asyncio.get_running_loop().call_later(seconds, self._undo, sequence)
        if self.life is not None and self.chance.random() < 0.8:
            self.life.delivery.look()
        if self.chance.random() < 0.1:
            other = SentClocking(clocking.kind, wall_time, self.chance.choice((None, CODE + "-2")))
            if other.terminal_code is None or not self.server.hides_codes:
                self.server.store(person_id, other, None, self.now)

    def _undo(self, sequence: int) -> None:
        self.counts["undone"] += undo(self.ledger, sequence, at=NOW)

    def _touch_in_protime(self) -> None:
        shown = [one for one in self.server.records if one.visible_at <= self.now]
        if shown:
            record_of = self.chance.choice(shown)
            match self.chance.randrange(3):
                case 0:
                    edit_time(record_of, 7)
                case 1:
                    move_to_neighbouring_day(record_of, 1)
                case _:
                    record_of.is_deleted = True

    def _decide(self) -> None:
        """Now and then an operator, who knows the truth, looks at what is ambiguous."""
        for row in self._rows():
            if row.state is not DeliveryState.AMBIGUOUS or self.chance.random() > 0.1:
                continue
            true = {one.protime_id for one in self.server.records if one.origin == row.sequence}
            of_these = true & set(candidates_of(self.ledger.connection, row.sequence))
            if of_these:
                resolve_as(self.ledger, row.sequence, min(of_these), explanation="")
            elif not true:
                resolve_as_missing(self.ledger, row.sequence, explanation="")

    def moment(self) -> Moment:
        """The machine's clocks."""
        return Moment(NOW, 0, int(self.now * 1e9), f"boot-{self.boot}")

    def _start(self) -> None:
        self.life = Life(self)

    def crash(self) -> None:
        """The courier is gone at this instant, whatever it was doing."""
        life, self.life = self.life, None
        if life is None:
            return
        self.counts["crashes"] += 1
        life.die()
        self.under_way.clear()
        self.boot += self.chance.random() < 0.3
        asyncio.get_running_loop().call_later(self.chance.choice((0.01, 1.0, 20.0)), self._start)

    def may_crash(self) -> None:
        """One of the instants at which it may."""
        if self.now < TROUBLE_SECONDS and self.chance.random() < self._crash_chance:
            self.crash()

    def settle_seconds(self) -> float:
        """As the courier's read-back has it."""
        if self.breakage is Breakage.NO_SETTLING:
            return 0.0
        one = self.settings
        return settling_seconds(
            one.settle_seconds,
            request_seconds=one.request_seconds,
            proxy_seconds=one.proxy_seconds,
            lag_seconds=self.lag_seconds * 0.6,
        )

    def check_may_leave(self, clocking: Clocking) -> None:
        """What must hold of each request that leaves."""
        rows = self._rows()
        row = rows[clocking.id.int - 1]
        self.counts["requests"] += 1
        if row.state is not DeliveryState.SENDING:
            self.fail(f"clocking {row.sequence} goes out while it is {row.state}")
        if clocking.person_id in self.under_way:
            self.fail(f"two requests of person {clocking.person_id} at once")
        older = [one for one in rows[: row.sequence - 1] if one.clocking.person_id == clocking.person_id]
        # An ambiguous one holds nobody up: an operator may have it sent when a later one is known to be next.
        if any(not (one.is_over or one.was_ambiguous) for one in older) and not row.was_ambiguous:
            self.fail(f"clocking {row.sequence} goes out before an older one")

    def fail(self, what: str) -> None:
        """Something must not have happened."""
        self.violations.append(f"seed {self._seed} at {self.now:.3f} s: {what}")

    def _rows(self) -> list[Row]:
        was = {
            sequence
            for (sequence,) in self.ledger.connection.execute("SELECT DISTINCT sequence FROM candidate").fetchall()
        }
        found = entries(self.ledger.connection, settled=True)
        return [
            Row(one.sequence, one.clocking, 0.0, one.state, one.protime_id, was_ambiguous=one.sequence in was)
            for one in found
            if isinstance(one, LedgerEntry)
        ]

    def _judged(self) -> Ended:
        ledger = ModelledLedger()
        ledger.rows = self._rows()
        violations, lost, doubled = judge(ledger, self.server, are_badges_moved=self.badges is not None)
        for what in violations:
            self.fail(what)
        self.ledger.close()
        return Ended(self._seed, self.violations, lost, doubled, self.counts)


def run_loop_world(seed: int, breakage: Breakage = Breakage.NONE) -> Ended:
    """One world from its seed; of the breakages it knows NO_SETTLING and NO_OWNER."""
    where: Any = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="world-", dir=where) as name:

        async def main() -> Ended:
            return await LoopWorld(seed, Path(name), breakage).run()

        return run_virtually(main)
