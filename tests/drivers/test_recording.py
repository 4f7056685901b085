"""Recordings: what is written is read back, and what is none is refused with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.recording import HEADING, RecordedRead, RecordingError, line_of, reads_of

reads = st.lists(
    st.builds(
        RecordedRead,
        st.floats(0, 1e6).map(lambda seconds: round(seconds, 6)),
        st.binary(min_size=1, max_size=40),
    ),
    max_size=10,
).map(lambda some: sorted(some, key=lambda one: one.seconds))


@given(reads)
def test_what_is_written_is_read_back(some: list[RecordedRead]) -> None:
    assert list(reads_of([HEADING, "", "# a remark", *map(line_of, some)])) == some


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        (["0.000000 02"], "line 1: a recording begins with"),
        ([HEADING, "0.000000 0"], "line 2"),
        ([HEADING, "0 02"], "line 2"),
        ([HEADING, "", "0.000000 xx"], "line 3"),
        ([HEADING, "2.000000 02", "1.000000 02"], "line 3: it is earlier"),
        ([HEADING, "\u0660.000000 02"], "line 2"),
    ],
)
def test_what_is_no_recording_is_refused_with_its_line(lines: list[str], refusal: str) -> None:
    with pytest.raises(RecordingError, match=refusal):
        list(reads_of(lines))


def test_a_card_is_no_part_of_a_repr() -> None:
    assert "0600" not in repr(RecordedRead(0.0, b"0600D507D0"))
