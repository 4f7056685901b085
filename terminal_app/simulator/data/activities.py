"""The rows of the two activity structures: projects, tasks, places; and customers, orders, steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_START = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One definition, told by English names.

    Attributes:
        structure: 0 or 1.
        usages: Kind, id and first day of those who may use it.
        restrictions: For a level, the definitions concerned.
    """

    level: int
    name: str
    code: str | None = None
    parent: str | None = None
    external: str | None = None
    start: date | None = None
    end: date | None = None
    translations: Mapping[str, str] = field(default_factory=dict)
    structure: int = 0
    usages: tuple[tuple[str, int, date], ...] = ()
    restrictions: tuple[tuple[int, tuple[str, ...]], ...] = ()


def rows() -> list[Row]:
    """All rows; a parent stands before its children."""
    roads = {"nl-NL": "Wegenwerken", "fr-FR": "Travaux routiers", "de-DE": "Straßenbau", "en-GB": "Road works"}
    upkeep = {"nl-NL": "Onderhoud", "fr-FR": "Entretien", "de-DE": "Wartung", "en-GB": "Maintenance"}
    everybody = (("Circle", 1, _START),)
    first = [
        Row(1, "Road works", "100", external="PRJ-100", translations=roads, restrictions=((3, ("North", "South")),)),
        Row(1, "Maintenance", "200", translations=upkeep, usages=everybody),
        Row(1, "Office", "300", usages=(("Person", 4, _START), ("Group", 2, _START))),
        Row(1, "Old factory", "400", end=date(2020, 12, 31)),
        Row(1, "New factory", "500", start=date(2099, 1, 1)),
        Row(2, "Digging", "110", "Road works", translations={"nl-NL": "Graven", "fr-FR": "Terrassement"}),
        Row(2, "Paving", "120", "Road works"),
        Row(2, "Oil change", "210", "Maintenance"),
        Row(2, "Inspection", None, "Maintenance", external="TSK-220"),
        Row(2, "Mail & <parcels>", "310", "Office"),
        Row(2, "Typewriter repair", "390", "Office", end=date(2020, 12, 31)),
        Row(2, "Cleaning", "900"),
        Row(3, "North", "N"),
        Row(3, "South", "S"),
        Row(3, "Trench 1", "T1", "Digging"),
    ]
    second = [
        Row(1, "Customer A", "A", structure=1, external="CUST-A"),
        Row(1, "Customer B", "B", structure=1, usages=(("Group", 1, _START),)),
        Row(2, "Order 1", "A1", "Customer A", structure=1),
        Row(2, "Order 2", "A2", "Customer A", structure=1, restrictions=((3, ("Mill",)),)),
        Row(2, "Order 3", "B1", "Customer B", structure=1),
        Row(3, "Mill", "10", structure=1),
        Row(3, "Weld", "20", structure=1),
        Row(3, "Paint", "30", structure=1),
    ]
    return first + second
