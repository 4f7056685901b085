"""The visit: whatever happens in whatever order, nobody is stuck, and each badge becomes what its owner meant."""

from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from terminal_app.clocking.clocking import ActivityLevel, ClockingKind, Moment, Reason
from terminal_app.clocking.combination import Combination
from terminal_app.clocking.person import Person
from terminal_app.clocking.repeats import SAME_READ_SECONDS
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.kiosk.choosing import list_of, name_of
from terminal_app.kiosk.deeds import BookDirect, Clock, Deed, MakeOffer, NoteRepeat, RecordChoice, ShowDay, Undo
from terminal_app.kiosk.guest import (
    AlreadyClocked,
    Answer,
    Badge,
    Day,
    Guest,
    Habits,
    NotRecorded,
    Offer,
    Recorded,
    TakenBack,
)
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.states import Answering, AwaitingBadge, Choosing, Idle, LookingAtDay, State, Times
from terminal_app.kiosk.visit import Visit
from terminal_app.kiosk.wishes import Direct, Look, Wish
from tests.kiosk.terminal import ANNA, BOOT, LUC, UNKNOWN, ZONE, usual_roll

TIMES = Times(answer=3.0, choice=15.0, tile=10.0, hold_back=10.0)
LONGEST = 20.0
"""A day is looked at for so long."""
ROLL = usual_roll()
BADGES = (ANNA, LUC, UNKNOWN)
EPOCH = datetime(2026, 7, 1, tzinfo=UTC)
LISTS = (ClockingKind.REASON, ClockingKind.ACTIVITY)
WISHES: tuple[Wish, ...] = (
    *ClockingKind, Look.MY_DAY, Direct(ClockingKind.REASON, ("R1",)), Direct(ClockingKind.ACTIVITY, ("A", "A1"))
)  # fmt: skip
HABITS = (
    Combination(activity_levels=(ActivityLevel(1, "b", None, None, "Onderhoud"), ActivityLevel(2, "b1", None, None, "E"))),
    Combination(activity_levels=(ActivityLevel(1, "usual", None, None, "as ever"),)),
    Combination(Reason(1, None, "Dokter")),
)  # fmt: skip


def badge(number: str, now: float) -> Badge:
    instant = EPOCH + timedelta(seconds=now)
    return Badge(number, "front door", Moment(instant, int(now * 1e9), int(now * 1e9), BOOT))


def guest(one: Badge) -> Guest:
    known = {number: (id_, first, last, language) for id_, first, last, number, language, *_ in ROLL.people}
    person = None
    if one.number in known:
        id_, first, last, language = known[one.number]
        person = Person(id_, first, last, one.number, language, None, None, None)
    return Guest(one, person, wall_time_of(one.moment.instant, ZONE))


def offer(one: Badge, kind: ClockingKind, after: int | None = None) -> Offer:
    return Offer(guest(one), kind, (*ROLL.reasons, *ROLL.activities), after)


def visit(levels: int = 2) -> Visit:
    return Visit(TIMES, first_language="nl", levels=levels)


def in_out(now: float = 0.0, sequence: int = 7) -> Recorded:
    return Recorded(guest(badge(ANNA, now)), ClockingKind.IN_OUT, sequence)


