"""What must hold of a simulated world at its end."""

from itertools import pairwise

from faults.modelled_ledger import ModelledLedger, Row
from faults.modelled_server import ModelledServer
from terminal_app.clocking.clocking import DeliveryState


def judge(
    ledger: ModelledLedger, server: ModelledServer, *, are_badges_moved: bool = False
) -> tuple[list[str], int, int]:
    """What is wrong, and how many clockings were lost and doubled.

    Where badges are given away, two people's requests of one minute may make two records that nothing tells apart, so
    those of a minute are counted together, whosever they are.
    """
    violations, lost, doubled = _of_numbers(ledger, server, are_badges_moved=are_badges_moved)
    for row in ledger.rows:
        if not row.is_over:
            violations.append(f"clocking {row.sequence} is {row.state} for ever")
        if row.state is DeliveryState.UNDONE and _made_by(row, server):
            violations.append(f"clocking {row.sequence} was undone and sent")
    claimed = [row.protime_id for row in ledger.rows if row.protime_id is not None]
    if len(claimed) != len(set(claimed)):
        violations.append("a record of Protime stands for two clockings")
    for person_id in {row.clocking.person_id for row in ledger.rows}:
        of_person = [
            row.protime_id
            for row in ledger.rows
            if row.clocking.person_id == person_id and row.protime_id is not None and not row.was_ambiguous
        ]
        if any(later < former for former, later in pairwise(of_person)):
            violations.append(f"the clockings of person {person_id} are out of order: {of_person}")
    return violations, lost, doubled


def _of_numbers(
    ledger: ModelledLedger, server: ModelledServer, *, are_badges_moved: bool
) -> tuple[list[str], int, int]:
    """Clockings that are equal in all that is sent cannot be told apart, and need not be."""
    violations, lost, doubled = [], 0, 0
    groups: dict[object, list[Row]] = {}
    for row in ledger.rows:
        who = None if are_badges_moved else row.clocking.person_id
        groups.setdefault((who, row.clocking.kind, row.clocking.wall_time), []).append(row)
    for rows in groups.values():
        stored = sum(_made_by(row, server) for row in rows)
        least = sum(row.state is DeliveryState.CONFIRMED for row in rows)
        most = least + sum(row.state is DeliveryState.AMBIGUOUS for row in rows)
        if stored < least:
            lost += least - stored
            violations.append(f"lost: {least} confirmed, {stored} in Protime (from {rows[0].sequence})")
        if stored > most:
            doubled += stored - most
            violations.append(f"doubled: {most} expected, {stored} in Protime (from {rows[0].sequence})")
    return violations, lost, doubled


def _made_by(row: Row, server: ModelledServer) -> int:
    return sum(record.origin == row.sequence for record in server.records)
