"""Each switch for what the reference leaves open (its section 13), and the control API's tenant calls and page."""

from datetime import date
from urllib.parse import quote

import httpx
import pytest

from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from tests.simulator.calls import BASE, IN_OUT, STRUCTURE, Caller, reasons_of


@pytest.mark.parametrize("seed", range(3))
def test_random_empty_pages_lose_nothing_and_can_be_repeated(
    simulator: SimulatorThread, api: Caller, seed: int
) -> None:
    simulator.set_faults(empty_page_probability=1.0, empty_page_after=None, seed=seed)
    assert [len(page) for page in api.all_pages("/people")] == [0, 4, 0, 4, 0, 2]
    simulator.set_faults(empty_page_probability=0.5)
    first = [len(page) for page in api.all_pages("/people")]
    assert first == [len(page) for page in api.all_pages("/people")]
    assert [one["id"] for one in api.all("/people")] == list(range(1, 11))


def test_older_names(simulator: SimulatorThread, admin: Caller) -> None:
    assert admin.get("/people/1", externalReferences="(persons,@badge)").status_code == 400
    simulator.set_faults(names="older")
    person = admin.get("/people/0013961168", externalReferences="(persons,@badge)").json()
    assert (person["countryIsoCode"], person["nationalityIsoCode"]) == ("BE", "BE")
    assert person["externalReferences"] == {"@badge": "0013961168"}
    assert "historicalFieldCategory" in admin.get("/people/1/job-history").json()["value"][0]
    usages = f"/activity-structure-versions/{STRUCTURE}/levels/2/activity-definitions/110/usages"
    asked = "(activity-definitions,@data-entry-code)"
    assert "activityDefinition" in admin.get(usages, externalReferences=asked).json()


def test_older_names_of_access_clockings() -> None:
    settings = Settings(history_days=60)
    with (
        SimulatorThread(people=50, settings=settings, today=lambda: date(2026, 6, 1)) as simulator,
        Caller(simulator.url) as api,
    ):
        api.log_in("access-clockings.read")
        found = {}
        for names in ("newer", "older"):
            simulator.set_faults(names=names)
            records = api.all("/access-clockings", filter="date ge '2026-04-01'")
            found[names] = {one["status"] for one in records if "person" not in one}
    assert found == {"newer": {"UnknownBadgeNumber"}, "older": {"UnknownBadge"}}


def test_custom_references_are_managed_as_assumed(admin: Caller) -> None:
    path = "/external-references/people/2"
    assert admin.get(path).json() == {"HRMID": "HR-2"}
    assert admin.send("PUT", f"{path}/SAP", {"value": "S 2"}).status_code == 204
    assert admin.get("/people/S 2", externalReferences="(people,SAP)").json()["id"] == 2
    assert admin.create(person={"externalReferences": {"SAP": "S 2"}})
    assert reasons_of(admin.send("PUT", "/external-references/people/3/SAP", {"value": "S 2"}))
    assert admin.send("PUT", f"{path}/HRMID", {"value": "HR-2000"}).status_code == 204
    assert admin.get("/people/HR-2", externalReferences="(people,HRMID)").status_code == 404
    assert admin.send("DELETE", f"{path}/HRMID").status_code == 204
    assert admin.get(path).json() == {"SAP": "S 2"}
    assert admin.send("PUT", f"{path}/@badge-number", {"value": "1"}).status_code == 400
    assert admin.send("PUT", f"{path}/SAP", {"value": 1}).status_code == 400
    assert admin.get("/external-references/people/11").status_code == 404
    assert admin.get("/external-references/nothing/1").status_code == 404


@pytest.mark.parametrize("value", ["L/7", "50%2F", "/", "a b+c&d"])
def test_an_encoded_slash_is_part_of_the_reference(simulator: SimulatorThread, admin: Caller, value: str) -> None:
    people = simulator.state.people
    assert admin.send("PUT", "/external-references/people/4/SAP", {"value": value}).status_code == 204
    for end in ("", "/job-history"):
        answer = admin.get(f"/people/{quote(value, safe='')}{end}", externalReferences="(people,SAP)")
        assert answer.status_code == 200, answer.text
    before = people.record(3)["badgeNumber"]
    people.change({"id": 3, "badgeNumber": value})
    simulator.add_rule(effect="status", person=3, status=429)
    answer = admin.get(f"/people/{quote(value, safe='')}", externalReferences="(people,@badge-number)")
    people.change({"id": 3, "badgeNumber": before})
    assert answer.status_code == 429


