"""Terminal, network and Protime as hypothesis drives them: one small step at a time, in any order.

The decisions are the product's (`clocking/schedule.py`, `clocking/matching.py`, ...), the ledger is the model or the real
one, Protime is `faults/modelled_server.py`. What may happen is bounded as the settings say: a request is given up after
REQUEST_SECONDS at most, stored no later than REQUEST_SECONDS + PROXY_SECONDS after that, and shown LAG_SECONDS later.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from faults.modelled_server import ModelledServer, Stored, edit_time, move_to_neighbouring_day
from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Moment
from terminal_app.clocking.delivery_state import Ambiguous, Confirmed, Finding, InDoubt, Outcome, Postponed, Refused
from terminal_app.clocking.matching import SentClocking, ServerRecord, Unclear, find_on_server
from terminal_app.clocking.schedule import Deed, Pace, Schedule, UnderWay, person_of
from terminal_app.clocking.settling import settling_seconds
from terminal_app.clocking.wall_time import MINUTES_A_DAY, WallTime
from tests.delivery.ledgers import Fact, Ledger
from tests.ledger.clockings import MORNING

HOLD_BACK_SECONDS, REQUEST_SECONDS, PROXY_SECONDS, LAG_SECONDS = 3.0, 2.0, 5.0, 2.0
CODE = "GATE-1"
DAY = date(2026, 10, 24)
"""The night after it has an hour twice."""
OVER = set(DeliveryState) - {DeliveryState.RECORDED, DeliveryState.SENDING, DeliveryState.UNKNOWN}
PICK = st.integers(0, 1000)


@dataclass
class Request:
    """On the way to Protime, or there."""

    sequence: int
    sent: SentClocking
    person_id: int
    began: float
    life: int | None
    """Of the courier that waits for its answer; None once it was given up."""
    given_up_at: float = 0.0
    stored: Stored | None = None
    is_gone: bool = False
    """It can be stored no more."""


@dataclass
class Work:
    """What the courier does with one clocking."""

    entry: UnderWay
    deed: Deed
    step: str
    request: Request | None = None
    shown: tuple[ServerRecord, ...] = ()
    outcome: Outcome | Finding | None = None
    following: UnderWay | None = None


class DeliveryMachine(RuleBasedStateMachine):
    """Nothing lost, nothing twice, in order, nothing for ever."""

    def new_ledger(self) -> Ledger:
        """Which one it runs on."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.ledger = self.new_ledger()
        self.server = ModelledServer(hides_codes=False)
        self.now = 0.0
        self.clock_error_minutes = 0
        self.boot = 0
        self.booted_at = 0.0
        self.life = 0
        self.requests: list[Request] = []
        self.works: list[Work] = []
        self.leaves: Counter[int] = Counter()
        self.told_over: set[int] = set()
        self.start()

    # ---- people at the terminal

    @rule(person_id=st.integers(1, 2))
    def badge(self, person_id: int) -> None:
        days, minute = divmod(100 + int(self.now // 60) + self.clock_error_minutes, MINUTES_A_DAY)
        wall_time = WallTime(DAY + timedelta(days=days), minute)
        moment = self.moment()
        self.ledger.record(Clocking(UUID(int=7), "1", person_id, ClockingKind.IN_OUT, moment, wall_time, "door"))

    @rule(pick=PICK)
    def undo(self, pick: int) -> None:
        facts = self.ledger.facts()
        if facts:
            fact = facts[pick % len(facts)]
            could = fact.state is DeliveryState.RECORDED
            assert self.ledger.undo(fact.sequence) == could

    @rule(minutes=st.sampled_from([-60, 60, -1, 1440, -1440]))
    def set_the_clock(self, minutes: int) -> None:
        self.clock_error_minutes += minutes

    # ---- the courier

    def start(self) -> None:
        self.is_alive = True
        self.look = True
        self.ledger.doubt_interrupted()
        settle_seconds = settling_seconds(
            0.0, request_seconds=REQUEST_SECONDS, proxy_seconds=PROXY_SECONDS, lag_seconds=LAG_SECONDS
        )
        self.schedule: Schedule[UnderWay] = Schedule(
            Pace(2, HOLD_BACK_SECONDS, 4.0), lambda: 0.5, settle_seconds=settle_seconds, now=self.now
        )

    @precondition(lambda self: self.is_alive)
    @rule(reboots=st.booleans())
    def crash(self, reboots: bool) -> None:
        self.is_alive = False
        self.life += 1
        self.works.clear()
        for request in self.requests:
            self.give_up(request)
        if reboots:
            self.boot += 1
            self.booted_at = self.now

    @precondition(lambda self: not self.is_alive)
    @rule()
    def restart(self) -> None:
        self.start()

    @precondition(lambda self: self.is_alive)
    @rule(places=st.sampled_from([1, 2]))
    def turn(self, places: int) -> None:
        if self.look or not self.schedule.has_heads:
            self.look = False
            most = self.schedule.before_look(self.now)
            self.schedule.looked(self.ledger.next_of_each_person(most))
        while (found := self.schedule.next(places, self.now, self.moment())) is not None:
            entry, deed = found
            self.works.append(Work(entry, deed, "mark" if deed is Deed.SEND else "check"))

    @precondition(lambda self: self.works)
    @rule(pick=PICK, is_read=st.booleans())
    def step(self, pick: int, is_read: bool) -> None:
        work = self.works[pick % len(self.works)]
        match work.step:
            case "mark":
                self.step_to(work, "leave" if self.ledger.start_sending(work.entry.sequence) else "end")
            case "leave":
                self.leave(work)
            case "check":
                is_there = self.ledger.next_of_person(person_of(work.entry)) == work.entry
                self.step_to(work, "read" if is_there else "end")
            case "read" if is_read:
                work.shown = tuple(self.server.shown(person_of(work.entry), self.now))
                self.step_to(work, "match")
            case "read":
                self.schedule.failed(work.entry, self.now)
                self.step_to(work, "end")
            case "match":
                self.match(work)
            case "keep":
                self.keep(work)
            case "kept":
                assert work.outcome is not None
                self.schedule.settled(work.entry, work.outcome, work.following, self.now)
                self.step_to(work, "end")

    def step_to(self, work: Work, step: str) -> None:
        work.step = step
        if step == "end":
            self.works.remove(work)
            self.schedule.ended(work.entry)
            self.look = self.look or not self.schedule.has_heads

    def leave(self, work: Work) -> None:
        entry = work.entry
        facts = {fact.sequence: fact for fact in self.ledger.facts()}
        assert facts[entry.sequence].state is DeliveryState.SENDING, "nothing leaves before it is marked on the disk"
        read_at = entry.clocking.moment
        if read_at.boot_id == self.moment().boot_id:
            assert self.now - self.booted_at - read_at.boottime_ns / 1e9 >= HOLD_BACK_SECONDS - 1e-6
        older = [one for one in facts.values() if one.sequence < entry.sequence and _same_person(one, entry)]
        if entry.sequence not in self.told_over:
            assert all(one.state in OVER for one in older), "out of order"
        under_way = [one for one in self.requests if one.life == self.life and one.person_id == person_of(entry)]
        assert not under_way, "two at once"
        work.request = Request(entry.sequence, _sent(entry.clocking), person_of(entry), self.now, self.life)
        self.requests.append(work.request)
        self.leaves[entry.sequence] += 1
        self.step_to(work, "wait")

    def match(self, work: Work) -> None:
        excluded = self.ledger.not_these(work.entry.sequence, [one.protime_id for one in work.shown])
        found = find_on_server(_sent(work.entry.clocking), work.shown, excluded)
        match found:
            case None:
                work.outcome = Postponed("not there")
            case Unclear(records, explanation):
                work.outcome = Ambiguous(explanation, tuple(one.protime_id for one in records))
            case _:
                work.outcome = Confirmed(found.protime_id)
        self.step_to(work, "keep")

    def keep(self, work: Work) -> None:
        assert work.outcome is not None
        if not self.ledger.settle(work.entry.sequence, work.outcome):
            self.schedule.failed(work.entry, self.now)
            self.step_to(work, "end")
            return
        if isinstance(work.outcome, Ambiguous):
            self.told_over.add(work.entry.sequence)
        work.following = self.ledger.next_of_person(person_of(work.entry))
        self.step_to(work, "kept")

    # ---- network and Protime

    @rule(pick=PICK, lag=st.sampled_from([0.0, LAG_SECONDS]))
    def store(self, pick: int, lag: float) -> None:
        open_ones = [one for one in self.requests if one.stored is None and not one.is_gone]
        if open_ones:
            one = open_ones[pick % len(open_ones)]
            one.stored = self.server.store(one.person_id, one.sent, one.sequence, self.now + lag)

    @rule(pick=PICK)
    def lose(self, pick: int) -> None:
        if self.requests:
            request = self.requests[pick % len(self.requests)]
            request.is_gone = True

    @rule(pick=PICK, way=st.sampled_from(["created", "no id", "5xx", "cut", "limited", "no connection", "refused"]))
    def answer(self, pick: int, way: str) -> None:
        waiting = [one for one in self.requests if one.life is not None]
        if waiting:
            self.answer_one(waiting[pick % len(waiting)], way)

    def answer_one(self, request: Request, way: str) -> None:
        outcome: Outcome = InDoubt(way)
        if way == "created" and request.stored is not None:
            outcome = Confirmed(request.stored.protime_id)
        if way in ("limited", "no connection", "refused") and request.stored is None:
            outcome = Refused(way) if way == "refused" else Postponed(way)
            request.is_gone = True
        (work,) = [one for one in self.works if one.request is request]
        self.give_up(request)
        self.schedule.answered(work.entry, outcome, self.now)
        work.outcome = outcome
        self.step_to(work, "keep")

    def give_up(self, request: Request) -> None:
        if request.life is not None:
            request.life, request.given_up_at = None, self.now

    @rule(seconds=st.sampled_from([0.5, 2.0, 5.0, 20.0, 61.0]))
    def tick(self, seconds: float) -> None:
        until = self.now + seconds
        while (request := self.next_overdue(until)) is not None:
            if request.life is None:
                request.is_gone = True
            else:
                self.now = max(self.now, request.began + REQUEST_SECONDS)
                self.answer_one(request, "time-out")
        self.now = until

    def next_overdue(self, until: float) -> Request | None:
        for one in self.requests:
            if one.life is not None and one.began + REQUEST_SECONDS <= until:
                return one
            is_open = one.life is None and one.stored is None and not one.is_gone
            if is_open and one.given_up_at + REQUEST_SECONDS + PROXY_SECONDS <= until:
                return one
        return None

    @rule(pick=PICK, way=st.sampled_from(["edit", "move", "delete"]), by=st.sampled_from([-1, 1]))
    def touch_in_protime(self, pick: int, way: str, by: int) -> None:
        shown = [one for one in self.server.records if one.visible_at <= self.now]
        if shown:
            record = shown[pick % len(shown)]
            match way:
                case "edit":
                    edit_time(record, by * 7)
                case "move":
                    move_to_neighbouring_day(record, by)
                case _:
                    record.is_deleted = True

    @rule(pick=PICK, way=st.sampled_from(["by hand", "elsewhere", "generated"]))
    def enter_in_protime(self, pick: int, way: str) -> None:
        facts = self.ledger.facts()
        if facts:
            fact = facts[pick % len(facts)]
            sent = _sent(fact.clocking)
            code = "GATE-2" if way == "elsewhere" else None
            record = self.server.store(fact.clocking.person_id or 0, replace(sent, terminal_code=code), None, self.now)
            record.is_generated = way == "generated"

    @rule(pick=PICK)
    def decide(self, pick: int) -> None:
        """An operator who knows the truth."""
        ambiguous = [fact for fact in self.ledger.facts() if fact.state is DeliveryState.AMBIGUOUS]
        if ambiguous:
            fact = ambiguous[pick % len(ambiguous)]
            true = {one.protime_id for one in self.server.records if one.origin == fact.sequence}
            of_these = true & set(self.ledger.candidates_of(fact.sequence))
            if of_these or not true:
                self.ledger.resolve(fact.sequence, min(of_these, default=None))

    # ---- what must hold

    @invariant()
    def nothing_twice_and_nothing_lost(self) -> None:
        facts = self.ledger.facts()
        stored = Counter(record.origin for record in self.server.records if record.origin is not None)
        assert all(stored[fact.sequence] <= 1 for fact in facts), "twice"
        for group in _groups(facts):
            confirmed = sum(fact.state is DeliveryState.CONFIRMED for fact in group)
            assert sum(stored[fact.sequence] for fact in group) >= confirmed, "confirmed, and not in Protime"
        claimed = [fact.protime_id for fact in facts if fact.protime_id is not None]
        assert len(claimed) == len(set(claimed)), "one record for two clockings"

    @invariant()
    def undone_and_sent_are_never_both(self) -> None:
        for fact in self.ledger.facts():
            if fact.state is DeliveryState.UNDONE:
                assert self.leaves[fact.sequence] == 0 or self.was_surely_not_stored(fact.sequence)

    def was_surely_not_stored(self, sequence: int) -> bool:
        # It may be taken back after an answer that says for sure that nothing was stored.
        of_it = [one for one in self.requests if one.sequence == sequence]
        return all(one.stored is None and one.is_gone for one in of_it)

    def teardown(self) -> None:
        try:
            self.end_of_all_faults()
        finally:
            self.ledger.close()

    def end_of_all_faults(self) -> None:
        """From now on all goes well: everything must come to its end."""
        if not self.is_alive:
            self.start()
        for _ in range(200):
            self.step_all()
            for request in [one for one in self.requests if one.life is not None]:
                if request.stored is None and not request.is_gone:
                    request.stored = self.server.store(request.person_id, request.sent, request.sequence, self.now)
                self.answer_one(request, "created")
            self.step_all()
            self.turn(2)
            self.tick(1.0)
        self.nothing_twice_and_nothing_lost()
        self.undone_and_sent_are_never_both()
        assert all(fact.state in OVER for fact in self.ledger.facts()), "for ever"

    def step_all(self) -> None:
        for work in list(self.works):
            while work in self.works and work.step != "wait":
                self.step(self.works.index(work), is_read=True)

    def moment(self) -> Moment:
        return Moment(MORNING, 0, int((self.now - self.booted_at) * 1e9), f"boot-{self.boot}")


def _sent(clocking: Clocking) -> SentClocking:
    return SentClocking(clocking.kind, clocking.wall_time, CODE)


def _same_person(fact: Fact, entry: UnderWay) -> bool:
    return fact.clocking.person_id == entry.clocking.person_id


def _groups(facts: list[Fact]) -> Iterator[list[Fact]]:
    groups: dict[object, list[Fact]] = {}
    for fact in facts:
        groups.setdefault((fact.clocking.person_id, fact.clocking.wall_time), []).append(fact)
    yield from groups.values()
