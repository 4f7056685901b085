"""What people do to the records of a simulated Protime, and the operator who decides about an ambiguous clocking."""

import random

from faults.modelled_ledger import ModelledLedger, Row
from faults.modelled_server import ModelledServer, edit_time, move_to_neighbouring_day
from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.matching import SentClocking
from terminal_app.clocking.schedule import person_of


def enter(server: ModelledServer, row: Row, sent: SentClocking, chance: random.Random, now: float) -> None:
    """Somebody else's record of the same minute."""
    ways = ("by hand", "generated")
    # Where Protime hides the codes, another terminal's record is told apart by nothing: docs/protime-api.md.
    way = chance.choice(ways if server.hides_codes else (*ways, "other terminal"))
    record = server.store(person_of(row), sent, None, now)
    record.terminal_code = "GATE-2" if way == "other terminal" else None
    record.is_generated = way == "generated"


def touch(server: ModelledServer, chance: random.Random, now: float) -> bool:
    """HR edits, moves or deletes a record, if there is one."""
    shown = [one for one in server.records if one.visible_at <= now]
    if not shown:
        return False
    record = chance.choice(shown)
    match chance.randrange(4):
        case 0:
            edit_time(record, chance.randint(-20, 20))
        case 1:
            move_to_neighbouring_day(record, chance.choice((-1, 1)))
        case 2:
            record.is_deleted = True
        case _ if record.reason_id is not None:
            record.reason_id += 1
    return True


def decide(server: ModelledServer, ledger: ModelledLedger, row: Row) -> None:
    """An operator who knows the truth looks at an ambiguous clocking."""
    claimed = {one.protime_id for one in ledger.rows}
    true = [
        one.protime_id
        for one in server.records
        if one.origin == row.sequence and one.protime_id in row.candidates - claimed
    ]
    if true:
        row.go_to(DeliveryState.CONFIRMED)
        row.protime_id = true[0]
        return
    row.go_to(DeliveryState.RECORDED)
    row.ruled_out |= row.candidates
