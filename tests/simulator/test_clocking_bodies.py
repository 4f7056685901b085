import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.simulator.activity_records import activity_key
from terminal_app.simulator.clocking_body import read_clocking
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from terminal_app.simulator.state import State
from tests.simulator.calls import IN_OUT, Caller, Json, reasons_of, refused_fields

ACTIVITY = {"kind": "Activity", "activityLevels": [{"level": 1, "activityDefinition": {"id": activity_key("Office")}}]}
REASON = {"kind": "Reason", "reason": {"externalReferences": {"@absence-code": "DOC"}}}


def level(number: int, code: str, name: str = "@data-entry-code") -> Json:
    return {"level": number, "activityDefinition": {"externalReferences": {name: code}}}


def test_a_created_clocking_is_answered_with_its_location_and_no_body(simulator: SimulatorThread, api: Caller) -> None:
    answer = api.post(IN_OUT)
    assert answer.status_code == 201
    assert answer.content == b""
    key = simulator.received()[0]["id"]
    assert answer.headers["Location"] == f"/connector/protimeapi/api/v1/clockings/{key}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"kind": "InOut", "terminal": None, "reasonCode": None, "isOpen": None, "activityLevels": []}),
        (
            {"person": {"externalReferences": {"@badge-number": "0040856634"}}},
            {"personId": 2, "badgeNumber": "0040856634"},
        ),
        ({"person": {"externalReferences": {"@employee-number": "E000007"}}}, {"personId": 7}),
        ({"person": {"externalReferences": {"HRMID": "HR-8"}}}, {"personId": 8}),
        ({"person": {"id": 1, "externalReferences": {"@badge-number": "0013961168"}}}, {"personId": 1}),
        ({"terminal": {"externalReferences": {"@external-code": "GATE-2"}}}, {"terminal": "GATE-2"}),
        ({"terminal": {"externalReferences": {"assetTag": "ASSET-2"}}}, {"terminal": "GATE-2"}),
        ({"terminal": {"id": 1}}, {"terminal": "GATE-1"}),
        ({**REASON, "isOpen": True}, {"kind": "Reason", "reasonCode": "DOC", "isOpen": True}),
        ({"kind": "Reason", "reason": {"id": 2}}, {"reasonCode": "TRAIN", "isOpen": None}),
        (ACTIVITY, {"kind": "Activity", "activityLevels": ["300"]}),
        (
            {"kind": "Activity", "activityLevels": [level(2, "110"), level(1, "100")]},
            {"activityLevels": ["100", "110"]},
        ),
        (
            {"kind": "Activity", "activityLevels": [level(2, "TSK-220", "@external-reference")]},
            {"activityLevels": [activity_key("Inspection")]},
        ),
        ({"kind": "ActivityEnd"}, {"kind": "ActivityEnd"}),
        ({"timeOfDayInMinutes": -1440}, {"timeOfDayInMinutes": -1440}),
        ({"timeOfDayInMinutes": 2880}, {"timeOfDayInMinutes": 2880}),
        ({"geolocation": {"longitude": 4.392225, "latitude": 51}}, {"personId": 1}),
        ({"status": "Active", "id": 5, "changeVersion": "x", "isGenerated": True}, {"status": "Active"}),
        ({"reason": None, "terminal": None, "isOpen": None, "activityLevels": None}, {"kind": "InOut"}),
    ],
)
def test_what_is_in_order_is_stored_as_it_was_sent(
    simulator: SimulatorThread, api: Caller, changes: Json, expected: Json
) -> None:
    key = api.create(**changes)
    (record,) = simulator.received()
    assert record["id"] == key
    assert {name: record[name] for name in expected} == expected
    assert json.loads(str(record["receivedBody"])) == {**IN_OUT, **changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person": None}, "person"),
        ({"person": 1}, "person"),
        ({"person": {}}, "person"),
        ({"person": {"externalReferences": {}}}, "person"),
        ({"person": {"badge": "1"}}, "person"),
        ({"person": {"id": "1"}}, "person.id"),
        ({"person": {"id": True}}, "person.id"),
        ({"person": {"externalReferences": {"@badge-number": 1}}}, "person.externalReferences"),
        ({"person": {"externalReferences": ["@badge-number"]}}, "person.externalReferences"),
        ({"date": None}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": "20260115"}, "date"),
        ({"date": "2026-01-15T00:00:00"}, "date"),
        ({"timeOfDayInMinutes": None}, "timeOfDayInMinutes"),
        ({"timeOfDayInMinutes": "510"}, "timeOfDayInMinutes"),
        ({"timeOfDayInMinutes": 510.0}, "timeOfDayInMinutes"),
        ({"timeOfDayInMinutes": True}, "timeOfDayInMinutes"),
        ({"timeOfDayInMinutes": -1441}, "timeOfDayInMinutes"),
        ({"timeOfDayInMinutes": 2881}, "timeOfDayInMinutes"),
        ({"kind": None}, "kind"),
        ({"kind": "inout"}, "kind"),
        ({"kind": ["InOut"]}, "kind"),
        ({"kind": "Reason"}, "reason"),
        ({"kind": "Reason", "reason": {}}, "reason"),
        ({**REASON, "isOpen": "true"}, "isOpen"),
        ({"kind": "Activity"}, "activityLevels"),
        ({"kind": "Activity", "activityLevels": []}, "activityLevels"),
        ({"kind": "Activity", "activityLevels": [1]}, "activityLevels[0].level"),
        ({"kind": "Activity", "activityLevels": [{"level": 1}]}, "activityLevels[0].activityDefinition"),
        (
            {"kind": "Activity", "activityLevels": [level(1, "100"), {"level": 2, "activityDefinition": {"id": 5}}]},
            "activityLevels[1].activityDefinition.id",
        ),
        ({"geolocation": {"longitude": "4.39", "latitude": "51.1"}}, "geolocation"),
        ({"geolocation": {"longitude": 4.39}}, "geolocation"),
        ({"geolocation": {"longitude": 4.39, "latitude": 91}}, "geolocation"),
        ({"geolocation": {"longitude": 4.39, "lattitude": 51}}, "geolocation"),
        ({"timeOfDay": 510}, "timeOfDay"),
    ],
)
def test_a_wrong_form_names_the_field_without_the_error_around_it(
    simulator: SimulatorThread, api: Caller, changes: Json, field: str
) -> None:
    assert field in refused_fields(api.post({**IN_OUT, **changes}))
    assert simulator.received() == []


