import httpx
import pytest

from terminal_app.simulator.server import SimulatorThread
from tests.simulator.calls import BASE, IN_OUT, JANUARY, Caller

EVERY_GET = (
    "/people",
    "/people/1",
    "/absence-definitions",
    "/absence-definitions/1",
    "/clockings",
    "/clockings/1001",
    "/activity-structure-versions/8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01/levels/1/activity-definitions",
    "/activity-structure-versions/8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01/levels/1/activity-definitions/x",
)


def code_of(answer: httpx.Response) -> str:
    error = answer.json()["error"]
    assert error["message"]
    assert "reasons" not in error
    return str(error["code"])


@pytest.mark.parametrize("agent", ["", "ClockTerminal", "ClockTerminal/1.0", "Clock Terminal/1.0 (Acme)", "T/1 ()"])
@pytest.mark.parametrize("path", EVERY_GET)
def test_every_call_needs_a_user_agent_of_the_right_form(api: Caller, path: str, agent: str) -> None:
    answer = api.get(path, {"User-Agent": agent})
    assert (answer.status_code, code_of(answer)) == (400, "BadRequest")


def test_a_post_needs_a_user_agent_too(api: Caller) -> None:
    assert code_of(api.post(IN_OUT, headers={"User-Agent": "python-httpx/0.28"})) == "BadRequest"


def test_a_company_may_have_any_name(api: Caller) -> None:
    assert api.get("/people", {"User-Agent": "Clock-Terminal/v1.2 (Acme & Sons NV)"}).status_code == 200


@pytest.mark.parametrize("path", EVERY_GET)
@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic YTpi", "Bearer"])
def test_every_call_needs_a_valid_token(api: Caller, path: str, authorization: str) -> None:
    answer = api.get(path, {"Authorization": authorization})
    assert (answer.status_code, code_of(answer)) == (401, "Unauthorized")


@pytest.mark.parametrize("status", [403, 401])
def test_a_missing_scope_is_403_or_by_switch_401(simulator: SimulatorThread, api: Caller, status: int) -> None:
    simulator.set_faults(missing_scope_status=status)
    api.log_in("clockings.read")
    assert api.get("/people").status_code == status
    assert api.post(IN_OUT).status_code == status
    assert api.get("/clockings", filter=JANUARY).status_code == 200
    assert simulator.received() == []


def test_reading_clockings_does_not_come_with_writing_them(api: Caller) -> None:
    api.log_in("clockings.write")
    answer = api.get("/clockings", filter=JANUARY)
    assert (answer.status_code, code_of(answer)) == (403, "Forbidden")


@pytest.mark.parametrize(
    ("accept", "status"), [("text/html", 406), ("*/*", 200), ("text/html, application/json;q=1", 200)]
)
def test_only_json_is_given(api: Caller, accept: str, status: int) -> None:
    assert api.get("/people", {"Accept": accept}).status_code == status


@pytest.mark.parametrize(("content_type", "status"), [("text/plain", 415), ("application/json; charset=utf-8", 201)])
def test_only_json_is_taken(api: Caller, content_type: str, status: int) -> None:
    assert api.post(IN_OUT, headers={"Content-Type": content_type}).status_code == status


@pytest.mark.parametrize(("length", "status", "code"), [(4096, 409, "Conflict"), (4097, 414, "UriTooLong")])
def test_a_uri_has_at_most_4096_characters(
    simulator: SimulatorThread, api: Caller, length: int, status: int, code: str
) -> None:
    url = f"{simulator.url}{BASE}/people?continuationToken="
    answer = api.client.get(url.ljust(length, "A"), headers={"Authorization": f"Bearer {api.token}"})
    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize("path", ["/people/11", "/people/0", "/absence-definitions/99", "/clockings/1", "/nothing"])
def test_what_does_not_exist_is_404(api: Caller, path: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, code_of(answer)) == (404, "NotFound")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_clockings_cannot_be_changed_by_the_api(api: Caller, method: str) -> None:
    key = api.create()
    answer = api.client.request(method, f"{BASE}/clockings/{key}", headers={"Authorization": f"Bearer {api.token}"})
    assert (answer.status_code, code_of(answer)) == (405, "MethodNotAllowed")


@pytest.mark.parametrize(
    "query", ["top=5", "filter=&filter=", "select=id", "a=%ff", "externalReference=(people,@badge-number)"]
)
def test_a_parameter_the_api_does_not_have_is_refused(api: Caller, query: str) -> None:
    answer = api.client.get(f"{BASE}/people?{query}", headers={"Authorization": f"Bearer {api.token}"})
    assert answer.status_code == 400
