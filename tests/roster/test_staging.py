"""A reading comes into the roster whole, is gone on with after an interruption, and writes only what has changed."""

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from terminal_app.clocking.choices import ActivityDefinition, Restriction, Text, Usage
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.counters import FLEXTIME, Balance, CounterDefinition, DayClocking
from terminal_app.clocking.person import Person
from terminal_app.clocking.version import Versioned
from terminal_app.clocking.wall_time import WallTime
from terminal_app.roster.look_up import Roster
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.schema import APPLICATION_ID
from terminal_app.roster.staging import RESUMED_WITHIN_SECONDS, Mode, Progress, progress_of
from terminal_app.roster.tables import Collection
from tests.roster import readings
from tests.roster.readings import NOW

EVERYBODY = [Person(key, "Anna", f"P{key}", str(key), "nl", None, None, 3) for key in range(1, 101)]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RosterWriter]:
    with closing(RosterWriter(tmp_path)) as one:
        yield one


@pytest.fixture
def roster(tmp_path: Path) -> Iterator[Roster]:
    with closing(Roster(tmp_path)) as one:
        yield one


def begun(folder: Path, *, following: str | None = "/next") -> None:
    """A courier that read half of the people, and was killed."""
    with closing(RosterWriter(folder)) as writer:
        writer.begin_reading(Collection.PEOPLE, NOW, shape="s")
        writer.keep_page(Collection.PEOPLE, [Versioned(one, "") for one in EVERYBODY[:50]], NOW, following=following)


def test_nothing_of_a_reading_shows_before_its_end(tmp_path: Path, writer: RosterWriter, roster: Roster) -> None:
    readings.read(writer, Collection.PEOPLE, EVERYBODY[:2])
    renamed = dataclasses.replace(EVERYBODY[0], first_name="Eva")
    writer.begin_reading(Collection.PEOPLE, NOW)
    readings.keep(writer, Collection.PEOPLE, [renamed])
    readings.keep(writer, Collection.PEOPLE, EVERYBODY[2:])
    assert (roster.person(1), roster.person(2), roster.person(3)) == (EVERYBODY[0], EVERYBODY[1], None)
    assert progress_of(tmp_path, Collection.PEOPLE) == Progress(2, 99, None)
    assert writer.finish_reading(Collection.PEOPLE) == 100
    assert (roster.person(1), roster.person(2), roster.person(3)) == (renamed, None, EVERYBODY[2])
    assert progress_of(tmp_path, Collection.PEOPLE) is None
    assert not list(tmp_path.glob("reading-*"))


def test_a_reader_in_the_middle_of_a_look_holds_up_nothing(tmp_path: Path, writer: RosterWriter) -> None:
    readings.read(writer, Collection.PEOPLE, EVERYBODY[:50])
    with closing(sqlite3.connect(f"file:{tmp_path}/roster.db?mode=ro", uri=True)) as reader:
        rows = reader.execute("SELECT id FROM person ORDER BY id")
        first = next(rows)
        readings.read(writer, Collection.PEOPLE, EVERYBODY)
        assert [first, *rows] == [(key,) for key in range(1, 51)]


def test_what_is_the_same_is_not_written(tmp_path: Path, writer: RosterWriter) -> None:
    readings.read(writer, Collection.PEOPLE, EVERYBODY)
    with closing(sqlite3.connect(tmp_path / "roster.db", isolation_level=None)) as observer:
        observer.executescript(
            "CREATE TABLE written (id); CREATE TRIGGER i AFTER INSERT ON person BEGIN INSERT INTO written VALUES (1); END;"
            "CREATE TRIGGER u AFTER UPDATE ON person BEGIN INSERT INTO written VALUES (1); END;"
            "CREATE TRIGGER d AFTER DELETE ON person BEGIN INSERT INTO written VALUES (1); END;"
        )
        assert readings.read(writer, Collection.PEOPLE, EVERYBODY[:60], EVERYBODY[60:]) == 0
        assert observer.execute("SELECT count(*) FROM written").fetchone() == (0,)
        changed = [dataclasses.replace(EVERYBODY[0], first_name="Eva"), *EVERYBODY[1:99]]
        assert readings.read(writer, Collection.PEOPLE, changed) == 2
        assert observer.execute("SELECT count(*) FROM written").fetchone() == (2,)


