"""The activity structure of the tenant: two levels, projects and the tasks below them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from terminal_app.simulator.references import Catalogue
from terminal_app.simulator.versions import seeded_version

STRUCTURE = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01"
_NAMES = frozenset({"@data-entry-code", "@external-reference", "ERPCODE"})


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

    def is_active_on(self, day: date) -> bool:
        """Whether it may be used on this day; both ends count."""
        started = self.active_from is None or self.active_from <= day
        return started and (self.active_until is None or day <= self.active_until)

    def record(self) -> dict[str, object]:
        """What the API shows; empty fields are left out."""
        record: dict[str, object] = {
            "id": self.key,
            "structureVersion": STRUCTURE,
            "level": self.level,
            "changeVersion": self.change_version,
            "name": {"default": self.name, "translations": dict(self.translations)},
            "parent": {"id": self.parent} if self.parent else None,
            "dataEntryCode": self.data_entry_code,
            "externalReference": self.external_reference,
            "activeFrom": self.active_from.isoformat() if self.active_from else None,
            "activeUntil": self.active_until.isoformat() if self.active_until else None,
        }
        return {name: value for name, value in record.items() if value is not None}


class Activities:
    """All definitions, by level and GUID, with a catalogue of external references for each level."""

    def __init__(self) -> None:
        self.levels: dict[int, list[ActivityDefinition]] = {1: [], 2: []}
        self.catalogues: dict[int, Catalogue[str]] = {
            level: Catalogue("activity-definitions", _NAMES) for level in self.levels
        }
        self._by_key: dict[str, ActivityDefinition] = {}
        for definition in _definitions():
            self.levels[definition.level].append(definition)
            self._by_key[definition.key] = definition
            references = {
                "@data-entry-code": definition.data_entry_code,
                "@external-reference": definition.external_reference,
                "ERPCODE": f"ERP-{definition.data_entry_code}" if definition.data_entry_code else None,
            }
            present = {name: value for name, value in references.items() if value is not None}
            self.catalogues[definition.level].put(definition.key, present)

    def definition(self, key: str) -> ActivityDefinition | None:
        """The definition with this GUID, of whatever level."""
        return self._by_key.get(key)


def activity_key(name: str) -> str:
    """The GUID of the definition with this English name."""
    return str(uuid.uuid5(uuid.UUID(STRUCTURE), name))


def _definitions() -> list[ActivityDefinition]:
    number = 0

    def make(
        level: int,
        name: str,
        code: str | None,
        parent: str | None = None,
        *,
        external: str | None = None,
        start: date | None = None,
        end: date | None = None,
        translations: Mapping[str, str] | None = None,
    ) -> ActivityDefinition:
        nonlocal number
        number += 1
        return ActivityDefinition(
            key=activity_key(name),
            level=level,
            name=name,
            translations=translations or {},
            parent=activity_key(parent) if parent else None,
            data_entry_code=code,
            external_reference=external,
            active_from=start,
            active_until=end,
            change_version=seeded_version(number),
        )

    roads = {"nl-NL": "Wegenwerken", "fr-FR": "Travaux routiers", "de-DE": "Straßenbau", "en-GB": "Road works"}
    upkeep = {"nl-NL": "Onderhoud", "fr-FR": "Entretien", "de-DE": "Wartung", "en-GB": "Maintenance"}
    return [
        make(1, "Road works", "100", external="PRJ-100", translations=roads),
        make(1, "Maintenance", "200", translations=upkeep),
        make(1, "Office", "300"),
        make(1, "Old factory", "400", end=date(2020, 12, 31)),
        make(1, "New factory", "500", start=date(2099, 1, 1)),
        make(2, "Digging", "110", "Road works", translations={"nl-NL": "Graven", "fr-FR": "Terrassement"}),
        make(2, "Paving", "120", "Road works"),
        make(2, "Oil change", "210", "Maintenance"),
        make(2, "Inspection", None, "Maintenance", external="TSK-220"),
        make(2, "Mail & <parcels>", "310", "Office"),
        make(2, "Typewriter repair", "390", "Office", end=date(2020, 12, 31)),
        make(2, "Cleaning", "900"),
    ]
