"""What docs/openapi.yaml lists, read line by line: its layout is regular, and a YAML library would be for this alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
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


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What the description says of a property."""

    type: str
    """Of JSON; of the items where it is a list; "reference" for another schema."""
    format: str = ""
    is_list: bool = False
    may_be_null: bool = False
    values: tuple[str, ...] = ()
    """Of an enumeration."""
    least: int | None = None
    most: int | None = None
    longest: int | None = None
    is_read_only: bool = False
    is_required: bool = False
    refers_to: str = ""
    note: str = ""


def field_rules() -> dict[str, dict[str, FieldRule]]:
    """What is said of each property of each schema that has some."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    lines = lines[lines.index("  schemas:") + 1 :]
    heads = [number for number, line in enumerate(lines) if _SCHEMA.match(line)]
    found = {}
    for begin, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        schema = lines[begin].strip(" :")
        if schema in properties():
            found[schema] = dict(_rules_of(lines[begin + 1 : end]))
    return found


def _rules_of(lines: list[str]) -> Iterator[tuple[str, FieldRule]]:
    head = lines.index("      properties:")
    body = list(takewhile(lambda line: line.startswith("        "), lines[head + 1 :]))
    required: set[str] = set()
    if "      required:" in lines:
        rest = lines[lines.index("      required:") + 1 :]
        required = {line.strip(" -") for line in takewhile(lambda line: line.startswith("      - "), rest)}
    names = [number for number, line in enumerate(body) if _PROPERTY.match(line)]
    for begin, end in zip(names, [*names[1:], len(body)], strict=True):
        name = body[begin].strip(" :")
        yield name, _rule(body[begin + 1 : end], is_required=name in required)


def _rule(lines: list[str], *, is_required: bool) -> FieldRule:
    text = "\n".join(re.sub(r"^ {10}", "", line) for line in lines)

    def said(pattern: str) -> str:
        found = re.search(pattern, text, re.MULTILINE)
        return found[1].strip("'") if found else ""

    is_list = said(r"^type: (\S+)$") == "array"
    types = re.findall(r"^- '?(\w+)'?$", text.partition("type:\n")[2].partition("\nformat")[0], re.MULTILINE)
    values = re.search(r"^ *enum:\n((?: *- .+\n?)+)", text, re.MULTILINE)
    refers_to = said(r"^ *\$ref: '#/components/schemas/(\w+)'$")
    own = said(r"^  type: (\S+)$") if is_list else said(r"^type: (\S+)$") or next(iter(types), "")
    number = {name: said(rf"^{name}: (-?\d+)$") for name in ("minimum", "maximum", "maxLength")}
    note = re.search(r"^description: (.+(?:\n  .+)*)", text, re.MULTILINE)
    return FieldRule(
        type="reference" if refers_to else own,
        format=said(r"^format: (\S+)$"),
        is_list=is_list,
        may_be_null="null" in types,
        values=tuple(re.findall(r"- (\w+)", values[1])) if values else (),
        least=int(number["minimum"]) if number["minimum"] else None,
        most=int(number["maximum"]) if number["maximum"] else None,
        longest=int(number["maxLength"]) if number["maxLength"] else None,
        is_read_only="readOnly: true" in text.splitlines(),
        is_required=is_required,
        refers_to=refers_to,
        note=" ".join(note[1].split()).strip("'") if note else "",
    )
