"""Options that several commands of `protime` have."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.external_references import BADGE_NUMBER, EMPLOYEE_NUMBER
from terminal_app.protime.filter_split import year_after
from terminal_app.protime.filters import Condition
from terminal_app.protime.filters import date as date_field
from terminal_app.protime.filters import person as person_field
from terminal_app.protime.scopes import Scope
from terminal_app.settings import Settings
from terminal_app.timekeeping.zones import zone_of


def read_day(text: str) -> date:
    """A day as an option has it. Raises BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day is written like 2026-01-31") from None


AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Badges = Annotated[bool, typer.Option("--badges", help="Whole badge numbers instead of the last digits.")]
PersonId = Annotated[int | None, typer.Option("--person", metavar="ID", help="Of this person, by Protime's id.")]
BadgeNumber = Annotated[str | None, typer.Option("--badge", metavar="NUMBER", help="Of whoever has this badge.")]
EmployeeNumber = Annotated[
    str | None, typer.Option("--employee", metavar="NUMBER", help="Of the person with this employee number.")
]
FromDay = Annotated[date | None, typer.Option("--from", parser=read_day, metavar="DATE", help="First day.")]
UntilDay = Annotated[
    date | None, typer.Option("--until", parser=read_day, metavar="DATE", help="Last day; at most a year is shown.")
]


@dataclass(frozen=True, slots=True)
class Who:
    """The person that a command was asked for, if any; one of the three at most."""

    id: int | None = None
    badge: str | None = None
    employee: str | None = None

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.id, self.badge, self.employee)) > 1:
            raise Failure(ExitCode.USAGE, "--person, --badge and --employee name one person: give one of them.")

    @property
    def is_anybody(self) -> bool:
        """Whether none was named."""
        return self.id is None and self.badge is None and self.employee is None

    @property
    def key(self) -> tuple[int | str, str | None]:
        """What names the person to Protime: a value, and the external reference that it is of, if any."""
        if self.badge is not None:
            return self.badge, BADGE_NUMBER
        if self.employee is not None:
            return self.employee, EMPLOYEE_NUMBER
        return self.id or 0, None

    def scopes(self, *own: Scope) -> tuple[Scope, ...]:
        """Those of the command itself, and the one to find the person where a reference names them."""
        return own if self.key[1] is None else (*own, Scope.PEOPLE_READ)

    async def found(self, protime: ProtimeClient) -> int | None:
        """The person's id; None: anybody. Raises ProtimeError, NotFound when there is no such person."""
        value, by = self.key
        return self.id if by is None else (await protime.people.get(value, by=by)).id


def today(settings: Settings) -> date:
    """The day where the terminal is."""
    return wall_time_of(datetime.now(UTC), zone_of(settings.terminal.timezone)).date


def period(first: date | None, last: date | None, *, around: date, before: int = 0, after: int = 0) -> Condition:
    """A range of dates; where an end is left out it is `around`, less `before` or plus `after` days.

    Raises Failure for one that ends before it begins, or has more than a year, which Protime refuses.
    """
    begin = first or min(around, last or around) - timedelta(days=before)
    end = last or max(around, begin) + timedelta(days=after)
    if end < begin:
        raise Failure(ExitCode.USAGE, f"--until {end} is before --from {begin}.")
    if year_after(begin) <= end:
        raise Failure(ExitCode.USAGE, f"from {begin} until {end} is more than a year, which Protime refuses.")
    return date_field.between(begin, end)


def of_person(where: Condition, person_id: int | None) -> Condition:
    """The same, of one person only where there is one."""
    return where if person_id is None else where & person_field.in_([person_id])
