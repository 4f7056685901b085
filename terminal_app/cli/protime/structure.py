"""Which activity structure, and which of its levels, a command is about."""

from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.activities import ActivityDefinition
from terminal_app.settings import Settings

Level = Annotated[int | None, typer.Option(min=1, max=9, help="Only this level.")]
Structure = Annotated[
    str | None, typer.Option(metavar="GUID", help="Another structure than protime.activity_structure of the settings.")
]


def structure_of(settings: Settings, wanted: str | None) -> str:
    """The structure's GUID. Raises Failure when there is none."""
    structure = wanted or settings.protime.activity_structure
    if structure is None:
        raise Failure(
            ExitCode.CONFIGURATION,
            "no activity structure: set protime.activity_structure to its GUID, which myProtime shows, or give"
            " --structure.",
        )
    return structure


def levels_of(settings: Settings, level: int | None) -> list[int]:
    """The levels that a command is about: one, or all of the settings."""
    return [level] if level is not None else list(range(1, settings.protime.activity_levels + 1))


async def definitions(protime: ProtimeClient, structure: str, level: int) -> list[ActivityDefinition]:
    """All definitions of a level. Raises ProtimeError."""
    return [one async for one in protime.activities(structure, level).records()]
