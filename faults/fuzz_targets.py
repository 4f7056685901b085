"""What is fuzzed: each with an idea of what is right that is not the product's own."""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from itertools import pairwise
from operator import xor
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from drivers.badge_number import BadgeNumberForm, CardLengthError, badge_number
from drivers.frames import rdm6300
from drivers.frames.decoder import CardFormat, CardFrame, Dropped, TextFrame
from drivers.frames.line import LineDecoder
from faults.ledger_bytes import any_damage, try_damaged
from terminal_app.clocking.clean_text import clean_text
from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Postponed, Refused
from terminal_app.protime.clockings import ClockingRecord
from terminal_app.protime.errors import ProtimeError
from terminal_app.protime.external_references import BADGE_NUMBER
from terminal_app.protime.fields import readable
from terminal_app.protime.outcomes import of_answer
from terminal_app.protime.page import page_of
from terminal_app.protime.people_page import people_of_page
from terminal_app.protime.transport import Response
from terminal_app.settings_errors import SettingsError
from terminal_app.settings_file import load_settings
from tests.protime.collections.examples import EXAMPLES

NOT_THERE = "a card that is not in the bytes"

_cards = st.binary(min_size=5, max_size=5)
_frames = st.one_of(_cards.map(rdm6300.encode), _cards.map(rdm6300.encode_id12))
_bent = st.tuples(_frames, st.integers(0, 15), st.binary(max_size=2)).map(
    lambda one: one[0][: one[1]] + one[2] + one[0][one[1] + 1 :]
)
_streams = st.lists(st.one_of(_frames, _bent, st.binary(max_size=20)), max_size=6).map(b"".join)
_cuts = st.lists(st.integers(0, 80), max_size=6)


def _rdm6300(stream: bytes, cuts: list[int]) -> None:
    decoder = rdm6300.Rdm6300Decoder()
    found = [one for piece in _pieces(stream, cuts) for one in decoder.feed(piece)]
    cards = [one.card for one in found if isinstance(one, CardFrame)]
    assert not Counter(cards) - Counter(_cards_in(stream)), NOT_THERE
    dropped = sum(one.count for one in found if isinstance(one, Dropped))
    assert dropped + decoder.reset() + 14 * len(cards) <= len(stream) <= dropped + 16 * (len(cards) + 1), "bytes lost"
    again = rdm6300.Rdm6300Decoder().feed(stream)
    assert [one for one in again if isinstance(one, CardFrame)] == [
        CardFrame(card, CardFormat.EM4100) for card in cards
    ], "by the slicing"


def _cards_in(stream: bytes) -> list[bytes]:
    """Every frame whose checksum is right, wherever it begins; told apart from the decoder's own way."""
    found = []
    for body in re.findall(rb"(?=\x02([0-9A-Fa-f]{12})(?:\r\n)?\x03)", stream):
        card = bytes.fromhex(body.decode())
        if reduce(xor, card) == 0:
            found.append(card[:5])
    return found