def test_an_interrupted_reading_is_gone_on_with(tmp_path: Path, roster: Roster) -> None:
    with closing(RosterWriter(tmp_path)) as writer:
        readings.read(writer, Collection.PEOPLE, [*EVERYBODY, dataclasses.replace(EVERYBODY[0], id=999)], shape="s")
    begun(tmp_path)
    with closing(RosterWriter(tmp_path)) as writer:
        progress = writer.begin_reading(Collection.PEOPLE, NOW, shape="s", resume=True)
        assert progress == Progress(1, 50, "/next")
        readings.keep(writer, Collection.PEOPLE, EVERYBODY[50:])
        assert writer.finish_reading(Collection.PEOPLE) == 1
        assert roster.person(999) is None
        assert all(roster.person(one.id) == one for one in EVERYBODY)


@pytest.mark.parametrize(
    ("now", "mode", "shape"),
    [
        (NOW._replace(boot_id="another"), Mode.LIST, "s"),
        (NOW, Mode.DELTA_START, "s"),
        (NOW, Mode.LIST, "another"),
        (
            NOW._replace(boottime_ns=NOW.boottime_ns + int((RESUMED_WITHIN_SECONDS + 1) * 1e9)),
            Mode.LIST,
            "s",
        ),
    ],
)
def test_what_is_too_old_or_of_another_kind_begins_anew(tmp_path: Path, now: Moment, mode: Mode, shape: str) -> None:
    begun(tmp_path)
    with closing(RosterWriter(tmp_path)) as writer:
        assert writer.begin_reading(Collection.PEOPLE, now, mode=mode, shape=shape, resume=True) is None
        assert progress_of(tmp_path, Collection.PEOPLE) is None


def test_where_the_next_page_is_unknown_it_begins_anew(tmp_path: Path) -> None:
    begun(tmp_path, following=None)
    with closing(RosterWriter(tmp_path)) as writer:
        assert writer.begin_reading(Collection.PEOPLE, NOW, shape="s", resume=True) is None


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000])
def test_a_spoiled_file_of_a_reading_begins_anew(tmp_path: Path, roster: Roster, content: bytes) -> None:
    begun(tmp_path)
    (tmp_path / "reading-person.db").write_bytes(content)
    with closing(RosterWriter(tmp_path)) as writer:
        assert writer.begin_reading(Collection.PEOPLE, NOW, shape="s", resume=True) is None
        readings.keep(writer, Collection.PEOPLE, EVERYBODY)
        writer.finish_reading(Collection.PEOPLE)
        assert roster.person(100) == EVERYBODY[99]


def test_another_choice_of_people_is_believed_at_once(writer: RosterWriter, roster: Roster) -> None:
    readings.read(writer, Collection.PEOPLE, EVERYBODY, shape="all")
    assert readings.read(writer, Collection.PEOPLE, EVERYBODY[:3], shape="a group") == 97
    assert roster.person(4) is None


def test_an_older_roster_gives_its_names_to_the_new_one(tmp_path: Path, roster: Roster) -> None:
    with closing(sqlite3.connect(tmp_path / "roster.db")) as old:
        old.executescript(
            f"PRAGMA journal_mode = WAL; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;"
            "CREATE TABLE person (id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL,"
            " badge_number TEXT, language TEXT, in_service_from TEXT, in_service_until TEXT, terminal_group_id INTEGER,"
            " reference TEXT, reading INTEGER NOT NULL);"
            "INSERT INTO person VALUES (1, 'Anna', 'Peeters', '7', 'nl', '2015-01-01', NULL, 3, NULL, 12);"
            "CREATE TABLE reason (id INTEGER PRIMARY KEY, other TEXT); INSERT INTO reason VALUES (1, 'x');"
        )
    with closing(RosterWriter(tmp_path)) as writer:
        anna = Person(1, "Anna", "Peeters", "7", "nl", date(2015, 1, 1), None, 3)
        assert roster.people_of_badge("7") == [anna]
        assert roster.reasons() == []  # what does not fit is left
        assert readings.read(writer, Collection.PEOPLE, [anna]) == 0


def test_a_newer_or_damaged_roster_gives_nothing(tmp_path: Path, roster: Roster) -> None:
    with closing(sqlite3.connect(tmp_path / "roster.db")) as file:
        file.executescript(
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 99; CREATE TABLE person (id, x);"
        )
    with closing(RosterWriter(tmp_path)):
        assert roster.person(1) is None


