"""The small collections that never change by themselves: catalogs, groups and definitions."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Row: TypeAlias = Mapping[str, object]

NORMAL_SHIFT, PART_TIME_SHIFT = 1, 2
OVERTIME, MEAL, EVENING = 1, 2, 3
LUNCH = 1


def _text(default: str, dutch: str = "", french: str = "") -> dict[str, object]:
    translations = {"nl-NL": dutch, "fr-FR": french, "en-GB": default}
    return {"default": default, "translations": {name: text for name, text in translations.items() if text}}


def _named(names: Sequence[tuple[str, str, str]], code: str = "") -> list[Row]:
    rows: list[Row] = []
    for number, name in enumerate(names, start=1):
        row: dict[str, object] = {"name": _text(*name)}
        if code:
            row["externalCode"] = f"{code}{number:02d}"
        rows.append(row)
    return rows


DEPARTMENTS = _named(
    [
        ("Production", "Productie", "Production"),
        ("Logistics", "Logistiek", "Logistique"),
        ("Maintenance", "Onderhoud", "Entretien"),
        ("Sales", "Verkoop", "Ventes"),
        ("Finance", "Financiën", "Finances"),
        ("Research & <development>", "Onderzoek", "Recherche"),
    ],
    "DEP",
)
JOBS = _named([("Operator", "Operator", "Opérateur"), ("Planner", "Planner", ""), ("Driver", "Chauffeur", "")], "JOB")
JOB_CATEGORIES = _named([("Worker", "Arbeider", "Ouvrier"), ("Employee", "Bediende", "Employé")], "CAT")
SECTORS = _named([("Metal", "Metaal", "Métal"), ("Construction", "Bouw", "Construction")])
WORK_LOCATIONS: list[Row] = [
    {"name": _text("Head office", "Hoofdzetel", "Siège"), "description": "Ghent, three floors"},
    {"name": _text("Plant", "Fabriek", "Usine"), "description": "Liège"},
    {"name": _text("Home", "Thuis", "Domicile"), "description": "Wherever that is"},
]
EMPLOYERS: list[Row] = [
    {
        "name": {"default": name, "translations": {}},
        "externalCode": f"EMP{number:02d}",
        "address": f"Industrieweg {number}",
        "town": town,
        "postalCode": postal_code,
        "bankAccount": f"XX00 1111 {number:08d}",
        "companyRegistrationNumber": f"0000.000.{number:03d}",
    }
    for number, (name, town, postal_code) in enumerate([("Acme NV", "Gent", "9000"), ("Acme SA", "Liège", "4000")], 1)
]
ABSENCE_GROUPS: list[Row] = [
    {"name": _text("Absent", "Afwezig", "Absent"), "type": "Absence"},
    {"name": _text("Working elsewhere", "Elders aan het werk", "Ailleurs"), "type": "WorkingElsewhere"},
]
COUNTER_GROUPS: list[Row] = [
    {"name": _text("Hours", "Uren", "Heures")},
    {"name": _text("Allowances", "Vergoedingen", "Indemnités")},
]
COUNTER_DEFINITIONS: list[Row] = [
    {
        "name": _text(name, dutch),
        "code": code,
        "friendlyName": _text(name, dutch),
        "friendlyCode": _text(code.title()),
        "isEnabled": enabled,
        "counterGroup": {"id": group},
        "unit": unit,
    }
    for name, dutch, code, enabled, group, unit in (
        ("Overtime", "Overuren", "OVERTIME", True, 1, "Duration"),
        ("Meal voucher", "Maaltijdcheque", "MEAL", True, 2, "Instance"),
        ("Evening work", "Avondwerk", "EVENING", True, 1, "Interval"),
        ("Old allowance", "Oude premie", "OLD", False, 2, "Instance"),
    )
]
SHIFT_DEFINITIONS: list[Row] = [
    {"name": _text(name, dutch), "code": code, "friendlyName": _text(name, dutch), "isEnabled": enabled}
    for name, dutch, code, enabled in (
        ("Day", "Dag", "DAY", True),
        ("Half day", "Halve dag", "HALF", True),
        ("Night", "Nacht", "NIGHT", True),
        ("Old shift", "Oude ploeg", "OLD", False),
    )
]
BREAK_DEFINITIONS: list[Row] = [
    {
        "name": _text(name, dutch),
        "friendlyName": _text(name, dutch),
        "paidDurationInMinutes": paid,
        "minimumDurationInMinutes": minimum,
        "maximumDurationInMinutes": maximum,
        "ifNotClockedDurationInMinutes": otherwise,
        "hasToBeTakenUninterrupted": whole,
    }
    for name, dutch, paid, minimum, maximum, otherwise, whole in (
        ("Lunch", "Middagpauze", 0, 30, 60, 30, True),
        ("Coffee", "Koffiepauze", 15, 0, 15, 0, False),
    )
]
