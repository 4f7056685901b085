"""The delivery loop: clockings go out, oldest first for each person, and each reaches Protime once.

What is known to be stored is never sent again; what may be stored is looked up first, after a settling time, since a
request that was given up can still arrive (docs/architecture.md).
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from terminal_app.clocking.clocking import DeliveryState, Moment
from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Outcome, Postponed, Refused
from terminal_app.clocking.matching import find_on_server
from terminal_app.courier.backoff import backoff_seconds
from terminal_app.courier.link_report import LinkReport, Reporter
from terminal_app.courier.masking import masked
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.errors import NotRecorded
from terminal_app.ledger.outbox import (
    claimed_of,
    doubt_interrupted,
    next_of_each_person,
    next_of_person,
    settle,
    start_sending,
)
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.protime.clockings import Clockings
from terminal_app.protime.errors import ProtimeError, Reach
from terminal_app.settings import DeliverySettings
from terminal_app.timekeeping.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
"""However silent the doorbell is."""
_HEADS_AT_A_TIME = 256
_SHORTEST_NAP_SECONDS = 0.005
_TELL_AFTER_SECONDS = 0.05


class Delivery:
    """The loop and its workers, one clocking each."""

    def __init__(
        self,
        storage: Storage,
        clockings: Clockings,
        settings: DeliverySettings,
        *,
        link: LinkReport,
        reporter: Reporter,
        clock: Clock,
        random: Callable[[], float],
        owner_of_badge: Callable[[str], Awaitable[int | None]] | None,
        on_settled: Callable[[], object],
    ) -> None:
        """Prepare. `owner_of_badge` asks Protime whose a badge is now; None: people are not named by their badge."""
        self._storage = storage
        self._clockings = clockings
        self._settings = settings
        self._link = link
        self._reporter = reporter
        self._clock = clock
        self._random = random
        self._owner_of_badge = owner_of_badge
        self._on_settled = on_settled
        self._began = time.monotonic()
        self._heads: deque[LedgerEntry] = deque()
        self._workers: dict[int, asyncio.Task[None]] = {}
        """By person: one clocking of each at a time."""
        self._answered: set[int] = set()
        """Whose request is answered, and the outcome not yet on the disk: the next of another person may go."""
        self._not_before: dict[int, float] = {}
        """By person, on the monotonic clock."""
        self._failures: dict[int, int] = {}
        """By person, in a row."""
        self._in_doubt_since: dict[int, float] = {}
        """By local number, on the monotonic clock; one from before the start counts from the start."""
        self._badge_moved: set[int] = set()
        """By local number: the badge is no longer that of the person, as Protime said, whatever the roster has."""
        self._look = True
        self._happened = asyncio.Event()
        self._broken: BaseException | None = None
        self._is_ending = False
        self._telling: asyncio.TimerHandle | None = None

    def look(self) -> None:
        """Look into the ledger now: something may have come."""
        self._look = True
        self._happened.set()

    async def run(self) -> None:
        """Deliver until cancelled; requests under way are then waited for, as long as one may take."""
        interrupted = await self._storage.write(lambda files: doubt_interrupted(files.ledger))
        self._began = time.monotonic()
        if interrupted:
            log.warning("interrupted-clockings count=%d", interrupted)
        try:
            while self._broken is None:
                if self._look:
                    await self._fetch()
                self._start_what_may_go()
                await self._reporter.report()  # a wish to wait may have come to somebody else's call
                await self._until_something_happens()
            raise self._broken
        finally:
            self._is_ending = True
            await self._end_workers()
            if self._telling is not None:
                self._tell()

    async def _fetch(self) -> None:
        self._look = False
        now = time.monotonic()
        self._not_before = {person: at for person, at in self._not_before.items() if at > now}
        busy = set(self._workers)
        most = _HEADS_AT_A_TIME + len(self._not_before) + len(busy)
        found = await self._storage.run(lambda files: next_of_each_person(files.ledger, most=most))
        # Who was busy when this was read may have gone on meanwhile.
        self._heads = deque(entry for entry in found if _person(entry) not in busy)
        if not found:
            await self._storage.rest()

    def _start_what_may_go(self) -> None:
        while self._heads and len(self._workers) - len(self._answered) < self._places():
            entry = self._heads.popleft()
            person_id = _person(entry)
            now = time.monotonic()
            if person_id in self._workers or self._not_before.get(person_id, 0.0) > now:
                continue
            wait_seconds = self._wait_seconds(entry, now)
            if wait_seconds > 0:
                self._not_before[person_id] = now + wait_seconds
                continue
            self._start(entry, person_id)

    def _places(self) -> int:
        if self._is_ending or self._broken is not None or self._link.pause_seconds() > 0:
            return 0
        return self._settings.parallel if self._link.is_up else 1

    def _wait_seconds(self, entry: LedgerEntry, now: float) -> float:
        if entry.state is DeliveryState.UNKNOWN:
            since = self._in_doubt_since.get(entry.sequence, self._began)
            return since + self._settings.settle_seconds - now
        if entry.waits_for_time:
            return LOOK_EVERY_SECONDS  # time_settling.py ends that
        return hold_back_left(entry.clocking.moment, self._clock.now(), self._settings.hold_back_seconds)

    def _start(self, entry: LedgerEntry, person_id: int) -> None:
        work = self._look_up(entry) if entry.state is DeliveryState.UNKNOWN else self._send(entry)
        task = asyncio.create_task(work, name=f"clocking-{entry.sequence}")
        self._workers[person_id] = task

        def ended(task: asyncio.Task[None]) -> None:
            del self._workers[person_id]
            self._answered.discard(person_id)
            if not task.cancelled():
                self._broken = self._broken or task.exception()
            if not self._heads:
                self._look = True
            self._happened.set()

        task.add_done_callback(ended)

    async def _until_something_happens(self) -> None:
        if not self._happened.is_set():
            try:
                async with asyncio.timeout(self._nap_seconds()):
                    await self._happened.wait()
            except TimeoutError:
                self._look = True
        self._happened.clear()

    def _nap_seconds(self) -> float:
        now = time.monotonic()
        times = [at - now for at in self._not_before.values() if at > now]
        if self._heads and self._link.pause_seconds() > 0:
            times.append(self._link.pause_seconds())
        return max(_SHORTEST_NAP_SECONDS, min([LOOK_EVERY_SECONDS, *times]))

    async def _end_workers(self) -> None:
        workers = list(self._workers.values())
        try:
            if workers:
                await asyncio.wait(workers, timeout=self._settings.request_seconds + 1)
        finally:
            for worker in workers:
                worker.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*workers, return_exceptions=True)

    async def _send(self, entry: LedgerEntry) -> None:
        try:
            started, reference = await self._storage.write_together(
                lambda files: start_sending(files.ledger, entry.sequence), lambda files: self._reference(files, entry)
            )
        except NotRecorded as error:
            # Without the mark on the disk nothing may leave.
            log.error("sending-not-marked sequence=%d %s", entry.sequence, error)
            self._failed(_person(entry))
            return
        if not started:  # taken back meanwhile
            self._look = True
            return
        sent = await self._clockings.create(entry.clocking, reference)
        outcome = sent.outcome
        if isinstance(outcome, InDoubt):
            self._in_doubt_since[entry.sequence] = time.monotonic()
        retry_after = None if isinstance(outcome, Confirmed | Refused) else outcome.retry_after
        self._link.delivered(sent.reach, sent.in_log, retry_after)
        self._answered.add(_person(entry))
        self._start_what_may_go()  # its mark and this outcome share a commit
        await self._keep(entry, outcome, sent.in_log)

    def _reference(self, files: Files, entry: LedgerEntry) -> str | None:
        """What the person is named by; None: by id."""
        person = files.roster.person(_person(entry))
        if self._owner_of_badge is None:
            return person.reference if person else None
        badge = entry.clocking.badge_number
        moved = entry.sequence in self._badge_moved or (person is not None and person.badge_number != badge)
        return None if moved else badge

    async def _look_up(self, entry: LedgerEntry) -> None:
        person_id = _person(entry)
        present = await self._storage.run(lambda files: next_of_person(files.ledger, person_id))
        if present is None or (present.sequence, present.state) != (entry.sequence, DeliveryState.UNKNOWN):
            self._look = True
            return
        try:
            outcome = await self._found(entry)
        except ProtimeError as error:
            # Refused for whatever cause, it will be again: the operator must see it, or the clocking waits unseen.
            reach = Reach.NOT_ALLOWED if error.reach is Reach.REACHED else error.reach
            self._link.delivered(reach, f"looking up clocking {entry.sequence}: {error.in_log}", error.retry_after)
            self._failed(person_id)
            await self._reporter.report()
            return
        self._link.delivered(Reach.REACHED, "")
        await self._keep(entry, outcome, outcome.explanation or "")

    async def _found(self, entry: LedgerEntry) -> Confirmed | Postponed:
        """Whether Protime has it, for the person or for whoever has the badge now. Raises ProtimeError."""
        person_id = _person(entry)
        found = await self._found_of(entry, person_id)
        if found is not None:
            return Confirmed(found)
        if self._owner_of_badge is not None:
            # Asked after the request: it named the person by the badge, which HR may have given away before it came.
            owner = await self._owner_of_badge(entry.clocking.badge_number)
            if owner != person_id:
                self._badge_moved.add(entry.sequence)
                found = None if owner is None else await self._found_of(entry, owner)
                if found is not None:
                    return Confirmed(found, f"Protime has it for person {owner}, who has the badge now")
        return Postponed("Protime does not have it")

    async def _found_of(self, entry: LedgerEntry, person_id: int) -> int | None:
        """The Protime id of the clocking among the records of one person."""
        records = await self._clockings.read_around(person_id, entry.clocking.wall_time.date)

        def claimed(files: Files) -> set[int]:
            return claimed_of(files.ledger, [record.protime_id for record in records])

        sent = self._clockings.sent_clocking(entry.clocking)
        found = find_on_server(sent, records, await self._storage.run(claimed))
        return found.protime_id if found else None

    async def _keep(self, entry: LedgerEntry, outcome: Outcome, in_log: str) -> None:
        """Write the outcome down, however long the disk refuses: nobody else knows it."""
        following = await self._insist(entry, outcome)
        self._note(entry, outcome, in_log)
        if following is not None:
            self._heads.append(following)
        await self._reporter.report()
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(_TELL_AFTER_SECONDS, self._tell)

    def _tell(self) -> None:
        """Once for all that were settled since the last time."""
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        self._on_settled()

    async def _insist(self, entry: LedgerEntry, outcome: Outcome) -> LedgerEntry | None:
        """Until it is written; gives the next clocking of that person."""
        failures = 0
        while True:
            try:
                _, following = await self._storage.write_together(
                    lambda files: settle(files.ledger, entry.sequence, outcome),
                    lambda files: next_of_person(files.ledger, _person(entry)),
                )
            except NotRecorded as error:
                failures += 1
                log.log(logging.ERROR if failures == 1 else logging.DEBUG, "outcome-not-written %s", error)
            else:
                return following
            await asyncio.sleep(self._backoff_seconds(failures))

    def _note(self, entry: LedgerEntry, outcome: Outcome, in_log: str) -> None:
        name, badge = entry.sequence, masked(entry.clocking.badge_number)
        if isinstance(outcome, Confirmed | Refused):
            self._badge_moved.discard(entry.sequence)
        if not isinstance(outcome, InDoubt):
            self._in_doubt_since.pop(entry.sequence, None)
        match outcome:
            case Confirmed(protime_id, odd):
                log.info("clocking-confirmed sequence=%d badge=%s protime_id=%d", name, badge, protime_id)
                if odd:
                    log.warning("clocking-of-another sequence=%d badge=%s %s", name, badge, odd)
                self._failures.pop(_person(entry), None)
            case Refused():
                log.warning("clocking-refused sequence=%d badge=%s %s", name, badge, in_log)
                self._failures.pop(_person(entry), None)
            case InDoubt():
                log.info("clocking-in-doubt sequence=%d badge=%s %s", name, badge, in_log)
            case Postponed():
                log.debug("clocking-postponed sequence=%d badge=%s %s", name, badge, in_log)
                self._failed(_person(entry))

    def _failed(self, person_id: int) -> None:
        self._failures[person_id] = self._failures.get(person_id, 0) + 1
        self._not_before[person_id] = time.monotonic() + self._backoff_seconds(self._failures[person_id])

    def _backoff_seconds(self, failures: int) -> float:
        return backoff_seconds(failures, self._settings.longest_pause_seconds, self._random)


def hold_back_left(read_at: Moment, now: Moment, hold_back_seconds: float) -> float:
    """How long the employee may still take the clocking back, in seconds; what was read in another boot is past it."""
    if read_at.boot_id != now.boot_id:
        return 0.0
    age_seconds = (now.boottime_ns - read_at.boottime_ns) / 1_000_000_000
    return min(max(hold_back_seconds - age_seconds, 0.0), hold_back_seconds)


def _person(entry: LedgerEntry) -> int:
    person_id = entry.clocking.person_id
    assert person_id is not None, "a clocking of nobody is held"  # noqa: S101
    return person_id
