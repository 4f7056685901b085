"""`protime people`: who is in Protime. Of the record only what a terminal has to do with is shown."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated

import typer

from terminal_app.cli.options import ConfigFile
from terminal_app.cli.protime.cells import badge as badge_cell
from terminal_app.cli.protime.cells import key
from terminal_app.cli.protime.connection import with_protime
from terminal_app.cli.protime.options import AsJson, BadgeNumber, Badges, EmployeeNumber, PersonId, Who, today
from terminal_app.cli.protime.rows import Row, show
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.people import Person
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE, Settings


def people(
    *,
    person: PersonId = None,
    badge: BadgeNumber = None,
    employee: EmployeeNumber = None,
    in_service: Annotated[bool, typer.Option("--in-service", help="Only who is in service today.")] = False,
    badges: Badges = False,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Show people: number, name, badge, language, service."""
    who = Who(person, badge, employee)

    async def work(protime: ProtimeClient, settings: Settings) -> None:
        day = today(settings) if in_service else None
        await show(
            _rows(protime, who, day, whole=badges), as_json=as_json, nothing="Nobody in Protime answers to that."
        )

    with_protime(config, [Scope.PEOPLE_READ], work)


async def _rows(protime: ProtimeClient, who: Who, day: date | None, *, whole: bool) -> AsyncIterator[Row]:
    if not who.is_anybody:
        value, by = who.key
        found = await protime.people.get(value, by=by)
        if day is None or _is_in_service(found, day):
            yield _row(found, whole=whole)
        return
    async for record in protime.people.records():
        if day is None or _is_in_service(record, day):
            yield _row(record, whole=whole)


def _is_in_service(record: Person, day: date) -> bool:
    begins, ends = record.in_service_date, record.out_of_service_date
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def _row(record: Person, *, whole: bool) -> Row:
    return {
        "id": record.id,
        "employee_number": record.employee_number,
        "last_name": record.last_name,
        "first_name": record.first_name,
        "badge": badge_cell(record.badge_number, whole=whole),
        "language": record.terminal_language,
        "in_service": str(record.in_service_date) if record.in_service_date else None,
        "out_of_service": str(record.out_of_service_date) if record.out_of_service_date else None,
        "terminal_group": key(record.terminal_group),
    }
