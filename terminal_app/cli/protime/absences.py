"""`protime absences`: who is or will be away."""

from collections.abc import AsyncIterator

from terminal_app.cli.options import ConfigFile
from terminal_app.cli.protime import cells
from terminal_app.cli.protime.connection import with_protime
from terminal_app.cli.protime.options import (
    AsJson,
    BadgeNumber,
    Badges,
    EmployeeNumber,
    FromDay,
    PersonId,
    UntilDay,
    Who,
    of_person,
    period,
    today,
)
from terminal_app.cli.protime.rows import Row, show
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.absences import Absence
from terminal_app.protime.external_references import ABSENCE_CODE, BADGE_NUMBER
from terminal_app.protime.filters import Condition
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE, Settings

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
    who = Who(person, badge, employee)

    async def work(protime: ProtimeClient, settings: Settings) -> None:
        days = period(first, last, around=today(settings), after=_DAYS_AHEAD)
        where = of_person(days, await who.found(protime))
        await show(_rows(protime, where, whole=badges), as_json=as_json, nothing="No absences.")

    with_protime(config, who.scopes(Scope.ABSENCES_READ), work)


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
