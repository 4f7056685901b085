import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.protime.errors import explanation_of

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["error", "code", "message", "reasons", "validationErrors", "error_description", "x"]),
            inner,
        )
    ),
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"error": {"code": "NotFound", "message": "No."}}, "Protime answered 400: NotFound; No."),
        (
            {"error": {"code": "BadRequest", "message": "Bad.", "reasons": ["first", "second"]}},
            "Protime answered 400: BadRequest; Bad.; first; second",
        ),
        (
            {"code": "BadRequest", "message": "Bad.", "validationErrors": [{"property": "date", "message": "Needed"}]},
            "Protime answered 400: BadRequest; Bad.; date: Needed",
        ),
        ({"code": "BadRequest", "validationErrors": ["date"]}, "Protime answered 400: BadRequest; date"),
        ({"error": "invalid_client", "error_description": "Who?"}, "Protime answered 400: invalid_client; Who?"),
        ({}, "Protime answered 400"),
        ([1], "Protime answered 400"),
        ({"error": {"message": "a\x1b[31m"}}, "Protime answered 400: a\ufffd[31m"),
    ],
)
def test_each_form_of_error(body: object, text: str) -> None:
    assert explanation_of(400, json.dumps(body).encode()) == text


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b"\xff\xfe", b"[" * 100_000, b"{"])
def test_what_is_no_json_says_only_the_status(body: bytes) -> None:
    assert explanation_of(502, body) == "Protime answered 502"


@given(anything)
def test_any_json_is_borne_and_cleaned(body: object) -> None:
    text = explanation_of(400, json.dumps(body).encode())
    assert len(text) <= 500
    assert text.isprintable() or " " in text
    assert "\x1b" not in text
