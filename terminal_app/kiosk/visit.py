"""One person at the terminal: a pure state machine. Events in, the next state and what to do out; no I/O, no clock.

Times are monotonic seconds, given with each event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from terminal_app.clocking.choices import (
    ActivityDefinition,
    ReasonDefinition,
    activities_to_choose,
    reasons_to_choose,
)
from terminal_app.clocking.clocking import ActivityLevel, ClockingKind, Reason
from terminal_app.clocking.repeats import LatestReads
from terminal_app.kiosk.guest import AlreadyClocked, Answer, Badge, Definition, Guest, NotRecorded, Offer, Recorded
from terminal_app.kiosk.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is here."""


@dataclass(frozen=True, slots=True)
class AwaitingBadge:
    """A tile was pressed; the badge comes next."""

    kind: ClockingKind
    until: float


@dataclass(frozen=True, slots=True)
class Choosing:
    """A guest picks a reason, or an activity level by level."""

    offer: Offer
    choices: tuple[Definition, ...]
    picked: tuple[ActivityLevel, ...]
    language: str
    until: float


@dataclass(frozen=True, slots=True)
class Answering:
    """The answer is on the screen."""

    answer: Answer
    until: float


State = Idle | AwaitingBadge | Choosing | Answering


@dataclass(frozen=True, slots=True)
class Clock:
    """Do: identify the badge and, if its owner may, record this kind."""

    badge: Badge
    kind: ClockingKind
    anyway: bool = False
    """Also where it repeats the same booking: the guest means it."""


@dataclass(frozen=True, slots=True)
class NoteRepeat:
    """Do: keep that the badge was read again and nothing was recorded; the screen stays as it is."""

    badge: Badge


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Do: find out who it is and what there is to choose."""

    badge: Badge
    kind: ClockingKind
    after: int | None = None
    """The in/out that the guest has recorded already with this badge."""


@dataclass(frozen=True, slots=True)
class RecordChoice:
    """Do: record what was chosen."""

    guest: Guest
    kind: ClockingKind
    reason: Reason | None = None
    activity_levels: tuple[ActivityLevel, ...] = ()
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """Do: take the clocking back."""

    recorded: Recorded


Deed = Clock | NoteRepeat | MakeOffer | RecordChoice | Undo


@dataclass(frozen=True, slots=True)
class Times:
    """How long each state lasts, in seconds."""

    answer: float
    choice: float
    tile: float
    hold_back: float
    """How long after the badge nothing is sent, so that a reason can take an in/out's place."""


_SENDING_MARGIN_SECONDS = 1.0
"""Before the courier may send, a list that would replace what is sent must be closed."""


