from typing import cast

import pytest

from terminal_app.simulator.activity_records import activity_key
from tests.simulator.calls import STRUCTURE, Caller, Json

LEVELS = f"/activity-structure-versions/{STRUCTURE}/levels"


def by_code(records: list[Json], name: str) -> dict[object, Json]:
    return {record[name]: record for record in records if name in record}


def test_absence_definitions_are_of_every_sort(api: Caller) -> None:
    found = by_code(api.all("/absence-definitions"), "code")
    sorts = {(record["isEnabled"], record["isReasonForClocking"]) for record in found.values()}
    assert sorts == {(True, True), (True, False), (False, True), (False, False)}
    doctor = found["DOC"]
    assert doctor["friendlyName"] == {
        "default": "Doctor",
        "translations": {"nl-NL": "Dokter", "fr-FR": "Médecin", "de-DE": "Arzt", "en-GB": "Doctor"},
    }
    assert doctor["absenceGroup"] == {"id": 1}
    assert "friendlyName" not in found["SMOKE"], "one that has no text meant for users"


def test_the_list_offers_the_references_of_groups_only(api: Caller) -> None:
    asked = "(absence-groups,customAbsenceGroupCode)"
    first = api.all("/absence-definitions", externalReferences=asked)[0]
    assert first["absenceGroup"] == {"id": 1, "externalReferences": {"customAbsenceGroupCode": "ABSENT"}}
    assert api.get("/absence-definitions", externalReferences="(absence-definitions,@absence-code)").status_code == 400


@pytest.mark.parametrize(
    ("reference", "asked"),
    [("2", None), ("TRAIN", "(absence-definitions,@absence-code)"), ("PAY-2", "(absence-definitions,payrollCode)")],
)
def test_one_absence_definition_by_id_and_by_reference(api: Caller, reference: str, asked: str | None) -> None:
    query = {"externalReferences": asked} if asked else {}
    record = api.get(f"/absence-definitions/{reference}", **query).json()
    assert (record["id"], record["code"]) == (2, "TRAIN")
    assert ("externalReferences" in record) is bool(asked)


def test_an_absence_code_that_does_not_exist_is_404(api: Caller) -> None:
    answer = api.get("/absence-definitions/NOPE", externalReferences="(absence-definitions,@absence-code)")
    assert answer.status_code == 404


def test_activity_definitions_have_parents_codes_and_days(api: Caller) -> None:
    projects = by_code(api.all(f"{LEVELS}/1/activity-definitions"), "dataEntryCode")
    tasks = api.all(f"{LEVELS}/2/activity-definitions")
    assert set(projects) == {"100", "200", "300", "400", "500"}
    assert projects["400"]["activeUntil"] == "2020-12-31"
    assert projects["500"]["activeFrom"] == "2099-01-01"
    assert {project["structureVersion"] for project in projects.values()} == {STRUCTURE}
    digging = by_code(tasks, "dataEntryCode")["110"]
    assert digging["parent"] == {"id": projects["100"]["id"]}
    assert digging["level"] == 2
    without_code = [task for task in tasks if "dataEntryCode" not in task]
    assert [task["externalReference"] for task in without_code] == ["TSK-220"]
    assert [task for task in tasks if "parent" not in task] == [by_code(tasks, "dataEntryCode")["900"]]


@pytest.mark.parametrize(
    ("level", "reference", "asked"),
    [
        (1, activity_key("Road works"), None),
        (1, activity_key("Road works").upper(), None),
        (1, "100", "@data-entry-code"),
        (1, "PRJ-100", "@external-reference"),
        (1, "ERP-100", "ERPCODE"),
    ],
)
def test_one_activity_definition_by_guid_and_by_reference(
    api: Caller, level: int, reference: str, asked: str | None
) -> None:
    query = {"externalReferences": f"(activity-definitions,{asked})"} if asked else {}
    record = api.get(f"{LEVELS}/{level}/activity-definitions/{reference}", **query).json()
    assert cast("Json", record["name"])["default"] == "Road works"
    if asked == "@data-entry-code":
        assert record["externalReferences"] == {"@data-entry-code": "100"}


def test_the_parent_carries_the_reference_that_was_asked_for(api: Caller) -> None:
    tasks = api.all(f"{LEVELS}/2/activity-definitions", externalReferences="(activity-definitions,@data-entry-code)")
    assert tasks[0]["parent"] == {
        "id": activity_key("Road works"),
        "externalReferences": {"@data-entry-code": "100"},
    }


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        (f"{LEVELS}/4/activity-definitions", None, 404),
        (f"{LEVELS}/x/activity-definitions", None, 400),
        ("/activity-structure-versions/1/levels/1/activity-definitions", None, 400),
        ("/activity-structure-versions/00000000-0000-0000-0000-000000000000/levels/1/activity-definitions", None, 404),
        (f"{LEVELS}/1/activity-definitions/100", None, 400),
        (f"{LEVELS}/2/activity-definitions/100", "@data-entry-code", 404),
        (f"{LEVELS}/2/activity-definitions/{activity_key('Road works')}", None, 404),
        (f"{LEVELS}/1/activity-definitions/00000000-0000-0000-0000-000000000000", None, 404),
        (f"{LEVELS}/1/activity-definitions/100", "@unknown", 400),
        (f"{LEVELS}/1/activity-definitions/100", "@data-entry-code)(activity-definitions,ERPCODE", 400),
    ],
)
def test_wrong_structures_levels_and_references(api: Caller, path: str, asked: str | None, status: int) -> None:
    query = {"externalReferences": f"(activity-definitions,{asked})"} if asked else {}
    assert api.get(path, **query).status_code == status
