import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.simulator.faults import FaultError, Faults, FaultSwitches, PostFault, as_json, with_changes
from terminal_app.simulator.server import SimulatorThread
from tests.simulator.calls import BASE, IN_OUT, JANUARY, Caller, reasons_of


def wait_until(reached: Callable[[], bool]) -> None:
    """Waits for what happens in the server by itself; fails after ten seconds."""
    deadline = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("switch", ["cut_before_storing", "cut_after_storing"])
def test_a_cut_answers_nothing_for_the_next_n_posts(simulator: SimulatorThread, api: Caller, switch: str) -> None:
    simulator.set_faults(**{switch: 2})
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            api.post(IN_OUT)
    assert len(simulator.received()) == (2 if switch == "cut_after_storing" else 0)
    assert api.post(IN_OUT).status_code == 201


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("switch", ["fail_before_storing", "fail_after_storing"])
def test_a_failure_answers_the_status_for_the_next_n_posts(
    simulator: SimulatorThread, api: Caller, switch: str, status: int
) -> None:
    simulator.set_faults(**{switch: 1, "fail_status": status})
    assert api.post(IN_OUT).status_code == status
    assert len(simulator.received()) == (1 if switch == "fail_after_storing" else 0)
    assert api.post(IN_OUT).status_code == 201


def test_a_body_that_is_refused_is_refused_even_before_a_cut_after_storing(
    simulator: SimulatorThread, api: Caller
) -> None:
    simulator.set_faults(cut_after_storing=1)
    assert api.post({}).status_code == 400
    assert simulator.received() == []


