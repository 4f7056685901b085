import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.simulator.people_records import People, PersonError
from terminal_app.simulator.records import EVERYTHING
from terminal_app.simulator.versions import Changes
from tests.simulator.calls import Caller

PERSONAL = {
    "hourlyRateCurrencyDefinition", "advanceCurrencyDefinition", "telephone", "mobile", "email", "address", "postalCode",
    "town", "countryISOCode", "nationalityISOCode", "sex", "maritalStatus", "birthDate", "placeOfBirth", "drivingLicense",
    "registerNumber", "passportNumber", "socialSecurityNumber", "bankAccount", "wtdStartDate", "payGroup", "hourlyRate",
    "maxAdvance", "initials", "periodClosingDate",
}  # fmt: skip


def hundred_thousand() -> People:
    return People(100_000, 0, Changes())


def test_the_list_has_everybody_once(api: Caller) -> None:
    people = api.all("/people")
    assert [person["id"] for person in people] == list(range(1, 11))
    assert len({person["badgeNumber"] for person in people}) == 10


def test_the_demonstration_people_are_always_the_same(api: Caller) -> None:
    found = [
        (person["badgeNumber"], person["firstName"], person["lastName"], person["terminalLanguageISOCode"])
        for person in api.all("/people")[:6]
    ]
    assert found == [
        (f"{0x00D507D0:010d}", "Anna", "Peeters", "nl"),
        (f"{0x026F6C3A:010d}", "Luc", "Dubois", "fr"),
        ("0000000001", "Jürgen", "Schäfer", "de"),
        ("0000000002", "Mary", "O'Hara", "en"),
        ("0000000003", 'Zoë "[red]X[/]"', "Van den Broeck-Łukasiewicz", "nl"),
        ("0000000009", "Jef", "Vertrokken", "nl"),
    ]


def test_a_record_is_full_of_personal_data(api: Caller) -> None:
    for person in api.all("/people"):
        assert set(person) >= PERSONAL


@pytest.mark.parametrize(
    ("reference", "query"),
    [
        ("7", {}),
        ("0000100007", {"externalReferences": "(people,@badge-number)"}),
        ("E000007", {"externalReferences": "(people,@employee-number)"}),
        ("HR-7", {"externalReferences": "(people,HRMID)"}),
    ],
)
def test_a_person_is_found_by_id_and_by_every_reference(api: Caller, reference: str, query: dict[str, str]) -> None:
    person = api.get(f"/people/{reference}", **query).json()
    assert person["id"] == 7


def test_the_external_reference_that_was_asked_for_comes_along(api: Caller) -> None:
    asked = "(people,@badge-number)(people,HRMID)"
    people = api.all("/people", externalReferences=asked)
    assert people[0]["externalReferences"] == {"@badge-number": "0013961168", "HRMID": "HR-1"}
    assert people[4]["externalReferences"] == {"@badge-number": "0000000003"}, "one who has no HRMID"


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/people/0013961168", "", 404),
        ("/people/E000007", "", 400),
        ("/people/x", "(people,@badge-number)", 404),
        ("/people/0000100099", "(people,@badge-number)", 404),
        ("/people/0000100001", "(people,@badge-number)", 404),
        ("/people/13961168", "(people,@badge-number)", 404),
        ("/people/1", "(persons,@badge)", 400),
        ("/people/1", "(people,@badge)", 400),
        ("/people/1", "(people,NoSuchName)", 400),
        ("/people/1", "(terminals,@external-code)", 400),
        ("/people/1", "people,@badge-number", 400),
        ("/people/1", "(people,@badge-number", 400),
        ("/people/1", "(people,@badge-number)(people,HRMID)", 400),
    ],
)
def test_wrong_references_are_refused(api: Caller, path: str, asked: str, status: int) -> None:
    answer = api.get(path, **({"externalReferences": asked} if asked else {}))
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("text", ["person in (1)", "badgeNumber eq '1'", "("])
def test_no_filter_is_known_for_people(api: Caller, text: str) -> None:
    assert api.get("/people", filter=text).status_code == 400


@given(st.integers(1, 100_000))
def test_every_reference_leads_back_to_its_person(key: int) -> None:
    people = hundred_thousand()
    for name, value in people.references(key).items():
        assert people.find(name, value) == key


@given(st.sampled_from(sorted(People.reference_names)), st.text(max_size=12) | st.from_regex(r"(E|HR-)?\d{0,12}"))
def test_no_text_finds_a_person_who_does_not_have_it(name: str, value: str) -> None:
    people = hundred_thousand()
    key = people.find(name, value)
    assert key is None or people.references(key)[name] == value


def test_a_record_is_json_and_its_version_text_of_twenty_hex_digits() -> None:
    people = hundred_thousand()
    for key in (1, 6, 7, 100_000):
        record = json.loads(json.dumps(people.record(key)))
        assert len(record["changeVersion"]) == 20
        assert record["changeVersion"] == record["changeVersion"].upper()
    assert cast("str", people.record(1)["changeVersion"]) < cast("str", people.record(100_000)["changeVersion"])


def test_there_is_nobody_beyond_the_last() -> None:
    people = hundred_thousand()
    assert 100_001 not in people
    assert "1" not in people
    with pytest.raises(KeyError):
        people.record(100_001)


def test_the_six_fixed_people_are_always_there() -> None:
    assert list(People(1, 0, Changes()).after(-1, EVERYTHING)) == [1, 2, 3, 4, 5, 6]


def test_a_changed_badge_moves() -> None:
    people = hundred_thousand()
    before = cast("str", people.record(7)["changeVersion"])
    people.change({"id": 7, "badgeNumber": "77"})
    assert people.find("@badge-number", "77") == 7
    assert people.find("@badge-number", "0000100007") is None
    assert cast("str", people.record(7)["changeVersion"]) > before
    people.change({"id": 8, "badgeNumber": "0000100007"})
    assert people.find("@badge-number", "0000100007") == 8


def test_a_new_person_gets_the_next_id_and_null_takes_a_field_away() -> None:
    people = hundred_thousand()
    key = people.change(
        {"badgeNumber": "NEW", "firstName": "New", "pinCode": None, "externalReferences": {"HRMID": "X9"}}
    )
    assert key == 100_001
    assert people.find("HRMID", "X9") == key
    assert "pinCode" not in people.record(key)
    people.change({"id": key, "lastName": "Er"})
    assert "pinCode" not in people.record(key)
    assert people.record(key)["firstName"] == "New"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": 100_002},
        {"id": 0},
        {"id": "1"},
        {"id": True},
        {"badge": "1"},
        {"id": 7, "badgeNumber": "0013961168"},
        {"employeeNumber": "E000002"},
        {"externalReferences": {"@badge-number": "1"}},
        {"externalReferences": "HRMID"},
    ],
)
def test_a_change_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    people = hundred_thousand()
    with pytest.raises(PersonError):
        people.change(changes)
    assert people.count() == 100_000


def test_who_was_deleted_is_nobody_and_the_id_is_not_given_again() -> None:
    people = hundred_thousand()
    people.remove(7)
    people.remove(100_000)
    assert 7 not in people
    assert 7 not in list(people.after(0, EVERYTHING))[:10]
    assert people.find("@badge-number", "0000100007") is None
    assert people.count() == 99_998
    assert people.change({"badgeNumber": "0000100007"}) == 100_001, "the badge is free for the next one"
    with pytest.raises(KeyError):
        people.record(7)
    with pytest.raises(KeyError):
        people.remove(7)
    with pytest.raises(PersonError):
        people.change({"id": 7, "firstName": "Back"})
