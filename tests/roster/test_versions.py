"""Whatever the order in which changes come, and however they are cut into pages and readings: the newest state stays."""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.clocking.person import Person
from terminal_app.clocking.version import Removed, Versioned
from terminal_app.roster.look_up import Roster
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.tables import Collection
from tests.roster import readings

Change = tuple[int, int, bool]
"""Person, version, and whether they are gone."""


def person(key: int, version: int) -> Person:
    return Person(key, "Anna", f"of {version}", str(key), None, None, None, None)


def text(version: int) -> str:
    return f"{version:020X}"


@st.composite
def histories(draw: st.DrawFn) -> list[list[list[Change]]]:
    """Changes with a version each, some of them repeated, in any order; cut into readings, and those into pages."""
    kinds = draw(st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=12))
    changes = [(key, version, is_gone) for version, (key, is_gone) in enumerate(kinds, start=1)]
    repeated = draw(st.lists(st.sampled_from(changes), max_size=4))
    order = draw(st.permutations(changes + repeated))
    size = draw(st.integers(1, 5))
    pages = [list(order[start : start + size]) for start in range(0, len(order), size)]
    each = draw(st.integers(1, 3))
    return [pages[start : start + each] for start in range(0, len(pages), each)]


def apply(writer: RosterWriter, pages: Sequence[Sequence[Change]]) -> None:
    readings.change(
        writer,
        Collection.PEOPLE,
        *(
            (
                [Versioned(person(key, version), text(version)) for key, version, is_gone in page if not is_gone],
                [Removed(key, text(version)) for key, version, is_gone in page if is_gone],
            )
            for page in pages
        ),
    )


@settings(max_examples=60, deadline=None)
@given(histories())
def test_any_order_of_changes_ends_in_the_newest_state(history: list[list[list[Change]]]) -> None:
    newest: dict[int, Change] = {}
    for change in (change for pages in history for page in pages for change in page):
        newest[change[0]] = max(newest.get(change[0], change), change, key=lambda one: one[1])
    with (
        tempfile.TemporaryDirectory() as name,
        closing(RosterWriter(Path(name))) as writer,
        closing(Roster(Path(name))) as roster,
    ):
        for pages in history:
            apply(writer, pages)
        for key, version, is_gone in newest.values():
            assert roster.person(key) == (None if is_gone else person(key, version))


def test_without_versions_the_last_one_counts(tmp_path: Path) -> None:
    first, second = person(1, 1), person(1, 2)
    with closing(RosterWriter(tmp_path)) as writer, closing(Roster(tmp_path)) as roster:
        readings.change(writer, Collection.PEOPLE, ([Versioned(second, "")], []), ([Versioned(first, "")], []))
        assert roster.person(1) == first
        readings.change(writer, Collection.PEOPLE, ([], [Removed(1, "")]), ([Versioned(second, "")], []))
        assert roster.person(1) == second
        readings.change(writer, Collection.PEOPLE, ([], [Removed(1, "")]))
        assert roster.person(1) is None


def test_a_list_that_is_older_than_what_is_held_replaces_nothing(tmp_path: Path) -> None:
    newer, older = person(1, 2), person(1, 1)
    with closing(RosterWriter(tmp_path)) as writer, closing(Roster(tmp_path)) as roster:
        readings.change(writer, Collection.PEOPLE, ([Versioned(newer, text(2))], []))
        writer.begin_reading(Collection.PEOPLE, readings.NOW)
        readings.keep(writer, Collection.PEOPLE, [older], text(1))
        assert writer.finish_reading(Collection.PEOPLE) == 0
        assert roster.person(1) == newer