def test_an_activity_definition_made_by_a_reference_with_a_slash_has_its_address(admin: Caller) -> None:
    path = f"/activity-structure-versions/{STRUCTURE}/levels/1/activity-definitions"
    asked = "externalReferences=(activity-definitions,@data-entry-code)"
    answer = admin.send("PUT", f"{path}/L%2F7?{asked}", {"name": {"default": "Up"}})
    assert answer.status_code == 201, answer.text
    found = admin.get(answer.headers["Location"].removeprefix(BASE))
    assert (found.status_code, found.json()["dataEntryCode"]) == (200, "L/7")


def test_the_clock_goes_forward_only_and_takes_tokens_along(simulator: SimulatorThread, api: Caller) -> None:
    answer = api.client.post("/_control/clock", json={"forward_seconds": 86400 * 2})
    assert answer.json()["today"] == "2026-06-03"
    assert api.get("/people/1").status_code == 401
    for wrong in (-1, True, "x", 1e12):
        assert api.client.post("/_control/clock", json={"forward_seconds": wrong}).status_code == 400


def test_records_can_be_put_and_taken_away(simulator: SimulatorThread, admin: Caller) -> None:
    event = {"person": {"id": 2}, "date": "2026-05-05", "timeOfDayInMinutes": 480, "status": "AccessOk"}
    assert admin.client.put("/_control/records/access-clockings/77", json=event).status_code == 204
    (found,) = admin.all("/access-clockings", filter="date eq '2026-05-05' and person eq 2")
    assert {**found, **event, "id": 77} == found
    assert admin.client.delete("/_control/records/access-clockings/77").status_code == 204
    assert admin.get("/access-clockings/77").status_code == 404
    assert admin.client.delete("/_control/records/access-clockings/77").status_code == 404
    assert admin.client.put("/_control/records/nothing/1", json={}).status_code == 404
    simulator.put("departments", 1, None)
    assert [one["id"] for one in admin.all("/departments")] == [2, 3, 4, 5, 6]
    simulator.put("departments", 1, {"name": {"default": "Back"}})
    assert admin.get("/departments/1").json()["name"] == {"default": "Back"}


@pytest.mark.parametrize("person", [{"id": 999}, {"id": "x"}, {}, 3, [{"id": 999}]])
def test_a_record_that_points_at_nobody_is_shown_as_it_was_put(
    simulator: SimulatorThread, admin: Caller, person: object
) -> None:
    simulator.put("access-clockings", 78, {"date": "2026-05-06", "person": person, "timeOfDayInMinutes": 480})
    asked = {"filter": "date eq '2026-05-06'", "externalReferences": "(people,@badge-number)"}
    assert [one["person"] for one in admin.all("/access-clockings", **asked)] == [person]
    simulator.put("access-clockings", 78, None)


@pytest.mark.parametrize(
    "levels",
    [
        [3, None, "x", [], {}],
        [{"level": 1, "activityDefinition": None}],
        [{"level": 1, "activityDefinition": {}}],
        [{"level": 1, "activityDefinition": {"id": ["x"]}}],
        [{"level": 1, "activityDefinition": {"id": {}}}],
        "x",
    ],
)
def test_levels_that_name_no_definition_are_shown_as_they_were_put(
    simulator: SimulatorThread, admin: Caller, levels: object
) -> None:
    record = {"date": "2026-05-07", "person": {"id": 2}, "durationInMinutes": 60, "activityLevels": levels}
    simulator.put("activity-durations", 79, record)
    asked = {"filter": "date eq '2026-05-07'", "externalReferences": "(activity-definitions,@data-entry-code)"}
    assert [one["activityLevels"] for one in admin.all("/activity-durations", **asked)] == [levels]
    simulator.put("activity-durations", 79, None)


MAY_NOT = "The person may not use the activity definition of level 1 on this date."


