"""The two activity structures of the tenant, of three levels each, with who may use what and what goes together."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from terminal_app.simulator.data.activities import rows
from terminal_app.simulator.records import Record
from terminal_app.simulator.references import Asked, Catalogue, answered
from terminal_app.simulator.versions import Changes, seeded_version

STRUCTURE = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01"
SECOND_STRUCTURE = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a02"
LEVELS = (1, 2, 3)
_NAMES = frozenset({"@data-entry-code", "@external-reference", "ERPCODE"})


@dataclass(frozen=True, slots=True)
class Usage:
    """Who may use a definition, and when; both ends count."""

    kind: str
    reference: int
    start: date
    end: date | None = None

    def record(self) -> Record:
        """What the API shows."""
        shown: Record = {
            "activityUsageKind": self.kind,
            "usageReference": {"id": self.reference},
            "from": self.start.isoformat(),
        }
        return {**shown, "until": self.end.isoformat()} if self.end else shown

    def is_on(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.start <= day <= (self.end or date.max)

    def overlaps(self, other: "Usage") -> bool:
        """Whether it is for the same ones and at least one day is in both."""
        same = (self.kind, self.reference) == (other.kind, other.reference)
        return same and self.start <= (other.end or date.max) and other.start <= (self.end or date.max)


@dataclass(frozen=True, slots=True)
class ActivityDefinition:
    """One definition of one level; codes that it does not have are None."""

    key: str
    level: int
    name: str
    translations: Mapping[str, str]
    parent: str | None
    data_entry_code: str | None
    external_reference: str | None
    active_from: date | None
    active_until: date | None
    change_version: str
    structure: str = STRUCTURE
    short_code: str | None = None
    info: str | None = None
    usages: tuple[Usage, ...] = ()
    restrictions: tuple[tuple[int, tuple[str, ...]], ...] = ()

    def is_active_on(self, day: date) -> bool:
        """Whether it may be used on this day; both ends count."""
        started = self.active_from is None or self.active_from <= day
        return started and (self.active_until is None or day <= self.active_until)

    def record(self) -> Record:
        """What the API shows; empty fields are left out."""
        record: Record = {
            "id": self.key,
            "structureVersion": self.structure,
            "level": self.level,
            "changeVersion": self.change_version,
            "name": {"default": self.name, "translations": dict(self.translations)},
            "parent": {"id": self.parent} if self.parent else None,
            "shortCode": self.short_code,
            "dataEntryCode": self.data_entry_code,
            "externalReference": self.external_reference,
            "info": self.info,
            "activeFrom": self.active_from.isoformat() if self.active_from else None,
            "activeUntil": self.active_until.isoformat() if self.active_until else None,
        }
        return {name: value for name, value in record.items() if value is not None}

    def references(self) -> dict[str, str]:
        """Its external references; those without a value are left out."""
        values = {
            "@data-entry-code": self.data_entry_code,
            "@external-reference": self.external_reference,
            "ERPCODE": f"ERP-{self.data_entry_code}" if self.data_entry_code else None,
        }
        return {name: value for name, value in values.items() if value is not None}


class Activities:
    """All definitions by GUID, with a catalogue of external references for each level of each structure.

    Attributes:
        levels: The definitions of the first structure by level, in the order they came.
        catalogues: The external references of the first structure by level.
    """

    reference_names = _NAMES

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._levels: dict[tuple[str, int], list[str]] = {}
        self._catalogues: dict[tuple[str, int], Catalogue[str]] = {}
        self._by_key: dict[str, ActivityDefinition] = {}
        for structure in (STRUCTURE, SECOND_STRUCTURE):
            for level in LEVELS:
                self._levels[structure, level] = []
                self._catalogues[structure, level] = Catalogue("activity-definitions", _NAMES)
        for definition in _seeded():
            self.put(definition)

    @property
    def levels(self) -> tuple[int, ...]:
        """The levels of every structure."""
        return LEVELS

    @property
    def catalogues(self) -> dict[int, Catalogue[str]]:
        """The external references of the first structure, by level: those that clockings name."""
        return {level: self._catalogues[STRUCTURE, level] for level in LEVELS}

    def has(self, structure: str, level: int) -> bool:
        """Whether there is this level of this structure."""
        return (structure, level) in self._levels

    def of_level(self, structure: str, level: int) -> list[ActivityDefinition]:
        """All definitions of a level, in the order they came."""
        return [self._by_key[key] for key in self._levels[structure, level]]

    def catalogue(self, structure: str, level: int) -> Catalogue[str]:
        """The external references of a level."""
        return self._catalogues[structure, level]

    def definition(self, key: str) -> ActivityDefinition | None:
        """The definition with this GUID, of whatever level."""
        return self._by_key.get(key)

    def put(self, definition: ActivityDefinition) -> None:
        """Adds or replaces a definition as it is."""
        where = definition.structure, definition.level
        if definition.key not in self._by_key:
            self._levels[where].append(definition.key)
        self._by_key[definition.key] = definition
        self._catalogues[where].put(definition.key, definition.references())

    def change(self, definition: ActivityDefinition) -> ActivityDefinition:
        """Adds or replaces a definition, with a new version."""
        changed = replace(definition, change_version=self._changes.next())
        self.put(changed)
        return changed

    def level_shown(self, level: object, asked: Asked) -> object:
        """One of the `activityLevels` of a record, with the external references that were asked for.

        One that names no definition (only a record that was put can) stays as it is.
        """
        given = level.get("activityDefinition") if isinstance(level, dict) else None
        key = given.get("id") if isinstance(given, dict) else None
        definition = self._by_key.get(key) if isinstance(key, str) else None
        if definition is None or not isinstance(level, dict):
            return level
        catalogue = self._catalogues[definition.structure, definition.level]
        return {**level, "activityDefinition": answered(definition.key, catalogue, asked)}


def activity_key(name: str, structure: str = STRUCTURE) -> str:
    """The GUID of the seeded definition with this English name."""
    return str(uuid.uuid5(uuid.UUID(structure), name))


def _seeded() -> list[ActivityDefinition]:
    made: list[ActivityDefinition] = []
    for number, row in enumerate(rows(), start=1):
        structure = (STRUCTURE, SECOND_STRUCTURE)[row.structure]
        made.append(
            ActivityDefinition(
                key=activity_key(row.name, structure),
                level=row.level,
                name=row.name,
                translations=row.translations,
                parent=activity_key(row.parent, structure) if row.parent else None,
                data_entry_code=row.code,
                external_reference=row.external,
                active_from=row.start,
                active_until=row.end,
                change_version=seeded_version(number),
                structure=structure,
                usages=tuple(Usage(kind, reference, start) for kind, reference, start in row.usages),
                restrictions=tuple(
                    (level, tuple(activity_key(name, structure) for name in names)) for level, names in row.restrictions
                ),
            )
        )
    return made
