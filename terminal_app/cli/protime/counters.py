"""`protime counters`: the entries of counters, such as overtime and meal vouchers."""

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
from terminal_app.protime.collections.counters import Counter
from terminal_app.protime.external_references import BADGE_NUMBER, COUNTER_CODE
from terminal_app.protime.filters import Condition, counter_definition
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE

_DAYS_BACK = 30
_REFERENCES = (("people", BADGE_NUMBER), ("counter-definitions", COUNTER_CODE))


def counters(
    *,
    person: PersonId = None,
    badge: BadgeNumber = None,
    employee: EmployeeNumber = None,
    first: FromDay = None,
    last: UntilDay = None,
    counter: Annotated[
        list[int] | None, typer.Option(metavar="ID", help="Only this counter, by Protime's id; repeatable.")
    ] = None,
    badges: Badges = False,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Show counter entries, of the last 30 days where no day is given."""
    show_days(
        config,
        Who(person, badge, employee),
        Scope.COUNTERS_READ,
        partial(_rows, counters=counter or [], whole=badges),
        between=(first, last),
        before=_DAYS_BACK,
        as_json=as_json,
        nothing="No counter entries.",
    )


async def _rows(protime: ProtimeClient, where: Condition, *, counters: list[int], whole: bool) -> AsyncIterator[Row]:
    if counters:
        where &= counter_definition.in_(counters)
    async for record in protime.counters.records(where, references=_REFERENCES):
        yield _row(record, whole=whole)


def _row(record: Counter, *, whole: bool) -> Row:
    definition = record.counter_definition
    return {
        "id": record.id,
        "person": cells.key(record.person),
        "badge": cells.badge(cells.reference(record.person, BADGE_NUMBER), whole=whole),
        "date": str(record.date) if record.date else None,
        "counter": cells.reference(definition, COUNTER_CODE) or cells.key(definition),
        "starts": cells.time_of_day(record.start_time_in_minutes),
        "ends": cells.time_of_day(record.end_time_in_minutes),
        "lasts": cells.duration(record.duration_in_minutes),
        "instances": record.number_of_instances,
        "status": record.status,
        "authorized": bool(record.is_authorized),
    }
