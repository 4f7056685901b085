"""Which collections are received, and what of their records is kept: what a terminal needs, no more."""

from collections.abc import Mapping
from enum import StrEnum


class Received(StrEnum):
    """The collections, as the API and the receiver's addresses name them."""

    PEOPLE = "people"
    ABSENCE_DEFINITIONS = "absence-definitions"
    COUNTER_DEFINITIONS = "counter-definitions"
    CLOCKINGS = "clockings"


_ALL = frozenset({"id", "changeVersion", "status", "externalReferences"})
_DEFINITION = _ALL | {"name", "code", "friendlyName", "friendlyCode", "isEnabled"}
KEPT: Mapping[Received, frozenset[str]] = {
    Received.PEOPLE: _ALL
    | {"firstName", "lastName", "badgeNumber", "employeeNumber", "inServiceDate", "outOfServiceDate"}
    | {"terminalGroup", "terminalLanguageISOCode", "terminalLanguageIsoCode"},
    Received.ABSENCE_DEFINITIONS: _DEFINITION | {"isReasonForClocking", "absenceGroup", "allowedDurations"},
    Received.COUNTER_DEFINITIONS: _DEFINITION | {"counterGroup", "unit"},
    Received.CLOCKINGS: frozenset({"id", "changeVersion", "status", "person", "date", "kind", "reason", "isGenerated"})
    | {"timeOfDayInMinutes", "originalTimeOfDayInMinutes", "activityLevels"},
}
"""The fields by the API's names; a record of a person has bank accounts and more, which never reach the disk."""
