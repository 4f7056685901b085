"""A reading of one page waits in memory, and brings what it would have brought through its file."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.clocking.person import Person
from terminal_app.clocking.version import Removed, Versioned
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.schema import FILE_NAME
from terminal_app.roster.staging import Mode, path_of
from terminal_app.roster.tables import Collection
from tests.roster.readings import NOW


@pytest.mark.parametrize("mode", [Mode.LIST, Mode.DELTA])
def test_a_reading_of_one_page_needs_no_file_and_one_that_goes_on_does(tmp_path: Path, mode: Mode) -> None:
    with closing(RosterWriter(tmp_path)) as writer:
        writer.begin_reading(Collection.PEOPLE, NOW, mode=mode)
        writer.keep_page(Collection.PEOPLE, [_person(1)], NOW)
        assert not path_of(tmp_path, Collection.PEOPLE).exists()
        assert _ids(tmp_path) == []
        writer.keep_page(Collection.PEOPLE, [_person(2)], NOW)
        assert path_of(tmp_path, Collection.PEOPLE).exists()
        assert writer.finish_reading(Collection.PEOPLE) == 2
        assert _ids(tmp_path) == [1, 2]
        writer.begin_reading(Collection.PEOPLE, NOW, mode=mode)
        writer.keep_page(Collection.PEOPLE, [_person(2), _person(3)], NOW, removed=[Removed(1, "")])
        assert writer.finish_reading(Collection.PEOPLE) == 2
        assert _ids(tmp_path) == [2, 3]
        assert list(tmp_path.glob("reading-*")) == []


@settings(deadline=None)
@given(data=st.data())
def test_a_lone_page_brings_what_it_brings_through_the_file(data: st.DataObject) -> None:
    """Whatever was there and was removed before: the short way is the same as the long one."""
    versions = st.sampled_from(["", "1", "2", "3"])
    people = st.dictionaries(st.integers(1, 6), versions, max_size=6)
    before, gone = data.draw(people), data.draw(people)
    told, removed = data.draw(people), data.draw(people)
    mode = data.draw(st.sampled_from([Mode.LIST, Mode.DELTA]))
    found = []
    for is_lone in (True, False):
        with TemporaryDirectory() as folder, closing(RosterWriter(Path(folder))) as writer:
            writer.begin_reading(Collection.PEOPLE, NOW, mode=Mode.DELTA)
            writer.keep_page(Collection.PEOPLE, [_person(key, version) for key, version in before.items()], NOW)
            writer.finish_reading(Collection.PEOPLE)
            writer.take_changes(Collection.PEOPLE, [], [Removed(key, version) for key, version in gone.items()])
            writer.begin_reading(Collection.PEOPLE, NOW, mode=mode)
            records = [_person(key, version) for key, version in told.items()]
            also = [Removed(key, version) for key, version in removed.items() if key not in told]
            writer.keep_page(Collection.PEOPLE, records, NOW, removed=also, following=None if is_lone else "/next")
            if not is_lone:
                writer.keep_page(Collection.PEOPLE, [], NOW)
            changes = writer.finish_reading(Collection.PEOPLE)
            with closing(sqlite3.connect(Path(folder) / FILE_NAME)) as file:
                rows = file.execute("SELECT * FROM person ORDER BY id").fetchall()
                marks = file.execute("SELECT * FROM removed ORDER BY id").fetchall()
            found.append((changes, rows, marks))
    assert found[0] == found[1]


def _person(key: int, version: str = "1") -> Versioned[Person]:
    return Versioned(Person(key, f"Anna {version}", "Peeters", str(key), "nl", None, None, 3), version)


def _ids(folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        return [key for (key,) in file.execute("SELECT id FROM person ORDER BY id")]