class Visit:
    """The state, and what each event makes of it. Every method returns what is to be done, in this order."""

    def __init__(
        self,
        times: Times,
        *,
        first_language: str,
        levels: int,
        kinds_of_readers: Mapping[str, ClockingKind] = MappingProxyType({}),
    ) -> None:
        """`kinds_of_readers`: what a badge at these readers means where no tile was pressed."""
        self.state: State = Idle()
        self._kinds_of_readers = kinds_of_readers
        self._times = times
        self._first_language = first_language
        self._levels = levels
        self._reads = LatestReads()

    def language_of(self, guest: Guest | None) -> str:
        """The language in which a guest is spoken to."""
        person = guest.person if guest else None
        return (person.language if person else None) or self._first_language

    def badge(self, badge: Badge) -> list[Deed]:
        """A badge was read, whatever is on the screen: it takes over at once."""
        # Whoever pressed a tile since means it.
        repeats = self._reads.repeats(badge.number, badge.moment.monotonic_ns)
        if repeats and not isinstance(self.state, AwaitingBadge):
            # The first of a row stands for all: whoever plays with a badge must not fill the disk.
            return [NoteRepeat(badge)] if self._reads.in_a_row(badge.number) == 1 else []
        usual = self._kinds_of_readers.get(badge.reader, ClockingKind.IN_OUT)
        kind = self.state.kind if isinstance(self.state, AwaitingBadge) else usual
        deeds = self._walk_away()
        self.state = Idle()
        if kind in (ClockingKind.REASON, ClockingKind.ACTIVITY):
            return [*deeds, MakeOffer(badge, kind)]
        return [*deeds, Clock(badge, kind)]

    def tile(self, kind: ClockingKind, now: float) -> list[Deed]:
        """A tile was pressed: for the guest who just clocked, or ahead of the next badge."""
        match self.state:
            case Choosing():
                return []
            case Answering(Recorded(guest=guest, kind=ClockingKind.IN_OUT) as recorded, _) if self._may_offer(
                kind, guest, now
            ):
                return [MakeOffer(guest.badge, kind, after=recorded.sequence)]
            case Answering(AlreadyClocked(guest=guest, kind=same), _) if kind is same:
                self.state = Idle()
                return [Clock(guest.badge, kind, anyway=True)]
            case Answering() if kind is ClockingKind.IN_OUT:
                return []
            case _:
                # Nothing on the screen would say for whom an end of activity is: it asks for the badge.
                self.state = AwaitingBadge(kind, now + self._times.tile)
                return []

    def _may_offer(self, kind: ClockingKind, guest: Guest, now: float) -> bool:
        return kind is ClockingKind.ACTIVITY or (kind is ClockingKind.REASON and now < self._replaceable_until(guest))

    def _replaceable_until(self, guest: Guest) -> float:
        return guest.badge.moment.monotonic_ns / 1e9 + self._times.hold_back - _SENDING_MARGIN_SECONDS

    def offered(self, offer: Offer, now: float) -> list[Deed]:
        """The guest is known and may choose."""
        deeds = self._walk_away()
        language = self.language_of(offer.guest)
        choices = self._choices(offer, (), language)
        if not choices:
            refusal = Refusal.NOTHING_TO_CHOOSE if offer.after is None else Refusal.NOTHING_TO_CHOOSE_BESIDES
            return [*deeds, *self.answered(NotRecorded(refusal, offer.guest), now)]
        until = now + self._times.choice
        if offer.kind is ClockingKind.REASON and offer.after is not None:
            until = min(until, self._replaceable_until(offer.guest))
        self.state = Choosing(offer, choices, (), language, until)
        return deeds

    def answered(self, answer: Answer, now: float) -> list[Deed]:
        """There is an answer to show."""
        deeds = self._walk_away()
        if not isinstance(answer, Recorded | AlreadyClocked) and answer.guest is not None:
            self._reads.forget(answer.guest.badge.number)  # whoever tries again at once means it
        self.state = Answering(answer, now + self._times.answer)
        return deeds

    def pick(self, index: int, now: float) -> list[Deed]:
        """The choice at `index` (from 0) was picked."""
        state = self.state
        if not isinstance(state, Choosing) or not 0 <= index < len(state.choices):
            return []
        choice, offer = state.choices[index], state.offer
        name = choice.name.in_language(state.language)
        if isinstance(choice, ReasonDefinition):
            self.state = Idle()
            # A reason says why one goes: it stands for the in/out before it. An activity comes on top of it.
            reason = Reason(choice.id, choice.code, name)
            return [RecordChoice(offer.guest, offer.kind, reason=reason, instead_of=offer.after)]
        level = ActivityLevel(choice.level, choice.id, choice.data_entry_code, choice.external_reference, name)
        picked = (*state.picked, level)
        choices = self._choices(offer, picked, state.language) if len(picked) < self._levels else ()
        if choices:
            self.state = replace(state, choices=choices, picked=picked, until=now + self._times.choice)
            return []
        self.state = Idle()
        return [RecordChoice(offer.guest, offer.kind, activity_levels=picked)]

    def back(self, now: float) -> list[Deed]:
        """Esc: one level back, or out; what was chosen half is not recorded."""
        match self.state:
            case Choosing(picked=picked) as state if picked:
                former = picked[:-1]
                choices = self._choices(state.offer, former, state.language)
                self.state = replace(state, choices=choices, picked=former, until=now + self._times.choice)
            case Choosing(offer=offer):
                cancelled = Answering(NotRecorded(Refusal.CANCELLED, offer.guest), now + self._times.answer)
                self.state = cancelled if offer.after is None else Idle()
            case _:
                self.state = Idle()
        return []

    def undo(self) -> list[Deed]:
        """The guest takes back what the answer says."""
        match self.state:
            case Answering(Recorded() as recorded, _):
                self.state = Idle()  # a key that repeats must not be told "too late" about its own undo
                return [Undo(recorded)]
            case _:
                return []

    def tick(self, now: float) -> list[Deed]:
        """Time has passed: every state falls back to idle by itself."""
        if isinstance(self.state, Idle) or now < self.state.until:
            return []
        deeds = self._walk_away()
        self.state = Idle()
        return deeds

    def _walk_away(self) -> list[Deed]:
        """Whoever leaves a list without choosing has clocked all the same: a plain in/out, from the badge's minute."""
        if isinstance(self.state, Choosing) and self.state.offer.after is None:
            offer, self.state = self.state.offer, Idle()
            return [RecordChoice(offer.guest, ClockingKind.IN_OUT)]
        return []

    def _choices(self, offer: Offer, picked: tuple[ActivityLevel, ...], language: str) -> tuple[Definition, ...]:
        if offer.kind is ClockingKind.REASON:
            reasons = (one for one in offer.definitions if isinstance(one, ReasonDefinition))
            return tuple(reasons_to_choose(reasons, language))
        return tuple(
            activities_to_choose(
                (one for one in offer.definitions if isinstance(one, ActivityDefinition)),
                level=len(picked) + 1,
                parent_id=picked[-1].id if picked else None,
                day=offer.guest.wall_time.date,
                language=language,
            )
        )
