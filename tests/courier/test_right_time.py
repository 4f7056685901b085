"""No minute in doubt reaches Protime, none waits for ever, and no clock that is set disturbs the courier."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from terminal_app.clocking.anchors import Anchor, AnchorSource
from terminal_app.clocking.clocking import DeliveryState, Moment
from terminal_app.clocking.doubtful_time import TimeSettled
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.courier import time_settling
from terminal_app.courier.courier import run_courier
from terminal_app.courier.server_time import ServerTime
from terminal_app.ledger.anchors import anchors_of, keep_anchor
from terminal_app.settings_choices import UntrustedTime
from terminal_app.simulator.server import SimulatorThread
from terminal_app.timekeeping.clock import SystemClock
from terminal_app.timekeeping.zones import zone_of
from tests.courier.terminal import ANNA, LUC, Terminal

ZONE = zone_of("Europe/Brussels")
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
EPOCH = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
DOUBT = TimeQuality(TimeState.UNTRUSTED, None)


class SetClock:
    """This machine's clocks, the wall clock set forward or back while they run."""

    def __init__(self) -> None:
        self._own = SystemClock()
        self.off = timedelta(0)

    def now(self) -> Moment:
        moment = self._own.now()
        return moment._replace(instant=moment.instant + self.off)


def clock_in_doubt(
    terminal: Terminal, person: int = ANNA, *, said: datetime = EPOCH, ago: float = 60.0, boot: str | None = None
) -> int:
    """A clocking that was read `ago` seconds before now, when the clock said something else."""
    now = SystemClock().now()
    moment = Moment(said, 1, now.boottime_ns - int(ago * 1e9), boot or now.boot_id)
    return terminal.clock(person, moment=moment, wall_time=wall_time_of(said, ZONE), time=DOUBT)


def minutes(simulator: SimulatorThread) -> list[tuple[object, object]]:
    return [(one["date"], one["timeOfDayInMinutes"]) for one in simulator.received()]


def expected(instant: datetime) -> tuple[object, object]:
    wall = wall_time_of(instant, ZONE)
    return (wall.date.isoformat(), wall.minute)


