"""Reads the body of a new clocking: first its form, then the rules of the business (reference sections 8 and 9.1)."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NoReturn

from terminal_app.simulator.clocking_store import Kind, NewClocking
from terminal_app.simulator.errors import ApiError, BodyError
from terminal_app.simulator.references import Key, Referenced
from terminal_app.simulator.state import State

_READ_ONLY = frozenset(
    {"changeVersion", "id", "originalTimeOfDayInMinutes", "calculatedTimeOfDayInMinutes", "isGenerated", "status"}
)
_WRITABLE = frozenset(
    {"person", "date", "timeOfDayInMinutes", "terminal", "geolocation", "kind", "reason", "isOpen", "activityLevels"}
)
_FIRST_MINUTE, _LAST_MINUTE = -1440, 2880


@dataclass(frozen=True, slots=True)
class _Reference:
    """A record pointed at by id, by external references, or by both."""

    id: int | str | None
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """A body whose form is right."""

    person: _Reference
    day: date
    minutes: int
    kind: Kind
    terminal: _Reference | None
    geolocation: tuple[float, float] | None
    reason: _Reference | None
    is_open: bool | None
    levels: tuple[tuple[int, _Reference], ...] | None


def read_clocking(raw: bytes, state: State) -> NewClocking:
    """The clocking that a body asks for.

    Raises:
        BodyError: The body cannot be read or misses what is required.
        ApiError: 400 with reasons: a reference that does not exist, or a rule that is broken.
    """
    return _resolved(_FormReader(raw).read(), state)


class _FormReader:
    def __init__(self, raw: bytes) -> None:
        self._errors: list[tuple[str, str]] = []
        self._body = _json_object(raw)

    def read(self) -> _Form:
        body = self._body
        for name in sorted(set(body) - _READ_ONLY - _WRITABLE):
            self._refuse(name, "There is no such field.")
        person = self._reference(body.get("person"), "person", required=True)
        day = self._day()
        minutes = self._minutes()
        kind = self._kind()
        terminal = self._reference(body.get("terminal"), "terminal")
        geolocation = self._geolocation()
        reason = self._reference(body.get("reason"), "reason", required=kind is Kind.REASON)
        is_open = body.get("isOpen")
        if is_open is not None and not isinstance(is_open, bool):
            self._refuse("isOpen", "It is not a boolean.")
        levels = self._levels(required=kind is Kind.ACTIVITY)
        if self._errors or person is None or day is None or minutes is None or kind is None:
            raise BodyError(self._errors)
        open_ = is_open if isinstance(is_open, bool) else None
        return _Form(person, day, minutes, kind, terminal, geolocation, reason, open_, levels)

    def _refuse(self, name: str, message: str) -> None:
        self._errors.append((name, message))

    def _day(self) -> date | None:
        value = self._body.get("date")
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self._refuse("date", "It is required, as YYYY-MM-DD.")
        return None

    def _minutes(self) -> int | None:
        value = self._body.get("timeOfDayInMinutes")
        if isinstance(value, int) and not isinstance(value, bool) and _FIRST_MINUTE <= value <= _LAST_MINUTE:
            return value
        self._refuse("timeOfDayInMinutes", f"It is required, a whole number {_FIRST_MINUTE}..{_LAST_MINUTE}.")
        return None

    def _kind(self) -> Kind | None:
        value = self._body.get("kind")
        if isinstance(value, str) and value in set(Kind):
            return Kind(value)
        self._refuse("kind", f"It is required, one of {', '.join(Kind)}.")
        return None

    def _geolocation(self) -> tuple[float, float] | None:
        value = self._body.get("geolocation")
        if value is None:
            return None
        if isinstance(value, dict) and set(value) == {"longitude", "latitude"}:
            longitude, latitude = value["longitude"], value["latitude"]
            if _is_degrees(longitude, 180) and _is_degrees(latitude, 90):
                return float(longitude), float(latitude)
        self._refuse("geolocation", "It holds longitude and latitude as numbers in degrees.")
        return None

    def _levels(self, *, required: bool) -> tuple[tuple[int, _Reference], ...] | None:
        value = self._body.get("activityLevels")
        if value is None and not required:
            return None
        if not isinstance(value, list) or not value:
            self._refuse("activityLevels", "It is a list of at least one level.")
            return None
        levels: list[tuple[int, _Reference]] = []
        for index, item in enumerate(value):
            where = f"activityLevels[{index}]"
            level = item.get("level") if isinstance(item, dict) else None
            if not isinstance(item, dict) or not isinstance(level, int) or isinstance(level, bool):
                self._refuse(f"{where}.level", "It is required, a whole number.")
                continue
            given = item.get("activityDefinition")
            definition = self._reference(given, f"{where}.activityDefinition", required=True, id_type=str)
            if definition is not None:
                levels.append((level, definition))
        return tuple(levels)

    def _reference(
        self, value: object, name: str, *, required: bool = False, id_type: type[int | str] = int
    ) -> _Reference | None:
        if value is None:
            if required:
                self._refuse(name, "It is required.")
            return None
        if not isinstance(value, dict) or set(value) - {"id", "externalReferences"}:
            self._refuse(name, "It is an object with an id or externalReferences.")
            return None
        key, names = value.get("id"), value.get("externalReferences")
        if key is not None and type(key) is not id_type:
            self._refuse(f"{name}.id", "It has the wrong type.")
            return None
        if names is not None and not (isinstance(names, dict) and all(isinstance(v, str) for v in names.values())):
            self._refuse(f"{name}.externalReferences", "The values are text.")
            return None
        if key is None and not names:
            self._refuse(name, "It has neither an id nor an external reference.")
            return None
        return _Reference(key, tuple((names or {}).items()))


def _json_object(raw: bytes) -> Mapping[str, object]:
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BodyError([("", "The body is not JSON in UTF-8.")]) from error
    if not isinstance(body, dict):
        raise BodyError([("", "The body is not an object.")])
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _is_degrees(value: object, limit: Literal[90, 180]) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and abs(value) <= limit  # type: ignore[arg-type]


class _Rules:
    """Collects what is against the rules."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.reasons: list[str] = []

    def resolve(self, given: _Reference, records: Referenced[Key], what: str) -> Key | None:
        """The one record meant; None after a complaint. An id and references must agree (not documented)."""
        found: set[Key] = set()
        if given.id is not None:
            if given.id not in records:
                self.reasons.append(f"The {what} with this id does not exist.")
                return None
            found.add(given.id)  # type: ignore[arg-type]  # the type of an id was checked with the form
        for name, value in given.names:
            if name not in records.reference_names:
                self.reasons.append(f"The external reference {name[:40]!r} of the {what} is not known.")
                return None
            key = records.find(name, value)
            if key is None:
                self.reasons.append(f"The {what} with this {name} does not exist.")
                return None
            found.add(key)
        if len(found) > 1:
            self.reasons.append(f"The references of the {what} do not mean the same record.")
            return None
        return found.pop()

    def check_person(self, key: int, day: date) -> None:
        """Complains about a person who is not in service on that day."""
        record = self.state.people.record(key)
        until, start = record.get("outOfServiceDate"), record.get("inServiceDate")
        if (until and day.isoformat() > str(until)) or (start and day.isoformat() < str(start)):
            self.reasons.append("The person is not in service on this date.")

    def check_reason(self, key: int) -> None:
        """Complains about an absence definition that is no reason for a clocking."""
        definition = self.state.absences.definition(key)
        if not (definition.is_enabled and definition.is_reason_for_clocking):
            self.reasons.append("The absence definition cannot be the reason of a clocking.")

    def levels(self, form: _Form) -> tuple[tuple[int, str], ...]:
        """The definitions by level, in order; complains about those that may not be used, or not together."""
        chosen: dict[int, str] = {}
        activities = self.state.activities
        for level, given in form.levels or ():
            if level not in activities.levels or level in chosen:
                self.reasons.append(f"The activity level {level} does not exist, or is given twice.")
                continue
            lowered = _Reference(str(given.id).lower() if given.id else None, given.names)
            key = self.resolve(lowered, activities.catalogues[level], f"activity definition of level {level}")
            if key is not None:
                chosen[level] = key
        for level, key in chosen.items():
            definition = activities.definition(key)
            if definition is None or not definition.is_active_on(form.day):
                self.reasons.append(f"The activity definition of level {level} is not active on this date.")
            elif definition.parent and chosen.get(level - 1, definition.parent) != definition.parent:
                self.reasons.append(f"The activity definition of level {level} does not belong to the one above.")
        return tuple(sorted(chosen.items()))


