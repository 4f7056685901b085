import pytest

from terminal_app.simulator.activity_records import activity_key
from terminal_app.simulator.server import SimulatorThread
from tests.simulator.calls import JANUARY, Caller, reasons_of
from tests.simulator.test_clocking_bodies import ACTIVITY, REASON

ALL_REFERENCES = "(people,@badge-number)(terminals,@external-code)(activity-definitions,@data-entry-code)(absence-definitions,@absence-code)"


def ids(api: Caller, text: str) -> list[object]:
    return [record["id"] for record in api.all("/clockings", filter=text)]


def test_a_clocking_is_read_back_by_its_id(api: Caller) -> None:
    key = api.create(terminal={"id": 1}, geolocation={"longitude": 4.5, "latitude": 51.25})
    record = api.get(f"/clockings/{key}").json()
    version = record.pop("changeVersion")
    assert len(version) == 20
    assert record == {
        "id": key,
        "person": {"id": 1},
        "date": "2026-01-15",
        "timeOfDayInMinutes": 510,
        "calculatedTimeOfDayInMinutes": 510,
        "isGenerated": False,
        "terminal": {"id": 1},
        "geolocation": {"longitude": 4.5, "latitude": 51.25},
        "kind": "InOut",
        "status": "Active",
    }


def test_all_references_come_along_when_asked_for(api: Caller) -> None:
    first = api.create(terminal={"id": 2}, **REASON)
    second = api.create(**ACTIVITY)
    reason = api.get(f"/clockings/{first}", externalReferences=ALL_REFERENCES).json()
    assert reason["person"] == {"id": 1, "externalReferences": {"@badge-number": "0013961168"}}
    assert reason["terminal"] == {"id": 2, "externalReferences": {"@external-code": "GATE-2"}}
    assert reason["reason"] == {"id": 1, "externalReferences": {"@absence-code": "DOC"}}
    activity = api.all("/clockings", filter=JANUARY, externalReferences=ALL_REFERENCES)[1]
    assert activity["id"] == second
    office = {"id": activity_key("Office"), "externalReferences": {"@data-entry-code": "300"}}
    assert activity["activityLevels"] == [{"level": 1, "activityDefinition": office}]


def test_an_id_that_is_no_number_is_refused(api: Caller) -> None:
    assert api.get("/clockings/abc").status_code == 400


def test_change_versions_rise(simulator: SimulatorThread, api: Caller) -> None:
    keys = [api.create() for _ in range(3)]
    api.client.post(f"/_control/clockings/{keys[0]}", json={"status": "Deleted"})
    versions = {record["id"]: str(record["changeVersion"]) for record in api.all("/clockings", filter=JANUARY)}
    assert versions[keys[1]] < versions[keys[2]] < versions[keys[0]]


