"""The machine's clocks, and the keys made of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.timekeeping.clock import SystemClock, uuid7

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=365 * 8000)).map(lambda elapsed: EPOCH + elapsed)


@given(INSTANTS)
def test_a_key_has_version_and_variant_and_holds_its_millisecond(instant: datetime) -> None:
    key = uuid7(instant)
    assert key.version == 7
    assert key.variant == RFC_4122
    assert key.int >> 80 == (instant - EPOCH) // MILLISECOND


@given(INSTANTS, INSTANTS)
def test_keys_sort_by_millisecond(one: datetime, other: datetime) -> None:
    first, second = (one - EPOCH) // MILLISECOND, (other - EPOCH) // MILLISECOND
    if first != second:
        assert (uuid7(one) < uuid7(other)) == (first < second)


def test_keys_of_one_instant_differ() -> None:
    instant = datetime(2026, 7, 1, tzinfo=UTC)
    assert len({uuid7(instant) for _ in range(1000)}) == 1000


def test_a_key_needs_an_aware_instant() -> None:
    with pytest.raises(TypeError):
        uuid7(datetime(2026, 7, 1))  # noqa: DTZ001 # that is the point


def test_the_moments_of_this_machine_go_forward() -> None:
    clock = SystemClock()
    one, other = clock.now(), clock.now()
    assert one.instant.tzinfo is UTC
    assert one.monotonic_ns <= other.monotonic_ns
    assert one.boottime_ns <= other.boottime_ns
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    assert one.boot_id == other.boot_id == boot_id
