"""What the kiosk reads of the roster's file, as the courier writes it and as a bad card leaves it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition, Text
from terminal_app.clocking.person import Person
from terminal_app.roster.link import Link, LinkState
from terminal_app.roster.look_up import Roster
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.schema import FILE_NAME
from terminal_app.roster.tables import Collection
from tests.roster import readings

ANNA = Person(1, "Anna", "Peeters", "0013961168", "nl", date(2020, 1, 1), None, 7, "E-1")
LUC = Person(2, "Luc", "Dubois", "0040856634", None, None, date(2026, 12, 31), None)
DOCTOR = ReasonDefinition(5, "DOC", Text("Doctor", {"nl": "Dokter"}), True, True)
OFFICE = ActivityDefinition("a-1", 1, None, Text("Office", {}), "OFF", "EXT", date(2026, 1, 1), None)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RosterWriter]:
    one = RosterWriter(tmp_path)
    yield one
    one.close()


@pytest.fixture
def roster(tmp_path: Path) -> Iterator[Roster]:
    one = Roster(tmp_path)
    yield one
    one.close()


def keep(writer: RosterWriter, *people: Person) -> None:
    readings.read(writer, Collection.PEOPLE, people)


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        file.execute(statement)
        file.commit()


def test_what_was_written_is_read(writer: RosterWriter, roster: Roster) -> None:
    keep(writer, ANNA, LUC)
    readings.read(writer, Collection.REASONS, [DOCTOR])
    readings.read(writer, Collection.ACTIVITIES, [OFFICE])
    link = Link(LinkState.REFUSED, datetime(2026, 1, 15, 8, tzinfo=UTC), "no scope")
    writer.write_link(link)
    assert roster.people_of_badge(ANNA.badge_number) == [ANNA]
    assert roster.person(LUC.id) == LUC
    assert roster.reasons() == [DOCTOR]
    assert roster.activities() == [OFFICE]
    assert roster.link() == link


def test_nobody_has_another_badge(writer: RosterWriter, roster: Roster) -> None:
    keep(writer, ANNA)
    assert roster.people_of_badge("13961168") == []  # leading zeros count
    assert roster.people_of_badge("' OR 1 --") == []
    assert roster.person(99) is None


def test_two_people_with_one_badge_are_both_told(writer: RosterWriter, roster: Roster) -> None:
    twin = Person(3, "Eva", "Peeters", ANNA.badge_number, "nl", None, None, None)
    keep(writer, twin, ANNA)
    assert roster.people_of_badge(ANNA.badge_number) == [ANNA, twin]


def test_before_the_first_synchronisation_nobody_is_known(tmp_path: Path, roster: Roster) -> None:
    assert roster.people_of_badge(ANNA.badge_number) == []
    assert roster.link() is None
    assert list(tmp_path.iterdir()) == []  # a question makes no file
    writer = RosterWriter(tmp_path)
    keep(writer, ANNA)
    assert roster.people_of_badge(ANNA.badge_number) == [ANNA]
    writer.close()


def test_a_file_made_anew_is_noticed(tmp_path: Path, writer: RosterWriter, roster: Roster) -> None:
    keep(writer, ANNA)
    assert roster.people_of_badge(ANNA.badge_number) == [ANNA]
    writer.close()
    for path in tmp_path.glob(f"{FILE_NAME}*"):
        path.unlink()
    assert roster.people_of_badge(ANNA.badge_number) == []
    again = RosterWriter(tmp_path)
    keep(again, LUC)
    assert roster.people_of_badge(LUC.badge_number) == [LUC]
    again.close()


def test_a_reading_that_is_not_finished_takes_nobody_away(writer: RosterWriter, roster: Roster) -> None:
    keep(writer, ANNA, LUC)
    writer.begin_reading(Collection.PEOPLE, readings.NOW)
    readings.keep(writer, Collection.PEOPLE, [LUC])
    assert roster.person(ANNA.id) == ANNA
    writer.finish_reading(Collection.PEOPLE)
    assert roster.person(ANNA.id) is None


@pytest.mark.parametrize("content", [b"", b"a letter\n" * 2000, b"SQLite format 3\0" + bytes(5000)])
def test_a_file_that_is_no_roster_knows_nobody(
    tmp_path: Path, roster: Roster, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert roster.people_of_badge(ANNA.badge_number) == []
    assert roster.reasons() == []
    assert roster.link() is None
    assert [record.getMessage().split()[0] for record in caplog.records] == ["roster-unusable"]


@pytest.mark.parametrize("pragma", ["application_id", "user_version"])
def test_another_programs_or_versions_file_is_not_believed(
    tmp_path: Path, writer: RosterWriter, roster: Roster, pragma: str
) -> None:
    keep(writer, ANNA)
    change(tmp_path, f"PRAGMA {pragma} = 99")
    assert roster.people_of_badge(ANNA.badge_number) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE person SET in_service_from = 'soon' WHERE id = 1",
        "UPDATE reason SET translations = '{' WHERE id = 5",
        "UPDATE reason SET translations = '[]' WHERE id = 5",
        "UPDATE activity SET active_until = '2026-02-30' WHERE id = 'a-1'",
        "UPDATE link SET state = 'sideways'",
        "UPDATE link SET since = 'yesterday'",
    ],
)
def test_a_record_that_makes_no_sense_is_left_out_and_the_others_stay(
    tmp_path: Path, writer: RosterWriter, roster: Roster, damage: str
) -> None:
    keep(writer, ANNA, LUC)
    nurse = ReasonDefinition(6, None, Text("Nurse", {}), True, False)
    plant = ActivityDefinition("b-1", 1, None, Text("Plant", {}), None, None, None, None)
    readings.read(writer, Collection.REASONS, [DOCTOR, nurse])
    readings.read(writer, Collection.ACTIVITIES, [OFFICE, plant])
    writer.write_link(Link(LinkState.UP, datetime(2026, 1, 15, 8, tzinfo=UTC), None))
    change(tmp_path, damage)
    roster.link()
    assert roster.person(ANNA.id) in {None, ANNA}
    assert nurse in roster.reasons()
    assert plant in roster.activities()
    assert roster.people_of_badge(LUC.badge_number) == [LUC]
    left_out = [roster.person(1) is None, len(roster.reasons()) == 1, len(roster.activities()) == 1, not roster.link()]
    assert left_out.count(True) == 1


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
days = st.none() | st.dates()


@settings(max_examples=40)
@given(
    people=st.lists(
        st.builds(Person, st.integers(1, 2**40), texts, texts, texts, st.none() | texts, days, days, st.none(), texts),
        unique_by=lambda one: one.id,
        max_size=6,
    )
)
def test_any_people_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, people: list[Person]
) -> None:
    folder = tmp_path_factory.mktemp("roster")
    writer, roster = RosterWriter(folder), Roster(folder)
    keep(writer, *people)
    assert [roster.person(one.id) for one in people] == people
    for one in people:
        assert one in roster.people_of_badge(one.badge_number) or not one.badge_number
    roster.close()
    writer.close()
