"""`protime activities export`: a CSV file that `import` reads back unchanged."""

import sys

from terminal_app.cli.options import ConfigFile
from terminal_app.cli.protime.activity_file import cells_of, written_file
from terminal_app.cli.protime.activity_plan import Level, parent_name
from terminal_app.cli.protime.connection import with_protime
from terminal_app.cli.protime.structure import Level as LevelOption
from terminal_app.cli.protime.structure import Structure, definitions, levels_of, structure_of
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE, Settings


def export(*, level: LevelOption = None, structure: Structure = None, config: ConfigFile = DEFAULT_FILE) -> None:
    """Write the activity definitions to the standard output, as CSV in UTF-8."""

    async def work(protime: ProtimeClient, settings: Settings) -> str:
        guid = structure_of(settings, structure)
        rows = []
        for one in levels_of(settings, level):
            above = Level(await definitions(protime, guid, one - 1)) if one > 1 else Level()
            rows += [
                (one, cells_of(found, parent_name(found, above))) for found in await definitions(protime, guid, one)
            ]
        return written_file(rows)

    # Not `say`: the texts are clean, and a file in another encoding than UTF-8 could not be read back.
    sys.stdout.buffer.write(with_protime(config, [Scope.ACTIVITY_DEFINITIONS_READ], work).encode())