async def test_a_terminal_that_booted_in_1970_sends_the_right_minute_once_protime_tells_the_time(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    read_at = datetime.now(UTC) - 60 * SECOND
    sequence = clock_in_doubt(terminal)
    terminal.start()
    await terminal.until_settled()
    entry = terminal.entry(sequence)
    assert entry.time_settled is TimeSettled.CORRECTED
    assert entry.raw is not None
    assert entry.raw.instant == EPOCH
    assert abs(entry.clocking.moment.instant - read_at) < 3 * SECOND
    assert minutes(simulator) == [expected(entry.clocking.moment.instant)]


async def test_a_clock_that_protime_agrees_with_moves_nothing(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("delivery", hold_back_seconds=0.0)
    said = datetime.now(UTC)
    sequence = clock_in_doubt(terminal, said=said, ago=0)
    terminal.start()
    await terminal.until_settled()
    assert terminal.entry(sequence).time_settled is TimeSettled.BOUNDED
    assert minutes(simulator) == [expected(said)]


async def test_a_kernels_anchor_is_enough_without_protimes(terminal: Terminal, simulator: SimulatorThread) -> None:
    now = SystemClock().now()
    keep_anchor(terminal.ledger, Anchor(now.boot_id, now.boottime_ns, now.instant, SECOND / 20, AnchorSource.KERNEL))
    read_at = now.instant - 60 * SECOND
    sequence = clock_in_doubt(terminal)
    terminal.start()
    await terminal.until_settled()
    assert abs(terminal.entry(sequence).clocking.moment.instant - read_at) < SECOND
    assert len(minutes(simulator)) == 1


@pytest.mark.parametrize("policy", UntrustedTime)
async def test_what_cannot_be_known_is_held_or_sent_by_setting_and_holds_up_nobody(
    terminal: Terminal, simulator: SimulatorThread, policy: UntrustedTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_settling, "_LOOK_AT_ALL_EVERY_SECONDS", 2.0)  # after the wait of 1.2
    terminal.change("time", untrusted=policy, wait_minutes=0.02)
    said = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
    sequence = clock_in_doubt(terminal, said=said, boot="a boot that never knew")
    following = terminal.clock(ANNA, 600)
    other = terminal.clock(LUC, 601)
    terminal.start()
    await terminal.until_settled()
    entry = terminal.entry(sequence)
    if policy is UntrustedTime.SEND:
        assert (entry.state, entry.time_settled) == (DeliveryState.CONFIRMED, TimeSettled.ACCEPTED)
        assert expected(said) in minutes(simulator)
    else:
        assert (entry.state, entry.time_settled) == (DeliveryState.REFUSED, TimeSettled.ASKED)
        assert expected(said) not in minutes(simulator)
    assert {terminal.entry(one).state for one in (following, other)} == {DeliveryState.CONFIRMED}
    assert [one for one in minutes(simulator) if one[1] in (600, 601)] != []


async def test_while_it_waits_those_behind_it_wait_too_and_others_do_not(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    clock_in_doubt(terminal, said=datetime(2026, 2, 3, tzinfo=UTC), boot="a boot that never knew")
    behind, other = terminal.clock(ANNA, 600), terminal.clock(LUC, 601)
    terminal.start()
    await terminal.until(lambda: terminal.entry(other).state is DeliveryState.CONFIRMED)
    await asyncio.sleep(1.5)
    assert terminal.entry(behind).state is DeliveryState.RECORDED
    assert [one[1] for one in minutes(simulator)] == [601]


@pytest.mark.parametrize("jump", [DAY, -DAY, 3650 * DAY, -3650 * DAY], ids=str)
async def test_a_clock_that_is_set_while_the_courier_waits_loses_doubles_and_holds_up_nothing(
    terminal: Terminal, simulator: SimulatorThread, jump: timedelta
) -> None:
    terminal.change("delivery", hold_back_seconds=1.0)
    simulator.set_faults(fail_before_storing=2, cut_after_storing=2, fail_status=503)
    clock = SetClock()
    first = [terminal.clock(person, minute) for minute in (1, 2) for person in (ANNA, LUC)]
    now = clock.now()
    held_back = terminal.clock(7, 3, moment=now)
    courier = asyncio.create_task(run_courier(terminal.settings, terminal.secret, clock=clock, random=lambda: 0.5))
    try:
        await asyncio.sleep(0.3)
        clock.off = jump
        began = time.monotonic()
        await _until(lambda: set(terminal.states()) == {"confirmed"}, courier)
        assert time.monotonic() - began >= 0.5  # held back by the boot-time clock, not by the wall's
        clock.off = timedelta(0)
        last = terminal.clock(ANNA, 4)
        await _until(lambda: terminal.entry(last).state is DeliveryState.CONFIRMED, courier)
    finally:
        courier.cancel()
        await asyncio.wait([courier])
    assert sorted(str(one[1]) for one in minutes(simulator)) == ["1", "1", "2", "2", "3", "4"]
    assert [one["timeOfDayInMinutes"] for one in simulator.received() if one["personId"] == ANNA] == [1, 2, 4]
    assert all(terminal.entry(sequence).attempts <= 6 for sequence in (*first, held_back))  # no burst


async def _until(condition: Callable[[], bool], courier: "asyncio.Task[None]") -> None:
    async with asyncio.timeout(60):
        while not condition():
            assert not courier.done(), courier.exception()
            await asyncio.sleep(0.02)


async def test_what_protime_tells_is_kept_as_an_anchor(terminal: Terminal, simulator: SimulatorThread) -> None:
    boot_id = SystemClock().now().boot_id
    terminal.start()
    await terminal.until(lambda: anchors_of(terminal.ledger.rows, boot_id))
    (anchor,) = anchors_of(terminal.ledger.rows, boot_id)
    now = SystemClock().now()
    carried = anchor.instant + (now.boottime_ns - anchor.boottime_ns) // 1000 * timedelta(microseconds=1)
    assert anchor.source is AnchorSource.SERVER
    assert abs(carried - now.instant) <= anchor.error + SECOND / 100
    assert simulator.url


def test_two_answers_that_agree_are_an_anchor_and_then_none_for_ten_minutes() -> None:
    clock = StandingClock()
    told = ServerTime(clock)
    assert told.anchor_due() is None
    told.told(clock.date(), 0.1)
    assert told.anchor_due() is None
    told.told(clock.date(), 0.1)
    assert told.anchor_due() is not None
    assert told.anchor_due() is None
    clock.passes(599 * SECOND)
    for _ in range(2):
        told.told(clock.date(), 0.1)
    assert told.anchor_due() is None
    clock.passes(2 * SECOND)
    for _ in range(2):
        told.told(clock.date(), 0.1)
    assert told.anchor_due() is not None


def test_answers_that_contradict_each_other_are_none() -> None:
    clock = StandingClock()
    told = ServerTime(clock)
    for number in range(10):
        told.told(clock.date(off=number % 2 * DAY), 0.1)
    assert told.anchor_due() is None
    told.told("garbage", 0.1)


def test_a_clock_that_differs_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    clock = StandingClock()
    told = ServerTime(clock)
    for _ in range(5):
        told.told(clock.date(off=200 * SECOND), 0.1)
    (line,) = (one for one in caplog.messages if one.startswith("clock-differs"))
    assert "ahead_seconds=200" in line or "ahead_seconds=201" in line
    assert "is not believed" in line


class StandingClock:
    """It stands until it is moved."""

    def __init__(self) -> None:
        self._now = Moment(datetime(2026, 7, 1, 6, tzinfo=UTC), 1, 10**12, "boot")

    def now(self) -> Moment:
        return self._now

    def passes(self, some: timedelta) -> None:
        boottime_ns = self._now.boottime_ns + some // timedelta(microseconds=1) * 1000
        self._now = self._now._replace(instant=self._now.instant + some, boottime_ns=boottime_ns)

    def date(self, *, off: timedelta = timedelta(0)) -> str:
        return (self._now.instant + off).strftime("%a, %d %b %Y %H:%M:%S GMT")