def _pieces(stream: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    return [stream[begin:end] for begin, end in pairwise(places)]


def _line(stream: bytes, cuts: list[int]) -> None:
    decoder = LineDecoder()
    found = [one for piece in _pieces(stream, cuts) for one in decoder.feed(piece)]
    lines = stream.replace(b"\r", b"\n").split(b"\n")[:-1]
    right = [line.strip(b" ") for line in lines if len(line) <= 64 and all(32 <= byte < 127 for byte in line)]
    assert [one.text.encode() for one in found if isinstance(one, TextFrame)] == [line for line in right if line]


def _number(card: bytes, form: BadgeNumberForm) -> None:
    try:
        number = badge_number(card, form)
    except CardLengthError:
        assert not 3 <= len(card) <= 32
        return
    value = int.from_bytes(card, "big")
    parts, digits = _PARTS[form]
    groups = re.split(",", number) if "," in number else _cut(number, digits)
    assert [int(group, 16 if form is BadgeNumberForm.HEX else 10) for group in groups] == [
        value // 2**shift % 2**bits for shift, bits in parts
    ]
    assert not any(digits) or [len(group) for group in groups] == digits
    assert form is not BadgeNumberForm.HEX or len(number) == 2 * len(card)


_ALL = 10_000
_PARTS: dict[BadgeNumberForm, tuple[list[tuple[int, int]], list[int]]] = {
    BadgeNumberForm.HEX: ([(0, _ALL)], [0]),
    BadgeNumberForm.DECIMAL: ([(0, 32)], [10]),
    BadgeNumberForm.WIEGAND26: ([(16, 8), (0, 16)], [3, 5]),
    BadgeNumberForm.NUMBER: ([(0, _ALL)], [0]),
    BadgeNumberForm.SIX_HEX_EIGHT_DECIMAL: ([(0, 24)], [8]),
    BadgeNumberForm.TWO_HEX_FOUR_HEX: ([(16, 8), (0, 16)], [3, 5]),
    BadgeNumberForm.FOUR_HEX_FOUR_HEX: ([(16, 16), (0, 16)], [5, 5]),
    BadgeNumberForm.WIEGAND34: ([(16, 16), (0, 16)], [5, 5]),
    BadgeNumberForm.WIEGAND37: ([(0, 35)], [11]),
    BadgeNumberForm.WIEGAND37_FACILITY: ([(19, 16), (0, 19)], [5, 6]),
}
"""The parts of each form, as place and number of bits, and how many digits each has (0: as many as it needs)."""


def _cut(number: str, digits: list[int]) -> list[str]:
    """The groups of a number; what is too much stands in the last one."""
    return [number] if len(digits) == 1 else [number[: digits[0]], number[digits[0] :]]


_plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20)
_names = st.sampled_from(
    [
        "id",
        "badgeNumber",
        "firstName",
        "lastName",
        "terminalLanguageISOCode",
        "inServiceDate",
        "date",
        "kind",
        "reason",
        "timeOfDayInMinutes",
        "terminal",
        "activityLevels",
        "externalReferences",
        "@badge-number",
        "changeVersion",
        "value",
        "nextLink",
        "error",
        "code",
        "message",
        "reasons",
        "level",
    ]
)
_any = st.recursive(_plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=6))
_record = st.fixed_dictionaries(
    {"id": st.integers(1, 2**31) | _any},
    optional={
        "badgeNumber": st.text("0123456789", max_size=12) | _any,
        "firstName": st.just("Anna") | _any,
        "externalReferences": st.dictionaries(st.just("@badge-number"), _any) | _any,
        "date": st.dates().map(str) | _any,
        "timeOfDayInMinutes": st.integers(-10, 3000) | _any,
        "kind": st.just("InOut") | _any,
    },
)
_bodies = st.one_of(
    st.binary(max_size=200),
    _any.map(lambda one: json.dumps(one).encode()),
    st.lists(_record | _any, max_size=4).map(lambda some: json.dumps({"value": some, "nextLink": None}).encode()),
)


def _page(body: bytes) -> None:
    response = Response(200, {}, body)
    try:
        people = people_of_page(BADGE_NUMBER, response).records
    except ProtimeError:
        people = []
    if people:
        items = [one for one in json.loads(body)["value"] if isinstance(one, dict)]
        there = {(_whole(one.get("id")), _text(one.get("badgeNumber"))) for one in items}
        # A number with a fraction or a power of ten has no one way of being written.
        unwritten = {_whole(one.get("id")) for one in items if isinstance(one.get("badgeNumber"), float)}
        wrong = {(one.value.id, one.value.badge_number) for one in people if one.value.id not in unwritten} - there
        assert not wrong, "a person, or a badge, that is not in the answer"
    try:
        records = page_of(ClockingRecord, response).records
    except ProtimeError:
        return
    for record in records:
        record.as_server_record()


_records = st.sampled_from(sorted(EXAMPLES)).flatmap(
    lambda schema: st.tuples(st.just(schema), st.dictionaries(st.sampled_from([*EXAMPLES[schema][1], "x"]), _any))
)


def _whole_record(record: tuple[str, dict[str, object]]) -> None:
    schema, garbage = record
    kind, example = EXAMPLES[schema]
    readable(kind, [garbage])
    key = {"id": example["id"]} if "id" in example else {}
    (read,) = readable(kind, [garbage | key])
    repr(read)