def test_late_storing_cuts_at_once_and_has_not_stored_yet(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(late_storing_seconds=3600)
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(IN_OUT)
    assert simulator.received() == []
    assert api.post({}).status_code == 400, "what is not valid is told at once"


def test_late_storing_stores_in_the_end(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(late_storing_seconds=0.05)
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(IN_OUT)
    wait_until(lambda: len(simulator.received()) == 1)
    assert api.get(f"/clockings/{simulator.received()[0]['id']}").status_code == 200


def test_late_storing_can_be_limited_to_the_next_n(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(late_storing_seconds=0.05, late_storing=1)
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(IN_OUT)
    assert api.post(IN_OUT).status_code == 201
    wait_until(lambda: len(simulator.received()) == 2)


def test_a_late_duplicate_is_dropped_when_duplicates_are_refused(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(duplicate_policy="refuse")
    api.create()
    simulator.set_faults(late_storing_seconds=0.05)
    for minutes in (510, 511):
        with pytest.raises(httpx.RemoteProtocolError):
            api.post({**IN_OUT, "timeOfDayInMinutes": minutes})
    wait_until(lambda: len(simulator.received()) == 2)
    assert [record["timeOfDayInMinutes"] for record in simulator.received()] == [510, 511]


def test_a_stored_clocking_cannot_be_read_yet(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(read_lag_seconds=3600)
    key = api.create()
    assert api.get(f"/clockings/{key}").status_code == 404
    assert api.all("/clockings", filter=JANUARY) == []
    assert len(simulator.received()) == 1


def test_a_stored_clocking_can_be_read_in_the_end(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(read_lag_seconds=0.05)
    key = api.create()
    wait_until(lambda: api.get(f"/clockings/{key}").status_code == 200)
    assert len(api.all("/clockings", filter=JANUARY)) == 1


def test_a_clocking_that_cannot_be_read_yet_stands_in_its_answer(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(read_lag_seconds=3600, created_answer="body")
    answer = api.post(IN_OUT)
    assert (answer.status_code, answer.json()["timeOfDayInMinutes"]) == (201, 510)


def test_the_address_of_an_accepted_clocking_tells_where_it_is(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(created_answer="accepted", read_lag_seconds=0.2)
    answer = api.post(IN_OUT)
    assert answer.status_code == 202
    monitor = answer.headers["Operation-Location"].removeprefix(BASE)
    wait_until(lambda: api.get(monitor).status_code == 200)
    answer = api.get(monitor)
    assert api.get(answer.headers["Location"].removeprefix(BASE)).json()["id"] == answer.json()["id"]
    simulator.set_faults(read_lag_seconds=3600)
    monitor = api.post(IN_OUT).headers["Operation-Location"].removeprefix(BASE)
    waiting = api.get(monitor)
    assert (waiting.status_code, waiting.headers["Operation-Location"]) == (202, BASE + monitor)
    for unknown in ("1", "9" * 30, "x"):
        assert api.get(f"/status-monitor/clockings/{unknown}").status_code == 404


def test_a_slow_server_does_it_after_the_client_has_given_up(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(slow_seconds=1, target="writes")
    with Caller(simulator.url, timeout=0.1) as impatient:
        impatient.token = api.token
        with pytest.raises(httpx.ReadTimeout):
            impatient.post(IN_OUT)
    wait_until(lambda: len(simulator.received()) == 1)


def test_a_slow_answer_comes_long_after_the_storing(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(slow_answer_seconds=1, target="writes")
    with Caller(simulator.url, timeout=0.1) as impatient:
        impatient.token = api.token
        with pytest.raises(httpx.ReadTimeout):
            impatient.post(IN_OUT)
    assert len(simulator.received()) == 1
    simulator.set_faults(slow_answer_seconds=0.01)
    assert api.post(IN_OUT).status_code == 201


def test_refusal_before_anything_with_and_without_retry_after(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(refuse_with_status=503)
    answer = api.post(IN_OUT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "ServiceUnavailable")
    assert "Retry-After" not in answer.headers
    simulator.set_faults(refuse_retry_after_seconds=7)
    assert api.get("/people").headers["Retry-After"] == "7"
    assert api.ask_token().status_code == 503
    assert simulator.received() == []
    simulator.set_faults(refuse_with_status=None)
    assert api.get("/people").status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type", "beginning"),
    [
        ("html", "text/html; charset=utf-8", b"<html>"),
        ("empty", None, b""),
        ("broken-json", "application/json", b'{"value"'),
    ],
)
def test_a_refusal_may_come_from_a_gateway(
    simulator: SimulatorThread, api: Caller, body: str, content_type: str | None, beginning: bytes
) -> None:
    simulator.set_faults(refuse_with_status=502, refuse_body=body)
    answer = api.get("/people")
    assert answer.status_code == 502
    assert answer.headers.get("Content-Type") == content_type
    assert answer.content.startswith(beginning)


def test_the_rate_limit_is_for_the_next_n_requests(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(rate_limit=2, rate_limit_retry_after_seconds=5)
    answers = [api.get("/people") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "5"
    assert answers[0].json()["error"]["code"] == "TooManyRequests"


def test_retry_after_may_be_a_date_or_missing(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(rate_limit=1, rate_limit_retry_after_seconds=3600, retry_after_form="http-date")
    then = parsedate_to_datetime(api.get("/people").headers["Retry-After"])
    assert timedelta(minutes=59) < then - datetime.now(UTC) <= timedelta(minutes=60)
    simulator.set_faults(rate_limit=1, retry_after_form="missing")
    assert "Retry-After" not in api.get("/people").headers


@pytest.mark.parametrize("form", ["html", "broken-json", "empty"])
def test_garbage_comes_with_200(simulator: SimulatorThread, api: Caller, form: str) -> None:
    simulator.set_faults(garbage_body=form)
    answer = api.get("/people")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        answer.json()


@pytest.mark.parametrize(
    ("target", "touched"),
    [
        ("all", {"token", "read", "write"}),
        ("token", {"token"}),
        ("api", {"read", "write"}),
        ("reads", {"read"}),
        ("writes", {"write"}),
    ],
)
def test_a_switch_touches_only_its_target(
    simulator: SimulatorThread, api: Caller, target: str, touched: set[str]
) -> None:
    simulator.set_faults(refuse_with_status=503, target=target)
    statuses = {
        "token": api.ask_token().status_code,
        "read": api.get("/people").status_code,
        "write": api.post(IN_OUT).status_code,
    }
    assert {name for name, status in statuses.items() if status == 503} == touched


def test_equal_clockings_are_two_by_default(simulator: SimulatorThread, api: Caller) -> None:
    assert api.create() != api.create()
    assert len(simulator.received()) == 2


def test_equal_clockings_may_be_refused(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(duplicate_policy="refuse")
    api.create()
    assert "equal" in reasons_of(api.post(IN_OUT))[0]
    api.create(timeOfDayInMinutes=511)
    assert len(simulator.received()) == 2


def test_equal_clockings_may_be_answered_with_the_first(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(duplicate_policy="first")
    by_badge = {"person": {"externalReferences": {"@badge-number": "0013961168"}}}
    assert api.create() == api.create(**by_badge)
    assert api.create(terminal={"id": 1}) != api.create()
    assert len(simulator.received()) == 2


@pytest.mark.parametrize(
    ("form", "status", "headers"),
    [
        ("location", 201, {"location"}),
        ("absolute-location", 201, {"location"}),
        ("no-location", 201, set()),
        ("body", 201, {"location"}),
        ("accepted", 202, {"operation-location"}),
    ],
)
def test_the_answer_to_a_post_has_many_forms(
    simulator: SimulatorThread, api: Caller, form: str, status: int, headers: set[str]
) -> None:
    simulator.set_faults(created_answer=form)
    answer = api.post(IN_OUT)
    key = simulator.received()[0]["id"]
    assert answer.status_code == status
    assert {"location", "operation-location"} & set(answer.headers) == headers
    assert all(answer.headers[name].endswith(f"/clockings/{key}") for name in headers)
    assert answer.headers.get("location", "").startswith(simulator.url) is (form == "absolute-location")
    assert bool(answer.content) is (form == "body")


def draws(probability: float, seed: int, number: int = 400) -> list[PostFault | None]:
    switches = FaultSwitches()
    switches.change({"probability": probability, "seed": seed})
    return [switches.take_post_fault() for _ in range(number)]


def test_chance_can_be_repeated_and_uses_every_kind() -> None:
    assert draws(0.5, 7) == draws(0.5, 7) != draws(0.5, 8)
    assert set(draws(0.5, 7)) == {None, *Faults().random_faults}
    assert set(draws(0.0, 7)) == {None}
    assert None not in draws(1.0, 7)


def test_chance_under_load_never_stores_what_it_says_it_did_not(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(probability=0.5, seed=3, random_faults=["fail-before-storing", "cut-after-storing"])
    stored = 0
    for _ in range(60):
        try:
            stored += api.post(IN_OUT).status_code == 201
        except httpx.RemoteProtocolError:
            stored += 1
    assert len(simulator.received()) == stored
    assert 0 < stored < 60


def test_counted_switches_go_in_their_order_before_chance() -> None:
    switches = FaultSwitches()
    switches.change(
        dict.fromkeys(
            ("fail_after_storing", "cut_after_storing", "late_storing", "fail_before_storing", "cut_before_storing"), 1
        )
    )
    assert [switches.take_post_fault() for _ in range(6)] == [*PostFault, None]


@pytest.mark.parametrize(
    "changes",
    [
        {"dwon": True},
        {"down": 1},
        {"down": "true"},
        {"slow_seconds": "1"},
        {"slow_seconds": -1},
        {"slow_seconds": None},
        {"rate_limit": 1.5},
        {"rate_limit": True},
        {"rate_limit": -1},
        {"probability": 1.1},
        {"refuse_with_status": 200},
        {"missing_scope_status": 600},
        {"duplicate_policy": "merge"},
        {"duplicate_policy": 1},
        {"withheld_scopes": "people.read"},
        {"withheld_scopes": [1]},
        {"random_faults": ["explode"]},
    ],
)
def test_a_switch_that_does_not_fit_changes_nothing(changes: dict[str, object]) -> None:
    switches = FaultSwitches()
    with pytest.raises(FaultError):
        switches.change({"down": True, **changes})
    assert switches.current == Faults()


@given(
    st.dictionaries(
        st.sampled_from(sorted(as_json(Faults()))),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    )
)
def test_any_change_fits_or_is_a_fault_error(changes: dict[str, object]) -> None:
    try:
        changed = with_changes(Faults(), changes)
    except FaultError:
        return
    assert with_changes(Faults(), as_json(changed)) == changed


def test_a_whole_number_of_seconds_is_a_number_of_seconds(simulator: SimulatorThread) -> None:
    assert simulator.set_faults(slow_seconds=2).slow_seconds == 2.0
