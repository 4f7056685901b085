"""Any chain holds; nothing can be changed, removed, exchanged or cut off unnoticed; erasing breaks nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.audit.event import Event, EventKind
from terminal_app.audit.export import BrokenLine
from terminal_app.audit.journal import Compared, MissingAnchor, check_anchors
from terminal_app.audit.verification import BrokenLink, ChainCheck, listed
from tests.audit.chains import FACTS, Fact, chain_of, file_of, holds_for_a_stranger, read_back

ERASED = st.frozensets(st.integers(1, 20))
ONE_DAY = [Fact(EventKind.RECORDED, 0, number, {"badge_number": f"00{number}"}) for number in range(1, 5)]


def check_all(events: list[Event]) -> ChainCheck:
    check = ChainCheck()
    for event in events:
        check.take(event)
    check.finish()
    return check


@given(FACTS, ERASED)
def test_any_sequence_of_events_holds(facts: list[Fact], erased: frozenset[int]) -> None:
    events = chain_of(facts, erased)
    assert check_all(events).last_hash == events[-1].hash
    assert read_back(file_of(events)) == events
    assert holds_for_a_stranger(file_of(events))


@given(FACTS, ERASED, st.data())
def test_any_change_of_an_event_is_found(facts: list[Fact], erased: frozenset[int], data: st.DataObject) -> None:
    events = chain_of(facts, erased)
    at = data.draw(st.integers(0, len(events) - 1))
    one = events[at]
    changes: list[dict[str, Any]] = [
        {"id": one.id + 1},
        {"kind": "anchor" if one.kind != "anchor" else "moved"},
        {"at": one.at[:-7] + "1+00:00"},
        {"sequence": (one.sequence or 0) + 1},
        {"former": "held"},
        {"state": "confirmed"},
        {"note": f"{one.note}!"},
        {"digest": bytes(32)},
        {"hash": bytes(32)},
        {"salt": bytes(16)},
        {"content": f"{one.content} "},
        {"content": None},
        {"content": None, "salt": None},
    ]
    changed = one._replace(**data.draw(st.sampled_from(changes)))
    if changed != one:
        with pytest.raises(BrokenLink):
            check_all([*events[:at], changed, *events[at + 1 :]])


@given(FACTS, st.data())
def test_what_is_removed_exchanged_or_put_in_is_found(facts: list[Fact], data: st.DataObject) -> None:
    events = chain_of([*facts, *facts])
    at = data.draw(st.integers(0, len(events) - 2))
    for spoilt in (
        [*events[:at], *events[at + 1 :]],
        [*events[:at], events[at + 1], events[at], *events[at + 2 :]],
        [*events[: at + 1], events[at], *events[at + 1 :]],
    ):
        with pytest.raises(BrokenLink):
            check_all(spoilt)


@given(FACTS, st.data())
def test_a_file_that_is_cut_anywhere_is_found(facts: list[Fact], data: st.DataObject) -> None:
    file = file_of(chain_of(facts))
    with pytest.raises(BrokenLine):
        read_back(file[: data.draw(st.integers(0, len(file) - 1))])


def test_each_byte_of_a_file_counts() -> None:
    """Every byte, changed into every other one of its bits, and put in twice, and taken out."""
    events = chain_of([*ONE_DAY, Fact(EventKind.MOVED, 24, 1, {"explanation": 'L\u00e4den "x" \\'})], frozenset({2}))
    file = file_of(events)
    assert read_back(file) == events
    for at, byte in enumerate(file):
        changed = [bytes([byte ^ 1 << bit]) for bit in range(8)]
        for instead in (*changed, b"", bytes([byte, byte])):
            spoilt = file[:at] + instead + file[at + 1 :]
            if spoilt == file:
                continue
            with pytest.raises(BrokenLine):
                read_back(spoilt)


@given(st.binary(max_size=400), FACTS, st.data())
def test_no_file_does_more_than_be_refused(noise: bytes, facts: list[Fact], data: st.DataObject) -> None:
    file = file_of(chain_of(facts))
    at = data.draw(st.integers(0, len(file)))
    for spoilt in (noise, file[:at] + noise + file[at:], file[:at] + noise):
        if spoilt != file:
            with pytest.raises(BrokenLine):
                read_back(spoilt)


def test_the_first_broken_link_is_named() -> None:
    lines = file_of(chain_of(ONE_DAY)).split(b"\n")
    lines[3] = lines[3].replace(b"002", b"003")
    with pytest.raises(BrokenLine, match=r"^line 4, event 3: its content does not fit its digest$"):
        read_back(b"\n".join(lines))
    del lines[3]
    with pytest.raises(BrokenLine, match=r"^line 4, event 4: event 3 should follow, and it is event 4$"):
        read_back(b"\n".join(lines))


def test_a_content_that_nobody_erased_is_missed() -> None:
    events = chain_of(ONE_DAY, frozenset({3, 4}))
    events[1] = events[1]._replace(content=None, salt=None)
    with pytest.raises(BrokenLine, match=r"^line 3, event 2: its content is missing, and no event says"):
        read_back(file_of(events))


def test_a_chain_that_was_written_anew_does_not_fit_the_log() -> None:
    events = chain_of([*ONE_DAY, Fact(EventKind.MOVED, 24, 1, None)])
    log = [
        f"Jul 1 kiosk: audit-anchor event={event.id} hash={event.hash.hex()}" for event in events if event.id in (1, 6)
    ]
    assert check_anchors(["other", *log], check_all(events).anchors) == Compared(2, 0)
    anew = chain_of([*ONE_DAY[:3], replace(ONE_DAY[3], sequence=9), Fact(EventKind.MOVED, 24, 1, None)])
    with pytest.raises(MissingAnchor, match="anchor event 6, and the chain has it with another hash"):
        check_anchors(log, check_all(anew).anchors)
    with pytest.raises(MissingAnchor, match="anchor event 6, and the chain has it not"):
        check_anchors(log, check_all(events[:4]).anchors)


@given(st.sets(st.integers(1, 60), min_size=1))
def test_erased_numbers_are_listed_short_and_read_back(numbers: set[int]) -> None:
    events = chain_of([Fact(EventKind.RECORDED, 0, 1, {"a": 1})] * 60, frozenset(numbers))
    content_of = {event.id for event in chain_of([Fact(EventKind.RECORDED, 0, 1, {"a": 1})] * 60) if event.content}
    check_all(events)
    if numbers & content_of:
        assert events[-1].note == f"retention {listed(sorted(numbers & content_of))}"
    assert listed([1, 2, 3, 5, 7, 8]) == "1-3,5,7-8"
