"""`protime absences`: who is or will be away."""

from collections.abc import AsyncIterator
from functools import partial

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
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.absences import Absence
from terminal_app.protime.external_references import ABSENCE_CODE, BADGE_NUMBER
from terminal_app.protime.filters import Condition
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE

_DAYS_AHEAD = 30
_REFERENCES = (("people", BADGE_NUMBER), ("absence-definitions", ABSENCE_CODE))


def absences(
    *,
    person: PersonId = None,
    badge: BadgeNumber = None,
    employee: EmployeeNumber = None,
    first: FromDay = None,
    last: UntilDay = None,
    badges: Badges = False,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Show absences, from today to 30 days ahead where no day is given."""
    show_days(
        config,
        Who(person, badge, employee),
        Scope.ABSENCES_READ,
        partial(_rows, whole=badges),
        between=(first, last),
        after=_DAYS_AHEAD,
        as_json=as_json,
        nothing="No absences.",
    )


async def _rows(protime: ProtimeClient, where: Condition, *, whole: bool) -> AsyncIterator[Row]:
    async for record in protime.absences.records(where, references=_REFERENCES):
        yield _row(record, whole=whole)


def _row(record: Absence, *, whole: bool) -> Row:
    requested, resulting = record.requested_absence_definition, record.resulting_absence_definition
    return {
        "id": record.id,
        "person": cells.key(record.person),
        "badge": cells.badge(cells.reference(record.person, BADGE_NUMBER), whole=whole),
        "date": str(record.date) if record.date else None,
        "absence": cells.reference(resulting, ABSENCE_CODE) or cells.key(resulting),
        "requested": cells.reference(requested, ABSENCE_CODE) or cells.key(requested),
        "starts": cells.time_of_day(record.start_time_in_minutes),
        "lasts": cells.duration(record.duration_in_minutes),
        "day_part": record.day_part,
        "status": record.status,
        "approval": record.approval_level,
    }