def _whole(key: object) -> int | None:
    """A number, however it is written."""
    if not isinstance(key, (int, float, str)):
        return None
    try:
        return int(key) if isinstance(key, int) else int(str(key), 10)
    except ValueError:
        pass
    try:
        return int(float(key))
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str:
    return clean_text(str(value)) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _created(body: bytes, status: int, headers: dict[str, str]) -> None:
    outcome = of_answer(Response(status, headers, body), datetime.now(UTC)).outcome
    match outcome:
        case Confirmed(key):
            assert status == 201
            assert key == int(
                headers["location"].partition("/clockings/")[2].strip("/").partition("?")[0].partition("#")[0]
            )
        case Refused():
            assert status // 100 == 4
            assert status not in (401, 403, 408, 409, 429)
        case Postponed():
            assert status in (401, 403, 429) or status // 100 == 3
        case InDoubt():
            assert status // 100 in (1, 2, 5) or status in (408, 409)


_toml = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.tuples(
            st.sampled_from(
                ["[terminal]", "[protime]", "[storage]", "[delivery]", "[synchronisation]", "[[reader]]", "[x]", ""]
            ),
            st.sampled_from(
                [
                    "name",
                    "tenant",
                    "client_id",
                    "folder",
                    "languages",
                    "settle_seconds",
                    "parallel",
                    "driver",
                    "port",
                    "badge_number",
                    "timezone",
                    "mode",
                    "circle",
                    "activity_levels",
                    "base_url",
                    "nmae",
                    "interval_minutes",
                ]
            ),
            _plain.map(json.dumps) | _any.map(json.dumps) | st.text(max_size=10),
        ),
        max_size=8,
    ).map(lambda lines: "".join(f"{section}\n{key} = {value}\n" for section, key, value in lines)),
    st.tuples(st.integers(0, 120), st.text(max_size=4)).map(
        lambda at: (
            (
                '[terminal]\nname = "Gate"\nlanguages = ["nl"]\n[protime]\ntenant = "acme"\nclient_id = "t"\n'
                '[delivery]\nsettle_seconds = 60\n[[reader]]\ndriver = "line"\nport = "/dev/x"\n'
            )[: at[0]]
            + at[1]
            + 'x"\n'
        )
    ),
)


def _settings(text: bytes) -> None:
    _SETTINGS_FILE.write_bytes(text)
    try:
        load_settings(_SETTINGS_FILE)
    except SettingsError:
        return


_SETTINGS_FOLDER = tempfile.TemporaryDirectory(dir="/dev/shm", prefix="fuzz-")
_SETTINGS_FILE = Path(_SETTINGS_FOLDER.name, "terminal.toml")

of_ledgers: Counter[str] = Counter()
"""What became of the damaged ledgers."""


def _ledger(damage: list[tuple[str, float, bytes]]) -> None:
    of_ledgers.update(try_damaged(damage))


@dataclass(frozen=True, slots=True)
class Target:
    """A function that raises when something is wrong, and what it is called with."""

    try_one: Callable[..., None]
    values: dict[str, st.SearchStrategy[Any]]
    share: float
    """Of all inputs."""


TARGETS = {
    "frames of an RDM6300": Target(_rdm6300, {"stream": _streams, "cuts": _cuts}, 0.3),
    "lines": Target(
        _line,
        {
            "stream": st.one_of(st.binary(max_size=300), st.text("0123 AZ~\r\n\x7f", max_size=300).map(str.encode)),
            "cuts": _cuts,
        },
        0.2,
    ),
    "badge numbers": Target(_number, {"card": st.binary(max_size=34), "form": st.sampled_from(BadgeNumberForm)}, 0.15),
    "pages of Protime": Target(_page, {"body": _bodies}, 0.12),
    "whole records of Protime": Target(_whole_record, {"record": _records}, 0.05),
    "answers to a clocking": Target(
        _created,
        {
            "body": _bodies,
            "status": st.integers(100, 599),
            "headers": st.dictionaries(
                st.sampled_from(["location", "retry-after", "x-request-id"]),
                st.text(st.characters(codec="latin-1"), max_size=30)
                | st.integers(0, 10**20).map(lambda key: f"/connector/protimeapi/api/v1/clockings/{key}"),
            ),
        },
        0.12,
    ),
    "settings files": Target(
        _settings,
        {"text": _toml.map(lambda text: text.encode(errors="surrogatepass")) | st.binary(max_size=100)},
        0.04,
    ),
    "ledger files": Target(_ledger, {"damage": any_damage}, 0.02),
}