@pytest.mark.parametrize(
    ("person", "codes", "reasons"),
    [
        (4, ["300"], []),  # the person
        (1, ["300"], []),  # the group
        (3, ["300"], [MAY_NOT]),
        (1, ["200"], []),  # the circle
        (2, ["200"], [MAY_NOT]),
        (2, ["100", "110", "N"], []),
        (2, ["100", "110"], []),
        (2, ["100", "110", "T1"], ["The activity definition of level 3 does not go with the one of level 1."]),
        (2, ["900"], []),
    ],
)
def test_clockings_are_checked_against_usages_and_restrictions_if_wanted(
    simulator: SimulatorThread, admin: Caller, person: int, codes: list[str], reasons: list[str]
) -> None:
    first = 2 if codes == ["900"] else 1
    levels = [
        {"level": number, "activityDefinition": {"externalReferences": {"@data-entry-code": code}}}
        for number, code in enumerate(codes, start=first)
    ]
    clocking = {**IN_OUT, "person": {"id": person}, "kind": "Activity", "activityLevels": levels}
    assert admin.post(clocking).status_code == 201
    simulator.set_faults(check_usages=True)
    answer = admin.post(clocking)
    if reasons:
        assert reasons_of(answer) == reasons
    else:
        assert answer.status_code == 201, answer.text


def test_a_usage_counts_on_its_days_only(simulator: SimulatorThread, admin: Caller) -> None:
    simulator.set_faults(check_usages=True)
    path = f"/activity-structure-versions/{STRUCTURE}/levels/1/activity-definitions/300/usages"
    usage = {"activityUsageKind": "Person", "usageReference": {"id": 9}, "from": "2026-01-10", "until": "2026-01-15"}
    query = "?externalReferences=(activity-definitions,@data-entry-code)"
    assert admin.send("POST", path + query, usage).status_code == 200
    office = {"level": 1, "activityDefinition": {"externalReferences": {"@data-entry-code": "300"}}}
    sent = {**IN_OUT, "person": {"id": 9}, "kind": "Activity", "activityLevels": [office]}
    days = ("2026-01-09", "2026-01-10", "2026-01-15", "2026-01-16")
    statuses = [admin.post({**sent, "date": day}).status_code for day in days]
    assert admin.send("DELETE", path + query, usage).status_code == 204
    assert statuses == [400, 201, 201, 400]


def test_the_status_tells_what_is_there(api: Caller) -> None:
    api.create()
    status = api.client.get("/_control/status").json()
    assert (status["people"], status["clockings"], status["crashes"]) == (10, 1, 0)
    assert [one["id"] for one in api.client.get("/_control/people?first=9").json()] == [9, 10]
    assert len(api.client.get("/_control/clockings?last=0").json()) == 0


def test_refusing_connections_needs_a_time(api: Caller) -> None:
    for seconds in (0, -1, 3601, True, "x"):
        assert api.client.post("/_control/refuse-connections", json={"seconds": seconds}).status_code == 400


def test_the_page_shows_text_as_text_and_loads_nothing(api: Caller) -> None:
    answer = httpx.get(str(api.client.base_url), trust_env=False)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for danger in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "src=",
        "http://",
        "https://",
    ):
        assert danger not in answer.text, danger


def test_the_page_answers_while_the_server_is_down(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(down=True)
    assert api.client.get("/").status_code == 200


@pytest.mark.parametrize(("origin", "status"), [("http://evil.example", 403), ("null", 403), (None, 200)])
def test_pages_of_others_cannot_call_the_control_api(api: Caller, origin: str | None, status: int) -> None:
    headers = {"Origin": origin or str(api.client.base_url).rstrip("/")}
    assert api.client.get("/_control/status", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [("evil.example", 403), ("evil.example:80", 403), ("", 403), ("localhost:8080", 200), ("[::1]:8080", 200)],
)
def test_a_name_that_was_made_to_lead_here_cannot_call_the_control_api(api: Caller, host: str, status: int) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert api.client.get("/_control/status", headers=headers).status_code == status
    assert api.client.get("/_control/status", headers={"Host": host}).status_code == status


def test_deltas_and_history_have_their_limits() -> None:
    with pytest.raises(ValueError, match="history_days"):
        Settings(history_days=801)
    with pytest.raises(ValueError, match="at most 131071 people"), SimulatorThread(people=200_000):
        pass


def test_a_filter_on_a_circle_is_not_for_other_fields(admin: Caller) -> None:
    assert reasons_of(admin.get("/counters", filter="date ge '2026-01-01' and status in circle(1)"))
