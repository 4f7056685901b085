from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from terminal_app.protime.retry_after import LONGEST, retry_after

NOW = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)


@given(st.text(max_size=40), st.text(max_size=40))
@example("9" * 400, "")
@example("Thu, 31 Dec 9999 23:59:59 -2359", "")
@example("Thu, 1 Jan 0001 00:00:00 +2359", "Thu, 1 Jan 0001 00:00:00 +2359")
@example("²", "")
def test_whatever_a_server_sends_the_wait_is_bounded(text: str, server_date: str) -> None:
    wait = retry_after({"retry-after": text, "date": server_date}, NOW)
    assert wait is None or timedelta(0) <= wait <= LONGEST


@given(st.integers(0, 10**30))
def test_seconds(seconds: int) -> None:
    assert retry_after({"retry-after": f" {seconds} "}, NOW) == timedelta(seconds=min(seconds, 3600))


@given(st.integers(-(10**6), 10**6))
def test_a_date_counts_from_the_servers_own_clock(seconds: int) -> None:
    server = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    headers = {
        "retry-after": format_datetime(server + timedelta(seconds=seconds), usegmt=True),
        "date": format_datetime(server, usegmt=True),
    }
    assert retry_after(headers, NOW) == timedelta(seconds=min(max(seconds, 0), 3600))


def test_a_date_without_the_servers_clock_counts_from_ours() -> None:
    assert retry_after({"retry-after": "Thu, 15 Jan 2026 08:30:07 GMT"}, NOW) == timedelta(seconds=7)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "Thu, 45 Foo 2026", "१२"])
def test_garbage_is_no_wait(text: str) -> None:
    assert retry_after({"retry-after": text}, NOW) is None
    assert retry_after({}, NOW) is None
