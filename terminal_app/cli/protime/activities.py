"""`protime activities`: the activity definitions; `import` and `export` are commands of their own below it."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated

import typer

from terminal_app.cli.options import ConfigFile
from terminal_app.cli.protime import cells
from terminal_app.cli.protime.connection import with_protime
from terminal_app.cli.protime.options import AsJson, today
from terminal_app.cli.protime.rows import Row, show
from terminal_app.cli.protime.structure import Level, Structure, levels_of, structure_of
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.activities import ActivityDefinition
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE, Settings

app = typer.Typer(invoke_without_command=True)


@app.callback()
def activities(
    context: typer.Context,
    *,
    level: Level = None,
    structure: Structure = None,
    active: Annotated[bool, typer.Option("--active", help="Only what is active today.")] = False,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Show activity definitions, level by level; or export and import them."""
    if context.invoked_subcommand is not None:
        return

    async def work(protime: ProtimeClient, settings: Settings) -> None:
        guid = structure_of(settings, structure)
        day = today(settings) if active else None
        rows = _rows(protime, guid, levels_of(settings, level), day)
        await show(rows, as_json=as_json, nothing="No activity definitions.")

    with_protime(config, [Scope.ACTIVITY_DEFINITIONS_READ], work)


async def _rows(protime: ProtimeClient, structure: str, levels: list[int], day: date | None) -> AsyncIterator[Row]:
    for level in levels:
        async for record in protime.activities(structure, level).records():
            if day is None or _is_active(record, day):
                yield _row(level, record)


def _is_active(record: ActivityDefinition, day: date) -> bool:
    begins, ends = record.active_from, record.active_until
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def _row(level: int, record: ActivityDefinition) -> Row:
    return {
        "level": level,
        "name": cells.text(record.name),
        "data_entry_code": record.data_entry_code,
        "external_reference": record.external_reference,
        "active_from": str(record.active_from) if record.active_from else None,
        "active_until": str(record.active_until) if record.active_until else None,
        "id": record.id,
        "parent": cells.key(record.parent),
    }
