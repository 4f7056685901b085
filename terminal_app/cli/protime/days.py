"""The lists of what a person did, or everybody, on some days: `absences`, `access`, `clockings`, `counters`."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

from terminal_app.cli.protime.connection import with_protime
from terminal_app.cli.protime.options import Who, of_person, period, today
from terminal_app.cli.protime.rows import Row, show
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.filters import Condition
from terminal_app.protime.scopes import Scope
from terminal_app.settings import Settings


def show_days(
    config: Path,
    who: Who,
    scope: Scope,
    rows: Callable[[ProtimeClient, Condition], AsyncIterator[Row]],
    *,
    between: tuple[date | None, date | None],
    before: int = 0,
    after: int = 0,
    as_json: bool,
    nothing: str,
) -> None:
    """Show the `rows` of these days, which are found as `period` has it, and of this person if one is named.

    Raises ProtimeError and Failure.
    """

    async def work(protime: ProtimeClient, settings: Settings) -> None:
        first, last = between
        days = period(first, last, around=today(settings), before=before, after=after)
        where = of_person(days, await who.found(protime))
        await show(rows(protime, where), as_json=as_json, nothing=nothing)

    with_protime(config, who.scopes(scope), work)
