"""One run of the courier's process in a simulated world: its own loop, between a disk and a network that are models."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeVar, cast

from faults.fates import FATES, NOW, STORED, WEIGHTS, Fate, sent_for
from faults.world_site import TROUBLE_SECONDS, Breakage
from terminal_app.clocking.clocking import Clocking
from terminal_app.clocking.matching import SentClocking, ServerRecord
from terminal_app.courier.delivery import Delivery
from terminal_app.courier.link_report import LinkReport, Reporter
from terminal_app.courier.storage import Files, Storage
from terminal_app.protime.clockings import Clockings
from terminal_app.protime.errors import Interrupted, NotSent, TooManyRequests
from terminal_app.protime.outcomes import Sent, of_answer
from terminal_app.protime.transport import Response

if TYPE_CHECKING:
    from faults.loop_world import LoopWorld

Result = TypeVar("Result")
Read = TypeVar("Read")

CODE = "GATE-1"


class Life:
    """One run of the courier's process, from its start to a crash."""

    def __init__(self, world: "LoopWorld") -> None:
        self.world = world
        self.is_alive = True
        loop = asyncio.get_running_loop()
        storage = cast("Storage", _Disk(self))
        link = LinkReport(world.settings.longest_pause_seconds, world.chance.random, loop.time)
        network = _Network(self)
        self.delivery = Delivery(
            storage,
            cast("Clockings", network),
            world.settings,
            link=link,
            reporter=Reporter(link, storage, lambda: None),
            clock=SimpleNamespace(now=world.moment),
            random=world.chance.random,
            owner_of_badge=network.owner_of_badge if world.badges is not None else None,
            settle_seconds=world.settle_seconds,
            on_settled=lambda: None,
            on_created=lambda *_: None,
            monotonic=loop.time,
        )
        self.task = loop.create_task(self.delivery.run())

    def die(self) -> None:
        """From now on it neither writes nor sends."""
        self.is_alive = False
        self.task.cancel()

    def check(self) -> None:
        """An instant at which it may crash; raises CancelledError once it has."""
        if self.is_alive:
            self.world.may_crash()
        if not self.is_alive:
            raise asyncio.CancelledError


class _Disk:
    """The storage without its thread: what is committed stays."""

    def __init__(self, life: Life) -> None:
        self._life = life
        badges = life.world.badges
        roster = SimpleNamespace(person=lambda _: None) if badges is None else badges
        writer = SimpleNamespace(write_link=lambda _: None)
        self._files = cast("Files", SimpleNamespace(ledger=life.world.ledger, roster=roster, roster_writer=writer))

    async def run(self, job: Callable[[Files], Result]) -> Result:
        """As Storage.run."""
        await asyncio.sleep(0.001)
        self._life.check()
        return job(self._files)

    async def write(self, job: Callable[[Files], Result]) -> Result:
        """As Storage.write."""
        return await self.run(job)

    async def write_together(
        self, job: Callable[[Files], Result], then: Callable[[Files], Read]
    ) -> tuple[Result, Read]:
        """As Storage.write_together; a crash may come between the commit and its telling."""
        result = await self.run(job)
        await asyncio.sleep(0.001)
        self._life.check()
        return result, then(self._files)

    async def rest(self) -> None:
        """As Storage.rest."""
        await asyncio.sleep(0)


class _Network:
    """The way to Protime, and what becomes of each request on it."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._world = life.world

    async def create(self, clocking: Clocking, reference: str | None) -> Sent:
        """As Clockings.create."""
        world, chance = self._world, self._world.chance
        self._life.check()
        world.check_may_leave(clocking)
        person_id = clocking.person_id or 0
        world.under_way.add(person_id)
        fate = self._fate()
        limit = world.settings.request_seconds
        arrives, answers = chance.uniform(0.01, 0.4) * limit, chance.uniform(0.01, 0.4) * limit
        if fate in STORED:
            self._store_in(arrives, clocking, reference)
        elif fate is Fate.CUT_LATE:
            self._store_in(chance.uniform(0, limit + world.settings.proxy_seconds), clocking, reference)
            arrives, answers = 0.0, chance.choice((answers, limit))
        await asyncio.sleep(arrives)
        found = [one.protime_id for one in world.server.records if one.origin == clocking.id.int]
        await asyncio.sleep(answers)
        self._life.check()
        world.under_way.discard(person_id)
        if fate is Fate.FINE and not found:
            return of_answer(Response(400, {}, b""), NOW)  # nobody has that badge
        wait_seconds = chance.choice((0, 2, 6)) if fate is Fate.LIMITED else 0
        return sent_for(fate, found[-1] if found else 0, wait_seconds)

    def _store_in(self, seconds: float, clocking: Clocking, reference: str | None) -> None:
        world = self._world
        world.on_the_way += 1

        def store() -> None:
            world.on_the_way -= 1
            visible_at = world.now + world.chance.uniform(0, world.lag_seconds)
            person_id = clocking.person_id
            if reference is not None and world.badges is not None:  # whose it is, is found out when it is stored
                person_id = world.badges.owners.get(reference)
            if person_id is None:
                return
            world.counts["stored for whoever has the badge now"] += person_id != clocking.person_id
            world.server.store(person_id, self.sent_clocking(clocking), clocking.id.int, visible_at)

        asyncio.get_running_loop().call_later(seconds * 0.999, store)

    async def owner_of_badge(self, badge_number: str) -> int | None:
        """As ProtimeApi.owner_of_badge."""
        await asyncio.sleep(self._world.chance.uniform(0.01, 0.3))
        self._life.check()
        badges = self._world.badges
        if badges is None:
            return None
        return (badges.first_owners if self._world.breakage is Breakage.NO_OWNER else badges.owners).get(badge_number)

    async def read_around(self, person_id: int, _day: date) -> list[ServerRecord]:
        """As Clockings.read_around."""
        fate = self._fate()
        seconds = self._world.chance.uniform(0.01, 0.3)
        await asyncio.sleep(seconds)
        match fate:
            case Fate.LIMITED:
                raise TooManyRequests("too many", timedelta(seconds=self._world.chance.choice((1, 4))))
            case Fate.REFUSED_CONNECTION:
                raise NotSent("no connection")
            case Fate.CUT_BEFORE | Fate.CUT_LATE | Fate.CUT_AFTER:
                raise Interrupted("no answer")
            case _:
                shown = self._world.server.shown(person_id, self._world.now)
        await asyncio.sleep(seconds)
        self._life.check()
        return shown

    def sent_clocking(self, clocking: Clocking) -> SentClocking:
        """As Clockings.sent_clocking."""
        return SentClocking(clocking.kind, clocking.wall_time, CODE)

    def _fate(self) -> Fate:
        world = self._world
        if world.now > TROUBLE_SECONDS or world.chance.random() > world.trouble:
            return Fate.FINE
        return world.chance.choices(FATES, WEIGHTS)[0]
