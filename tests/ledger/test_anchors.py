"""The anchors of the time in the ledger."""

from datetime import timedelta

from terminal_app.clocking.anchors import Anchor, AnchorSource
from terminal_app.ledger.anchors import (
    anchors_of,
    first_of_another_boot,
    keep_anchor,
    latest_of_another_boot,
    latest_of_boot,
    latest_with_battery_clock,
    newest_anchor_id,
)
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.recording import record
from tests.ledger.clockings import clocking, later

KERNEL, SERVER = AnchorSource.KERNEL, AnchorSource.SERVER


def anchor(boot: str, minute: int, source: AnchorSource = KERNEL) -> Anchor:
    return Anchor(boot, minute * 60 * 10**9, later(minute), timedelta(milliseconds=50), source)


def test_what_is_kept_is_read_back_by_the_boot_time_clock(ledger: LedgerDatabase) -> None:
    some = [anchor("b", 30), anchor("b", 10, SERVER), anchor("a", 5), anchor("b", 20)]
    for one in some:
        keep_anchor(ledger, one)
    assert anchors_of(ledger.rows, "b") == [some[1], some[3], some[0]]
    assert latest_of_boot(ledger.rows, "b") == [some[0], some[1]]
    assert latest_with_battery_clock(ledger.rows, "b") is None
    assert newest_anchor_id(ledger.rows) == 4


def test_how_right_the_battery_clock_was_is_kept_for_the_next_boot(ledger: LedgerDatabase) -> None:
    known = [anchor("a", minute)._replace(battery_ahead=timedelta(seconds=-minute)) for minute in (1, 2)]
    for one in (*known, anchor("a", 3), anchor("b", 4)._replace(battery_ahead=timedelta(0))):
        keep_anchor(ledger, one)
    assert latest_with_battery_clock(ledger.rows, "b") == known[1]


def test_the_order_of_the_ledger_ties_boots_together(ledger: LedgerDatabase) -> None:
    keep_anchor(ledger, anchor("a", 1))
    first = record(ledger, clocking())
    keep_anchor(ledger, anchor("a", 2))
    second = record(ledger, clocking())
    keep_anchor(ledger, anchor("c", 1))
    keep_anchor(ledger, anchor("c", 9))
    assert latest_of_another_boot(ledger.rows, "b", before=first) == anchor("a", 1)
    assert latest_of_another_boot(ledger.rows, "b", before=second) == anchor("a", 2)
    assert first_of_another_boot(ledger.rows, "b", since=first) == anchor("a", 2)
    assert first_of_another_boot(ledger.rows, "b", since=second) == anchor("c", 1)
    assert first_of_another_boot(ledger.rows, "c", since=second) is None
    assert latest_of_another_boot(ledger.rows, "a", before=second) is None


def test_old_ones_are_forgotten_but_the_first_and_last_of_each_boot_and_kind(ledger: LedgerDatabase) -> None:
    with ledger.together():
        for minute in range(100):
            keep_anchor(ledger, anchor("old", minute))
        for minute in range(2100):
            keep_anchor(ledger, anchor("new", minute))
    assert [one.boottime_ns // 60_000_000_000 for one in anchors_of(ledger.rows, "old")] == [0, 99]
    assert len(anchors_of(ledger.rows, "new")) == 2001


def test_a_damaged_row_vouches_for_nothing(ledger: LedgerDatabase) -> None:
    for minute in range(3):
        keep_anchor(ledger, anchor("b", minute))
    with ledger.transaction() as connection:
        connection.execute("UPDATE anchor SET instant = 'x' WHERE id = 1")
        connection.execute("UPDATE anchor SET error_us = ? WHERE id = 2", (2**63 - 1,))
    assert anchors_of(ledger.rows, "b") == [anchor("b", 2)]
