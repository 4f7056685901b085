"""What the kiosk does with the disk for a guest: identify, record, take back. Runs on the storage thread only."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from terminal_app.clocking.clocking import Clocking, ClockingKind, Moment
from terminal_app.clocking.direction import Direction
from terminal_app.clocking.doubtful_time import in_seconds
from terminal_app.clocking.evidence import joined
from terminal_app.clocking.person import in_service, person_of_badge
from terminal_app.clocking.proposal import LONGEST_PRESENCE, Proposal, propose
from terminal_app.clocking.repeats import SAME_READ_SECONDS, Repeat, is_within
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.kiosk.choices_at_desk import ChoiceRules, ChoicesAtDesk
from terminal_app.kiosk.day_at_desk import day_of
from terminal_app.kiosk.deeds import BookDirect, Clock, MakeOffer, NoteRepeat, RecordChoice, ShowDay, Undo
from terminal_app.kiosk.guest import (
    WHOLE_NAME,
    AlreadyClocked,
    Answer,
    Badge,
    Day,
    Guest,
    Habits,
    Naming,
    NotRecorded,
    Offer,
    Recorded,
    TakenBack,
)
from terminal_app.kiosk.memory import Memory
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.site_messages import Message, SiteMessages
from terminal_app.ledger import errors
from terminal_app.ledger.anchors import keep_anchor, latest_of_boot, latest_with_battery_clock
from terminal_app.ledger.aside import is_damage_told
from terminal_app.ledger.chain import receipt_of_clocking
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.reading import Waiting, waiting
from terminal_app.ledger.recording import in_outs_before, record, record_instead, take_back_refused, undo
from terminal_app.ledger.reserve import fullness
from terminal_app.ledger.suppressed import latest_of_badge, note_repeat
from terminal_app.roster.link import Link
from terminal_app.roster.look_up import Roster
from terminal_app.timekeeping.clock import Clock as ClockSource
from terminal_app.timekeeping.clock import uuid7
from terminal_app.timekeeping.watch import TimeWatch

if TYPE_CHECKING:
    from terminal_app.kiosk.admin.desk import Facts
    from terminal_app.ledger.mirror import Mirror

log = logging.getLogger(__name__)

CHECKPOINT_AFTER_RECORDINGS = 50


class DeskStatus(NamedTuple):
    """What the status line shows of storage and delivery."""

    waiting: Waiting | None
    """None: the ledger does not answer."""
    link: Link | None
    is_time_doubtful: bool = False
    is_ledger_damaged: bool = False
    """A damaged one was salvaged and is still kept in the folder."""
    disk_percent: int = 0
    """How full it is."""
    is_mirror_missing: bool = False
    """The settings name one, and it is not there or fails."""


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
        watch: TimeWatch | None = None,
        mirror: "Mirror | None" = None,
        fullness: Callable[[Path], int] = fullness,
        directions_of_readers: Mapping[str, Direction] = MappingProxyType({}),
        naming: Naming = WHOLE_NAME,
        memory: Memory | None = None,
        choices: ChoiceRules = ChoiceRules(),  # noqa: B008 # frozen
    ) -> None:
        """Each clocking goes to the `mirror` too; `fullness` tells how full the disk of a folder is, in per cent.

        Without a `watch` nothing is noted of how right the clock is. Readers of `directions_of_readers` say themselves
        which way a person goes.
        """
        self._ledger = ledger
        self._directions_of_readers = directions_of_readers
        self._roster = roster
        self._clock = clock
        self._zone = zone
        self._keep_unknown = keep_unknown
        self._watch = watch
        self._mirror = mirror
        self._fullness = fullness
        self._same_booking_seconds = same_booking_seconds
        self._naming = naming
        self._memory = memory
        self._recordings = 0
        self._has_failed = False
        self._choices = ChoicesAtDesk(ledger, roster, choices)
        self._first_language = choices.languages[0]

    def clock(self, deed: Clock) -> Answer:
        """Identify the badge and record, unless it was the same a moment ago."""
        guest = self._guest(deed.badge)
        refusal = self._refusal(guest, deed.only_for)
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
        refusal = self._refusal(guest, deed.only_for)
        if refusal:
            return NotRecorded(refusal if deed.after is None else Refusal.NOTHING_TO_CHOOSE_BESIDES, guest)
        return self._choices.offer(guest, deed.kind, deed.after)

    def book_direct(self, deed: BookDirect) -> Answer:
        """Identify the badge and record what a tile stands for, unless it was the same a moment ago."""
        guest = self._guest(deed.badge)
        is_beside = deed.instead_of is not None
        refusal = self._refusal(guest, deed.only_for)
        found = None if refusal else self._choices.found(guest, deed.direct)
        if found is None:
            nothing = Refusal.NOTHING_TO_CHOOSE_BESIDES if is_beside else Refusal.NOTHING_TO_CHOOSE
            return NotRecorded(refusal or nothing, guest)
        return self._record(RecordChoice(guest, found.kind, found.reason, found.activity_levels, deed.instead_of))

    def show_day(self, deed: ShowDay) -> Day | Answer:
        """Identify the badge and gather its owner's day; nothing is recorded. Raises LedgerUnusable."""
        guest = self._guest(deed.badge)
        if guest.person is None:
            return NotRecorded(Refusal.NO_DAY, guest)
        language = guest.person.language or self._first_language
        return day_of(
            self._ledger, self._roster, guest, now=self._clock.now().instant, zone=self._zone, language=language
        )

    @property
    def ledger(self) -> LedgerDatabase:
        """For an administrator's decisions."""
        return self._ledger

    def admin_facts(self) -> "Facts":
        """What the administrator's screen shows. Raises LedgerUnusable."""
        from terminal_app.kiosk.admin.desk import facts  # noqa: PLC0415 # seldom

        return facts(self._ledger, self._roster, self._watch, self._clock.now().instant)

    def habits(self, recorded: Recorded) -> Habits:
        """What the guest may add with one touch, and the receipt; what fails here is not worth telling anybody."""
        try:
            receipt = receipt_of_clocking(self._ledger.connection, recorded.sequence)
            is_plain = recorded.kind is ClockingKind.IN_OUT and recorded.guest.person is not None
            return Habits(self._choices.recent(recorded.guest) if is_plain else (), receipt)
        except Exception as error:  # noqa: BLE001
            log.warning("habits-not-found error=%s", type(error).__name__)
            return Habits()

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
        if self._mirror is not None:
            self._mirror.keep(self._ledger.connection, [deed.recorded.sequence])
        return TakenBack(guest, deed.recorded.kind, deed.recorded.label)

    def status(self) -> DeskStatus:
        """What waits, and how the courier sees the network; where a recording failed, whether one would now.

        It looks at the clock too, and keeps an anchor where one is due.
        """
        folder = self._ledger.path.parent
        return DeskStatus(
            self._waiting(),
            self._roster.link(),
            is_time_doubtful=self._watch_time(),
            is_ledger_damaged=is_damage_told(folder),
            disk_percent=self._disk_percent(folder),
            is_mirror_missing=self._mirror is not None and self._mirror.is_missing,
        )

    def _waiting(self) -> Waiting | None:
        try:
            if self._has_failed:
                self._ledger.checkpoint()  # opens and checks the file anew, where the failure gives cause
                take_back_refused(self._ledger, at=self._clock.now().instant)
                self._has_failed = False
            return waiting(self._ledger.connection)
        except errors.NotRecorded as error:
            log.warning("storage-still-fails %s", error)
        except Exception as error:
            log.exception("ledger-unreadable")
            self._ledger.suspect(error)
            self._has_failed = True
        return None

    def _watch_time(self) -> bool:
        watch = self._watch
        if watch is None:
            return False
        try:
            self._learn_time(watch)
            anchor = watch.look()
            if anchor is not None:
                keep_anchor(self._ledger, anchor)
                self._learn_time(watch)
                log.info("clock-verified off_by_at_most=%s", in_seconds(anchor.error))
        except errors.LedgerError as error:
            log.warning("anchor-not-kept %s", error)
        return watch.quality().is_doubtful

    def _learn_time(self, watch: TimeWatch) -> None:
        boot_id = self._clock.now().boot_id
        watch.learn(latest_of_boot(self._ledger.rows, boot_id), latest_with_battery_clock(self._ledger.rows, boot_id))

    def _disk_percent(self, folder: Path) -> int:
        try:
            return self._fullness(folder)
        except OSError:  # the ledger's own failure tells more
            return 0

    def remember_language(self, person_id: int, language: str) -> None:
        """From now on the person is spoken to in this language."""
        if self._memory is not None:
            self._memory.remember_language(person_id, language)

    def unseen(self, messages: Sequence[Message], person_id: int) -> Message | None:
        """The first of them that the person has not seen, which counts as seen from now on."""
        if self._memory is None:
            return None
        for message in messages:
            if not self._memory.has_seen(message.mark, person_id):
                self._memory.note_seen(message.mark, person_id)
                return message
        return None

    def forget_messages(self, messages: SiteMessages) -> None:
        """Only these are told from now on."""
        if self._memory is not None:
            self._memory.forget_messages(one.mark for one in messages.messages)

    def rest(self) -> None:
        """Nobody is here: carry the WAL over, if it is worth it."""
        if self._recordings >= CHECKPOINT_AFTER_RECORDINGS:
            self._recordings = 0
            try:
                self._ledger.checkpoint()
            except errors.NotRecorded as error:
                log.warning("checkpoint-failed %s", error)

    def close(self) -> None:
        """Close the files."""
        if self._mirror is not None:
            self._mirror.close()
        self._roster.close()
        if self._memory is not None:
            self._memory.close()
        self._ledger.close()

    def _guest(self, badge: Badge) -> Guest:
        wall_time = wall_time_of(badge.moment.instant, self._zone)
        person = person_of_badge(self._roster.people_of_badge(badge.number), wall_time.date)
        chosen = self._memory.language_of(person.id) if self._memory and person else None
        if person is not None and chosen is not None:
            person = replace(person, language=chosen)
        quality = self._watch.quality(badge.moment) if self._watch else None
        return Guest(badge, person, wall_time, quality, self._naming)

    def _refusal(self, guest: Guest, only_for: tuple[int, ...] = ()) -> Refusal | None:
        if guest.person is None:
            return None if self._keep_unknown else Refusal.UNKNOWN_BADGE
        if not in_service(guest.person, guest.wall_time.date):
            return Refusal.OUT_OF_SERVICE
        return Refusal.NOT_FOR_YOU if only_for and guest.person.terminal_group_id not in only_for else None

    def _already(self, guest: Guest, kind: ClockingKind) -> AlreadyClocked | None:
        """The answer to a badge that repeats a booking; where that cannot be found out it is none."""
        badge = guest.badge
        if not self._same_booking_seconds:
            return None
        try:
            latest = latest_of_badge(self._ledger, badge.number, kind)
            if latest is None or not is_within(self._same_booking_seconds, latest.moment, badge.moment):
                return None
            if kind is ClockingKind.IN_OUT and self._went_the_other_way(latest.reader, badge.reader):
                return None
            self._note(Repeat.SAME_BOOKING, guest, latest.sequence)
        except Exception as error:  # noqa: BLE001
            # Then it is recorded, or the guest hears from the recording that it is not.
            log.warning("repeat-not-noted error=%s", type(error).__name__)
            return None
        return AlreadyClocked(guest, kind, latest.minute)

    def _went_the_other_way(self, former: str, reader: str) -> bool:
        """Whether these readers say that one was in and the other is out: in through one door and out by the next."""
        ways = {self._directions_of_readers.get(former), self._directions_of_readers.get(reader)}
        return ways == {Direction.IN, Direction.OUT}

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
            time=guest.time,
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
            self._ledger.told_not_recorded.add(clocking.id.bytes)
            return NotRecorded(Refusal.STORAGE, guest)
        if sequence is None:
            return NotRecorded(Refusal.TOO_LATE_TO_UNDO, guest)
        self._recordings += 1
        if self._mirror is not None:
            former = [] if deed.instead_of is None else [deed.instead_of]
            self._mirror.keep(self._ledger.connection, [sequence, *former])
        label = deed.reason.name if deed.reason else " / ".join(level.name for level in deed.activity_levels)
        return Recorded(guest, deed.kind, sequence, label, proposal)

    def _proposal(self, guest: Guest, moment: Moment) -> Proposal:
        if fixed := self._directions_of_readers.get(guest.badge.reader):
            return Proposal(fixed, None)
        within: timedelta = 2 * LONGEST_PRESENCE
        own = in_outs_before(self._ledger, guest.badge.number, moment, within)
        synced = self._roster.clockings_of(guest.person.id) if guest.person else []
        today = guest.wall_time.date
        return propose(joined(own, synced, moment.instant, self._zone) if synced else own, today)
