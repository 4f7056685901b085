import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition, Text
from terminal_app.clocking.person import Person
from terminal_app.roster.file import RosterNotWritten
from terminal_app.roster.link import Link, LinkState
from terminal_app.roster.look_up import Roster
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.tables import Collection
from tests.roster import readings

ANNA = Person(1, "Anna", "Peeters", "0013961168", "nl", date(2015, 1, 1), None, 3, "HR-1")
LUC = Person(2, "Luc", "Dubois", "0040856634", "fr", None, date(2030, 1, 1), None, None)
REASON = ReasonDefinition(1, "DOC", Text("Doctor", {"nl": "Dokter"}), is_enabled=True, is_reason_for_clocking=False)
ACTIVITY = ActivityDefinition("g", 1, None, Text("Work", {}), "100", None, date(2020, 1, 1), None)


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


def read(writer: RosterWriter, *pages: list[Person]) -> int:
    return readings.read(writer, Collection.PEOPLE, *pages)


def test_what_is_written_is_read_back(writer: RosterWriter, roster: Roster) -> None:
    assert read(writer, [ANNA], [], [LUC]) == 2
    assert roster.people_of_badge(ANNA.badge_number) == [ANNA]
    assert roster.person(2) == LUC
    readings.read(writer, Collection.REASONS, [REASON])
    readings.read(writer, Collection.ACTIVITIES, [ACTIVITY])
    assert (roster.reasons(), roster.activities()) == ([REASON], [ACTIVITY])
    link = Link(LinkState.DOWN, datetime(2026, 1, 15, tzinfo=UTC), "no route")
    writer.write_link(link._replace(state=LinkState.UP))
    writer.write_link(link)
    assert roster.link() == link


def test_only_what_changed_is_written(writer: RosterWriter, roster: Roster) -> None:
    read(writer, [ANNA, LUC])
    assert read(writer, [ANNA, LUC]) == 0
    married = dataclasses.replace(LUC, last_name="Peeters")
    assert read(writer, [ANNA], [married]) == 1
    assert roster.person(2) == married


def test_who_is_on_no_page_any_more_is_deleted(writer: RosterWriter, roster: Roster) -> None:
    read(writer, [ANNA, LUC])
    assert read(writer, [LUC]) == 1
    assert roster.person(1) is None
    assert roster.person(2) == LUC


EVERYBODY = [dataclasses.replace(ANNA, id=key, badge_number=str(key)) for key in range(1, 101)]


def shrank(caplog: pytest.LogCaptureFixture) -> int:
    return sum(one.startswith("roster-shrank collection=person before=100 ") for one in caplog.messages)


@pytest.mark.parametrize("left", [0, 1, 49])
def test_a_reading_that_brings_too_few_counts_once_the_next_says_the_same(
    writer: RosterWriter, roster: Roster, caplog: pytest.LogCaptureFixture, left: int
) -> None:
    read(writer, EVERYBODY)
    assert read(writer, EVERYBODY[:left]) == 0
    assert roster.people_of_badge("100") == EVERYBODY[99:]
    assert shrank(caplog) == 1
    assert read(writer, EVERYBODY[:left]) == 100 - left
    assert roster.people_of_badge("100") == []
    assert shrank(caplog) == 1


def test_a_reading_that_brings_everybody_again_clears_the_doubt(
    writer: RosterWriter, roster: Roster, caplog: pytest.LogCaptureFixture
) -> None:
    read(writer, EVERYBODY)
    for _ in range(3):
        assert read(writer, []) == 0
        assert read(writer, EVERYBODY) == 0
    assert roster.people_of_badge("100") == EVERYBODY[99:]
    assert shrank(caplog) == 3


@pytest.mark.parametrize(("before", "left"), [(100, 50), (10, 1), (2, 1)])
def test_half_of_the_people_or_of_few_may_go_at_once(writer: RosterWriter, before: int, left: int) -> None:
    read(writer, EVERYBODY[:before])
    assert read(writer, EVERYBODY[:left]) == before - left


def test_the_last_person_does_not_go_at_once(writer: RosterWriter) -> None:
    read(writer, [ANNA])
    assert (read(writer, []), read(writer, [])) == (0, 1)


def test_changes_of_a_reading_that_brings_too_few_are_kept(writer: RosterWriter, roster: Roster) -> None:
    read(writer, EVERYBODY)
    married = dataclasses.replace(EVERYBODY[0], last_name="Dubois")
    assert read(writer, [married]) == 1
    assert roster.person(1) == married


def test_reasons_and_activities_are_not_emptied_at_once(writer: RosterWriter, roster: Roster) -> None:
    def read_reasons(*reasons: ReasonDefinition) -> int:
        return readings.read(writer, Collection.REASONS, reasons)

    many = [REASON._replace(id=key) for key in range(1, 31)]
    read_reasons(*many)
    assert read_reasons(REASON) == 29
    assert read_reasons() == 0
    assert roster.reasons() == [REASON]
    assert read_reasons() == 1
    readings.read(writer, Collection.ACTIVITIES, [ACTIVITY])
    assert readings.read(writer, Collection.ACTIVITIES) == 0
    assert roster.activities() == [ACTIVITY]


