"""Which clocking of whom may go when: order, hold-back, settling, back-off. Pure: whoever asks says what time it is.

The courier's loop asks (courier/delivery.py), and so does the simulation of many worlds (faults/worlds.py).
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar

from terminal_app.clocking.backoff import backoff_seconds
from terminal_app.clocking.clocking import Clocking, DeliveryState, Moment
from terminal_app.clocking.delivery_state import Ambiguous, Confirmed, Finding, InDoubt, Outcome, Postponed, Refused

HEADS_AT_A_TIME = 256
LOOK_EVERY_SECONDS = 1.0
"""However silent the doorbell is."""
_SHORTEST_NAP_SECONDS = 0.005
WAVES = 2
"""While one wave of clockings is being sent, the next is marked on the disk: no request waits for that."""


class UnderWay(Protocol):
    """A clocking under way, as the ledger has it."""

    @property
    def sequence(self) -> int:
        """The local number."""

    @property
    def clocking(self) -> Clocking:
        """What was read."""

    @property
    def state(self) -> DeliveryState:
        """Recorded, or unknown."""

    @property
    def waits_for_time(self) -> bool:
        """Whether it was read by a doubtful clock, and nothing was decided about that yet (doubtful_time.py)."""


Head = TypeVar("Head", bound=UnderWay)


class Deed(Enum):
    """What is to be done with a clocking."""

    SEND = "send"
    LOOK_UP = "look up"
    """Ask Protime what it has: nothing of unknown outcome is sent before."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, by the settings."""

    parallel: int
    """Requests at a time while Protime answers; one when it does not."""
    hold_back_seconds: float
    longest_pause_seconds: float


class Schedule(Generic[Head]):
    """Whose turn it is. One clocking of each person at a time, the oldest first.

    Times named `now` are seconds on one clock that is never set, such as the monotonic one.
    """

    def __init__(self, pace: Pace, random: Callable[[], float], *, settle_seconds: float, now: float) -> None:
        self._pace = pace
        self._random = random
        self.settle_seconds = settle_seconds
        """After an unknown outcome, before Protime is asked; may be raised at any time."""
        self._began = now
        self._heads: deque[Head] = deque()
        """The oldest clocking of each person, as far as known."""
        self._busy: set[int] = set()
        """People whose clocking is being sent or looked up."""
        self._answered: set[int] = set()
        """Whose request is answered, and the outcome not yet on the disk: the next of another person may go."""
        self._busy_at_look: set[int] = set()
        self._not_before: dict[int, float] = {}
        """By person."""
        self._failures: dict[int, int] = {}
        """By person, in a row."""
        self._in_doubt_since: dict[int, float] = {}
        """By local number; one from before the start counts from the start."""

    @property
    def has_heads(self) -> bool:
        """Whether anything is known that may still go; if not, the ledger has to be asked."""
        return bool(self._heads)

    def before_look(self, now: float) -> int:
        """The ledger is about to be asked: for the clockings of how many people."""
        self._not_before = {person: at for person, at in self._not_before.items() if at > now}
        self._busy_at_look = set(self._busy)
        return HEADS_AT_A_TIME + len(self._not_before) + len(self._busy)

    def looked(self, found: Iterable[Head]) -> None:
        """What the ledger had, the oldest clocking of each person."""
        # Who was busy when this was read may have gone on meanwhile.
        self._heads = deque(head for head in found if person_of(head) not in self._busy_at_look)

    def places(self, *, pause_seconds: float, is_up: bool) -> int:
        """How many may be under way, when nobody should call for `pause_seconds`, and Protime was there or not."""
        if pause_seconds > 0:
            return 0
        return self._pace.parallel * WAVES if is_up else 1

    def next(self, places: int, now: float, moment: Moment) -> tuple[Head, Deed] | None:
        """The next that may go, and how; its person is busy from now on. `moment` is `now` on the machine's clocks."""
        while self._heads and len(self._busy) - len(self._answered) < places:
            head = self._heads.popleft()
            person_id = person_of(head)
            if person_id in self._busy or self._not_before.get(person_id, 0.0) > now:
                continue
            wait_seconds = self._wait_seconds(head, now, moment)
            if wait_seconds > 0:
                self._not_before[person_id] = now + wait_seconds
                continue
            self._busy.add(person_id)
            return head, Deed.LOOK_UP if head.state is DeliveryState.UNKNOWN else Deed.SEND
        return None

    def _wait_seconds(self, head: Head, now: float, moment: Moment) -> float:
        if head.state is DeliveryState.UNKNOWN:
            return self._in_doubt_since.get(head.sequence, self._began) + self.settle_seconds - now
        if head.waits_for_time:
            return LOOK_EVERY_SECONDS
        return hold_back_left(head.clocking.moment, moment, self._pace.hold_back_seconds)

    def answered(self, head: Head, outcome: Outcome, now: float) -> None:
        """A request came back, or was given up; the outcome is not yet on the disk."""
        self._answered.add(person_of(head))
        if isinstance(outcome, InDoubt):
            self._in_doubt_since[head.sequence] = now

    def settled(self, head: Head, outcome: Outcome | Finding, following: Head | None, now: float) -> None:
        """The outcome is on the disk, and `following` is what that person's next clocking is, this one included."""
        person_id = person_of(head)
        match outcome:
            case InDoubt():
                pass  # the settling time is its pause
            case Confirmed() | Refused() | Ambiguous():
                self._in_doubt_since.pop(head.sequence, None)
                self._failures.pop(person_id, None)
            case Postponed():
                self._in_doubt_since.pop(head.sequence, None)
                self.failed(head, now)
        if following is not None:
            self._heads.append(following)

    def failed(self, head: Head, now: float) -> None:
        """Nothing became of it: that person's clockings pause."""
        person_id = person_of(head)
        self._failures[person_id] = self._failures.get(person_id, 0) + 1
        pause_seconds = backoff_seconds(self._failures[person_id], self._pace.longest_pause_seconds, self._random)
        self._not_before[person_id] = now + pause_seconds

    def ended(self, head: Head) -> None:
        """Whatever was done with it is over: that person is no longer busy."""
        self._busy.discard(person_of(head))
        self._answered.discard(person_of(head))

    def nap_seconds(self, now: float, *, pause_seconds: float) -> float:
        """How long nothing can become due, if nobody rings."""
        times = [at - now for at in self._not_before.values() if at > now]
        if self._heads and pause_seconds > 0:
            times.append(pause_seconds)
        return max(_SHORTEST_NAP_SECONDS, min([LOOK_EVERY_SECONDS, *times]))


def hold_back_left(read_at: Moment, now: Moment, hold_back_seconds: float) -> float:
    """How long the employee may still take the clocking back, in seconds; what was read in another boot is past it."""
    if read_at.boot_id != now.boot_id:
        return 0.0
    age_seconds = (now.boottime_ns - read_at.boottime_ns) / 1_000_000_000
    return min(max(hold_back_seconds - age_seconds, 0.0), hold_back_seconds)


def person_of(head: UnderWay) -> int:
    """Whose it is; a clocking of nobody is held, and never comes here."""
    person_id = head.clocking.person_id
    assert person_id is not None, "a clocking of nobody is held"  # noqa: S101
    return person_id
