"""One simulated world: a terminal, a network and a Protime on a bad day, all of it from one seed.

The decisions are the product's own: `clocking/schedule.py`, `clocking/matching.py`, `clocking/delivery_state.py`,
`clocking/settling.py`, `protime/outcomes.py` and `courier/link_report.py`. The clock, the disk, the network and Protime
are models. The steps between the decisions are those of `courier/delivery.py`, and before and after each of them the
courier may crash.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from faults.fates import FATES, NOW, STORED, WEIGHTS, Fate, sent_for
from faults.judgement import judge
from faults.modelled_ledger import Entry, ModelledLedger, Row
from faults.modelled_server import ModelledServer, Stored
from faults.world_people import decide, enter, touch
from faults.world_site import TROUBLE_SECONDS, Breakage, Ended, drawn_site
from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Moment, Reason
from terminal_app.clocking.delivery_state import Ambiguous, Confirmed, Finding, Outcome, Postponed, Refused
from terminal_app.clocking.matching import SentClocking, ServerRecord, Unclear, find_on_server
from terminal_app.clocking.schedule import Deed, Schedule, person_of
from terminal_app.clocking.wall_time import MINUTES_A_DAY, WallTime
from terminal_app.courier.link_report import LinkReport
from terminal_app.protime.errors import HeldBack, Reach
from terminal_app.protime.outcomes import Sent, of_failure

_FIRST_DAY = date(2026, 10, 24)
_LONGEST_SECONDS = 3600.0


class World:
    """One courier, its ledger, and all that befalls them."""

    def __init__(self, seed: int, breakage: Breakage = Breakage.NONE) -> None:
        self._random = chance = random.Random(seed)
        self._seed = seed
        self._breakage = breakage
        self._now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = 0
        self.violations: list[str] = []
        self.counts: Counter[str] = Counter()

        self._site = drawn_site(chance, breakage)
        self._server = ModelledServer(hides_codes=self._site.hides_codes)
        self._ledger = ModelledLedger()
        self._clock_error = 0.0
        """How far the wall clock is off, in seconds: it jumps."""
        self._boot = 0
        self._booted_at = 0.0

        self._on_the_way = 0
        """Requests that Protime will store, sooner or later."""
        self._life = 0
        """Of the courier's process; what belongs to a former one is gone."""
        self._is_alive = False
        self._look = True
        self._wake = 0
        self._asked_until = 0.0
        self._under_way: set[int] = set()
        """People with a request of this process under way."""

    # ---- the course of things

    def run(self) -> Ended:
        """Until everything is over, or for too long."""
        self._plan()
        self._start()
        while self._events:
            at, _, event = heapq.heappop(self._events)
            if at > _LONGEST_SECONDS:
                break
            self._now = at
            event()
            if at > TROUBLE_SECONDS and self._is_over():
                break
        violations, lost, doubled = judge(self._ledger, self._server)
        for what in violations:
            self._fail(what)
        return Ended(self._seed, self.violations, lost, doubled, self.counts)

    def _plan(self) -> None:
        chance = self._random
        for _ in range(chance.randint(2, 7)):
            at = chance.choice((0.0, 5.0, 20.0, chance.uniform(0, 50))) + chance.uniform(0, 3)
            self._at(at, partial(self._badge, chance.randint(1, 3)))
        for _ in range(chance.choice((0, 0, 1, 2))):
            self._at(chance.uniform(0, 55), self._crash)
        for _ in range(chance.choice((0, 0, 1, 3))):
            self._at(chance.uniform(0, 50), self._jump_clock)
        for _ in range(chance.choice((0, 0, 2))):
            self._at(chance.uniform(0, 58), self._touch_in_protime)

    def _at(self, at: float, event: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._events, (at, self._order, event))

    def _in(self, seconds: float, event: Callable[[], None]) -> None:
        self._at(self._now + seconds, event)

    def _is_over(self) -> bool:
        return self._is_alive and not self._on_the_way and all(row.is_over for row in self._ledger.rows)

    # ---- the kiosk and the people

    def _badge(self, person_id: int) -> None:
        chance = self._random
        wall = self._site.first_minute * 60 + self._now + self._clock_error
        days, minute = divmod(int(wall // 60), MINUTES_A_DAY)
        is_reason = chance.random() < 0.2
        clocking = Clocking(
            id=_NIL,
            badge_number="1",
            person_id=person_id,
            kind=ClockingKind.REASON if is_reason else ClockingKind.IN_OUT,
            moment=self._moment(),
            wall_time=WallTime(_FIRST_DAY + timedelta(days=days), minute),
            reader="door",
            reason=_REASON if is_reason else None,
        )
        row = self._ledger.record(clocking, self._now)
        self.counts["clockings"] += 1
        if self._site.hold_back_seconds and chance.random() < 0.3:
            self._in(chance.uniform(0, self._site.hold_back_seconds * 1.3), partial(self._undo, row))
        if self._is_alive and chance.random() < 0.8:  # a ring is lost now and then
            self._look = True
            self._pump()
        if self._site.code and chance.random() < 0.1:
            self._in(chance.uniform(0, 10), partial(self._enter_in_protime, row))

    def _undo(self, row: Row) -> None:
        if row.go_to(DeliveryState.UNDONE):
            self.counts["undone"] += 1

    def _jump_clock(self) -> None:
        self._clock_error += self._random.choice((-3600.0, 3600.0, -30.0, 90.0, -86400.0))
        self.counts["clock jumps"] += 1

    def _enter_in_protime(self, row: Row) -> None:
        enter(self._server, row, self._sent(row.clocking), self._random, self._now)
        self.counts["records of others"] += 1

    def _touch_in_protime(self) -> None:
        self.counts["records touched by HR"] += touch(self._server, self._random, self._now)

    def _decide(self, row: Row) -> None:
        if row.state is DeliveryState.AMBIGUOUS:
            decide(self._server, self._ledger, row)
            self.counts["decided by the operator"] += 1

    # ---- the courier's process

    def _moment(self) -> Moment:
        return Moment(NOW, 0, int((self._now - self._booted_at) * 1e9), f"boot-{self._boot}")

    def _start(self) -> None:
        self._life += 1
        self._is_alive = True
        self._look = True
        self._asked_until = 0.0
        self._under_way.clear()
        self._link = LinkReport(self._site.pace.longest_pause_seconds, self._random.random, lambda: self._now)
        self._ledger.doubt_interrupted()
        self._schedule: Schedule[Entry] = Schedule(
            self._site.pace, self._random.random, settle_seconds=self._site.settle_seconds, now=self._now
        )
        self._pump()

    def _crash(self) -> None:
        if not self._is_alive:
            return
        self.counts["crashes"] += 1
        self._is_alive = False
        self._life += 1
        if self._random.random() < 0.3:
            self._boot += 1
            self._booted_at = self._now
        self._in(self._random.choice((0.01, 1.0, 20.0)), self._start)

    def _crashes_here(self) -> bool:
        if self._now < TROUBLE_SECONDS and self._random.random() < self._site.crash_chance:
            self._crash()
            return True
        return False

    def _mine(self, seconds: float, step: Callable[[], None]) -> None:
        """A step of this process; if it crashes before, nothing of it happens."""
        self._in(seconds, partial(self._if_alive, self._life, step))

    def _if_alive(self, life: int, step: Callable[[], None]) -> None:
        if life == self._life and not self._crashes_here():
            step()

    def _pump(self) -> None:
        """One turn of the loop."""
        schedule, link, now = self._schedule, self._link, self._now
        if self._look:
            self._look = False
            most = schedule.before_look(now)
            schedule.looked(self._ledger.next_of_each_person(most))
        self._start_what_may_go()
        self._wake += 1
        nap_seconds = schedule.nap_seconds(now, pause_seconds=link.pause_seconds())
        self._in(nap_seconds, partial(self._woken, self._life, self._wake))

    def _start_what_may_go(self) -> None:
        schedule, link = self._schedule, self._link
        while schedule.has_heads and self._is_alive:
            places = schedule.places(pause_seconds=link.pause_seconds(), is_up=link.is_up)
            found = schedule.next(places, self._now, self._moment()) if places else None
            if found is None:
                return
            entry, deed = found
            if self._asked_until > self._now:
                self._fail(f"clocking {entry.sequence} is chosen while Protime asks to wait")
            self._mine(0.001, partial(self._look_up if deed is Deed.LOOK_UP else self._mark, entry))

    def _woken(self, life: int, wake: int) -> None:
        if life == self._life and wake == self._wake:
            self._look = True
            self._pump()

    def _ended(self, entry: Entry) -> None:
        self._schedule.ended(entry)
        self._under_way.discard(person_of(entry))
        if not self._schedule.has_heads:
            self._look = True
        self._pump()

    # ---- a clocking goes out

    def _mark(self, entry: Entry) -> None:
        if not self._ledger.start_sending(entry.sequence):
            self._look = True
            self._ended(entry)
            return
        self._mine(0.001, partial(self._leave, entry))

    def _leave(self, entry: Entry) -> None:
        """The request goes out, and what will become of it is drawn."""
        left = self._asked_until - self._now
        if left > 0:  # the wish came between the decision and the mark: the client's throttle has the last word
            self.counts["held back by the throttle"] += 1
            self._answered(entry, of_failure(HeldBack("Protime has asked to wait", timedelta(seconds=left))))
            return
        self._check_may_leave(entry)
        self.counts["requests"] += 1
        fate = self._fate()
        arrives = self._random.uniform(0.01, 0.4) * self._site.request_seconds
        answered = arrives + self._random.uniform(0.01, 0.4) * self._site.request_seconds
        self._on_the_way += fate in STORED or fate is Fate.CUT_LATE
        if fate in STORED:
            self._in(arrives, partial(self._store_and_answer, entry, fate, self._life, answered - arrives))
            return
        if fate is Fate.CUT_LATE:
            gives_up = self._random.choice((answered, self._site.request_seconds))
            late = self._random.uniform(0, self._site.request_seconds + self._site.proxy_seconds)
            self._in(late, partial(self._store_late, entry))
            self.counts["stored after it was given up"] += late > gives_up
            answered = gives_up
        self._mine(answered, partial(self._answered, entry, sent_for(fate, 0, self._wait(fate))))

    def _fate(self) -> Fate:
        if self._now > TROUBLE_SECONDS:
            return Fate.FINE
        if any(at <= self._now < at + 5 for at in self._site.storms):
            return Fate.LIMITED
        if self._random.random() > self._site.trouble:
            return Fate.FINE
        return self._random.choices(FATES, WEIGHTS)[0]

    def _wait(self, fate: Fate) -> int:
        return self._random.choice((0, 2, 6)) if fate is Fate.LIMITED else 0

    def _store(self, entry: Entry) -> Stored:
        self._on_the_way -= 1
        visible_at = self._now + self._random.uniform(0, self._site.lag_seconds)
        return self._server.store(person_of(entry), self._sent(entry.clocking), entry.sequence, visible_at)

    def _store_late(self, entry: Entry) -> None:
        self._store(entry)

    def _store_and_answer(self, entry: Entry, fate: Fate, life: int, seconds: float) -> None:
        stored = self._store(entry)
        if life == self._life:  # the connection of a process that has crashed is gone
            self._mine(seconds, partial(self._answered, entry, sent_for(fate, stored.protime_id, 0)))

    def _answered(self, entry: Entry, sent: Sent) -> None:
        outcome = sent.outcome
        retry_after = None if isinstance(outcome, Confirmed | Refused) else outcome.retry_after
        if retry_after is not None:
            self._asked_until = max(self._asked_until, self._now + retry_after.total_seconds())
        self._under_way.discard(person_of(entry))
        self._link.delivered(sent.reach, sent.in_log, retry_after)
        self._schedule.answered(entry, outcome, self._now)
        self._start_what_may_go()
        self._mine(0.001, partial(self._keep, entry, outcome))

    def _keep(self, entry: Entry, outcome: Outcome | Finding) -> None:
        self.counts[type(outcome).__name__] += 1
        if self._ledger.settle(entry.sequence, outcome):
            following = self._ledger.next_of_person(person_of(entry))
            self._mine(0.001, partial(self._kept, entry, outcome, following))
        else:
            self._schedule.failed(entry, self._now)
            self._ended(entry)

    def _kept(self, entry: Entry, outcome: Outcome | Finding, following: Entry | None) -> None:
        self._schedule.settled(entry, outcome, following, self._now)
        if isinstance(outcome, Ambiguous) and self._random.random() < 0.6:
            self._in(self._random.uniform(1, 20), partial(self._decide, self._ledger.rows[entry.sequence - 1]))
        self._ended(entry)

    # ---- a clocking is looked up

    def _look_up(self, entry: Entry) -> None:
        present = self._ledger.next_of_person(person_of(entry))
        if present != entry:
            self._look = True
            self._ended(entry)
            return
        if self._breakage is Breakage.NO_LOOK_UP:
            self._keep(entry, Postponed("not looked"))
            return
        seconds = self._random.uniform(0.01, 0.3)
        fate = self._fate()
        if fate in (Fate.FINE, Fate.NO_LOCATION, Fate.CONFLICT_AFTER):
            self._in(seconds, partial(self._list, entry, self._life, seconds))
        else:
            wait = timedelta(seconds=self._wait(fate)) if fate is Fate.LIMITED else None
            self._mine(seconds, partial(self._not_read, entry, wait))

    def _list(self, entry: Entry, life: int, seconds: float) -> None:
        if life == self._life:
            shown = self._server.shown(person_of(entry), self._now)
            self._mine(seconds, partial(self._read, entry, shown))

    def _not_read(self, entry: Entry, wait: timedelta | None) -> None:
        if wait is not None:
            self._asked_until = max(self._asked_until, self._now + wait.total_seconds())
        self._link.delivered(Reach.UNREACHABLE if wait is None else Reach.LIMITED, "", wait)
        self._schedule.failed(entry, self._now)
        self._ended(entry)

    def _read(self, entry: Entry, shown: list[ServerRecord]) -> None:
        self._link.delivered(Reach.REACHED, "")
        found = find_on_server(self._sent(entry.clocking), shown, self._ledger.not_these(entry.sequence))
        finding: Finding
        match found:
            case None:
                finding = Postponed("Protime does not have it")
            case Unclear(records, explanation):
                finding = Ambiguous(explanation, tuple(one.protime_id for one in records))
            case _:
                finding = Confirmed(found.protime_id)
        self._mine(0.001, partial(self._keep, entry, finding))

    def _sent(self, clocking: Clocking) -> SentClocking:
        reason_id = clocking.reason.id if clocking.reason else None
        return SentClocking(clocking.kind, clocking.wall_time, self._site.code, reason_id)

    # ---- what must hold

    def _check_may_leave(self, entry: Entry) -> None:
        person_id = person_of(entry)
        if person_id in self._under_way:
            self._fail(f"two requests of person {person_id} at once")
        self._under_way.add(person_id)
        row = self._ledger.rows[entry.sequence - 1]
        if row.state is not DeliveryState.SENDING:
            self._fail(f"clocking {entry.sequence} goes out while it is {row.state}")
        same_boot = entry.clocking.moment.boot_id == f"boot-{self._boot}"
        if same_boot and self._now - row.recorded_at < self._site.hold_back_seconds - 1e-6:
            self._fail(f"clocking {entry.sequence} goes out within its hold-back")
        older = [one for one in self._ledger.rows[: entry.sequence - 1] if one.clocking.person_id == person_id]
        # An ambiguous one holds nobody up: an operator may have it sent when a later one is known to be next.
        if any(not (one.is_over or one.was_ambiguous) for one in older) and not row.was_ambiguous:
            self._fail(f"clocking {entry.sequence} goes out before an older one")

    def _fail(self, what: str) -> None:
        self.violations.append(f"seed {self._seed} at {self._now:.3f} s: {what}")


_NIL = UUID(int=0)
_REASON = Reason(3, "DOC")


def run_world(seed: int, breakage: Breakage = Breakage.NONE) -> Ended:
    """One world from its seed; the same again each time."""
    return World(seed, breakage).run()
