"""The delivery loop: clockings go out, oldest first for each person, and each reaches Protime once.

What is known to be stored is never sent again; what may be stored is looked up first, after a settling time, since a
request that was given up can still arrive (docs/architecture.md).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from terminal_app.clocking.backoff import backoff_seconds
from terminal_app.clocking.delivery_state import (
    Ambiguous,
    Confirmed,
    Finding,
    InDoubt,
    Outcome,
    Postponed,
    Refused,
)
from terminal_app.clocking.matching import ServerRecord, Unclear, find_on_server
from terminal_app.clocking.schedule import Deed, Pace, Schedule, person_of
from terminal_app.courier.link_report import LinkReport, Reporter
from terminal_app.courier.masking import masked
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.errors import NotRecorded
from terminal_app.ledger.look_up import is_in_doubt_for, not_these
from terminal_app.ledger.outbox import (
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

_TELL_AFTER_SECONDS = 0.05


class Delivery:
    """The loop and its workers, one clocking each; whose turn it is, is for `Schedule` to say."""

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
        settle_seconds: Callable[[], float],
        on_settled: Callable[[], object],
        on_created: Callable[[LedgerEntry, int], object],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare. `owner_of_badge` asks Protime whose a badge is now; None: people are not named by their badge.

        `settle_seconds` tells how long to wait after an unknown outcome; `on_created` is told of each clocking that
        Protime answered with 201, and of its id there.
        """
        self._storage = storage
        self._clockings = clockings
        self._settings = settings
        self._link = link
        self._reporter = reporter
        self._clock = clock
        self._random = random
        self._owner_of_badge = owner_of_badge
        self._settle_seconds = settle_seconds
        self._on_settled = on_settled
        self._on_created = on_created
        self._monotonic = monotonic
        pace = Pace(settings.parallel, settings.hold_back_seconds, settings.longest_pause_seconds)
        self._schedule: Schedule[LedgerEntry] = Schedule(pace, random, settle_seconds=settle_seconds(), now=monotonic())
        self._workers: set[asyncio.Task[None]] = set()
        self._requests = asyncio.Semaphore(settings.parallel)
        """Others are marked meanwhile, so that a request never waits for the disk."""
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
        self._schedule.settle_seconds = self._settle_seconds()
        most = self._schedule.before_look(self._monotonic())
        found = await self._storage.run(lambda files: next_of_each_person(files.ledger, most=most))
        self._schedule.looked(found)
        if not found:
            await self._storage.rest()

    def _start_what_may_go(self) -> None:
        if not (self._schedule.has_heads and (places := self._places())):
            return
        now, moment = self._monotonic(), self._clock.now()
        while (found := self._schedule.next(places, now, moment)) is not None:
            self._start(*found)

    def _places(self) -> int:
        if self._is_ending or self._broken is not None:
            return 0
        return self._schedule.places(pause_seconds=self._link.pause_seconds(), is_up=self._link.is_up)

    def _start(self, entry: LedgerEntry, deed: Deed) -> None:
        work = self._look_up(entry) if deed is Deed.LOOK_UP else self._send(entry)
        task = asyncio.create_task(work, name=f"clocking-{entry.sequence}")
        self._workers.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._workers.discard(task)
            self._schedule.ended(entry)
            if not task.cancelled():
                self._broken = self._broken or task.exception()
            if not self._schedule.has_heads:
                self._look = True
            self._happened.set()

        task.add_done_callback(ended)

    async def _until_something_happens(self) -> None:
        if not self._happened.is_set():
            nap_seconds = self._schedule.nap_seconds(self._monotonic(), pause_seconds=self._link.pause_seconds())
            try:
                async with asyncio.timeout(nap_seconds):
                    await self._happened.wait()
            except TimeoutError:
                self._look = True
        self._happened.clear()

    async def _end_workers(self) -> None:
        workers = list(self._workers)
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
            self._schedule.failed(entry, self._monotonic())
            return
        if not started:  # taken back meanwhile
            self._look = True
            return
        async with self._requests:
            sent = await self._clockings.create(entry.clocking, reference)
        outcome = sent.outcome
        retry_after = None if isinstance(outcome, Confirmed | Refused) else outcome.retry_after
        self._link.delivered(sent.reach, sent.in_log, retry_after)
        self._schedule.answered(entry, outcome, self._monotonic())
        self._start_what_may_go()  # its mark and this outcome share a commit
        if isinstance(outcome, Confirmed):
            self._on_created(entry, outcome.protime_id)
        await self._keep(entry, outcome, sent.in_log)

    def _reference(self, files: Files, entry: LedgerEntry) -> str | None:
        """What the person is named by; None: by id."""
        person = files.roster.person(person_of(entry))
        if self._owner_of_badge is None:
            return person.reference if person else None
        badge = entry.clocking.badge_number
        moved = entry.sequence in self._badge_moved or (person is not None and person.badge_number != badge)
        return None if moved else badge

    async def _look_up(self, entry: LedgerEntry) -> None:
        present = await self._storage.run(lambda files: next_of_person(files.ledger, person_of(entry)))
        if present is None or (present.sequence, present.state) != (entry.sequence, entry.state):
            self._look = True
            return
        try:
            finding = await self._found(entry)
        except ProtimeError as error:
            # Refused for whatever cause, it will be again: the operator must see it, or the clocking waits unseen.
            reach = Reach.NOT_ALLOWED if error.reach is Reach.REACHED else error.reach
            self._link.delivered(reach, f"looking up clocking {entry.sequence}: {error.in_log}", error.retry_after)
            self._schedule.failed(entry, self._monotonic())
            await self._reporter.report()
            return
        self._link.delivered(Reach.REACHED, "")
        if finding is None:
            self._schedule.failed(entry, self._monotonic())
            return
        await self._keep(entry, finding, finding.explanation or "")

    async def _found(self, entry: LedgerEntry) -> Finding | None:
        """Whether Protime has it, for the person or for whoever has the badge now. Raises ProtimeError.

        None: not to be told yet, since that owner's own clocking of the same minute is under way too.
        """
        person_id = person_of(entry)
        found = await self._found_of(entry, person_id)
        if found is None and self._owner_of_badge is not None:
            # Asked after the request: it named the person by the badge, which HR may have given away before it came.
            owner = await self._owner_of_badge(entry.clocking.badge_number)
            if owner != person_id:
                self._badge_moved.add(entry.sequence)
                if owner is not None:
                    return await self._found_of_owner(entry, owner)
        return _finding(found)

    async def _found_of_owner(self, entry: LedgerEntry, owner: int) -> Finding | None:
        """Whether it came to whoever has the badge now."""
        found = await self._found_of(entry, owner)
        if found is not None and await self._storage.run(lambda files: is_in_doubt_for(files.ledger, entry, owner)):
            return None
        return _finding(found, f"Protime has it for person {owner}, who has the badge now")

    async def _found_of(self, entry: LedgerEntry, person_id: int) -> ServerRecord | Unclear | None:
        """The clocking among the records of one person."""
        records = await self._clockings.read_around(person_id, entry.clocking.wall_time.date)

        def excluded(files: Files) -> set[int]:
            return not_these(files.ledger, entry.sequence, [record.protime_id for record in records])

        sent = self._clockings.sent_clocking(entry.clocking)
        return find_on_server(sent, records, await self._storage.run(excluded))

    async def _keep(self, entry: LedgerEntry, outcome: Outcome | Finding, in_log: str) -> None:
        """Write the outcome down, however long the disk refuses: nobody else knows it."""
        is_kept, following = await self._insist(entry, outcome)
        if is_kept:
            self._note(entry, outcome, in_log)
            self._schedule.settled(entry, outcome, following, self._monotonic())
        else:  # another clocking was faster to claim the record: to be looked up again
            log.info("claimed-meanwhile sequence=%d", entry.sequence)
            self._schedule.failed(entry, self._monotonic())
        await self._reporter.report()
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(_TELL_AFTER_SECONDS, self._tell)

    def _tell(self) -> None:
        """Once for all that were settled since the last time."""
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        self._on_settled()

    async def _insist(self, entry: LedgerEntry, outcome: Outcome | Finding) -> tuple[bool, LedgerEntry | None]:
        """Until it is written; gives whether it was kept, and the next clocking of that person."""
        failures = 0
        while True:
            try:
                return await self._storage.write_together(
                    lambda files: settle(files.ledger, entry.sequence, outcome),
                    lambda files: next_of_person(files.ledger, person_of(entry)),
                )
            except NotRecorded as error:
                failures += 1
                log.log(logging.ERROR if failures == 1 else logging.DEBUG, "outcome-not-written %s", error)
            await asyncio.sleep(backoff_seconds(failures, self._settings.longest_pause_seconds, self._random))

    def _note(self, entry: LedgerEntry, outcome: Outcome | Finding, in_log: str) -> None:
        name, badge = entry.sequence, masked(entry.clocking.badge_number)
        if isinstance(outcome, Confirmed | Refused):
            self._badge_moved.discard(entry.sequence)
        match outcome:
            case Confirmed(protime_id, odd):
                log.info("clocking-confirmed sequence=%d badge=%s protime_id=%d", name, badge, protime_id)
                if odd:
                    log.warning("clocking-of-another sequence=%d badge=%s %s", name, badge, odd)
            case Refused():
                log.warning("clocking-refused sequence=%d badge=%s %s", name, badge, in_log)
            case Ambiguous(_, protime_ids):
                listed = ",".join(map(str, protime_ids))
                log.warning("clocking-ambiguous sequence=%d badge=%s protime_ids=%s", name, badge, listed)
            case InDoubt():
                log.info("clocking-in-doubt sequence=%d badge=%s %s", name, badge, in_log)
            case Postponed():
                log.debug("clocking-postponed sequence=%d badge=%s %s", name, badge, in_log)


def _finding(found: ServerRecord | Unclear | None, odd: str | None = None) -> Finding:
    match found:
        case None:
            return Postponed("Protime does not have it")
        case Unclear(records, explanation):
            explanation = f"{explanation}. {odd}" if odd else explanation
            return Ambiguous(explanation, tuple(record.protime_id for record in records))
        case _:
            return Confirmed(found.protime_id, odd)
