"""How sure the clock is, from what it and its witnesses say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.anchors import Anchor, AnchorSource
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.timekeeping.kernel import KernelClock
from terminal_app.timekeeping.machine import MachineTime
from terminal_app.timekeeping.trust import (
    LEAST_ERROR,
    Facts,
    anchor_due,
    assess,
    is_offset_of_zone,
    is_synchronised,
    off_by,
)

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LARGEST = 30 * SECOND
TEN_MINUTES = timedelta(minutes=10)
SYNCED, UNSYNCED = KernelClock(True, SECOND / 100), KernelClock(False, 16 * SECOND)
UPTIME = 10 * DAY
SPANS = st.timedeltas(timedelta(0), 9 * DAY)


def now(said: datetime = NOW) -> Moment:
    return Moment(said, 1, ns(UPTIME), "boot")


def ns(time: timedelta) -> int:
    return time // timedelta(microseconds=1) * 1000


def anchor(ago: timedelta, *, off: timedelta = timedelta(0), server: bool = False) -> Anchor:
    source = AnchorSource.SERVER if server else AnchorSource.KERNEL
    return Anchor("boot", ns(UPTIME - ago), NOW - ago + off, SECOND / 2 if server else SECOND / 20, source)


def former(ago: timedelta, *, battery_ahead: timedelta | None = timedelta(0)) -> Anchor:
    return anchor(ago)._replace(boot_id="former", battery_ahead=battery_ahead)


def facts(
    kernel: KernelClock | None = UNSYNCED,
    *anchors: Anchor,
    said: datetime = NOW,
    machine: MachineTime | None = None,
    earlier: Anchor | None = None,
) -> Facts:
    return Facts(now(said), kernel, machine or MachineTime(), now(said), anchors, earlier)


def state(one: Facts) -> TimeState:
    return assess(one, LARGEST).state


def test_the_kernel_vouches_for_it_with_its_own_bound() -> None:
    assert assess(facts(SYNCED), LARGEST) == TimeQuality(TimeState.TRUSTED, SECOND / 100 + LEAST_ERROR)


def test_a_machine_that_booted_offline_is_not_believed() -> None:
    assert assess(facts(), LARGEST) == TimeQuality(TimeState.UNTRUSTED, None)
    assert assess(facts(None), LARGEST) == TimeQuality(TimeState.UNTRUSTED, None)
    assert state(facts(earlier=former(DAY))) is TimeState.UNTRUSTED


@given(SPANS, SPANS, st.booleans())
def test_after_the_last_sync_the_error_grows_until_it_is_too_large(one: timedelta, other: timedelta, srv: bool) -> None:
    soon, late = (assess(facts(UNSYNCED, anchor(ago, server=srv)), LARGEST) for ago in sorted((one, other)))
    assert soon.error is not None
    assert late.error is not None
    assert soon.error <= late.error
    for found in (soon, late):
        assert found.state is (TimeState.DRIFTING if found.error <= LARGEST else TimeState.UNTRUSTED)  # type: ignore[operator]


@given(st.timedeltas(timedelta(0), DAY), st.timedeltas(-3660 * DAY, 3660 * DAY))
def test_a_clock_that_is_set_is_noticed_beyond_what_drift_explains(ago: timedelta, jump: timedelta) -> None:
    found = assess(facts(UNSYNCED, anchor(ago), said=NOW + jump), LARGEST)
    bound = SECOND / 20 + ago / 10_000
    assert (found.state is TimeState.JUMPED) == (abs(jump) > bound + SECOND)
    assert found.error is not None
    assert found.error >= abs(jump)


@given(st.timedeltas(-3660 * DAY, 3660 * DAY))
def test_a_time_server_against_protime_is_believed_only_when_they_agree(off: timedelta) -> None:
    found = assess(facts(SYNCED, anchor(SECOND, off=off, server=True)), LARGEST)
    assert found.state is (TimeState.UNTRUSTED if abs(off) > timedelta(seconds=120) else TimeState.TRUSTED)


def test_a_resync_is_trusted_at_once_whatever_was_before() -> None:
    assert state(facts(SYNCED, anchor(HOUR), said=NOW + DAY)) is TimeState.TRUSTED


def battery(reading: datetime | None, saved: datetime | None = None) -> MachineTime:
    return MachineTime(battery_clock=reading, saved=saved)


def test_a_battery_clock_carries_the_time_over_a_boot() -> None:
    before = former(DAY)
    found = assess(facts(machine=battery(NOW), earlier=before), LARGEST)
    assert found == TimeQuality(TimeState.DRIFTING, before.error + 2 * SECOND + DAY * 20 / 1_000_000)
    assert state(facts(machine=battery(NOW), earlier=former(40 * DAY))) is TimeState.UNTRUSTED


@pytest.mark.parametrize(
    "machine",
    [
        battery(None),
        battery(datetime(1970, 1, 1, tzinfo=UTC)),
        battery(NOW - 2 * DAY),
        battery(NOW - 5 * HOUR, saved=NOW - HOUR),
        battery(NOW + HOUR),
    ],
    ids=["none", "no battery", "before the last anchor", "before the saved clock", "another time than the clock"],
)
def test_a_battery_clock_that_lost_its_time_carries_nothing(machine: MachineTime) -> None:
    assert state(facts(machine=machine, earlier=former(DAY))) is TimeState.UNTRUSTED


@pytest.mark.parametrize("ahead", [None, HOUR, -HOUR], ids=["never compared", "ahead", "behind"])
def test_a_battery_clock_that_was_not_right_before_is_not_believed(ahead: timedelta | None) -> None:
    assert state(facts(machine=battery(NOW), earlier=former(DAY, battery_ahead=ahead))) is TimeState.UNTRUSTED


def test_an_anchor_notes_how_right_the_battery_clock_is() -> None:
    made = due(facts(SYNCED, machine=battery(NOW + 3 * SECOND)))
    assert made is not None
    assert made.battery_ahead == 3 * SECOND


def test_without_a_known_time_before_a_battery_clock_proves_nothing() -> None:
    assert state(facts(machine=battery(NOW))) is TimeState.UNTRUSTED


@pytest.mark.parametrize(("ago", "is_fresh"), [(timedelta(0), True), (HOUR, True), (2 * HOUR, False), (-HOUR, False)])
def test_where_the_kernel_must_not_be_asked_the_mark_of_timesyncd_tells(ago: timedelta, is_fresh: bool) -> None:
    marked = facts(None, machine=MachineTime(synchronised_at=NOW - ago))
    assert is_synchronised(marked) is is_fresh
    assert not is_synchronised(marked._replace(kernel=UNSYNCED))


def due(one: Facts) -> Anchor | None:
    return anchor_due(one, assess(one, LARGEST), TEN_MINUTES)


def test_an_anchor_is_due_at_a_sync_and_every_ten_minutes() -> None:
    made = due(facts(SYNCED))
    assert made == Anchor("boot", ns(UPTIME), NOW, SECOND / 100 + LEAST_ERROR, AnchorSource.KERNEL)
    assert due(facts(SYNCED, anchor(TEN_MINUTES - SECOND))) is None
    assert due(facts(SYNCED, anchor(TEN_MINUTES))) is not None
    assert due(facts(SYNCED, anchor(SECOND, server=True))) is not None
    assert due(facts(UNSYNCED, anchor(HOUR))) is None
    assert due(facts(UNSYNCED)) is None


def test_protime_ahead_is_told_beyond_what_its_seconds_hide() -> None:
    assert off_by(facts(SYNCED, anchor(SECOND, server=True))) is None
    assert off_by(facts(SYNCED, anchor(SECOND, off=2 * HOUR, server=True))) == 2 * HOUR
    assert off_by(facts(SYNCED, anchor(SECOND, off=2 * HOUR))) is None


@pytest.mark.parametrize(
    ("ahead", "offset", "is_zone"),
    [
        (2 * HOUR, 2 * HOUR, True),
        (-2 * HOUR - 40 * SECOND, 2 * HOUR, True),
        (5.5 * HOUR, 2 * HOUR, True),
        (40 * SECOND, HOUR, False),
        (2 * HOUR + 200 * SECOND, HOUR, False),
        (300 * DAY, HOUR, False),
        (20 * SECOND, timedelta(0), False),
    ],
)
def test_a_clock_set_to_local_time_is_recognised(ahead: timedelta, offset: timedelta, is_zone: bool) -> None:
    assert is_offset_of_zone(ahead, offset) is is_zone