CHOICE = offer(badge(ANNA, 0), ClockingKind.REASON)
STATES: dict[str, State] = {
    "idle": Idle(),
    "awaiting": AwaitingBadge(ClockingKind.ACTIVITY_END, 10.0),
    "choosing": Choosing(CHOICE, list_of(CHOICE, (), "nl"), (), "nl", 15.0),
    "recorded": Answering(in_out(), 3.0),
    "refused": Answering(NotRecorded(Refusal.STORAGE), 3.0),
    "already clocked": Answering(AlreadyClocked(guest(badge(ANNA, 0)), ClockingKind.IN_OUT, 482), 3.0),
    "day": LookingAtDay(Day(guest(badge(ANNA, 0)), (), (), (), EPOCH), 20.0),
    "taken back": Answering(TakenBack(guest(badge(ANNA, 0)), ClockingKind.IN_OUT), 3.0),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_falls_back_to_idle(state: str) -> None:
    one = visit()
    one.state = STATES[state]
    one.tick(LONGEST)
    assert one.state == Idle()
    assert one.tick(LONGEST + 1) == []


@pytest.mark.parametrize("state", STATES)
def test_a_badge_takes_over_at_once(state: str) -> None:
    one = visit()
    one.state = STATES[state]
    read = badge(LUC, 1.0)
    *before, last = one.badge(read)
    assert last == Clock(read, ClockingKind.ACTIVITY_END if state == "awaiting" else ClockingKind.IN_OUT)
    assert before == ([RecordChoice(guest(badge(ANNA, 0)), ClockingKind.IN_OUT)] if state == "choosing" else [])
    assert one.state == Idle()


@pytest.mark.parametrize("kind", LISTS)
def test_a_badge_after_a_tile_with_a_list_gets_the_list(kind: ClockingKind) -> None:
    one = visit()
    assert one.tile(kind, 0.0) == []
    read = badge(ANNA, 1.0)
    assert one.badge(read) == [MakeOffer(read, kind)]


@given(st.floats(0, 10), st.booleans())
def test_the_same_badge_counts_again_after_two_seconds_another_at_once(elapsed: float, other: bool) -> None:
    one = visit()
    one.badge(badge(ANNA, 100.0))
    ignored = not other and badge(ANNA, 100.0 + elapsed).moment.monotonic_ns - 100 * 10**9 < SAME_READ_SECONDS * 10**9
    read = badge(LUC if other else ANNA, 100.0 + elapsed)
    assert (one.badge(read) == [NoteRepeat(read)]) is ignored


def test_two_cards_that_answer_in_turns_clock_once_each() -> None:
    one = visit()
    reads = [badge((ANNA, LUC)[turn % 2], 0.35 * turn) for turn in range(30)]
    assert [deed for read in reads for deed in one.badge(read)] == [
        Clock(reads[0], ClockingKind.IN_OUT),
        Clock(reads[1], ClockingKind.IN_OUT),
        NoteRepeat(reads[2]),
        NoteRepeat(reads[3]),
    ]


def test_a_same_read_that_is_ignored_leaves_the_screen_as_it_is() -> None:
    one = visit()
    one.badge(badge(ANNA, 0.0))
    one.answered(in_out(), 0.1)
    shown = one.state
    assert one.badge(badge(ANNA, 1.0)) == [NoteRepeat(badge(ANNA, 1.0))]
    assert one.badge(badge(ANNA, 2.0)) == []
    assert one.state == shown


@pytest.mark.parametrize("kind", [ClockingKind.IN_OUT, ClockingKind.ACTIVITY_END])
def test_what_was_clocked_already_is_booked_anyway_by_its_own_tile(kind: ClockingKind) -> None:
    one, read = visit(), badge(ANNA, 1.0)
    one.badge(read)
    one.answered(AlreadyClocked(guest(read), kind, 482), 1.1)
    assert one.undo() == []
    assert one.badge(badge(ANNA, 1.2)) == [NoteRepeat(badge(ANNA, 1.2))]
    assert one.tile(kind, 1.5) == [Clock(read, kind, anyway=True)]
    assert one.tile(kind, 1.6) == []
    assert isinstance(one.state, AwaitingBadge)


def test_another_tile_after_that_asks_for_a_badge() -> None:
    one, read = visit(), badge(ANNA, 1.0)
    one.answered(AlreadyClocked(guest(read), ClockingKind.IN_OUT, 482), 1.1)
    assert one.tile(ClockingKind.ACTIVITY_END, 1.5) == []
    assert isinstance(one.state, AwaitingBadge)


def test_after_a_tile_the_same_badge_is_meant() -> None:
    one = visit()
    one.badge(badge(ANNA, 0.0))
    one.tile(ClockingKind.ACTIVITY_END, 0.5)
    read = badge(ANNA, 1.0)
    assert one.badge(read) == [Clock(read, ClockingKind.ACTIVITY_END)]


@pytest.mark.parametrize("after", [None, 7])
def test_walking_away_from_a_list_is_a_plain_in_out_once(after: int | None) -> None:
    one, read = visit(), badge(ANNA, 0.0)
    one.offered(offer(read, ClockingKind.ACTIVITY, after), 0.0)
    assert one.tick(14.9) == []
    expected = [RecordChoice(guest(read), ClockingKind.IN_OUT)] if after is None else []
    assert one.tick(15.0) == expected
    assert one.tick(30.0) == []


@pytest.mark.parametrize("after", [None, 7])
def test_escape_from_a_list_records_nothing(after: int | None) -> None:
    one, read = visit(), badge(ANNA, 0.0)
    one.offered(offer(read, ClockingKind.REASON, after), 0.0)
    assert one.back(1.0) == []
    cancelled = Answering(NotRecorded(Refusal.CANCELLED, guest(read)), 4.0)
    assert one.state == (cancelled if after is None else Idle())
    assert one.tick(100.0) == []


def test_a_reason_after_an_in_out_stands_for_it() -> None:
    one, first = visit(), in_out(sequence=41)
    one.answered(first, 0.0)
    (asked,) = one.tile(ClockingKind.REASON, 1.0)
    assert asked == MakeOffer(first.guest.badge, ClockingKind.REASON, after=41)
    one.offered(offer(first.guest.badge, ClockingKind.REASON, after=41), 1.0)
    (chosen,) = one.pick(0, 2.0)
    assert isinstance(chosen, RecordChoice)
    assert (chosen.instead_of, chosen.kind) == (41, ClockingKind.REASON)
    assert chosen.reason is not None
    assert chosen.reason.name == "Dienstreis"  # the first by name


def test_an_activity_after_an_in_out_comes_on_top_of_it() -> None:
    one, first = visit(levels=1), in_out(sequence=41)
    one.offered(offer(first.guest.badge, ClockingKind.ACTIVITY, after=41), 1.0)
    (chosen,) = one.pick(0, 2.0)
    assert isinstance(chosen, RecordChoice)
    assert chosen.instead_of is None


def test_activities_go_down_by_parents_and_back_up() -> None:
    one = visit()
    one.offered(offer(badge(ANNA, 0.0), ClockingKind.ACTIVITY), 0.0)
    assert names(one) == ["Magazijn", "Onderhoud", "Productie"]
    assert one.pick(2, 1.0) == []
    assert names(one) == ["Lijn 1", "Lijn 2", "Verpakking"]
    assert one.back(2.0) == []
    assert names(one) == ["Magazijn", "Onderhoud", "Productie"]
    one.pick(1, 3.0)
    (chosen,) = one.pick(0, 4.0)
    assert isinstance(chosen, RecordChoice)
    assert [(level.level, level.id) for level in chosen.activity_levels] == [(1, "b"), (2, "b1")]


def test_a_level_without_choices_ends_the_list() -> None:
    one = visit(levels=3)
    one.offered(offer(badge(ANNA, 0.0), ClockingKind.ACTIVITY), 0.0)
    (chosen,) = one.pick(0, 1.0)  # nothing below "Magazijn"
    assert isinstance(chosen, RecordChoice)
    assert [level.id for level in chosen.activity_levels] == ["c"]


def test_each_level_has_its_own_time() -> None:
    one = visit()
    one.offered(offer(badge(ANNA, 0.0), ClockingKind.ACTIVITY), 0.0)
    one.pick(2, 14.0)
    assert one.tick(28.0) == []
    assert isinstance(one.state, Choosing)


@pytest.mark.parametrize(
    ("after", "refusal"), [(None, Refusal.NOTHING_TO_CHOOSE), (7, Refusal.NOTHING_TO_CHOOSE_BESIDES)]
)
def test_an_empty_offer_says_so(after: int | None, refusal: Refusal) -> None:
    one = visit()
    empty = offer(badge(ANNA, 0.0), ClockingKind.REASON, after)._replace(definitions=())
    assert one.offered(empty, 0.0) == []
    assert isinstance(one.state, Answering)
    assert one.state.answer == NotRecorded(refusal, guest(badge(ANNA, 0.0)))


@pytest.mark.parametrize(("number", "language"), [(LUC, "fr"), (UNKNOWN, "nl")])
def test_a_guest_is_spoken_to_in_the_own_language_or_the_sites(number: str, language: str) -> None:
    assert visit().language_of(guest(badge(number, 0.0))) == language


def test_undo_takes_back_what_the_answer_says_once() -> None:
    one, first = visit(), in_out()
    one.answered(first, 0.0)
    assert one.undo() == [Undo(first)]
    assert one.undo() == []


def test_an_end_of_activity_during_an_answer_asks_whose_it_is() -> None:
    one = visit()
    one.answered(in_out(), 0.0)
    assert one.tile(ClockingKind.ACTIVITY_END, 1.0) == []
    assert one.state == AwaitingBadge(ClockingKind.ACTIVITY_END, 11.0)
    read = badge(LUC, 1.5)
    assert one.badge(read) == [Clock(read, ClockingKind.ACTIVITY_END)]


@given(st.floats(0, 20), st.floats(0, 20))
def test_a_reason_never_replaces_what_may_be_sent(pressed: float, picked: float) -> None:
    one, first = visit(), in_out()
    one.answered(first, 0.0)
    for deed in one.tile(ClockingKind.REASON, pressed):
        assert isinstance(deed, MakeOffer)
        one.offered(offer(deed.badge, deed.kind, deed.after), pressed)
    one.tick(pressed + picked)
    for deed in one.pick(0, pressed + picked):
        assert isinstance(deed, RecordChoice)
        assert deed.instead_of == first.sequence
        assert pressed + picked <= TIMES.hold_back - 1


@pytest.mark.parametrize(
    "answer",
    [
        NotRecorded(Refusal.STORAGE, guest(badge(ANNA, 0.0))),
        TakenBack(guest(badge(ANNA, 0.0)), ClockingKind.IN_OUT),
    ],
)
def test_whoever_tries_again_after_nothing_was_recorded_is_heard(answer: Answer) -> None:
    one, again = visit(), badge(ANNA, 1.0)
    one.badge(badge(ANNA, 0.0))
    one.answered(answer, 0.5)
    assert one.badge(again) == [Clock(again, ClockingKind.IN_OUT)]


@pytest.mark.parametrize("index", [-1, 7, 10**9])
def test_a_pick_of_nothing_is_nothing(index: int) -> None:
    one = visit()
    assert one.pick(index, 0.0) == []
    one.offered(offer(badge(ANNA, 0.0), ClockingKind.REASON), 0.0)
    assert one.pick(index, 0.0) == []
    assert isinstance(one.state, Choosing)


def names(one: Visit) -> list[str]:
    assert isinstance(one.state, Choosing)
    return [name_of(choice, "nl") for choice in one.state.listing.choices]


class AnyDay(RuleBasedStateMachine):
    """A terminal's day in any order, with a desk that answers late, in the order in which it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.visit = visit()
        self.now = 0.0
        self.asked: deque[Deed] = deque()
        self.sequence = 0
        self.lists_open = 0
        """Offers before any in/out that came on the screen."""
        self.lists_left = 0
        """Those that ended: by a pick, an in/out, or Esc."""
        self.latest: dict[str, Badge] = {}
        self.former_answers: list[Answer] = []

    def take(self, deeds: list[Deed]) -> None:
        for deed in deeds:
            if isinstance(deed, RecordChoice) and deed.activity_levels == HABITS[1].activity_levels:
                self.lists_left += 1  # whoever walked away has the usual one
                assert deed.instead_of is None
        self.asked.extend(deed for deed in deeds if not isinstance(deed, NoteRepeat))

    @rule(number=st.sampled_from(BADGES), elapsed=st.floats(0, 4))
    def read(self, number: str, elapsed: float) -> None:
        self.now += elapsed
        one, former = badge(number, self.now), self.latest.get(number)
        awaited = self.visit.state if isinstance(self.visit.state, AwaitingBadge) else None
        before, self.latest[number] = self.visit.state, one
        deeds = self.visit.badge(one)
        repeated = (
            awaited is None
            and former is not None
            and one.moment.monotonic_ns - former.moment.monotonic_ns < SAME_READ_SECONDS * 1e9
        )
        if repeated:
            assert deeds in ([], [NoteRepeat(one)])
            assert self.visit.state is before
        else:
            wish = awaited.wish if awaited else ClockingKind.IN_OUT
            match wish:
                case Direct():
                    assert deeds[-1] == BookDirect(one, wish)
                case Look():
                    assert deeds[-1] == ShowDay(one)
                case _:
                    assert deeds[-1] == (MakeOffer(one, wish) if wish in LISTS else Clock(one, wish))
            assert self.visit.state == Idle()
        self.take(deeds)

    @rule(wish=st.sampled_from(WISHES))
    def tile(self, wish: Wish) -> None:
        former = self.visit.state
        deeds = self.visit.tile(wish, self.now)
        assert len(deeds) <= 1
        for deed in deeds:
            # Only for the guest whom the answer is for.
            assert isinstance(former, Answering)
            assert not isinstance(deed, NoteRepeat | RecordChoice | Undo)
            assert former.answer.guest is not None
            assert deed.badge == former.answer.guest.badge
        self.take(deeds)

    @rule(place=st.integers(-1, 3))
    def recent(self, place: int) -> None:
        former = self.visit.state
        deeds = self.visit.recent(place, self.now)
        assert len(deeds) <= 1
        for deed in deeds:
            assert isinstance(former, Answering)
            assert isinstance(former.answer, Recorded)
            assert isinstance(deed, RecordChoice)
            assert deed.guest == former.answer.guest
            assert deed.instead_of == (former.answer.sequence if deed.kind is ClockingKind.REASON else None)
            assert self.visit.recent(place, self.now) == []  # a second tap is not a second booking
        self.asked.extend(deeds)  # the usual one among them was picked, and nobody walked away

    @rule(letters=st.text("adeikl 1", min_size=1, max_size=2), erases=st.integers(0, 2))
    def type(self, letters: str, erases: int) -> None:
        former = self.visit.state
        for letter in letters:
            assert self.visit.letter(letter, self.now) == []
        for _ in range(erases):
            assert self.visit.erase(self.now) == []
        if isinstance(self.visit.state, Choosing):
            assert self.visit.state.listing.choices
        else:
            assert self.visit.state is former

    @rule()
    def habits_are_learned(self) -> None:
        state = self.visit.state
        for answer in [*self.former_answers, *([state.answer] if isinstance(state, Answering) else [])]:
            self.visit.learned(answer, Habits(HABITS, "3F7K-Q9ZD"))
        if not isinstance(state, Answering):
            assert self.visit.state is state

    @rule(index=st.integers(-1, 9))
    def pick(self, index: int) -> None:
        state = self.visit.state
        deeds = self.visit.pick(index, self.now)
        assert len(deeds) <= 1
        for deed in deeds:
            assert isinstance(state, Choosing)
            assert isinstance(deed, RecordChoice)
            assert deed.instead_of == (state.offer.after if deed.kind is ClockingKind.REASON else None)
            parents = {one.id: one.parent_id for one in ROLL.activities}
            for upper, lower in zip(deed.activity_levels, deed.activity_levels[1:], strict=False):
                assert parents[lower.id] == upper.id
            self.lists_left += state.offer.after is None
        self.take(deeds)

    @rule()
    def escape(self) -> None:
        state = self.visit.state
        assert self.visit.back(self.now) == []
        if isinstance(state, Choosing) and state.offer.after is None and not isinstance(self.visit.state, Choosing):
            self.lists_left += 1

    @rule()
    def undo(self) -> None:
        deeds = self.visit.undo()
        assert self.visit.undo() == []
        self.take(deeds)

    @rule(elapsed=st.floats(0, 20))
    def wait(self, elapsed: float) -> None:
        self.now += elapsed
        self.take(self.visit.tick(self.now))
        if elapsed >= LONGEST:
            assert self.visit.state == Idle()

    @rule(fails=st.booleans(), empty=st.booleans(), repeats=st.booleans())
    def desk_answers(self, fails: bool, empty: bool, repeats: bool) -> None:
        if not self.asked:
            return
        deed = self.asked.popleft()
        if isinstance(deed, ShowDay) and guest(deed.badge).person is not None and not fails:
            deeds = self.visit.day_shown(Day(guest(deed.badge), (), (), (), EPOCH), self.now)
            self.latest.pop(deed.badge.number, None)
            assert isinstance(self.visit.state, LookingAtDay)
        elif isinstance(deed, MakeOffer) and guest(deed.badge).person is not None and not fails:
            made = offer(deed.badge, deed.kind, deed.after)
            made = made._replace(definitions=()) if empty else made._replace(recent=HABITS[:1], usual=HABITS[1])
            deeds = self.visit.offered(made, self.now)
            self.lists_open += deed.after is None and not empty
        else:
            told = self.answer(deed, fails=fails, repeats=repeats)
            deeds = self.visit.answered(told, self.now)
            self.former_answers.append(told)
            assert isinstance(self.visit.state, Answering)
        if isinstance(self.visit.state, Answering) and not isinstance(
            answer := self.visit.state.answer, Recorded | AlreadyClocked
        ):
            assert answer.guest is not None
            self.latest.pop(answer.guest.badge.number, None)  # the next one is meant
        self.take(deeds)

    def answer(self, deed: Deed, *, fails: bool, repeats: bool) -> Answer:
        assert not isinstance(deed, NoteRepeat)
        match deed:
            case RecordChoice(guest=who):
                pass
            case Undo(recorded):
                who = recorded.guest
            case _:
                who = guest(deed.badge)
        if fails or isinstance(deed, MakeOffer | ShowDay):
            return NotRecorded(Refusal.STORAGE, who)
        if isinstance(deed, Undo):
            return TakenBack(who, deed.recorded.kind)
        if repeats and isinstance(deed, Clock) and not deed.anyway:
            return AlreadyClocked(who, deed.kind, 482)
        self.sequence += 1
        return Recorded(who, deed.direct.kind if isinstance(deed, BookDirect) else deed.kind, self.sequence)

    @invariant()
    def each_list_ends_once(self) -> None:
        state = self.visit.state
        still = isinstance(state, Choosing) and state.offer.after is None
        assert self.lists_open == self.lists_left + still

    @invariant()
    def nobody_waits_longer_than_the_times_say(self) -> None:
        if not isinstance(self.visit.state, Idle):
            assert self.visit.state.until <= self.now + LONGEST


AnyDay.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAnyDay = AnyDay.TestCase
