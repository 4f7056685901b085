"""Reads the body of a new clocking: first its form, then the rules of the business (reference sections 8 and 9.1)."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

from terminal_app.simulator.activity_rules import check_usages
from terminal_app.simulator.body import BodyReader, Reference, json_of, resolve
from terminal_app.simulator.chosen_activities import chosen_levels
from terminal_app.simulator.clocking_store import Kind, NewClocking
from terminal_app.simulator.errors import ApiError, BodyError
from terminal_app.simulator.state import State

FIRST_MINUTE, LAST_MINUTE = -1440, 2880
_READ_ONLY = frozenset(
    {"changeVersion", "id", "originalTimeOfDayInMinutes", "calculatedTimeOfDayInMinutes", "isGenerated", "status"}
)
_WRITABLE = frozenset(
    {"person", "date", "timeOfDayInMinutes", "terminal", "geolocation", "kind", "reason", "isOpen", "activityLevels"}
)


@dataclass(frozen=True, slots=True)
class _Form:
    """A body whose form is right."""

    person: Reference
    day: date
    minutes: int
    kind: Kind
    terminal: Reference | None
    geolocation: tuple[float, float] | None
    reason: Reference | None
    is_open: bool | None
    levels: tuple[tuple[int, Reference], ...] | None


def read_clocking(raw: bytes, state: State) -> NewClocking:
    """The clocking that a body asks for.

    Raises:
        BodyError: The body cannot be read or misses what is required.
        ApiError: 400 with reasons: a reference that does not exist, or a rule that is broken.
    """
    return _resolved(_form(BodyReader(json_of(raw))), state)


def _form(reader: BodyReader) -> _Form:
    body = reader.body
    reader.only(_READ_ONLY | _WRITABLE)
    person = reader.reference(body.get("person"), "person", required=True)
    day = reader.day("date", required=True)
    minutes = reader.whole_number("timeOfDayInMinutes", FIRST_MINUTE, LAST_MINUTE, required=True)
    name = reader.choice("kind", Kind)
    kind = Kind(name) if name else None
    terminal = reader.reference(body.get("terminal"), "terminal")
    geolocation = _geolocation(reader)
    reason = reader.reference(body.get("reason"), "reason", required=kind is Kind.REASON)
    is_open = body.get("isOpen")
    if is_open is not None and not isinstance(is_open, bool):
        reader.refuse("isOpen", "It is not a boolean.")
    levels = reader.levels(required=kind is Kind.ACTIVITY)
    if reader.errors or person is None or day is None or minutes is None or kind is None:
        raise BodyError(reader.errors)
    open_ = is_open if isinstance(is_open, bool) else None
    return _Form(person, day, minutes, kind, terminal, geolocation, reason, open_, levels)


def _geolocation(reader: BodyReader) -> tuple[float, float] | None:
    value = reader.body.get("geolocation")
    if value is None:
        return None
    if isinstance(value, dict) and set(value) == {"longitude", "latitude"}:
        longitude, latitude = value["longitude"], value["latitude"]
        if _is_degrees(longitude, 180) and _is_degrees(latitude, 90):
            return float(longitude), float(latitude)
    reader.refuse("geolocation", "It holds longitude and latitude as numbers in degrees.")
    return None


def _is_degrees(value: object, limit: Literal[90, 180]) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and abs(value) <= limit  # type: ignore[arg-type]


def _resolved(form: _Form, state: State) -> NewClocking:
    reasons: list[str] = []
    person = resolve(form.person, state.references["people"], "person", reasons)
    if person is not None and not _is_in_service(state.people.record(person), form.day):
        reasons.append("The person is not in service on this date.")
    terminal = resolve(form.terminal, state.terminals, "terminal", reasons) if form.terminal else None
    reason = None
    if form.kind is Kind.REASON and form.reason:
        reason = resolve(form.reason, state.references["absence-definitions"], "absence definition", reasons)
        if reason is not None and not state.absences.definition(reason).can_be_reason:
            reasons.append("The absence definition cannot be the reason of a clocking.")
    if form.kind is not Kind.REASON and (form.reason or form.is_open is not None):
        reasons.append("reason and isOpen are only for the kind Reason.")
    if form.kind is not Kind.ACTIVITY and form.levels is not None:
        reasons.append("activityLevels is only for the kind Activity.")
    given = form.levels or () if form.kind is Kind.ACTIVITY else ()
    levels = chosen_levels(state.activities, given, form.day, reasons)
    if person is not None and state.faults.current.check_usages:
        check_usages(state, person, form.day, levels, reasons)
    if reasons or person is None:
        raise ApiError(400, "The clocking cannot be accepted.", reasons=reasons)
    return NewClocking(
        person, form.day, form.minutes, form.kind, terminal, reason, form.is_open, levels, form.geolocation
    )


def _is_in_service(person: dict[str, object], day: date) -> bool:
    until, start = person.get("outOfServiceDate"), person.get("inServiceDate")
    return not ((until and day.isoformat() > str(until)) or (start and day.isoformat() < str(start)))
