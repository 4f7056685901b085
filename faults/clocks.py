"""Simulated machines whose clocks drift and are set: is every minute that is sent the right one?

`python -m faults.clocks --worlds 100000 --seed 1`. A world is a few boots of one terminal, some offline, each with its
own crystal (+-100 ppm), with or without a battery clock, and a wall clock that is set by up to ten years either way
while people badge. Beside the product's rules (clocking/anchors.py, clocking/doubtful_time.py, timekeeping/trust.py)
stands the truth, which they do not see.

Checked of every clocking: its order is that of the badges; what is called good is right to its bound; what is corrected
lies within the bound that it is given, and that is within 50 ms of the anchors' own error and drift; nothing that was
doubtful goes out unsettled; nothing waits for ever. `--control` breaks a rule on purpose, and must be caught.
"""

import argparse
import random
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from terminal_app.clocking.anchors import DRIFT_PPM, Anchor, AnchorSource
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.doubtful_time import (
    Correct,
    Evidence,
    Settle,
    TimeRules,
    TimeSettled,
    Wait,
    judge,
    waits_for_time,
)
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.timekeeping.kernel import KernelClock
from terminal_app.timekeeping.machine import MachineTime
from terminal_app.timekeeping.trust import LEAST_ERROR, Facts, anchor_due, assess
from terminal_app.timekeeping.witness import agree, heard

