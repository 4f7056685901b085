"""What may be written beside clockings: assignments, activity definitions, their usages and restrictions."""

import httpx
import pytest

from terminal_app.simulator.activity_records import SECOND_STRUCTURE, activity_key
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from tests.simulator.calls import STRUCTURE, Caller, Json, reasons_of, refused_fields

LEVELS = f"/activity-structure-versions/{STRUCTURE}/levels"
ONE = f"{LEVELS}/1/activity-definitions"
TWO = f"{LEVELS}/2/activity-definitions"
ROADS = activity_key("Road works")
BY_REFERENCE = "externalReferences=(activity-definitions,@external-reference)"
ASSIGNMENT: Json = {
    "person": {"externalReferences": {"@employee-number": "E000002"}},
    "from": "2026-05-04",
    "until": "2026-05-08",
    "startTimeInMinutes": 480,
    "comments": "Bring boots",
    "activityLevels": [{"level": 1, "activityDefinition": {"externalReferences": {"@data-entry-code": "100"}}}],
}


def path_of(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"].removeprefix("/connector/protimeapi/api/v1")


def name(text: str) -> Json:
    return {"default": text, "translations": {"nl-NL": text.upper()}}


def test_an_assignment_is_created_replaced_and_deleted(admin: Caller) -> None:
    path = path_of(admin.send("POST", "/assignments", ASSIGNMENT))
    record = admin.get(path).json()
    assert record["person"] == {"id": 2}
    assert record["activityLevels"] == [{"level": 1, "activityDefinition": {"id": ROADS}}]
    assert record["comments"] == "Bring boots"
    without = {field: value for field, value in ASSIGNMENT.items() if field != "comments"}
    assert admin.send("PUT", path, {**without, "id": 99, "isRejected": True}).status_code == 200
    replaced = admin.get(path).json()
    assert "comments" not in replaced
    assert replaced["isRejected"] is False, "read only"
    assert replaced["changeVersion"] > record["changeVersion"]
    assert [one["id"] for one in admin.all("/assignments", filter="date eq '2026-05-04'")] == [record["id"]]
    assert admin.all("/assignments", filter="date eq '2026-05-05'") == [], "the date is compared with from"
    assert admin.send("DELETE", path).status_code == 200
    assert admin.get(path).status_code == 404
    assert admin.send("DELETE", path).status_code == 404


def test_an_assignment_is_replaced_only_in_the_version_known(admin: Caller) -> None:
    path = path_of(admin.send("POST", "/assignments", ASSIGNMENT))
    tag = admin.get(path).headers["ETag"]
    assert admin.get(path, {"If-None-Match": tag}).status_code == 304
    assert admin.send("PUT", path, ASSIGNMENT, If_Match=tag).status_code == 200
    assert admin.send("PUT", path, ASSIGNMENT, If_Match=tag).status_code == 409


@pytest.mark.parametrize("field", ["person", "from", "activityLevels"])
def test_what_an_assignment_needs(admin: Caller, field: str) -> None:
    body = {key: value for key, value in ASSIGNMENT.items() if key != field}
    assert refused_fields(admin.send("POST", "/assignments", body)) == {field}


def test_an_assignment_against_the_rules(admin: Caller) -> None:
    wrong = {**ASSIGNMENT, "until": "2026-05-01", "person": {"id": 99}}
    assert len(reasons_of(admin.send("POST", "/assignments", wrong))) == 2
    assert refused_fields(admin.send("POST", "/assignments", {**ASSIGNMENT, "startTimeInMinutes": 2881})) == {
        "startTimeInMinutes"
    }


def test_a_tenant_with_planning_takes_no_assignments() -> None:
    with SimulatorThread(settings=Settings(uses_planning=True)) as simulator, Caller(simulator.url) as caller:
        caller.log_in("assignments.write")
        for method, path in (("POST", "/assignments"), ("PUT", "/assignments/1"), ("DELETE", "/assignments/1")):
            assert caller.send(method, path, ASSIGNMENT).status_code == 403


def test_a_definition_is_created_and_replaced_as_a_whole(admin: Caller) -> None:
    body = {"name": name("Bridges"), "dataEntryCode": "600", "info": "x", "activeFrom": "2026-01-01"}
    path = path_of(admin.send("POST", ONE, body))
    created = admin.get(path).json()
    assert {**created, **body} == created
    assert admin.send("PUT", path, {"name": name("Big bridges"), "dataEntryCode": "601"}).status_code == 200
    replaced = admin.get(path).json()
    assert (replaced["dataEntryCode"], replaced["id"]) == ("601", created["id"])
    assert not {"info", "activeFrom"} & set(replaced), "what is left out becomes empty"
    asked = "(activity-definitions,@data-entry-code)"
    assert admin.get(f"{ONE}/601", externalReferences=asked).status_code == 200
    assert admin.get(f"{ONE}/600", externalReferences=asked).status_code == 404
    levels = [{"level": 1, "activityDefinition": {"externalReferences": {"@data-entry-code": "601"}}}]
    admin.create(kind="Activity", activityLevels=levels)


def test_an_upsert_by_external_reference(admin: Caller) -> None:
    first = admin.send("PUT", f"{ONE}/UP-1?{BY_REFERENCE}", {"name": name("New")})
    path = path_of(first)
    assert admin.get(path).json()["externalReference"] == "UP-1"
    again = admin.send("PUT", f"{ONE}/UP-1?{BY_REFERENCE}", {"name": name("Newer"), "externalReference": "UP-1"})
    assert again.status_code == 200
    assert admin.get(path).json()["name"]["default"] == "Newer"
    other = admin.send("PUT", f"{ONE}/UP-2?{BY_REFERENCE}", {"name": name("New"), "externalReference": "UP-3"})
    assert "another @external-reference" in reasons_of(other)[0]
    unknown = admin.send("PUT", f"{ONE}/00000000-0000-0000-0000-000000000000", {"name": name("x")})
    assert unknown.status_code == 404


def test_what_a_definition_needs_and_how_long_codes_are(admin: Caller) -> None:
    body = {"dataEntryCode": "x" * 17, "externalReference": "y" * 17, "activeFrom": "soon"}
    assert refused_fields(admin.send("POST", ONE, body)) == {
        "name.default", "dataEntryCode", "externalReference", "activeFrom",
    }  # fmt: skip


def test_codes_are_unique_in_their_level(admin: Caller) -> None:
    body = {"name": name("Twin"), "dataEntryCode": "100"}
    assert "@data-entry-code" in " ".join(reasons_of(admin.send("POST", ONE, body)))
    other = f"/activity-structure-versions/{SECOND_STRUCTURE}/levels/1/activity-definitions"
    assert path_of(admin.send("POST", other, body))


def test_a_parent_is_set_once(admin: Caller) -> None:
    parent = {"externalReferences": {"@data-entry-code": "100"}}
    path = path_of(admin.send("POST", TWO, {"name": name("Tar"), "parent": parent}))
    assert admin.get(path).json()["parent"] == {"id": ROADS}
    moved = {"name": name("Tar"), "parent": {"id": activity_key("Office")}}
    assert reasons_of(admin.send("PUT", path, moved)) == ["The parent cannot change after creation."]
    assert admin.send("PUT", path, {"name": name("Tar 2")}).status_code == 200
    assert admin.get(path).json()["parent"] == {"id": ROADS}
    assert reasons_of(admin.send("POST", ONE, {"name": name("x"), "parent": {"id": ROADS}}))


def test_usages_are_added_changed_and_removed(admin: Caller) -> None:
    usage: Json = {
        "activityUsageKind": "Circle",
        "usageReference": {"id": 13},
        "from": "2026-01-01",
        "until": "2026-06-30",
    }
    path = f"{path_of(admin.send('POST', ONE, {'name': name('Used')}))}/usages"
    assert admin.send("POST", path, usage).status_code == 200
    body = admin.get(path).json()
    assert body["usages"] == [usage]
    assert set(body["activityDefinitionId"]) == {"id"}
    assert reasons_of(admin.send("POST", path, {**usage, "from": "2026-06-30", "until": ""})), "one day in both"
    assert admin.send("POST", path, {**usage, "from": "2026-07-01", "until": ""}).status_code == 200
    change = {**usage, "originalFrom": "2026-07-01", "updatedFrom": "2026-08-01", "updatedUntil": None}
    assert admin.send("PUT", path, change).status_code == 200
    assert [one["from"] for one in admin.get(path).json()["usages"]] == ["2026-01-01", "2026-08-01"]
    assert admin.send("PUT", path, change).status_code == 404, "the original days must match"
    assert admin.send("DELETE", path, usage).status_code == 204
    assert [one["from"] for one in admin.get(path).json()["usages"]] == ["2026-08-01"]
    person = {**usage, "activityUsageKind": "Person", "usageReference": {"externalReferences": {"HRMID": "HR-1"}}}
    assert admin.send("POST", path, person).status_code == 200
    assert reasons_of(admin.send("POST", path, {**person, "activityUsageKind": "Group"}))


def test_restrictions_are_replaced_as_a_whole(admin: Caller) -> None:
    path = f"{ONE}/{ROADS}/restrictions"
    asked = "(activity-restrictions,@data-entry-code)"
    assert admin.get(path, externalReferences=asked).json()["restrictions"] == [
        {
            "level": 3,
            "activityDefinitions": [
                {"id": activity_key("North"), "externalReferences": {"@data-entry-code": "N"}},
                {"id": activity_key("South"), "externalReferences": {"@data-entry-code": "S"}},
            ],
        }
    ]
    new = [{"level": 2, "activityDefinitions": [{"externalReferences": {"@data-entry-code": "110"}}]}]
    assert admin.send("PUT", path, new).status_code == 200
    restrictions = admin.get(path).json()["restrictions"]
    assert restrictions == [{"level": 2, "activityDefinitions": [{"id": activity_key("Digging")}]}]
    assert reasons_of(admin.send("PUT", path, [{"level": 9, "activityDefinitions": []}]))
    assert admin.send("PUT", path, {"level": 2}).status_code == 400
    assert admin.get(path).json()["restrictions"] == restrictions


def test_expand_brings_usages_and_restrictions_along(admin: Caller) -> None:
    record = admin.get(f"{ONE}/{activity_key('Office')}", expand="usage,restrictions").json()
    assert [one["activityUsageKind"] for one in record["usages"]] == ["Person", "Group"]
    assert record["restrictions"] == []
    assert admin.get(f"{ONE}/{ROADS}", expand="everything").status_code == 400


def test_the_second_structure_has_three_levels_of_its_own(admin: Caller) -> None:
    for level, count in ((1, 2), (2, 3), (3, 3)):
        path = f"/activity-structure-versions/{SECOND_STRUCTURE}/levels/{level}/activity-definitions"
        found = admin.all(path)
        assert len([one for one in found if one["name"] != {"default": "Twin"}]) >= count
        assert {one["structureVersion"] for one in found} == {SECOND_STRUCTURE}
        assert {one["level"] for one in found} == {level}


def test_reading_needs_no_right_to_write_but_writing_does(api: Caller) -> None:
    assert api.send("POST", ONE, {"name": name("x")}).status_code == 403
    assert api.get(f"{ONE}/{ROADS}/usages").status_code == 200
