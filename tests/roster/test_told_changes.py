"""Changes that were told and not read: their order, repeats, and readings under way at the same time."""

import dataclasses
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.clocking.counters import DayClocking
from terminal_app.clocking.person import Person
from terminal_app.clocking.version import Removed, Versioned
from terminal_app.clocking.wall_time import WallTime
from terminal_app.roster.look_up import Roster
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.staging import Mode
from terminal_app.roster.tables import Collection
from tests.roster import readings

PEOPLE = Collection.PEOPLE
DAY = date(2026, 1, 15)

Change = tuple[int, int, bool]
"""Person, version, and whether they are gone."""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RosterWriter]:
    with closing(RosterWriter(tmp_path)) as one:
        yield one


@pytest.fixture
def roster(tmp_path: Path) -> Iterator[Roster]:
    with closing(Roster(tmp_path)) as one:
        yield one


def text(version: int) -> str:
    return f"{version:020X}"


def person(key: int, version: int = 0, reference: str | None = None) -> Person:
    return Person(key, "Anna", f"of {version}", str(key), None, None, None, None, reference)


def tell(writer: RosterWriter, *changes: Change) -> int:
    return writer.take_changes(
        PEOPLE,
        [Versioned(person(key, version), text(version)) for key, version, is_gone in changes if not is_gone],
        [Removed(key, text(version)) for key, version, is_gone in changes if is_gone],
    )


@st.composite
def told(draw: st.DrawFn) -> list[tuple[bool, Change]]:
    """Changes in any order, some of them twice; each told, or read by a delta."""
    kinds = draw(st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=12))
    changes = [(key, version, is_gone) for version, (key, is_gone) in enumerate(kinds, start=1)]
    repeated = draw(st.lists(st.sampled_from(changes), max_size=4))
    return [(draw(st.booleans()), one) for one in draw(st.permutations(changes + repeated))]


@settings(max_examples=60, deadline=None)
@given(told())
def test_any_order_ends_in_the_newest_state(history: list[tuple[bool, Change]]) -> None:
    newest: dict[int, Change] = {}
    for _, change in history:
        newest[change[0]] = max(newest.get(change[0], change), change, key=lambda one: one[1])
    with (
        tempfile.TemporaryDirectory() as name,
        closing(RosterWriter(Path(name))) as writer,
        closing(Roster(Path(name))) as roster,
    ):
        for is_told, (key, version, is_gone) in history:
            if is_told:
                tell(writer, (key, version, is_gone))
            else:
                records = [] if is_gone else [Versioned(person(key, version), text(version))]
                readings.change(writer, PEOPLE, (records, [Removed(key, text(version))] if is_gone else []))
        for key, version, is_gone in newest.values():
            assert roster.person(key) == (None if is_gone else person(key, version))
        assert tell(writer, *newest.values()) == 0


def test_a_change_carries_no_token_and_sweeps_nobody(writer: RosterWriter, roster: Roster) -> None:
    readings.change(writer, PEOPLE, ([Versioned(person(1), text(1)), Versioned(person(2), text(1))], []), token="here")
    assert tell(writer, (3, 2, False)) == 1
    assert writer.token(PEOPLE, "") == "here"
    assert all(roster.person(key) for key in (1, 2, 3))


@pytest.mark.parametrize("is_killed", [False, True])
def test_who_was_told_during_a_reading_is_not_swept_away(tmp_path: Path, roster: Roster, is_killed: bool) -> None:
    writer = RosterWriter(tmp_path)
    readings.read(writer, PEOPLE, [person(1), person(2)])
    writer.begin_reading(PEOPLE, readings.NOW)
    writer.keep_page(
        PEOPLE, [Versioned(person(1), text(1)), Versioned(person(2), text(1))], readings.NOW, following="x"
    )
    if is_killed:
        writer.close()
        writer = RosterWriter(tmp_path)
    tell(writer, (3, 5, False), (2, 4, True), (1, 3, False))
    if is_killed:
        assert writer.begin_reading(PEOPLE, readings.NOW, resume=True) is not None
    writer.finish_reading(PEOPLE)
    assert [roster.person(key) for key in (1, 2, 3)] == [person(1, 3), None, person(3, 5)]
    readings.read(writer, PEOPLE, [person(1, 3)])  # begun later: who is not in it is gone
    assert [roster.person(key) for key in (1, 3)] == [person(1, 3), None]
    writer.close()