def test_everything_that_is_missing_is_named_at_once(api: Caller) -> None:
    assert refused_fields(api.post({})) == {"person", "date", "timeOfDayInMinutes", "kind"}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"a": NaN}', b"[" * 100_000, '{"kind":"InOut"}'.encode("utf-16")],
)
def test_a_body_that_cannot_be_read(api: Caller, content: bytes) -> None:
    assert refused_fields(api.post_raw(content)) == {""}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"person": {"id": 99}}, "person"),
        ({"person": {"externalReferences": {"@badge-number": "13961168"}}}, "person"),
        ({"person": {"externalReferences": {"@badge": "0013961168"}}}, "@badge"),
        ({"person": {"id": 2, "externalReferences": {"@badge-number": "0013961168"}}}, "same record"),
        ({"person": {"id": 6}}, "service"),
        ({"date": "2014-12-31"}, "service"),
        ({"terminal": {"externalReferences": {"@external-code": "GATE-3"}}}, "terminal"),
        ({"terminal": {"id": 3}}, "terminal"),
        ({"kind": "Reason", "reason": {"externalReferences": {"@absence-code": "NOPE"}}}, "absence definition"),
        ({"kind": "Reason", "reason": {"externalReferences": {"@absence-code": "HOL"}}}, "cannot be the reason"),
        ({"kind": "Reason", "reason": {"externalReferences": {"@absence-code": "VISIT"}}}, "cannot be the reason"),
        ({**REASON, "kind": "InOut"}, "only for the kind Reason"),
        ({"isOpen": False}, "only for the kind Reason"),
        ({**ACTIVITY, "kind": "ActivityEnd"}, "only for the kind Activity"),
        ({"kind": "Activity", "activityLevels": [level(1, "999")]}, "activity definition of level 1"),
        ({"kind": "Activity", "activityLevels": [level(2, "100")]}, "activity definition of level 2"),
        ({"kind": "Activity", "activityLevels": [level(3, "100")]}, "level 3"),
        ({"kind": "Activity", "activityLevels": [level(1, "100"), level(1, "200")]}, "twice"),
        ({"kind": "Activity", "activityLevels": [level(1, "400")]}, "not active"),
        ({"kind": "Activity", "activityLevels": [level(1, "500")]}, "not active"),
        ({"kind": "Activity", "activityLevels": [level(1, "100"), level(2, "210")]}, "does not belong"),
    ],
)
def test_a_broken_rule_is_told_in_reasons(simulator: SimulatorThread, api: Caller, changes: Json, reason: str) -> None:
    assert re.search(reason, " ".join(reasons_of(api.post({**IN_OUT, **changes}))))
    assert simulator.received() == []


def test_all_broken_rules_are_told_at_once(api: Caller) -> None:
    body = {**IN_OUT, "person": {"id": 6}, "terminal": {"id": 9}, "isOpen": True}
    assert len(reasons_of(api.post(body))) == 3


def test_the_day_decides_whether_a_person_or_an_activity_is_good(api: Caller) -> None:
    api.create(person={"id": 6}, date="2020-01-31")
    api.create(kind="Activity", activityLevels=[level(1, "400")], date="2020-12-31")
    assert reasons_of(api.post({**IN_OUT, "person": {"id": 6}, "date": "2020-02-01"}))


def test_no_reason_tells_a_badge_number(api: Caller) -> None:
    answer = api.post({**IN_OUT, "person": {"externalReferences": {"@badge-number": "4711471147"}}})
    assert "4711471147" not in answer.text


names = st.sampled_from(
    [
        *IN_OUT,
        "terminal",
        "reason",
        "isOpen",
        "activityLevels",
        "id",
        "externalReferences",
        "level",
        "activityDefinition",
    ]
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["Reason", "Activity", "2026-01-15", 1])
)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4))
STATE = State(10, Settings())


@given(st.dictionaries(names, values), st.sampled_from([{}, IN_OUT, {**IN_OUT, **REASON}, {**IN_OUT, **ACTIVITY}]))
def test_any_body_is_a_clocking_or_a_400(body: Json, base: Json) -> None:
    status = 201
    try:
        clocking = read_clocking(json.dumps({**base, **body}).encode(), STATE)
        assert clocking.person in STATE.people
    except ApiError as error:
        status = error.status
    assert status in (201, 400)
