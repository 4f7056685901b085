"""The clock is set while people badge: every clocking stays, in its place, with the time that was read."""

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.clocking.clocking import ClockingKind, Moment
from terminal_app.clocking.direction import Direction
from terminal_app.clocking.proposal import LONGEST_PRESENCE
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.kiosk.deeds import Clock
from terminal_app.kiosk.desk import Desk
from terminal_app.kiosk.guest import Badge, Recorded
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.reading import entries
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.roster.look_up import Roster
from terminal_app.timekeeping.kernel import KernelClock
from terminal_app.timekeeping.machine import MachineTime
from terminal_app.timekeeping.watch import TimeWatch
from tests.kiosk.terminal import ANNA, BOOT, LUC, MORNING, ZONE, write_roster

HOUR = timedelta(hours=1)
SETS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            MORNING - HOUR,
            MORNING.replace(year=2036),
            datetime(1970, 1, 1, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC),  # the last minute before the repeated hour begins
            datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
            datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC),  # before the hour that is left out
            datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC),  # midnight
        ]
    ),
)
STEPS = st.lists(
    st.tuples(SETS, st.timedeltas(timedelta(seconds=3), timedelta(hours=20)), st.sampled_from([ANNA, LUC])),
    min_size=1,
    max_size=6,
)


class SetClock:
    """Wall and boot-time clock, each as it is put."""

    def __init__(self) -> None:
        self.said, self.since = MORNING, timedelta(hours=1)

    def now(self) -> Moment:
        ns = self.since // timedelta(microseconds=1) * 1000
        return Moment(self.said, ns, ns, BOOT)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_no_jump_moves_reorders_or_loses_a_clocking(steps: list[tuple[datetime | None, timedelta, str]]) -> None:
    clock = SetClock()
    watch = TimeWatch(
        clock, read_kernel=lambda: KernelClock(False, 16 * timedelta(seconds=1)), read_machine=MachineTime
    )
    expected: list[tuple[str, datetime]] = []
    in_outs: dict[str, list[timedelta]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_roster(folder)
        ledger = LedgerDatabase(folder)
        desk = Desk(ledger, Roster(folder), clock, ZONE, keep_unknown=True, same_booking_seconds=0, watch=watch)
        with closing(desk):
            for said, passes, badge in steps:
                clock.since += passes
                clock.said = clock.said + passes if said is None else said
                answer = desk.clock(Clock(Badge(badge, "door", clock.now()), ClockingKind.IN_OUT))
                assert isinstance(answer, Recorded)
                expected.append((badge, clock.said))
                assert answer.proposal is not None
                assert answer.proposal.direction is _direction(in_outs.setdefault(badge, []), clock.since)
                in_outs[badge].append(clock.since)
            found = list(entries(ledger.connection, settled=True))
        assert [one.sequence for one in found] == list(range(1, len(steps) + 1))
        whole = [one for one in found if isinstance(one, LedgerEntry)]
        assert [(one.clocking.badge_number, one.clocking.moment.instant) for one in whole] == expected
        assert [one.clocking.wall_time for one in whole] == [wall_time_of(instant, ZONE) for _, instant in expected]
        with closing(sqlite3.connect(folder / "ledger.db")) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _direction(before: list[timedelta], now: timedelta) -> Direction:
    """In turns, anew after a long pause: by the time that has truly passed."""
    turns = 0
    for earlier, later in zip(reversed(before), [now, *reversed(before)], strict=False):
        if later - earlier > LONGEST_PRESENCE:
            break
        turns += 1
    return Direction.OUT if turns % 2 else Direction.IN
