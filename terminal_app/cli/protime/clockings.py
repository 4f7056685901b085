"""`protime clockings`: what Protime has of a day or a person, with what became of it there."""

from collections.abc import AsyncIterator
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from terminal_app.cli.options import ConfigFile
from terminal_app.cli.protime import cells
from terminal_app.cli.protime.days import show_days
from terminal_app.cli.protime.options import (
    AsJson,
    BadgeNumber,
    Badges,
    EmployeeNumber,
    FromDay,
    PersonId,
    UntilDay,
    Who,
)
from terminal_app.cli.protime.rows import Row
from terminal_app.clocking.clocking import ClockingKind
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.clockings import Clocking, ClockingStatus
from terminal_app.protime.external_references import ABSENCE_CODE, BADGE_NUMBER, DATA_ENTRY_CODE, EXTERNAL_CODE
from terminal_app.protime.filters import Condition
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE

_REFERENCES = (
    ("people", BADGE_NUMBER),
    ("terminals", EXTERNAL_CODE),
    ("absence-definitions", ABSENCE_CODE),
    ("activity-definitions", DATA_ENTRY_CODE),
)


class Kind(StrEnum):
    """What `--kind` takes: the API's kinds as a person types them."""

    IN_OUT = "in-out"
    REASON = "reason"
    ACTIVITY = "activity"
    ACTIVITY_END = "activity-end"


_KINDS = {
    Kind.IN_OUT: ClockingKind.IN_OUT,
    Kind.REASON: ClockingKind.REASON,
    Kind.ACTIVITY: ClockingKind.ACTIVITY,
    Kind.ACTIVITY_END: ClockingKind.ACTIVITY_END,
}


def clockings(
    *,
    person: PersonId = None,
    badge: BadgeNumber = None,
    employee: EmployeeNumber = None,
    first: FromDay = None,
    last: UntilDay = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; repeatable.")] = None,
    deleted: Annotated[bool, typer.Option("--deleted", help="Deleted ones too.")] = False,
    badges: Badges = False,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Show clockings, of today where no day is given; times that were edited with the original one."""
    wanted = {_KINDS[one].value for one in kind or ()}
    show_days(
        config,
        Who(person, badge, employee),
        Scope.CLOCKINGS_READ,
        partial(_rows, wanted=wanted, deleted=deleted, whole=badges),
        between=(first, last),
        as_json=as_json,
        nothing="No clockings.",
    )


async def _rows(
    protime: ProtimeClient, where: Condition, *, wanted: set[str], deleted: bool, whole: bool
) -> AsyncIterator[Row]:
    async for record in protime.clockings.records(where, references=_REFERENCES):
        is_wanted = not wanted or record.kind in wanted
        if is_wanted and (deleted or record.status is not ClockingStatus.DELETED):
            yield _row(record, whole=whole)


def _row(record: Clocking, *, whole: bool) -> Row:
    levels = record.activity_levels or ()
    chosen = [cells.reference(one.activity_definition, DATA_ENTRY_CODE) for one in levels]
    ids = [cells.key(one.activity_definition) for one in levels]
    return {
        "id": record.id,
        "person": cells.key(record.person),
        "badge": cells.badge(cells.reference(record.person, BADGE_NUMBER), whole=whole),
        "date": str(record.date) if record.date else None,
        "time": cells.time_of_day(record.time_of_day_in_minutes),
        "original_time": cells.time_of_day(record.original_time_of_day_in_minutes),
        "kind": record.kind,
        "reason": cells.reference(record.reason, ABSENCE_CODE) or cells.key(record.reason),
        "activities": " / ".join(str(code or key) for code, key in zip(chosen, ids, strict=True)) or None,
        "terminal": cells.reference(record.terminal, EXTERNAL_CODE) or cells.key(record.terminal),
        "status": record.status,
        "generated": bool(record.is_generated),
    }