@pytest.fixture
def week(api: Caller) -> dict[str, int]:
    """Clockings of three people on three days, by a name of their own."""
    return {
        "anna monday": api.create(person={"id": 1}, date="2026-01-12"),
        "anna tuesday": api.create(person={"id": 1}, date="2026-01-13", **REASON),
        "luc tuesday": api.create(person={"id": 2}, date="2026-01-13"),
        "jürgen friday": api.create(person={"id": 3}, date="2026-01-16", kind="ActivityEnd"),
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (JANUARY, ["anna monday", "anna tuesday", "luc tuesday", "jürgen friday"]),
        ("date ge '2026-01-13'", ["anna tuesday", "luc tuesday", "jürgen friday"]),
        ("date eq '2026-01-13'", ["anna tuesday", "luc tuesday"]),
        ("date ge '2026-01-12' and date le '2026-01-12'", ["anna monday"]),
        ("date ge '2026-01-31' and date le '2026-01-01'", []),
        (f"{JANUARY} and person in (1,3)", ["anna monday", "anna tuesday", "jürgen friday"]),
        (f"person eq 2 and ({JANUARY})", ["luc tuesday"]),
        (f"{JANUARY} and person in (99)", []),
        (f"{JANUARY} and person in (1,2) and person in (2,3)", ["luc tuesday"]),
        (f"{JANUARY} and (person eq 1 or person eq 3)", ["anna monday", "anna tuesday", "jürgen friday"]),
        (f"{JANUARY} and kind eq 'Reason'", ["anna tuesday"]),
        (f"{JANUARY} and kind in ('Reason','ActivityEnd')", ["anna tuesday", "jürgen friday"]),
        (f"{JANUARY} and (kind eq 'Reason' or person in (3))", ["anna tuesday", "jürgen friday"]),
    ],
)
def test_a_filter_finds_what_it_means(api: Caller, week: dict[str, int], text: str, found: list[str]) -> None:
    assert ids(api, text) == [week[name] for name in found]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "person in (1)",
        "date le '2026-01-31'",
        "kind eq 'InOut'",
        f"{JANUARY} and status eq 'Active'",
        f"{JANUARY} or person eq 1",
        f"{JANUARY} and kind eq 'Unknown'",
        f"{JANUARY} and person eq '1'",
        f"{JANUARY} and name eq 'x'",
        "date ge '2025-01-01' and date le '2026-01-02'",
        "date ge '2025-05-31'",
        "date ge 'yesterday'",
        "nonsense",
    ],
)
def test_a_filter_that_is_not_allowed_is_400_with_a_reason(api: Caller, text: str | None) -> None:
    query = {} if text is None else {"filter": text}
    assert reasons_of(api.get("/clockings", **query))


@pytest.mark.parametrize(
    "text",
    [
        "date ge '2025-01-01' and date le '2026-01-01'",
        "date ge '2024-02-29' and date le '2025-03-01'",
        "date ge '9999-12-31'",
        "date ge '2025-06-01'",
    ],
)
def test_a_year_is_allowed(api: Caller, text: str) -> None:
    assert api.get("/clockings", filter=text).status_code == 200


def test_a_deleted_clocking_stays_in_the_list(simulator: SimulatorThread, api: Caller) -> None:
    key = api.create()
    api.client.post(f"/_control/clockings/{key}", json={"status": "Deleted"})
    assert api.all("/clockings", filter=JANUARY)[0]["status"] == "Deleted"
    assert simulator.received()[0]["status"] == "Deleted"


def test_an_edited_clocking_shows_its_first_time(simulator: SimulatorThread, api: Caller) -> None:
    key = api.create()
    for minutes in (515, 520):
        api.client.post(f"/_control/clockings/{key}", json={"timeOfDayInMinutes": minutes})
    record = api.get(f"/clockings/{key}").json()
    assert (record["timeOfDayInMinutes"], record["originalTimeOfDayInMinutes"]) == (520, 510)
    assert simulator.received()[0]["timeOfDayInMinutes"] == 510, "what was sent does not change"


def test_a_clocking_moved_to_another_day_is_found_there(api: Caller) -> None:
    first, second = api.create(), api.create(date="2026-01-20")
    answer = api.client.post(f"/_control/clockings/{first}", json={"date": "2026-01-20"})
    assert answer.status_code == 200
    assert ids(api, "date eq '2026-01-20'") == [first, second]
    assert ids(api, "date eq '2026-01-15'") == []
    assert ids(api, "date eq '2026-01-20' and person in (1)") == [first, second]


def test_a_night_clocking_may_come_back_on_the_day_before(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(night_ends_at_minutes=360)
    night = api.create(timeOfDayInMinutes=359)
    morning = api.create(timeOfDayInMinutes=360)
    moved = api.get(f"/clockings/{night}").json()
    assert (moved["date"], moved["timeOfDayInMinutes"]) == ("2026-01-14", 1799)
    assert "originalTimeOfDayInMinutes" not in moved
    assert ids(api, "date eq '2026-01-15'") == [morning]
    assert simulator.received()[0]["date"] == "2026-01-15"