def test_a_reading_that_was_interrupted_deletes_nobody(writer: RosterWriter, roster: Roster) -> None:
    read(writer, [ANNA, LUC])
    writer.begin_reading(Collection.PEOPLE, readings.NOW)
    readings.keep(writer, Collection.PEOPLE, [LUC])
    assert read(writer, [ANNA], [LUC]) == 0
    assert roster.person(1) == ANNA


def test_a_person_who_comes_twice_is_the_last(writer: RosterWriter, roster: Roster) -> None:
    read(writer, [ANNA, dataclasses.replace(ANNA, badge_number="7")])
    assert roster.people_of_badge("7") == [dataclasses.replace(ANNA, badge_number="7")]


def test_a_record_that_is_no_text_is_skipped_and_the_others_are_kept(
    writer: RosterWriter, roster: Roster, caplog: pytest.LogCaptureFixture
) -> None:
    read(writer, [LUC])
    half = dataclasses.replace(LUC, reference="E\ud800", first_name="Canary")
    assert read(writer, [half, ANNA]) == 1
    assert (roster.person(1), roster.person(2)) == (ANNA, LUC)
    assert caplog.messages == ["roster-record-not-kept collection=person"]


def test_nobody_is_found_by_no_badge(writer: RosterWriter, roster: Roster) -> None:
    without = dataclasses.replace(ANNA, badge_number="")
    read(writer, [without])
    assert roster.people_of_badge("") == []
    assert roster.person(1) == without


def old_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA application_id = 1129008210; CREATE TABLE person (id);")
    connection.close()


def another_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE t (id); PRAGMA application_id = 7; PRAGMA user_version = 1;")
    connection.close()


def garbage(path: Path) -> None:
    path.write_bytes(b"garbage" * 5000)
    path.with_name(path.name + "-wal").write_bytes(b"garbage" * 5000)


def empty(path: Path) -> None:
    path.touch()


@pytest.mark.parametrize("spoil", [old_version, another_program, garbage, empty])
def test_what_cannot_be_trusted_is_made_anew(tmp_path: Path, roster: Roster, spoil: object) -> None:
    first = RosterWriter(tmp_path)
    read(first, [ANNA])
    assert roster.person(1) == ANNA
    first.close()
    (tmp_path / "roster.db").unlink()
    spoil(tmp_path / "roster.db")  # type: ignore[operator]
    writer = RosterWriter(tmp_path)
    assert roster.person(1) is None
    read(writer, [LUC])
    assert roster.person(2) == LUC
    writer.close()
    RosterWriter(tmp_path).close()
    assert roster.person(2) == LUC
    assert not (tmp_path / "roster.db.new").exists()


def test_what_is_kept_survives_a_start(tmp_path: Path, roster: Roster) -> None:
    writer = RosterWriter(tmp_path)
    read(writer, [ANNA])
    writer.close()
    writer = RosterWriter(tmp_path)
    assert roster.person(1) == ANNA
    assert read(writer, [ANNA]) == 0
    writer.close()


def test_damage_while_it_runs_makes_it_anew_and_the_reading_begins_again(tmp_path: Path, roster: Roster) -> None:
    writer = RosterWriter(tmp_path)
    everybody = [dataclasses.replace(ANNA, id=key, badge_number=str(key)) for key in range(1, 3000)]
    read(writer, everybody)
    writer.close()
    writer = RosterWriter(tmp_path)
    writer.begin_reading(Collection.PEOPLE, readings.NOW)
    with (tmp_path / "roster.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 100)
    with pytest.raises(RosterNotWritten):
        readings.keep(writer, Collection.PEOPLE, [dataclasses.replace(one, last_name="X") for one in everybody])
    with pytest.raises(RosterNotWritten, match="begin again"):
        readings.keep(writer, Collection.PEOPLE, everybody)
    with pytest.raises(RosterNotWritten, match="begin again"):
        writer.finish_reading(Collection.PEOPLE)
    assert read(writer, everybody) == len(everybody)
    assert roster.person(7) == everybody[6]
    writer.close()


def test_a_folder_that_cannot_hold_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(RosterNotWritten, match="cannot be made"):
        RosterWriter(tmp_path / "none")


def test_the_file_holds_only_what_a_terminal_needs(writer: RosterWriter, tmp_path: Path) -> None:
    read(writer, [ANNA])
    connection = sqlite3.connect(tmp_path / "roster.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    (row,) = connection.execute("SELECT * FROM person").fetchall()
    assert json.dumps(row[:-1]) == json.dumps([1, "Anna", "Peeters", "0013961168", "nl", "2015-01-01", None, 3, "HR-1"])
    connection.close()
