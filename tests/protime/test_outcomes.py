from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Postponed, Refused
from terminal_app.protime.errors import Interrupted, NotSent, Reach, TokenRefused, TokenUnavailable
from terminal_app.protime.outcomes import of_answer, of_failure
from terminal_app.protime.transport import Response

NOW = datetime(2026, 1, 15, tzinfo=UTC)
PATH = "/connector/protimeapi/api/v1/clockings/"
headers = st.dictionaries(st.sampled_from(["location", "retry-after", "date", "x"]), st.text(max_size=60))


@given(st.integers(100, 999), headers, st.binary(max_size=60))
def test_every_answer_has_an_outcome_and_none_loses_or_doubles(
    status: int, sent_headers: dict[str, str], body: bytes
) -> None:
    outcome = of_answer(Response(status, sent_headers, body), NOW).outcome
    if status == 201:
        assert isinstance(outcome, Confirmed | InDoubt)
    elif 200 <= status < 300 or status in {408, 409} or status >= 500 or status < 200:
        assert isinstance(outcome, InDoubt)
    elif status in {401, 403, 429} or 300 <= status < 400:
        assert isinstance(outcome, Postponed)
    else:
        assert isinstance(outcome, Refused)


@given(st.integers(0, 10**18 - 1))
def test_the_id_is_the_last_part_of_the_location(protime_id: int) -> None:
    for location in (f"{PATH}{protime_id}", f"https://acme.myprotime.eu{PATH}{protime_id}", f"{PATH}{protime_id}/?a=1"):
        assert of_answer(Response(201, {"location": location}, b""), NOW).outcome == Confirmed(protime_id)


@pytest.mark.parametrize("location", ["", PATH, PATH + "abc", PATH + "-1", PATH + "१२", PATH + "1" * 19, "/people/5"])
def test_a_201_without_an_id_is_in_doubt(location: str) -> None:
    assert isinstance(of_answer(Response(201, {"location": location}, b""), NOW).outcome, InDoubt)


@pytest.mark.parametrize(
    ("status", "reach"),
    [
        (201, Reach.REACHED),
        (202, Reach.REACHED),
        (302, Reach.UNREACHABLE),
        (400, Reach.REACHED),
        (401, Reach.NOT_ALLOWED),
        (403, Reach.NOT_ALLOWED),
        (409, Reach.REACHED),
        (414, Reach.REACHED),
        (429, Reach.LIMITED),
        (503, Reach.UNREACHABLE),
    ],
)
def test_what_an_answer_says_about_the_link(status: int, reach: Reach) -> None:
    assert of_answer(Response(status, {}, b""), NOW).reach is reach


def test_a_wait_that_is_asked_for_is_kept() -> None:
    for status in (429, 503):
        outcome = of_answer(Response(status, {"retry-after": "60"}, b""), NOW).outcome
        assert isinstance(outcome, Postponed | InDoubt)
        assert outcome.retry_after == timedelta(seconds=60)


def test_the_reasons_of_a_refusal_are_kept() -> None:
    body = b'{"error":{"code":"BadRequest","message":"No.","reasons":["Closed period"]}}'
    assert of_answer(Response(400, {}, body), NOW).outcome == Refused(
        "Protime answered 400: BadRequest; No.; Closed period"
    )


def test_failures() -> None:
    assert isinstance(of_failure(NotSent("x")).outcome, Postponed)
    assert isinstance(of_failure(TokenUnavailable("x")).outcome, Postponed)
    assert of_failure(TokenRefused("x")).reach is Reach.TOKEN_REFUSED
    assert isinstance(of_failure(Interrupted("x")).outcome, InDoubt)
