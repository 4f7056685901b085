"""The eye on the clock: what it is worth at a badge, and when an anchor is kept."""

from datetime import UTC, datetime, timedelta

from terminal_app.clocking.anchors import Anchor, AnchorSource
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.time_quality import TimeState
from terminal_app.timekeeping.kernel import KernelClock
from terminal_app.timekeeping.machine import MachineTime
from terminal_app.timekeeping.watch import TimeWatch

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class World:
    """A machine whose clocks stand where they are put."""

    def __init__(self) -> None:
        self.true, self.said = NOW, NOW
        self.synchronised = False
        self.machine_reads = 0

    def now(self) -> Moment:
        uptime_us = (self.true - NOW + timedelta(hours=1)) // timedelta(microseconds=1)
        return Moment(self.said, uptime_us * 1000, uptime_us * 1000, "boot")

    def kernel(self) -> KernelClock:
        return KernelClock(self.synchronised, SECOND / 100)

    def machine(self) -> MachineTime:
        self.machine_reads += 1
        return MachineTime()

    def passes(self, time: timedelta) -> None:
        self.true += time
        self.said += time


def watched() -> tuple[World, TimeWatch]:
    world = World()
    return world, TimeWatch(world, read_kernel=world.kernel, read_machine=world.machine)


def test_a_sync_is_seen_at_the_next_look_and_a_jump_at_the_next_badge() -> None:
    world, watch = watched()
    assert watch.quality().state is TimeState.UNTRUSTED
    assert watch.look() is None
    world.synchronised = True
    assert watch.quality().state is TimeState.TRUSTED
    anchor = watch.look()
    assert anchor is not None
    watch.learn([anchor], None)
    world.synchronised, world.said = False, NOW + timedelta(days=1)
    assert watch.quality().state is TimeState.JUMPED
    world.said = NOW
    assert watch.quality().state is TimeState.DRIFTING


def test_of_many_anchors_the_latest_of_each_kind_counts() -> None:
    world, watch = watched()
    boottime_ns = world.now().boottime_ns
    old = Anchor("boot", boottime_ns - 10**12, NOW + timedelta(days=9), SECOND, AnchorSource.KERNEL)
    latest = Anchor("boot", boottime_ns, NOW, SECOND, AnchorSource.KERNEL)
    watch.learn([old, latest], None)
    assert watch.quality().state is TimeState.DRIFTING


def test_slow_clocks_are_read_once_a_minute() -> None:
    world, watch = watched()
    for _ in range(120):
        watch.look()
        watch.quality()
        world.passes(SECOND)
    assert world.machine_reads == 2


def test_while_it_lasts_an_anchor_is_kept_every_ten_minutes() -> None:
    world, watch = watched()
    world.synchronised = True
    kept: list[Anchor] = []
    for _ in range(3600):
        if (anchor := watch.look()) is not None:
            kept.append(anchor)
            watch.learn(kept, None)
        world.passes(SECOND)
    assert [(one.instant - NOW) // SECOND for one in kept] == [0, 600, 1200, 1800, 2400, 3000]
