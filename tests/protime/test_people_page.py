"""The quick way from a page's bytes to people, held against the record's own reading of each."""

import json
import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from terminal_app.clocking.person import Person
from terminal_app.clocking.version import Versioned
from terminal_app.protime.errors import UnexpectedAnswer
from terminal_app.protime.fields import readable
from terminal_app.protime.people_page import people_of_page
from terminal_app.protime.people_records import PersonRecord
from terminal_app.protime.transport import Response
from tests.protime.test_records import anything

_texts = st.text(max_size=8) | st.sampled_from(
    ["Anna", " Anna ", "a" * 201, "Jos\u00e9", "e\u0301", "\u200b", "\x1b[31m", ""]
)
_languages = st.sampled_from(["nl", "nl-BE", "NL", "fr_FR", "n", "", " nl", "nld"])
_days = st.sampled_from(["2015-01-01", "2015-01-01T00:00:00", "2015-13-01", "", "0001-01-01", "2015-01-01T10:00:00"])
_ids = st.integers(-1, 2**64) | st.sampled_from(["7", "x", 7.0, 7.5, True])
_references = st.dictionaries(st.sampled_from(["HRMID", "@badge-number"]), _texts | _ids | anything)
_FIELDS = {
    "id": _ids,
    "changeVersion": _texts | _ids,
    "firstName": _texts,
    "lastName": _texts,
    "badgeNumber": _texts | _ids,
    "terminalLanguageISOCode": _languages | _texts,
    "inServiceDate": _days,
    "outOfServiceDate": _days,
    "terminalGroup": st.fixed_dictionaries({}, optional={"id": _ids | anything, "externalReferences": anything}),
    "externalReferences": _references,
}
people = st.fixed_dictionaries({}, optional={name: one | anything for name, one in _FIELDS.items()})


def response(body: bytes) -> Response:
    return Response(200, {}, body)


@given(
    st.lists(people | people.map(lambda one: {**one, "id": 1}) | anything, max_size=5),
    anything,
    st.sampled_from(["HRMID", "@badge-number"]),
)
def test_the_quick_way_gives_what_the_record_gives(items: list[object], link: object, name: str) -> None:
    body = json.dumps({"value": items, "nextLink": link, "more": 1})
    # A number with a point in place of a text becomes "7" in the one and "7.0" in the other; both are as good.
    assume(not re.search(r"\d\.0\b|\de[+-]?\d", body))
    page = people_of_page(name, response(body.encode()))
    records = readable(PersonRecord, [one for one in json.loads(body)["value"] if isinstance(one, dict)])
    assert page.records == [Versioned(one.as_person(name), one.change_version or "") for one in records]
    assert page.unreadable == len(items) - len(records)
    assert repr(page.next_link) == repr(json.loads(body)["nextLink"])


def test_a_person_is_read_whole() -> None:
    one = {
        "id": 7, "changeVersion": "0A", "firstName": "Anna", "lastName": "Peeters", "badgeNumber": "0013961168",
        "terminalLanguageISOCode": "nl-BE", "inServiceDate": "2015-01-01", "outOfServiceDate": None,
        "terminalGroup": {"id": 3}, "externalReferences": {"HRMID": "HR-1"},
    }  # fmt: skip
    page = people_of_page("HRMID", response(json.dumps({"value": [one], "nextLink": "/b"}).encode()))
    anna = Person(7, "Anna", "Peeters", "0013961168", "nl", date(2015, 1, 1), None, 3, "HR-1")
    assert page.records == [Versioned(anna, "0A")]
    assert (page.unreadable, page.next_link) == (0, "/b")


def test_a_text_that_is_no_proper_unicode_spoils_nothing() -> None:
    body = b'{"value":[{"id":1,"firstName":"a\\ud800"},{"id":2,"lastName":"b"}]}'
    page = people_of_page("HRMID", response(body))
    assert [(one.value.id, one.value.name) for one in page.records] == [(1, "a\N{REPLACEMENT CHARACTER}"), (2, "b")]


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"value":null}', b'{"value":{"id":1}}', b"[" * 10_000])
def test_what_is_no_page_raises(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        people_of_page("HRMID", response(body))
