"""What docs/openapi.yaml lists, read line by line: its layout is regular, and a YAML library would be for this alone."""

import re
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).parents[3] / "docs" / "openapi.yaml"
_PATH = re.compile(r"^  (?:\? )?(/\S+?):?$")
_VERB = re.compile(r"^  (?:  |: )(get|post|put|delete|patch):$")
_SCHEMA = re.compile(r"^    (\w+):$")
_PROPERTY = re.compile(r"^        (\w+):$")


def operations() -> set[tuple[str, str]]:
    """Verb and path of every operation."""
    return set(_operations(FILE.read_text(encoding="utf-8").splitlines()))


def _operations(lines: list[str]) -> Iterator[tuple[str, str]]:
    path = ""
    for line in lines[lines.index("paths:") + 1 : lines.index("components:")]:
        if found := _PATH.match(line):
            path = found[1]
        elif found := _VERB.match(line):
            yield found[1].upper(), path


def properties() -> dict[str, list[str]]:
    """The property names of each schema that has some."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {}
    schema, within = "", False
    for line in lines[lines.index("  schemas:") + 1 :]:
        if name := _SCHEMA.match(line):
            schema, within = name[1], False
        elif line.startswith("      ") and line[6] != " ":
            within = line == "      properties:"
        elif within and (one := _PROPERTY.match(line)):
            found.setdefault(schema, []).append(one[1])
    return found