@pytest.mark.parametrize("mode", [Mode.LIST, Mode.DELTA_START])
def test_who_was_not_for_this_terminal_comes_once_the_settings_want_them(
    writer: RosterWriter, roster: Roster, mode: Mode
) -> None:
    readings.read(writer, PEOPLE, [person(1, 1)], shape="group 3")
    tell(writer, (1, 2, True))  # another group's now
    writer.begin_reading(PEOPLE, readings.NOW, mode=mode, shape="groups 3 and 4")
    readings.keep(writer, PEOPLE, [person(1, 2)], text(2))
    writer.finish_reading(PEOPLE)
    assert roster.person(1) == person(1, 2)


def test_a_reference_that_is_not_told_stays(writer: RosterWriter, roster: Roster) -> None:
    writer.take_changes(PEOPLE, [Versioned(person(1, 1, "HR-1"), text(1))], [])
    assert writer.take_changes(PEOPLE, [Versioned(person(1, 2), text(2))], []) == 1
    assert roster.person(1) == person(1, 2, "HR-1")
    assert writer.take_changes(PEOPLE, [Versioned(person(1, 2), text(2))], []) == 0
    writer.take_changes(PEOPLE, [Versioned(person(1, 3, "HR-9"), text(3))], [])
    assert roster.person(1) == person(1, 3, "HR-9")


def test_text_that_is_none_stops_no_other(
    writer: RosterWriter, roster: Roster, caplog: pytest.LogCaptureFixture
) -> None:
    broken = dataclasses.replace(person(1), first_name="\ud800")
    writer.take_changes(PEOPLE, [Versioned(broken, "1"), Versioned(person(2), "1")], [])
    assert (roster.person(1), roster.person(2)) == (None, person(2))
    assert "roster-record-not-kept collection=person" in caplog.text


def clocking(key: int, person_id: int, minute: int, *, is_deleted: bool = False) -> DayClocking:
    return DayClocking(key, person_id, WallTime(DAY, minute), None, "InOut", None, (), False, is_deleted)


def take(writer: RosterWriter, *clockings: tuple[DayClocking, int], removed: Sequence[Removed] = ()) -> int:
    return writer.take_clockings([1, 2], [Versioned(one, text(version)) for one, version in clockings], removed)


def test_clockings_of_those_who_are_known_only(writer: RosterWriter, roster: Roster, tmp_path: Path) -> None:
    readings.read(writer, PEOPLE, [person(1), person(3)])
    assert take(writer, (clocking(7, 1, 480), 1), (clocking(8, 2, 480), 1), (clocking(9, 3, 480), 1)) == 1
    with closing(sqlite3.connect(tmp_path / "roster.db")) as file:
        assert file.execute("SELECT protime_id, person_id FROM day_clocking").fetchall() == [(7, 1)]
    assert take(writer, (clocking(7, 3, 480), 2)) == 1  # it was another's
    assert roster.clockings_of(1) == []


def test_an_older_clocking_replaces_nothing_newer(writer: RosterWriter, roster: Roster) -> None:
    readings.read(writer, PEOPLE, [person(1)])
    new, old = clocking(7, 1, 485), clocking(7, 1, 480)
    assert (take(writer, (new, 2)), take(writer, (new, 2)), take(writer, (old, 1))) == (1, 0, 0)
    assert writer.replace_clockings([1], [Versioned(old, text(1))]) == 0
    assert take(writer, removed=[Removed(7, text(1))]) == 0
    assert roster.clockings_of(1) == [new]
    marked = clocking(7, 1, 485, is_deleted=True)
    assert writer.replace_clockings([1], [Versioned(marked, text(3))]) == 1
    assert roster.clockings_of(1) == [marked]
    assert take(writer, removed=[Removed(7, text(4))]) == 1
    assert roster.clockings_of(1) == []
