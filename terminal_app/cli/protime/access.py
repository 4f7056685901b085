"""`protime access`: who was at which door, and what the door answered."""

from collections.abc import AsyncIterator
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
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.access_clockings import AccessClocking, AccessStatus
from terminal_app.protime.external_references import BADGE_NUMBER, EXTERNAL_CODE
from terminal_app.protime.filters import Condition
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE

_REFERENCES = (("people", BADGE_NUMBER), ("terminals", EXTERNAL_CODE))


def access(
    *,
    person: PersonId = None,
    badge: BadgeNumber = None,
    employee: EmployeeNumber = None,
    first: FromDay = None,
    last: UntilDay = None,
    refused: Annotated[bool, typer.Option("--refused", help="Only where the door stayed shut.")] = False,
    badges: Badges = False,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Show access clockings, of today where no day is given."""
    show_days(
        config,
        Who(person, badge, employee),
        Scope.ACCESS_CLOCKINGS_READ,
        partial(_rows, refused=refused, whole=badges),
        between=(first, last),
        as_json=as_json,
        nothing="No access clockings.",
    )


async def _rows(protime: ProtimeClient, where: Condition, *, refused: bool, whole: bool) -> AsyncIterator[Row]:
    async for record in protime.access_clockings.records(where, references=_REFERENCES):
        if not (refused and record.status is AccessStatus.ACCESS_OK):
            yield _row(record, whole=whole)


def _row(record: AccessClocking, *, whole: bool) -> Row:
    return {
        "id": record.id,
        "person": cells.key(record.person),
        "badge": cells.badge(cells.reference(record.person, BADGE_NUMBER), whole=whole),
        "date": str(record.date) if record.date else None,
        "time": cells.time_of_day(record.time_of_day_in_minutes),
        "door": cells.reference(record.terminal, EXTERNAL_CODE) or cells.key(record.terminal),
        "status": record.status,
    }
