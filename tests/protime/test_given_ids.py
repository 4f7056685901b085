"""What was given out of a list: no record twice, however long it is, and no more memory for it."""

import sqlite3
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.protime.errors import ProtimeError
from terminal_app.protime.given_ids import GivenIds

keys = (
    st.integers(-3, 6)
    | st.sampled_from([2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**70])
    | st.sampled_from(["1", "a", "", "number 1", "\ud800", "é"])
)
RECALL = object()


@given(st.lists(keys | st.just(RECALL), max_size=60), st.integers(1, 5))
def test_what_is_recalled_and_nothing_else_is_left_out(steps: list[object], held_at_most: int) -> None:
    known: set[object] = set()
    since: set[object] = set()
    with GivenIds(held_at_most) as ids:
        for step in steps:
            if step is RECALL:
                ids.recall()
                known |= since
            else:
                assert ids.is_fresh(step) is (step not in known)
                since.add(step)


def test_a_record_without_an_id_is_always_given() -> None:
    with GivenIds(1) as ids:
        for _ in range(3):
            assert ids.is_fresh(None)
            ids.recall()


def test_many_ids_take_no_more_memory_than_the_first_of_them() -> None:
    with GivenIds() as ids:
        tracemalloc.start()
        try:
            grown = []
            for start in range(0, 200_000, 20_000):
                assert all(map(ids.is_fresh, range(start, start + 20_000)))
                grown.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
        assert max(grown) - grown[0] < 100_000
        ids.recall()
        assert not any(map(ids.is_fresh, range(0, 200_000, 97)))
        assert ids.is_fresh(200_000)


def test_a_full_temporary_folder_is_told() -> None:
    with GivenIds(2000) as ids:
        assert all(map(ids.is_fresh, range(2000)))
        assert ids._file is not None
        ids._file.execute("PRAGMA max_page_count = 1")  # SQLite lets it grow no more: as a full disk has it
        with pytest.raises(ProtimeError, match="temporary folder") as caught:
            all(map(ids.is_fresh, range(2000, 10_000)))
    assert isinstance(caught.value.__cause__, sqlite3.Error)
