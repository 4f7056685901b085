"""One person at the terminal: a pure state machine. Events in, the next state and what to do out; no I/O, no clock.

Times are monotonic seconds, given with each event.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from terminal_app.clocking.choices import ReasonDefinition
from terminal_app.clocking.clocking import ActivityLevel, ClockingKind, Reason
from terminal_app.clocking.combination import Combination, level_of
from terminal_app.clocking.repeats import LatestReads
from terminal_app.kiosk.choosing import Listing, list_of, with_letter, without_letter, without_letters
from terminal_app.kiosk.deeds import BookDirect, Clock, Deed, MakeOffer, NoteRepeat, RecordChoice, ShowDay, Undo
from terminal_app.kiosk.guest import AlreadyClocked, Answer, Badge, Day, Guest, Habits, NotRecorded, Offer, Recorded
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.states import (
    AdminDoor,
    AdminOpen,
    Answering,
    AwaitingBadge,
    Choosing,
    Idle,
    LookingAtDay,
    State,
    Times,
    Waiting,
)
from terminal_app.kiosk.wishes import Direct, Look, Wish

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
        admin_badges: frozenset[str] = frozenset(),
        kinds_of_readers: Mapping[str, ClockingKind] = MappingProxyType({}),
    ) -> None:
        """`kinds_of_readers`: what a badge at these readers means where no tile was pressed."""
        self.state: State = Idle()
        self._kinds_of_readers = kinds_of_readers
        self._times = times
        self._first_language = first_language
        self._levels = levels
        self._admin_badges = admin_badges
        self._reads = LatestReads()

    def language_of(self, guest: Guest | None) -> str:
        """The language in which a guest is spoken to."""
        person = guest.person if guest else None
        return (person.language if person else None) or self._first_language

    def speak_first(self, language: str) -> None:
        """Whoever has no language of their own is spoken to in this one."""
        self._first_language = language

    def speak(self, language: str, now: float) -> None:
        """The guest of the answer wants to be spoken to in this language; the answer stays anew."""
        match self.state:
            case Answering(answer=answer) if answer.guest is not None and answer.guest.person is not None:
                person = replace(answer.guest.person, language=language)
                guest = answer.guest._replace(person=person)
                self.state = self.state._replace(answer=answer._replace(guest=guest), until=now + self._times.answer)
            case _:
                pass

    def prolong(self, answer: Answer, until: float) -> None:
        """An answer that is still there stays longer."""
        if isinstance(self.state, Answering) and self.state.answer is answer:
            self.state = self.state._replace(until=until)

    def badge(self, badge: Badge) -> list[Deed]:
        """A badge was read, whatever is on the screen: it takes over at once."""
        if isinstance(self.state, AdminOpen) and self.state.is_testing:
            return []
        if isinstance(self.state, AdminDoor) and badge.number in self._admin_badges:
            self.open_admin(f"badge ...{badge.number[-4:]}", badge.moment.monotonic_ns / 1e9)
            return []
        # Whoever pressed a tile since means it.
        repeats = self._reads.repeats(badge.number, badge.moment.monotonic_ns)
        if repeats and not isinstance(self.state, AwaitingBadge):
            # The first of a row stands for all: whoever plays with a badge must not fill the disk.
            return [NoteRepeat(badge)] if self._reads.in_a_row(badge.number) == 1 else []
        wish: Wish = self._kinds_of_readers.get(badge.reader, ClockingKind.IN_OUT)
        only_for: tuple[int, ...] = ()
        if isinstance(self.state, AwaitingBadge):
            wish, only_for = self.state.wish, self.state.only_for
        deeds = self._walk_away()
        if not isinstance(self.state, Waiting):  # whoever comes next waits too
            self.state = Idle()
        return [*deeds, _wished(wish, badge, only_for)]

    def tile(self, wish: Wish, now: float, only_for: tuple[int, ...] = ()) -> list[Deed]:
        """A tile was pressed: for the guest who just clocked, or ahead of the next badge."""
        match self.state:
            case Choosing() | LookingAtDay() | AdminDoor() | AdminOpen() | Waiting():
                return []
            case Answering(answer) if wish is Look.MY_DAY and answer.guest is not None and answer.guest.person:
                return [ShowDay(answer.guest.badge)]
            case Answering(Recorded(guest=guest, kind=ClockingKind.IN_OUT) as recorded) if self._may_add(
                wish, guest, now
            ):
                return [self._addition(wish, guest.badge, recorded.sequence, only_for)]
            case Answering(AlreadyClocked(guest=guest, kind=same)) if wish is same:
                self.state = Idle()
                return [Clock(guest.badge, same, anyway=True)]
            case Answering() if wish is ClockingKind.IN_OUT:
                pass
            case _:
                # Nothing on the screen would say for whom an end of activity is: it asks for the badge.
                self.state = AwaitingBadge(wish, now + self._times.tile, only_for)
        return []

    def _addition(self, wish: Wish, badge: Badge, sequence: int, only_for: tuple[int, ...]) -> Deed:
        if isinstance(wish, Direct):
            self.state = Idle()  # a second tap is not a second booking
            instead_of = sequence if wish.kind is ClockingKind.REASON else None
            return BookDirect(badge, wish, instead_of, only_for)
        assert isinstance(wish, ClockingKind)  # noqa: S101 # `_may_add` says so
        return MakeOffer(badge, wish, sequence, only_for)

    def _may_add(self, wish: Wish, guest: Guest, now: float) -> bool:
        kind = wish.kind if isinstance(wish, Direct) else wish
        return kind is ClockingKind.ACTIVITY or (kind is ClockingKind.REASON and now < self._replaceable_until(guest))

    def _replaceable_until(self, guest: Guest) -> float:
        return guest.badge.moment.monotonic_ns / 1e9 + self._times.hold_back - _SENDING_MARGIN_SECONDS

    def offered(self, offer: Offer, now: float) -> list[Deed]:
        """The guest is known and may choose."""
        deeds = self._walk_away()
        language = self.language_of(offer.guest)
        listing = list_of(offer, (), language)
        if not listing.whole:
            refusal = Refusal.NOTHING_TO_CHOOSE if offer.after is None else Refusal.NOTHING_TO_CHOOSE_BESIDES
            return [*deeds, *self.answered(NotRecorded(refusal, offer.guest), now)]
        self.state = Choosing(offer, listing, (), language, self._choice_until(offer, now))
        return deeds

    def _choice_until(self, offer: Offer, now: float) -> float:
        until = now + self._times.choice
        if offer.kind is ClockingKind.REASON and offer.after is not None:
            return min(until, self._replaceable_until(offer.guest))
        return until

    def kept_waiting(self, deed: Deed) -> bool:
        """What was asked for takes longer than it should. Whether the guest has to be told: nothing else is shown."""
        if not isinstance(self.state, Idle):
            return False
        self.state = Waiting(not isinstance(deed, Undo | ShowDay))
        return True

    def answered(self, answer: Answer, now: float) -> list[Deed]:
        """There is an answer to show."""
        deeds = self._walk_away()
        if not isinstance(answer, Recorded | AlreadyClocked) and answer.guest is not None:
            self._reads.forget(answer.guest.badge.number)  # whoever tries again at once means it
        is_unknown = answer.guest is not None and answer.guest.person is None
        self.state = Answering(answer, now + (self._times.unknown if is_unknown else self._times.answer))
        return deeds

    def ask_admin(self, now: float) -> list[Deed]:
        """Somebody wants the administrator's screen; not over a list, where a guest has something half chosen."""
        if not isinstance(self.state, Choosing | AdminOpen):
            self.state = AdminDoor(now + self._times.admin)
        return []

    def open_admin(self, operator: str, now: float) -> None:
        """The PIN was right, or the badge; too late for whoever has left the door."""
        if isinstance(self.state, AdminDoor):
            self.state = AdminOpen(operator, now + self._times.admin)

    def admin_busy(self, now: float, *, is_testing: bool = False) -> None:
        """The administrator did something."""
        if isinstance(self.state, AdminOpen):
            self.state = AdminOpen(self.state.operator, now + self._times.admin, is_testing)
        elif isinstance(self.state, AdminDoor):
            self.state = AdminDoor(now + self._times.admin)

    def learned(self, answer: Answer, habits: Habits) -> None:
        """What was looked up for the guest of this answer; too late for one who has gone."""
        if isinstance(self.state, Answering) and self.state.answer is answer:
            self.state = self.state._replace(habits=habits)

    def recent(self, place: int, now: float) -> list[Deed]:
        """The guest adds the recent choice at `place` (from 0) to the in/out that was just recorded."""
        match self.state:
            case Answering(Recorded(guest=guest, kind=ClockingKind.IN_OUT) as recorded, _, Habits(recent)) if (
                0 <= place < len(recent) and self._may_add(recent[place].kind, guest, now)
            ):
                self.state = Idle()
                return [_record(recent[place], guest, recorded.sequence)]
            case _:
                return []

    def day_shown(self, day: Day, now: float) -> list[Deed]:
        """The day that was asked for."""
        deeds = self._walk_away()
        # It recorded nothing: the same badge at once is meant.
        self._reads.forget(day.guest.badge.number)
        self.state = LookingAtDay(day, now + self._times.day)
        return deeds

    def pick(self, index: int, now: float) -> list[Deed]:
        """The choice at `index` (from 0) was picked."""
        state = self.state
        if not isinstance(state, Choosing) or not 0 <= index < len(state.listing.choices):
            return []
        choice, offer = state.listing.choices[index], state.offer
        if isinstance(choice, ReasonDefinition):
            name = choice.name.in_language(state.language)
            choice = Combination(Reason(choice.id, choice.code, name))
        if isinstance(choice, Combination):
            self.state = Idle()
            return [_record(choice, offer.guest, offer.after)]
        picked = (*state.picked, level_of(choice, state.language))
        following = list_of(offer, picked, state.language) if len(picked) < self._levels else None
        if following is not None and following.whole:
            self._choose(state, following, picked, now)
            return []
        self.state = Idle()
        return [_record(Combination(activity_levels=picked), offer.guest, offer.after)]

    def letter(self, letter: str, now: float) -> list[Deed]:
        """A letter was typed over a list."""
        return self._filter(now, lambda listing: with_letter(listing, letter))

    def erase(self, now: float) -> list[Deed]:
        """The last letter is taken back."""
        return self._filter(now, without_letter)

    def stay(self, now: float) -> list[Deed]:
        """The guest is busy with what there is to see, and needs its time anew: a page was turned."""
        if isinstance(self.state, LookingAtDay):
            self.state = self.state._replace(until=now + self._times.day)
        return self._filter(now, lambda listing: listing)

    def _filter(self, now: float, change: Callable[[Listing], Listing]) -> list[Deed]:
        if isinstance(self.state, Choosing):
            self._choose(self.state, change(self.state.listing), self.state.picked, now)
        return []

    def _choose(self, state: Choosing, listing: Listing, picked: tuple[ActivityLevel, ...], now: float) -> None:
        self.state = state._replace(listing=listing, picked=picked, until=self._choice_until(state.offer, now))

    def back(self, now: float) -> list[Deed]:
        """Esc: the letters away, one level back, or out; what was chosen half is not recorded."""
        match self.state:
            case Choosing(listing=Listing(typed=typed) as listing, picked=picked) as state if typed:
                self._choose(state, without_letters(listing), picked, now)
            case Choosing(picked=picked) as state if picked:
                self._choose(state, list_of(state.offer, picked[:-1], state.language), picked[:-1], now)
            case Choosing(offer=offer):
                cancelled = Answering(NotRecorded(Refusal.CANCELLED, offer.guest), now + self._times.answer)
                self.state = cancelled if offer.after is None else Idle()
            case Waiting():
                pass
            case _:
                self.state = Idle()
        return []

    def undo(self) -> list[Deed]:
        """The guest takes back what the answer says."""
        match self.state:
            case Answering(Recorded() as recorded):
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
        """Whoever leaves a list without choosing has clocked all the same, from the badge's minute.

        It is a plain in/out, or the person's usual choice where the settings want it.
        """
        if isinstance(self.state, Choosing) and self.state.offer.after is None:
            offer, self.state = self.state.offer, Idle()
            return [
                RecordChoice(offer.guest, ClockingKind.IN_OUT)
                if offer.usual is None
                else _record(offer.usual, offer.guest, None)
            ]
        return []


def _wished(wish: Wish, badge: Badge, only_for: tuple[int, ...]) -> Deed:
    match wish:
        case Look.MY_DAY:
            return ShowDay(badge)
        case Direct():
            return BookDirect(badge, wish, only_for=only_for)
        case ClockingKind.REASON | ClockingKind.ACTIVITY:
            return MakeOffer(badge, wish, only_for=only_for)
        case _:
            return Clock(badge, wish, only_for=only_for)


def _record(choice: Combination, guest: Guest, after: int | None) -> RecordChoice:
    # A reason says why one goes: it stands for the in/out before it. An activity comes on top of it.
    instead_of = after if choice.kind is ClockingKind.REASON else None
    return RecordChoice(guest, choice.kind, choice.reason, choice.activity_levels, instead_of)
