"""What the kiosk does with the disk for a guest: identify, record, take back. Runs on the storage thread only."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from terminal_app.clocking.clocking import Clocking, ClockingKind, Moment
from terminal_app.clocking.person import in_service, person_of_badge
from terminal_app.clocking.proposal import LONGEST_PRESENCE, Proposal, propose
from terminal_app.clocking.repeats import SAME_READ_SECONDS, Repeat, is_within
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.kiosk.guest import AlreadyClocked, Answer, Badge, Guest, NotRecorded, Offer, Recorded, TakenBack
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.visit import Clock, MakeOffer, NoteRepeat, RecordChoice, Undo
from terminal_app.ledger import errors
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.reading import Waiting, waiting
from terminal_app.ledger.recording import in_outs_before, record, record_instead, undo
from terminal_app.ledger.suppressed import latest_of_badge, note_repeat
from terminal_app.roster.link import Link
from terminal_app.roster.look_up import Roster
from terminal_app.timekeeping.clock import Clock as ClockSource
from terminal_app.timekeeping.clock import uuid7

log = logging.getLogger(__name__)

CHECKPOINT_AFTER_RECORDINGS = 50


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """What the status line shows of storage and delivery."""

    waiting: Waiting | None
    """None: the ledger does not answer."""
    link: Link | None


class Desk:
    """The ledger and the roster at work for whoever stands there."""

    def __init__(
        self,
        ledger: LedgerDatabase,
        roster: Roster,
        clock: ClockSource,
        zone: ZoneInfo,
        *,
        keep_unknown: bool,
        same_booking_seconds: float,
    ) -> None:
        self._ledger = ledger
        self._roster = roster
        self._clock = clock
        self._zone = zone
        self._keep_unknown = keep_unknown
        self._same_booking_seconds = same_booking_seconds
        self._recordings = 0
        self._has_failed = False

    def clock(self, deed: Clock) -> Answer:
        """Identify the badge and record, unless it was the same a moment ago."""
        guest = self._guest(deed.badge)
        refusal = self._refusal(guest)
        if refusal:
            return NotRecorded(refusal, guest)
        return (None if deed.anyway else self._already(guest, deed.kind)) or self._record(
            RecordChoice(guest, deed.kind)
        )

    def note_repeat(self, deed: NoteRepeat) -> None:
        """Keep that a badge was read again; what fails here is not worth telling anybody."""
        badge = deed.badge
        try:
            latest = latest_of_badge(self._ledger, badge.number)
            is_it = latest is not None and is_within(SAME_READ_SECONDS, latest.moment, badge.moment)
            self._note(Repeat.SAME_READ, self._guest(badge), latest.sequence if latest and is_it else None)
        except Exception as error:  # noqa: BLE001
            log.warning("repeat-not-noted error=%s", type(error).__name__)

    def make_offer(self, deed: MakeOffer) -> Offer | Answer:
        """Identify the badge and gather what there is to choose."""
        guest = self._guest(deed.badge)
        refusal = self._refusal(guest)
        if refusal:
            return NotRecorded(refusal if deed.after is None else Refusal.NOTHING_TO_CHOOSE_BESIDES, guest)
        found = self._roster.reasons() if deed.kind is ClockingKind.REASON else self._roster.activities()
        return Offer(guest, deed.kind, tuple(found), deed.after)

    def record_choice(self, deed: RecordChoice) -> Answer:
        """Record what was chosen; nothing chosen is an in/out, which may have been the same a moment ago."""
        is_plain = deed.kind is ClockingKind.IN_OUT and deed.instead_of is None
        return (self._already(deed.guest, deed.kind) if is_plain else None) or self._record(deed)

    def undo(self, deed: Undo) -> Answer:
        """Take a clocking back, unless it has been sent."""
        guest = deed.recorded.guest
        try:
            done = undo(self._ledger, deed.recorded.sequence, at=self._clock.now().instant)
        except Exception as error:  # noqa: BLE001
            # As for a recording: the guest must hear that it did not happen.
            log.error("undo-failed error=%s", type(error).__name__)
            return NotRecorded(Refusal.STORAGE, guest)
        if not done:
            return NotRecorded(Refusal.TOO_LATE_TO_UNDO, guest)
        return TakenBack(guest, deed.recorded.kind, deed.recorded.label)

    def status(self) -> DeskStatus:
        """What waits, and how the courier sees the network; where a recording failed, whether one would now."""
        try:
            if self._has_failed:
                self._ledger.checkpoint()
                self._has_failed = False
            left = waiting(self._ledger.connection)
        except errors.NotRecorded as error:
            log.warning("storage-still-fails %s", error)
            return DeskStatus(None, self._roster.link())
        except Exception:
            log.exception("ledger-unreadable")
            return DeskStatus(None, self._roster.link())
        return DeskStatus(left, self._roster.link())

    def rest(self) -> None:
        """Nobody is here: carry the WAL over, if it is worth it."""
        if self._recordings >= CHECKPOINT_AFTER_RECORDINGS:
            self._recordings = 0
            try:
                self._ledger.checkpoint()
            except errors.NotRecorded as error:
                log.warning("checkpoint-failed %s", error)

    def close(self) -> None:
        """Close both files."""
        self._roster.close()
        self._ledger.close()

    def _guest(self, badge: Badge) -> Guest:
        wall_time = wall_time_of(badge.moment.instant, self._zone)
        person = person_of_badge(self._roster.people_of_badge(badge.number), wall_time.date)
        return Guest(badge, person, wall_time)

    def _refusal(self, guest: Guest) -> Refusal | None:
        if guest.person is None:
            return None if self._keep_unknown else Refusal.UNKNOWN_BADGE
        return None if in_service(guest.person, guest.wall_time.date) else Refusal.OUT_OF_SERVICE

    def _already(self, guest: Guest, kind: ClockingKind) -> AlreadyClocked | None:
        """The answer to a badge that repeats a booking; where that cannot be found out it is none."""
        badge = guest.badge
        try:
            latest = latest_of_badge(self._ledger, badge.number, kind)
            if latest is None or not is_within(self._same_booking_seconds, latest.moment, badge.moment):
                return None
            self._note(Repeat.SAME_BOOKING, guest, latest.sequence)
        except Exception as error:  # noqa: BLE001
            # Then it is recorded, or the guest hears from the recording that it is not.
            log.warning("repeat-not-noted error=%s", type(error).__name__)
            return None
        return AlreadyClocked(guest, kind, latest.minute)

    def _note(self, repeat: Repeat, guest: Guest, of: int | None) -> None:
        note_repeat(
            self._ledger,
            repeat,
            badge_number=guest.badge.number,
            person_id=guest.person.id if guest.person else None,
            moment=guest.badge.moment,
            reader=guest.badge.reader,
            of=of,
        )
        self._recordings += 1

    def _record(self, deed: RecordChoice) -> Answer:
        guest, moment = deed.guest, deed.guest.badge.moment
        clocking = Clocking(
            id=uuid7(moment.instant),
            badge_number=guest.badge.number,
            person_id=guest.person.id if guest.person else None,
            kind=deed.kind,
            moment=moment,
            wall_time=guest.wall_time,
            reader=guest.badge.reader,
            reason=deed.reason,
            activity_levels=deed.activity_levels,
        )
        try:
            proposal = self._proposal(guest, moment) if deed.kind is ClockingKind.IN_OUT else None
            sequence = (
                record(self._ledger, clocking)
                if deed.instead_of is None
                else record_instead(self._ledger, clocking, deed.instead_of)
            )
        except Exception as error:  # noqa: BLE001
            # Whatever went wrong, the guest must hear that it did; never "done".
            log.error("not-recorded reader=%s error=%s", guest.badge.reader, type(error).__name__)
            self._has_failed = True
            return NotRecorded(Refusal.STORAGE, guest)
        if sequence is None:
            return NotRecorded(Refusal.TOO_LATE_TO_UNDO, guest)
        self._recordings += 1
        label = deed.reason.name if deed.reason else " / ".join(level.name for level in deed.activity_levels)
        return Recorded(guest, deed.kind, sequence, label, proposal)

    def _proposal(self, guest: Guest, moment: Moment) -> Proposal:
        within: timedelta = 2 * LONGEST_PRESENCE
        return propose(moment.instant, list(in_outs_before(self._ledger, guest.badge.number, moment.instant, within)))
