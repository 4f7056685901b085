"""The absence definitions and groups of the tenant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from terminal_app.simulator.references import Catalogue

_CULTURES = ("nl-NL", "fr-FR", "de-DE", "en-GB")
# code, group, enabled, reason for a clocking, name, friendly names in the order of _CULTURES
_Row: TypeAlias = tuple[str, int, bool, bool, str, tuple[str, ...]]
_GROUPS = {1: "ABSENT", 2: "ELSEWHERE"}


@dataclass(frozen=True, slots=True)
class AbsenceDefinition:
    """One definition; `record` is what the API shows, without id and version."""

    code: str
    group: int
    is_enabled: bool
    is_reason_for_clocking: bool
    record: Mapping[str, object]

    @property
    def can_be_reason(self) -> bool:
        """Whether a clocking may have it as its reason."""
        return self.is_enabled and self.is_reason_for_clocking


class Absences:
    """All definitions by id and `@absence-code`, and the groups by their custom reference."""

    def __init__(self) -> None:
        self.catalogue: Catalogue[int] = Catalogue("absence-definitions", {"@absence-code", "payrollCode"})
        self.groups: Catalogue[int] = Catalogue("absence-groups", {"customAbsenceGroupCode"})
        for key, code in _GROUPS.items():
            self.groups.put(key, {"customAbsenceGroupCode": code})
        self._definitions = dict(enumerate(_definitions(), start=1))
        for key, definition in self._definitions.items():
            self.catalogue.put(key, {"@absence-code": definition.code, "payrollCode": f"PAY-{key}"})

    def rows(self) -> list[Mapping[str, object]]:
        """All definitions by their ids, which are 1, 2, ..."""
        return [definition.record for definition in self._definitions.values()]

    def is_working_elsewhere(self, key: int) -> bool:
        """Whether time away for this reason counts as worked."""
        return _GROUPS[self._definitions[key].group] == "ELSEWHERE"

    def definition(self, key: int) -> AbsenceDefinition:
        """The definition with this id; `KeyError` when there is none."""
        return self._definitions[key]


def _definitions() -> list[AbsenceDefinition]:
    rows: list[_Row] = [
        ("DOC", 1, True, True, "Doctor", ("Dokter", "Médecin", "Arzt", "Doctor")),
        ("TRAIN", 2, True, True, "Business trip", ("Dienstreis", "Déplacement", "Dienstreise", "Business trip")),
        ("HOME", 2, True, True, "Home working", ("Thuiswerk", "Télétravail", "Heimarbeit", "Working from home")),
        ("UNION", 1, True, True, "Union", ("Vakbond", "Réunion syndicale", "Gewerkschaft", "Union meeting")),
        ("SMOKE", 1, True, True, "Rookpauze", ()),
        ("HOL", 1, True, False, "Holiday", ("Vakantie", "Vacances", "Urlaub", "Holiday")),
        ("SICK", 1, True, False, "Illness", ("Ziekte", "Maladie", "Krankheit", "Illness")),
        ("VISIT", 2, False, True, "Customer", ("Klantbezoek", "Visite client", "Kundenbesuch", "Customer visit")),
        ("STRIKE", 1, False, False, "Strike", ("Staking", "Grève", "Streik", "Strike")),
    ]
    return [_definition(row) for row in rows]


def _definition(row: _Row) -> AbsenceDefinition:
    code, group, enabled, reason, name, friendly = row
    record: dict[str, object] = {
        "name": {"default": name, "translations": {}},
        "code": code,
        "allowedDurations": ["FullDay", "HalfDay", "Interval"],
        "isEnabled": enabled,
        "isReasonForClocking": reason,
        "absenceGroup": {"id": group},
    }
    if friendly:
        translations = dict(zip(_CULTURES, friendly, strict=True))
        record["friendlyName"] = {"default": friendly[-1], "translations": translations}
        record["friendlyCode"] = {"default": code.title(), "translations": {}}
    return AbsenceDefinition(code, group, enabled, reason, record)
