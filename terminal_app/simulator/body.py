"""Reads JSON bodies: the form field by field, then what references mean (reference sections 3 and 8)."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from terminal_app.simulator.errors import BodyError
from terminal_app.simulator.references import Key, Referenced


@dataclass(frozen=True, slots=True)
class Reference:
    """A record pointed at by id, by external references, or by both."""

    id: int | str | None
    names: tuple[tuple[str, str], ...]


class BodyReader:
    """Reads one object and collects what is wrong with its form.

    Raises:
        BodyError: On making: the body is not a JSON object in UTF-8.
    """

    def __init__(self, body: object) -> None:
        if not isinstance(body, dict):
            raise BodyError([("", "The body is not an object.")])
        self.body: Mapping[str, object] = body
        self.errors: list[tuple[str, str]] = []

    def refuse(self, name: str, message: str) -> None:
        """Notes that a field is wrong."""
        self.errors.append((name, message))

    def check(self) -> None:
        """Raises `BodyError` when a field was refused."""
        if self.errors:
            raise BodyError(self.errors)

    def only(self, known: Iterable[str]) -> None:
        """Refuses every field that is not known."""
        for name in sorted(set(self.body) - set(known)):
            self.refuse(name, "There is no such field.")

    def day(self, name: str, *, required: bool = False, empty: bool = False) -> date | None:
        """A date; `empty` takes an empty text for none."""
        value = self.body.get(name)
        if not required and (value is None or (empty and value == "")):
            return None
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.refuse(name, "It is required, as YYYY-MM-DD." if required else "It is YYYY-MM-DD.")
        return None

    def whole_number(self, name: str, first: int, last: int, *, required: bool = False) -> int | None:
        """A whole number of this range, both ends included."""
        value = self.body.get(name)
        if value is None and not required:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and first <= value <= last:
            return value
        self.refuse(name, f"It is {'required, ' if required else ''}a whole number {first}..{last}.")
        return None

    def text(self, name: str, longest: int = 10_000) -> str | None:
        """A text; an empty one counts as none."""
        value = self.body.get(name)
        if value is None:
            return None
        if isinstance(value, str) and len(value) <= longest:
            return value or None
        self.refuse(name, f"It is a text of at most {longest} characters.")
        return None

    def choice(self, name: str, allowed: Iterable[str]) -> str:
        """One of these texts; empty after a refusal."""
        value = self.body.get(name)
        if isinstance(value, str) and value in set(allowed):
            return value
        self.refuse(name, f"It is required, one of {', '.join(allowed)}.")
        return ""

    def reference(
        self, value: object, name: str, *, required: bool = False, id_type: type[int | str] = int
    ) -> Reference | None:
        """A record pointed at; `name` is where, for the complaint."""
        if value is None:
            if required:
                self.refuse(name, "It is required.")
            return None
        if not isinstance(value, dict) or set(value) - {"id", "externalReferences"}:
            self.refuse(name, "It is an object with an id or externalReferences.")
            return None
        key, names = value.get("id"), value.get("externalReferences")
        if key is not None and type(key) is not id_type:
            self.refuse(f"{name}.id", "It has the wrong type.")
            return None
        if names is not None and not (isinstance(names, dict) and all(isinstance(v, str) for v in names.values())):
            self.refuse(f"{name}.externalReferences", "The values are text.")
            return None
        if key is None and not names:
            self.refuse(name, "It has neither an id nor an external reference.")
            return None
        return Reference(key, tuple((names or {}).items()))

    def levels(self, *, required: bool) -> tuple[tuple[int, Reference], ...] | None:
        """The `activityLevels`."""
        value = self.body.get("activityLevels")
        if value is None and not required:
            return None
        if not isinstance(value, list) or not value:
            self.refuse("activityLevels", "It is a list of at least one level.")
            return None
        levels: list[tuple[int, Reference]] = []
        for index, item in enumerate(value):
            where = f"activityLevels[{index}]"
            level = item.get("level") if isinstance(item, dict) else None
            if not isinstance(item, dict) or not isinstance(level, int) or isinstance(level, bool):
                self.refuse(f"{where}.level", "It is required, a whole number.")
                continue
            given = item.get("activityDefinition")
            definition = self.reference(given, f"{where}.activityDefinition", required=True, id_type=str)
            if definition is not None:
                levels.append((level, definition))
        return tuple(levels)


def json_of(raw: bytes) -> object:
    """The JSON value of a body; `BodyError` when it is none."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BodyError([("", "The body is not JSON in UTF-8.")]) from error


def resolve(given: Reference, records: Referenced[Key], what: str, reasons: list[str]) -> Key | None:
    """The one record meant; None after a complaint. An id and references must agree (not documented)."""
    found: set[Key] = set()
    if given.id is not None:
        if given.id not in records:
            reasons.append(f"The {what} with this id does not exist.")
            return None
        found.add(given.id)  # type: ignore[arg-type]  # the type of an id was checked with the form
    for name, value in given.names:
        if name not in records.reference_names:
            reasons.append(f"The external reference {name[:40]!r} of the {what} is not known.")
            return None
        key = records.find(name, value)
        if key is None:
            reasons.append(f"The {what} with this {name} does not exist.")
            return None
        found.add(key)
    if len(found) > 1:
        reasons.append(f"The references of the {what} do not mean the same record.")
        return None
    return found.pop()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
