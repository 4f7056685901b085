import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.protime.errors import UnexpectedAnswer
from terminal_app.protime.fields import readable
from terminal_app.protime.page import page_of
from terminal_app.protime.people_records import PersonRecord
from terminal_app.protime.transport import Response
from tests.protime.test_records import anything, shaped


def response(body: bytes) -> Response:
    return Response(200, {}, body)


@given(st.lists(shaped(PersonRecord) | anything, max_size=5), anything)
def test_a_page_holds_what_can_be_read_and_counts_the_rest(items: list[object], link: object) -> None:
    body = json.dumps({"value": items, "nextLink": link, "more": 1})
    page = page_of(PersonRecord, response(body.encode()))
    # From Python's own reading of the JSON, so that the quick way is held against the plain one.
    expected = readable(PersonRecord, [one for one in json.loads(body)["value"] if isinstance(one, dict)])
    assert repr(page.records) == repr(expected)
    assert page.unreadable == len(items) - len(expected)


def test_a_text_that_is_no_proper_unicode_spoils_nothing() -> None:
    page = page_of(PersonRecord, response(b'{"value":[{"id":1,"firstName":"a\\ud800"},{"id":2}],"nextLink":"/b"}'))
    assert [one.id for one in page.records] == [1, 2]
    assert page.next_link == "/b"


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"value":null}', b'{"value":{"id":1}}', b"[" * 10_000])
def test_what_is_no_page_raises_and_is_not_repeated(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        page_of(PersonRecord, response(body))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
