from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clean_text import clean_text
from terminal_app.protime.absence_definitions import AbsenceDefinitionRecord
from terminal_app.protime.activity_definitions import ActivityDefinitionRecord
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.clockings import ClockingRecord
from terminal_app.protime.external_references import BADGE_NUMBER, EMPLOYEE_NUMBER, asked, value_of
from terminal_app.protime.fields import Record, readable
from terminal_app.protime.people_records import PersonRecord
from terminal_app.settings import DeliverySettings
from terminal_app.simulator.server import SimulatorThread
from tests.protime.conftest import protime_settings

GUID = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01"
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "default", "translations"]), inner)
    ),
)


def shaped(kind: type[Record]) -> st.SearchStrategy[dict[str, object]]:
    names = [field.alias or name for name, field in kind.model_fields.items()]
    return st.dictionaries(st.sampled_from(names), anything)


@given(shaped(PersonRecord), shaped(AbsenceDefinitionRecord), shaped(ActivityDefinitionRecord), shaped(ClockingRecord))
def test_no_record_breaks_the_reading(
    person: dict[str, object], absence: dict[str, object], activity: dict[str, object], clocking: dict[str, object]
) -> None:
    for one in readable(PersonRecord, [person, {**person, "id": 1}]):
        one.as_person("HRMID")
    for reason in readable(AbsenceDefinitionRecord, [absence, {**absence, "id": 1}]):
        assert reason.as_reason().name.default
    for definition in readable(ActivityDefinitionRecord, [activity, {**activity, "id": GUID}]):
        assert definition.as_activity(1).name.default
    whole = {**clocking, "id": 1, "date": "2026-01-15", "timeOfDayInMinutes": 510}
    for record in readable(ClockingRecord, [clocking, whole]):
        record.as_server_record()


def test_a_record_without_an_id_is_left_out() -> None:
    assert readable(PersonRecord, [{}, {"id": None}, {"id": -1}, {"id": 2**63}, {"id": 7}]) == [PersonRecord(id=7)]


def test_a_person_keeps_what_a_terminal_needs() -> None:
    (record,) = readable(
        PersonRecord,
        [
            {
                "id": 7,
                "firstName": "Zoe\u0308\x1b[2J",
                "lastName": None,
                "badgeNumber": "007",
                "terminalLanguageISOCode": "NL-be",
                "inServiceDate": "2015-01-01",
                "outOfServiceDate": "",
                "terminalGroup": {"id": 3, "more": 1},
                "bankAccount": "XX00",
                "externalReferences": {"HRMID": "HR-7"},
                "newField": [1],
            }
        ],
    )
    person = record.as_person("HRMID")
    assert (person.first_name, person.last_name, person.badge_number, person.language) == (
        "Zoë\ufffd[2J",
        "",
        "007",
        "nl",
    )
    assert (person.in_service_from, person.in_service_until) == (date(2015, 1, 1), None)
    assert (person.terminal_group_id, person.reference) == (3, "HR-7")
    assert record.as_person("@badge-number").reference is None


def test_a_reason_is_shown_by_its_friendly_name() -> None:
    (record,) = readable(
        AbsenceDefinitionRecord,
        [
            {
                "id": 7,
                "code": "DOC",
                "name": {"default": "D1"},
                "friendlyName": {
                    "default": "Doctor",
                    "translations": {"nl-NL": "Dokter", "nl-BE": "Doktoor", "fr": ""},
                },
                "isEnabled": True,
            }
        ],
    )
    reason = record.as_reason()
    assert (reason.name.default, reason.name.translations) == ("Doctor", {"nl": "Dokter"})
    assert (reason.is_enabled, reason.is_reason_for_clocking) == (True, False)


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"friendlyName": {"default": "", "translations": {}}, "name": {"default": "N"}}, "N"),
        ({"friendlyName": {"translations": {"nl-NL": "Vriend"}}, "name": {"default": "N"}}, "Vriend"),
        ({"code": "C"}, "C"),
        ({}, "7"),
    ],
)
def test_a_reason_always_has_a_name(record: dict[str, object], name: str) -> None:
    assert AbsenceDefinitionRecord.model_validate({"id": 7, **record}).as_reason().name.default == name


async def test_the_simulated_definitions_are_read(api: ProtimeApi) -> None:
    reasons = [one.value async for page in api.absence_definitions().listed() for one in page.records]
    assert {one.code for one in reasons if one.is_enabled and one.is_reason_for_clocking} == {
        "DOC", "TRAIN", "HOME", "UNION", "SMOKE",
    }  # fmt: skip
    activities = [one.value async for page in api.activity_definitions().listed() for one in page.records]
    digging = next(one for one in activities if one.name.default == "Digging")
    assert (digging.level, digging.data_entry_code, digging.name.translations["nl"]) == (2, "110", "Graven")
    assert digging.parent_id == next(one.id for one in activities if one.data_entry_code == "100")
    assert any(one.active_until == date(2020, 12, 31) for one in activities)


@pytest.mark.parametrize(
    ("name", "of_first"), [("HRMID", "HR-1"), ("@employee-number", "E000001"), ("@badge-number", None)]
)
async def test_people_bring_the_reference_that_clockings_need(
    simulator: SimulatorThread, name: str, of_first: str | None
) -> None:
    async with ProtimeApi(protime_settings(simulator.url, name), DeliverySettings(), "demo-secret") as api:
        people = [one.value async for page in api.people().listed() for one in page.records]
    assert people[0].reference == of_first
    assert people[4].reference == (None if name != "@employee-number" else "E000005")


@given(st.text(st.characters(), max_size=30) | st.sampled_from(["E\ud800", "", "a\x1b", "x" * 201]))
def test_a_reference_is_the_text_that_protime_has_or_none(value: str) -> None:
    found = value_of({"HRMID": value}, "HRMID")
    assert found in (None, value)
    assert (found is None) == (value == "" or clean_text(value) != value)


@pytest.mark.parametrize(("value", "found"), [(7, "7"), (True, None), (None, None), ([], None), (1.5, None)])
def test_a_reference_of_another_form_is_none_but_for_a_whole_number(value: object, found: str | None) -> None:
    assert value_of({"HRMID": value}, "HRMID") == found


def test_a_reference_name_is_encoded() -> None:
    assert asked("people", "my name&x") == "externalReferences=(people,my%20name%26x)"


def test_a_badge_under_its_older_name_is_read_too() -> None:
    assert value_of({"@badge": "0013961168"}, BADGE_NUMBER) == "0013961168"
    assert value_of({"@badge": "1", "@badge-number": "2"}, BADGE_NUMBER) == "2"
    assert value_of({"@badge": "1"}, EMPLOYEE_NUMBER) is None
