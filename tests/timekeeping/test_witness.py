"""What a server's `Date` says, and what it does not."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import Moment
from terminal_app.timekeeping.witness import agree, heard

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANY_WALL = datetime(1970, 1, 1, tzinfo=UTC)


def received(boottime: timedelta, boot: str = "boot") -> Moment:
    """The wall clock of the terminal does not matter."""
    return Moment(ANY_WALL, 1, boottime // timedelta(microseconds=1) * 1000, boot)


@given(
    st.timedeltas(timedelta(0), timedelta(days=3000)),
    st.timedeltas(timedelta(0), timedelta(seconds=5)),
    st.timedeltas(timedelta(0), timedelta(seconds=5)),
    st.sampled_from([UTC, timezone(timedelta(hours=2))]),
)
def test_the_truth_lies_within_the_error(since: timedelta, there: timedelta, back: timedelta, zone: timezone) -> None:
    sent = NOW + since
    at_server = sent + there
    date = format_datetime(at_server.astimezone(zone))
    anchor = heard(date, there + back, received(timedelta(days=1)))
    assert anchor is not None
    # When the answer came it was:
    true = at_server + back
    carried = (
        anchor.instant
        + (received(timedelta(days=1)).boottime_ns - anchor.boottime_ns) * timedelta(microseconds=1) / 1000
    )
    assert abs(carried - true) <= anchor.error + timedelta(microseconds=2)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Wed, 01 Jul 2026 06:00:00 -0000",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Wed, 99 Jul 2026 06:00:00 GMT",
    ],
)
def test_garbage_and_a_time_before_this_program_say_nothing(date: str) -> None:
    assert heard(date, SECOND, received(SECOND)) is None


@given(st.text())
def test_any_text_is_borne(date: str) -> None:
    heard(date, SECOND, received(SECOND))


def test_an_answer_that_took_long_says_nothing() -> None:
    date = format_datetime(NOW, usegmt=True)
    assert heard(date, 10 * SECOND, received(SECOND)) is not None
    assert heard(date, 11 * SECOND, received(SECOND)) is None


@pytest.mark.parametrize(("apart", "boot", "expected"), [(0, "boot", True), (2, "boot", False), (0, "other", False)])
def test_two_answers_agree_or_not(apart: int, boot: str, expected: bool) -> None:
    one = heard(format_datetime(NOW, usegmt=True), SECOND / 10, received(60 * SECOND))
    other = heard(format_datetime(NOW + (60 + apart) * SECOND, usegmt=True), SECOND / 10, received(120 * SECOND, boot))
    assert one is not None
    assert other is not None
    assert agree(one, other) is expected
    assert agree(other, one) is expected
