import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.protime.answers import error_of
from terminal_app.protime.errors import (
    AnswerError,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    PagingExpired,
    ProtimeError,
    Reach,
    ServerFailed,
    TooManyRequests,
    UnexpectedAnswer,
    UriTooLong,
)
from terminal_app.protime.transport import Response


def response(status: int, body: object = None, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, named, b"" if body is None else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("status", "kind", "reach", "retry_can_help", "may_have_been_done"),
    [
        (400, Invalid, Reach.REACHED, False, False),
        (401, NotAllowed, Reach.NOT_ALLOWED, False, False),
        (403, NotAllowed, Reach.NOT_ALLOWED, False, False),
        (404, NotFound, Reach.REACHED, False, False),
        (408, UnexpectedAnswer, Reach.REACHED, True, True),
        (409, Conflict, Reach.REACHED, False, True),
        (414, UriTooLong, Reach.REACHED, False, False),
        (418, UnexpectedAnswer, Reach.REACHED, False, False),
        (429, TooManyRequests, Reach.LIMITED, True, False),
        (500, ServerFailed, Reach.UNREACHABLE, True, True),
        (503, ServerFailed, Reach.UNREACHABLE, True, True),
        (302, UnexpectedAnswer, Reach.UNREACHABLE, True, False),
        (200, UnexpectedAnswer, Reach.REACHED, True, True),
        (204, UnexpectedAnswer, Reach.REACHED, True, True),
        (207, UnexpectedAnswer, Reach.REACHED, True, True),
    ],
)
def test_each_status_of_a_change(
    status: int, kind: type[AnswerError], reach: Reach, retry_can_help: bool, may_have_been_done: bool
) -> None:
    error = error_of(response(status), is_change=True)
    assert type(error) is kind
    assert (error.reach, error.retry_can_help, error.may_have_been_done) == (reach, retry_can_help, may_have_been_done)
    assert error.said.status == status


def test_nothing_can_have_been_done_by_a_reading_that_succeeds_oddly() -> None:
    assert not error_of(response(204)).may_have_been_done


@pytest.mark.parametrize("status", [409, 410])
def test_a_reading_has_to_begin_again(status: int) -> None:
    assert type(error_of(response(status))) is PagingExpired


def test_what_the_answer_says_is_kept_apart() -> None:
    body = {"error": {"code": "BadRequest", "message": "No.", "reasons": ["first", "second"]}}
    error = error_of(response(400, body, x_request_id="4711\n", retry_after="5"))
    assert (error.said.code, error.said.message, error.said.reasons) == ("BadRequest", "No.", ("first", "second"))
    assert error.said.request_id == "4711\ufffd"
    assert error.retry_after == timedelta(seconds=5)
    assert str(error) == "Protime answered 400: BadRequest; No.; first; second (request 4711\ufffd)"
    unread = error_of(response(400, {"code": "BadRequest", "validationErrors": [{"p": "date", "m": "Needed"}, "x"]}))
    assert unread.said.validation_errors == ("date: Needed", "x")


def test_a_log_gets_the_status_the_code_and_the_scope_and_none_of_the_servers_words() -> None:
    said = {"error": {"code": "Forbidden", "message": "Not for Anna.", "reasons": ["0013961168"]}}
    assert error_of(response(403, said, x_request_id="4711"), scope="people.read").in_log == (
        "Protime answered 403 (Forbidden). The call needs the scope connector-protimeapi-people.read"
    )
    assert "Not for Anna. The call needs" in str(
        error_of(response(403, {"message": "Not for Anna."}), scope="people.read")
    )
    assert error_of(response(400, {"error": {"message": "Anna"}})).in_log == "Protime answered 400"


@pytest.mark.parametrize("name", ["x-request-id", "request-id", "x-correlation-id", "traceparent"])
def test_a_request_id_has_many_names(name: str) -> None:
    assert error_of(Response(500, {name: "4711"}, b"")).said.request_id == "4711"


def test_no_part_of_a_badge_is_left_where_a_text_is_cut() -> None:
    said = {"error": {"code": "x", "message": "p" * 191 + "0013961168", "reasons": ["r" * 198 + "0013961168"]}}
    error = error_of(response(404, said), hidden=("0013961168",))
    assert "00" not in str(error) + repr(error.said)


@given(st.integers(300, 599), st.recursive(st.none() | st.just("badge 0013961168!"), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["error", "code", "message", "reasons", "validationErrors"]), inner)
)))  # fmt: skip
def test_what_was_sent_of_a_person_never_comes_back_in_an_error(status: int, body: object) -> None:
    error: ProtimeError = error_of(response(status, body), hidden=("0013961168", "", "badge 0013961168"))
    assert "0013961168" not in str(error) + repr(error) + repr(getattr(error, "said", ""))