START = datetime(2026, 7, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TEN_YEARS = timedelta(days=3652)
LARGEST_ERROR = 30 * SECOND
ROUNDING = timedelta(microseconds=20)
WAYS = (*TimeState, TimeSettled.CORRECTED, TimeSettled.BOUNDED, TimeSettled.ASKED)
"""What must have happened to clockings, or a run says nothing."""


class Wrong(Exception):
    """The promise is broken in a world."""


@dataclass
class Clocking:
    """One badge, with the truth."""

    sequence: int
    true: datetime
    moment: Moment
    quality: TimeQuality
    settled: TimeSettled | None = None
    sent: datetime | None = None
    error: timedelta | None = None


@dataclass
class Ledger:
    """What is kept over the boots."""

    clockings: list[Clocking] = field(default_factory=list)
    anchors: list[tuple[int, Anchor]] = field(default_factory=list)
    """With the number of clockings that were there."""

    def of_boot(self, boot_id: str) -> list[Anchor]:
        return [one for _, one in self.anchors if one.boot_id == boot_id]

    def evidence(self, one: Clocking) -> Evidence:
        boot_id = one.moment.boot_id
        others = [(there, anchor) for there, anchor in self.anchors if anchor.boot_id != boot_id]
        before = [anchor for there, anchor in others if there < one.sequence]
        after = [anchor for there, anchor in others if there >= one.sequence]
        return Evidence(
            one.moment,
            one.quality,
            self.of_boot(boot_id),
            before[-1] if before else None,
            after[0] if after else None,
        )


class BatteryClock:
    """Goes on without power, in its own way; right only once a synchronised kernel has set it."""

    def __init__(self, dice: random.Random, true: datetime) -> None:
        self._ppm = dice.uniform(-18, 18)
        self._said = true + dice.choice([timedelta(hours=-3), timedelta(hours=3), timedelta(0), -TEN_YEARS / 2])

    def passes(self, time: timedelta) -> None:
        self._said += time + time * self._ppm / 1_000_000

    def set(self, said: datetime) -> None:
        self._said = said.replace(microsecond=0)

    @property
    def shown(self) -> datetime:
        return self._said.replace(microsecond=0)


class Machine:
    """One boot: the truth, its crystal, and a wall clock that anybody may set."""

    def __init__(self, dice: random.Random, boot_id: str, true: datetime, battery: BatteryClock | None) -> None:
        self._dice = dice
        self.boot_id = boot_id
        self.true = true
        self.ppm = dice.uniform(-0.95, 0.95) * DRIFT_PPM
        self.boottime_us = dice.randint(5_000_000, 90_000_000)
        self.said = battery.shown if battery else true + dice.choice([timedelta(0), self._anything()])
        self.synchronised = False
        self.since_sync = timedelta(0)
        self.battery = battery
        self._former_answer: Anchor | None = None

    def _anything(self) -> timedelta:
        return self._dice.choice([1, -1]) * self._dice.random() ** 4 * TEN_YEARS

    def passes(self, time: timedelta) -> None:
        """True time passes; the crystal counts it its own way, and the wall clock goes with the crystal."""
        self.true += time
        counted = time + time * self.ppm / 1_000_000
        self.boottime_us += counted // timedelta(microseconds=1)
        # A disciplined clock keeps the true time; its boot-time clock is steered with it.
        self.said += time if self.synchronised else counted
        self.since_sync += time
        if self.battery is not None:
            self.battery.passes(time)
            if self.synchronised and time > timedelta(minutes=11):
                self.battery.set(self.said)

    def synchronise(self) -> None:
        self.synchronised, self.since_sync = True, timedelta(0)
        self.said = self.true + self._dice.uniform(-0.02, 0.02) * SECOND

    def set(self) -> None:
        """By hand: the kernel knows that it is no longer disciplined."""
        self.synchronised = False
        self.said += self._anything()

    def loses_network(self) -> None:
        self.synchronised = False

    def now(self) -> Moment:
        return Moment(self.said, self.boottime_us * 1000, self.boottime_us * 1000, self.boot_id)

    def kernel(self) -> KernelClock:
        grown = 0.02 * SECOND + self.since_sync / 2000
        return KernelClock(self.synchronised, grown if self.synchronised else 16 * SECOND)

    def facts(self, ledger: Ledger) -> Facts:
        own = {one.source: one for one in ledger.of_boot(self.boot_id)}
        earlier = [one for _, one in ledger.anchors if one.boot_id != self.boot_id and one.battery_ahead is not None]
        now = self.now()
        machine = MachineTime(battery_clock=self.battery.shown if self.battery else None)
        return Facts(now, self.kernel(), machine, now, tuple(own.values()), earlier[-1] if earlier else None)

    def asks_protime(self) -> Anchor | None:
        """An answer with a Date; gives an anchor when it agrees with the one before."""
        there, back = (self._dice.uniform(0, 2) * SECOND for _ in range(2))
        self.passes(there)
        date = format_datetime(self.true, usegmt=True)
        self.passes(back)
        told, former = heard(date, there + back, self.now()), self._former_answer
        self._former_answer = told
        return told if told is not None and former is not None and agree(former, told) else None


class World:
    """A few boots of one terminal, and a courier that settles what it can."""

    def __init__(self, seed: int, *, control: bool = False) -> None:
        self.dice = random.Random(seed)
        self.ledger = Ledger()
        self.control = control
        self.rules = TimeRules(
            wait=timedelta(minutes=self.dice.choice([0, 5, 60])),
            sends_doubtful=self.dice.random() < 0.5,
            largest_error=LARGEST_ERROR,
        )

    def run(self) -> Ledger:
        """Live through it. Raises Wrong."""
        true = START + self.dice.random() * timedelta(days=3000)
        battery = BatteryClock(self.dice, true) if self.dice.random() < 0.5 else None
        for number in range(self.dice.randint(1, 3)):
            machine = Machine(self.dice, f"boot-{number}", true, battery)
            self._boot(machine)
            without_power = self.dice.random() ** 3 * timedelta(days=30)
            true = machine.true + without_power
            if battery is not None:
                battery.passes(without_power)
        last = Machine(self.dice, "last boot", true, battery)
        for _ in range(2):
            self._keep_time(last)
            self._settle(last, waited=timedelta(days=1))
        self._check_all()
        return self.ledger

    def _boot(self, machine: Machine) -> None:
        for _ in range(self.dice.randint(3, 14)):
            machine.passes(self.dice.random() ** 3 * timedelta(hours=30))
            match self.dice.randrange(10):
                case 0 | 1:
                    machine.synchronise()
                case 2:
                    machine.set()
                case 3:
                    machine.loses_network()
                case 4:
                    for _ in range(2):
                        anchor = machine.asks_protime()
                        if anchor is not None:
                            self._keep(anchor)
                case _:
                    self._badge(machine)
            self._keep_time(machine)
            self._settle(machine)

    def _badge(self, machine: Machine) -> None:
        quality = assess(machine.facts(self.ledger), LARGEST_ERROR)
        if self.control and quality.is_doubtful:
            quality = TimeQuality(TimeState.TRUSTED, LEAST_ERROR)
        self.ledger.clockings.append(Clocking(len(self.ledger.clockings) + 1, machine.true, machine.now(), quality))

    def _keep_time(self, machine: Machine) -> None:
        facts = machine.facts(self.ledger)
        anchor = anchor_due(facts, assess(facts, LARGEST_ERROR), timedelta(minutes=10))
        if anchor is not None:
            self._keep(anchor)

    def _keep(self, anchor: Anchor) -> None:
        self.ledger.anchors.append((len(self.ledger.clockings), anchor))

    def _settle(self, machine: Machine, waited: timedelta | None = None) -> None:
        now = machine.now()
        for one in self.ledger.clockings:
            if one.sent is not None or one.settled is TimeSettled.ASKED:
                continue
            since = machine.true - one.true if waited is None else waited
            evidence = self.ledger.evidence(one)
            verdict = judge(evidence, now, waited=since, rules=self.rules)
            match verdict:
                case Correct(estimate):
                    one.settled, one.error = TimeSettled.CORRECTED, estimate.error
                    one.sent = estimate.instant
                    self._check_correction(one, evidence)
                case Settle(how, _):
                    one.settled = how
                    one.sent = None if how is TimeSettled.ASKED else one.moment.instant
                case Wait():
                    if not waits_for_time(one.quality, one.settled) and self.dice.random() < 0.5:
                        one.sent, one.error = one.moment.instant, one.quality.error

    def _check_correction(self, one: Clocking, evidence: Evidence) -> None:
        assert one.sent is not None
        assert one.error is not None
        if abs(one.sent - one.true) > one.error + ROUNDING:
            raise Wrong(f"{one} was corrected beyond its bound")
        nearest = min(
            anchor.error + timedelta(microseconds=abs(anchor.boottime_ns - one.moment.boottime_ns) * DRIFT_PPM // 10**9)
            for anchor in evidence.anchors
        )
        if any(anchor.source is AnchorSource.KERNEL for anchor in evidence.anchors) and abs(one.sent - one.true) > max(
            nearest, one.error
        ) + timedelta(milliseconds=50):
            raise Wrong(f"{one} was corrected worse than its nearest anchor allows")

    def _check_all(self) -> None:
        for number, one in enumerate(self.ledger.clockings, start=1):
            if one.sequence != number:
                raise Wrong(f"{one} changed its place")
            if waits_for_time(one.quality, one.settled):
                raise Wrong(f"{one} waits for ever")
            is_good = one.quality.state in (TimeState.TRUSTED, TimeState.DRIFTING)
            if is_good and one.settled is None and one.sent is not None:
                assert one.quality.error is not None
                if abs(one.sent - one.true) > one.quality.error + ROUNDING:
                    raise Wrong(f"{one} passed for good and is not")
            if one.settled is TimeSettled.BOUNDED and abs(one.moment.instant - one.true) > LARGEST_ERROR + ROUNDING:
                raise Wrong(f"{one} was called near enough and is not")
            if one.settled is TimeSettled.ACCEPTED and not self.rules.sends_doubtful:
                raise Wrong(f"{one} was sent against the setting")


def run(worlds: int, seed: int, *, control: bool = False) -> dict[str, int]:
    """Live through so many worlds; counts what happened. Raises Wrong with the seed of the world."""
    counts = dict.fromkeys(("worlds", "clockings", *TimeState, *TimeSettled), 0)
    for number in range(seed, seed + worlds):
        try:
            ledger = World(number, control=control).run()
        except Wrong as wrong:
            raise Wrong(f"world {number}: {wrong}") from None
        counts["worlds"] += 1
        counts["clockings"] += len(ledger.clockings)
        for one in ledger.clockings:
            counts[one.quality.state] += 1
            if one.settled is not None:
                counts[one.settled] += 1
    return counts


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m faults.clocks", description=__doc__.partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1, help="of the first world; the next one has the next")
    parser.add_argument("--control", action="store_true", help="call every clock good: must be caught")
    asked = parser.parse_args()
    try:
        counts = run(asked.worlds, asked.seed, control=asked.control)
    except Wrong as wrong:
        print(f"WRONG {wrong}")
        return 1
    print(" ".join(f"{name}={count}" for name, count in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