def _resolved(form: _Form, state: State) -> NewClocking:
    rules = _Rules(state)
    person = rules.resolve(form.person, state.people, "person")
    if person is not None:
        rules.check_person(person, form.day)
    terminal = rules.resolve(form.terminal, state.terminals, "terminal") if form.terminal else None
    reason = None
    if form.kind is Kind.REASON and form.reason:
        reason = rules.resolve(form.reason, state.absences.catalogue, "absence definition")
        if reason is not None:
            rules.check_reason(reason)
    _check_belonging(form, rules.reasons.append)
    levels = rules.levels(form) if form.kind is Kind.ACTIVITY else ()
    if rules.reasons or person is None:
        raise ApiError(400, "The clocking cannot be accepted.", reasons=rules.reasons)
    return NewClocking(
        person, form.day, form.minutes, form.kind, terminal, reason, form.is_open, levels, form.geolocation
    )


def _check_belonging(form: _Form, complain: Callable[[str], None]) -> None:
    """Complains about fields that belong to another kind."""
    if form.kind is not Kind.REASON and (form.reason or form.is_open is not None):
        complain("reason and isOpen are only for the kind Reason.")
    if form.kind is not Kind.ACTIVITY and form.levels is not None:
        complain("activityLevels is only for the kind Activity.")
