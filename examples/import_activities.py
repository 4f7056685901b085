"""Activities from a CSV file, created or replaced by their external reference.

    python -m examples.import_activities STRUCTURE_GUID LEVEL FILE.csv [--write]

Columns: external_reference, name, data_entry_code. Without --write nothing is sent.
"""

import argparse
import csv
import sys
from pathlib import Path

from pydantic import ValidationError

from examples.connection import connected, run
from terminal_app.protime.collections.activities import ActivityDefinitions, NewActivityDefinition, name_of
from terminal_app.protime.errors import AnswerError
from terminal_app.protime.external_references import EXTERNAL_REFERENCE
from terminal_app.protime.scopes import Scope

COLUMNS = {"external_reference", "name", "data_entry_code"}


async def main(structure: str, level: int, path: Path, *, write: bool) -> None:
    """Tell for each row what becomes of it; a row that is wrong does not stop the others."""
    async with connected(Scope.ACTIVITY_DEFINITIONS_READ, Scope.ACTIVITY_DEFINITIONS_WRITE) as protime:
        definitions = protime.activities(structure, level)
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if missing := COLUMNS - set(rows.fieldnames or ()):
                sys.exit(f"{path} has no column {', '.join(sorted(missing))}")
            for row in rows:
                print(row["external_reference"], await put(definitions, row, write=write))


async def put(definitions: ActivityDefinitions, row: dict[str, str], *, write: bool) -> str:
    """Create or replace one, and say which."""
    try:
        new = NewActivityDefinition(
            name=name_of(row["name"]),
            external_reference=row["external_reference"],
            data_entry_code=row["data_entry_code"] or None,
        )
    except ValidationError as error:
        return f"wrong: {', '.join(str(one['loc'][0]) for one in error.errors())}"
    if not write:
        return "would be created or replaced"
    try:
        done = await definitions.put(row["external_reference"], new, by=EXTERNAL_REFERENCE)
    except AnswerError as error:
        return f"refused: {error}"
    return "created" if done.is_new else "replaced"


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m examples.import_activities", description=__doc__)
    arguments.add_argument("structure", help="its GUID")
    arguments.add_argument("level", type=int)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--write", action="store_true", help="without it nothing is sent")
    given = arguments.parse_args()
    run(main(given.structure, given.level, given.file, write=given.write))
