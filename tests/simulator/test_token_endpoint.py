import pytest

from terminal_app.simulator.clock import Clock
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from terminal_app.simulator.token_register import TokenRegister
from tests.simulator.calls import PREFIX, TOKEN_PATH, Caller


def test_a_token_is_given_for_the_credentials(api: Caller) -> None:
    answer = api.ask_token(scope=f"{PREFIX}people.read {PREFIX}clockings.write")
    assert answer.status_code == 200
    body = answer.json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 1800
    assert body["scope"] == f"{PREFIX}people.read {PREFIX}clockings.write"
    assert body["access_token"].count(".") == 2
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_two_tokens_are_the_same(api: Caller) -> None:
    assert api.ask_token().json()["access_token"] != api.ask_token().json()["access_token"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "somebody"}, "invalid_client"),
        ({"client_id": None}, "invalid_client"),
        ({"client_secret": "wröng"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "connector-protimeapi-everything.write"}, "invalid_scope"),
    ],
)
def test_what_is_wrong_is_named_as_oauth_does(api: Caller, changes: dict[str, str | None], error: str) -> None:
    answer = api.ask_token(**changes)
    assert answer.status_code == 400
    assert answer.json()["error"] == error


def test_a_wrong_client_may_be_answered_with_401(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(invalid_client_status=401)
    answer = api.ask_token(client_secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b'{"grant_type":"client_credentials"}', "application/json"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "application/x-www-form-urlencoded"),
        (b"grant_type=\xff", "application/x-www-form-urlencoded"),
        (b"grant_type=%ff", "application/x-www-form-urlencoded"),
        (b"&a=1" * 50, "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_is_refused(api: Caller, content: bytes, content_type: str) -> None:
    answer = api.client.post(TOKEN_PATH, content=content, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_another_tenant_does_not_exist(api: Caller) -> None:
    assert api.client.post("/tenants/other/connect/token", data={}).status_code == 404
    assert api.client.get("/tenants/other/.well-known/openid-configuration").status_code == 404


def test_the_discovery_document_names_the_token_endpoint(simulator: SimulatorThread, api: Caller) -> None:
    document = api.client.get("/tenants/acme/.well-known/openid-configuration").json()
    assert document["token_endpoint"] == simulator.url + TOKEN_PATH
    assert f"{PREFIX}clockings.write" in document["scopes_supported"]


def test_the_life_of_a_token_can_be_set(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(token_lifetime_seconds=0)
    assert api.ask_token().json()["expires_in"] == 0
    api.log_in()
    assert api.get("/people").status_code == 401


def test_all_tokens_can_be_made_to_expire_at_once(simulator: SimulatorThread, api: Caller) -> None:
    assert api.get("/people").status_code == 200
    assert simulator.set_faults(expire_tokens=True).expire_tokens is False
    assert api.get("/people").status_code == 401
    api.log_in()
    assert api.get("/people").status_code == 200


def test_withheld_scopes_are_missing_from_the_token_and_from_its_answer(
    simulator: SimulatorThread, api: Caller
) -> None:
    simulator.set_faults(withheld_scopes=[f"{PREFIX}people.read"])
    assert f"{PREFIX}people.read" not in api.ask_token().json()["scope"].split()
    api.log_in()
    assert api.get("/people").status_code == 403
    assert api.get("/absence-definitions").status_code == 200


def test_many_short_lived_tokens_do_not_push_out_a_valid_one() -> None:
    register, settings = TokenRegister(Clock()), Settings()
    valid = register.issue(frozenset({"a"}), 1800, settings)
    expired = [register.issue(frozenset(), 0, settings) for _ in range(10_005)]
    assert register.scopes(valid) == frozenset({"a"})
    assert not any(register.scopes(token) for token in expired)
