"""Rows on the way out: JSON Lines, or tables by rich. Text from Protime is never markup."""

import json
import sys
from collections.abc import AsyncIterator, Iterable, Mapping

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from terminal_app.cli.output import clean, say

Value = str | int | bool | None
Row = Mapping[str, Value]
"""The names are the keys of the JSON output and, with blanks, the headings of the table."""

_ROWS_A_TABLE = 1000
"""Then the headings come again: so however long a list is, it is shown as it comes."""


async def show(rows: AsyncIterator[Row], *, as_json: bool, nothing: str) -> None:
    """Every row as it comes; `nothing` is said, of a table only, when there is none."""
    waiting: list[Row] = []
    shown = False
    async for row in rows:
        if as_json:
            say(json.dumps(row))
            continue
        waiting.append(row)
        if len(waiting) == _ROWS_A_TABLE:
            show_table(waiting)
            waiting, shown = [], True
    if waiting:
        show_table(waiting)
    elif not shown and not as_json:
        say(nothing)


def show_all(rows: Iterable[Row], *, as_json: bool) -> None:
    """Rows that are all there."""
    found = list(rows)
    if as_json:
        for row in found:
            say(json.dumps(row))
    elif found:
        show_table(found)


def show_table(rows: list[Row]) -> None:
    """One table; the first row has all the columns. In a pipe each row is one line, however long."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in rows[0]:
        table.add_column(Text(name.replace("_", " ")), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    console = Console(file=sys.stdout, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = max(Measurement.get(console, console.options.update(max_width=100_000), table).maximum, 1)
    console.print(table)


def _cell(value: Value) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case _:
            return clean(str(value))