def test_activities_and_counters_are_read_back_whole(writer: RosterWriter, roster: Roster) -> None:
    digging = ActivityDefinition(
        "g", 2, "p", Text("Digging", {"nl": "Graven"}), "110", "X", date(2020, 1, 1), None,
        (Usage("Circle", 13, date(2026, 1, 1), None), Usage("Person", None, None, date(2026, 2, 1))),
        (Restriction(1, ("p", "q")), Restriction(3, ())),
    )  # fmt: skip
    overtime = CounterDefinition(4, "OVER", Text("Overtime", {"nl": "Overuren"}), "Duration", True)
    readings.read(writer, Collection.ACTIVITIES, [digging])
    readings.read(writer, Collection.COUNTERS, [overtime])
    assert roster.activities() == [digging]
    assert roster.counters() == [overtime]
    assert writer.counter_ids(["OVER", "NONE"]) == {4: ("OVER", "Duration")}


def test_balances_and_clockings_of_a_person_are_replaced_at_once(writer: RosterWriter, roster: Roster) -> None:
    day = date(2026, 1, 15)
    flextime = Balance(1, FLEXTIME, "", -75, "minutes", day)
    overtime = Balance(1, "OVER", "Day", 30, "minutes", day)
    other = Balance(2, FLEXTIME, "", 5, "minutes", day)
    assert writer.replace_balances([1, 2], [flextime, other], of_counters=False) == 2
    assert writer.replace_balances([1, 2], [overtime], of_counters=True) == 1
    assert writer.replace_balances([1, 2], [overtime], of_counters=True) == 0
    assert roster.balances_of(1) == [overtime, flextime]
    assert writer.replace_balances([1], [], of_counters=True) == 1
    assert (roster.balances_of(1), roster.balances_of(2)) == ([flextime], [other])
    late = DayClocking(9, 1, WallTime(day, 1500), None, "InOut", None, (), False, False)
    early = DayClocking(8, 1, WallTime(day, 500), WallTime(day, 510), "Reason", 3, ("a", "b"), True, True)
    assert writer.replace_clockings([1], [Versioned(late, ""), Versioned(early, "")]) == 2
    assert roster.clockings_of(1) == [early, late]
    assert writer.replace_clockings([1], [Versioned(late, "")]) == 1
    assert roster.clockings_of(1) == [late]
    writer.forget_others([2])
    assert (roster.clockings_of(1), roster.balances_of(1), roster.balances_of(2)) == ([], [], [other])


def test_what_is_not_wanted_any_more_goes(writer: RosterWriter, roster: Roster) -> None:
    day = date(2026, 1, 15)
    flextime, meal = Balance(1, FLEXTIME, "", 5, "minutes", day), Balance(1, "MEAL", "Day", 1, "instances", day)
    writer.replace_balances([1], [flextime], of_counters=False)
    writer.replace_balances([1], [meal], of_counters=True)
    clocking = DayClocking(9, 1, WallTime(day, 1), None, "InOut", None, (), False, False)
    writer.replace_clockings([1], [Versioned(clocking, "")])
    writer.forget_unwanted(flextime=True, counters=True, clockings=True)
    assert (len(roster.balances_of(1)), len(roster.clockings_of(1))) == (2, 1)
    writer.forget_unwanted(flextime=True, counters=False, clockings=False)
    assert (roster.balances_of(1), roster.clockings_of(1)) == ([flextime], [])
    writer.forget_unwanted(flextime=False, counters=True, clockings=True)
    assert roster.balances_of(1) == []


def test_a_problem_keeps_its_first_time(tmp_path: Path, writer: RosterWriter) -> None:
    def problems() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(tmp_path / "roster.db")) as file:
            return file.execute("SELECT name, explanation, is_refused, since FROM problem ORDER BY name").fetchall()

    writer.write_problem("people", "no route", is_refused=False)
    (first,) = problems()
    writer.write_problem("people", "no scope", is_refused=True)
    assert problems() == [("people", "no scope", 1, first[3])]
    writer.write_problem("counters", "x", is_refused=False)
    writer.forget_problems_but(["counters"])
    assert [row[0] for row in problems()] == ["counters"]
    writer.solve_problem("counters")
    assert problems() == []
    assert datetime.fromisoformat(str(first[3])).tzinfo is UTC
