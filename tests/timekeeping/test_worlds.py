"""Simulated machines with clocks that drift and are set; CI has 5,000 more: `./run faults clocks`."""

import pytest

from faults.clocks import WAYS, Wrong, run

pytestmark = pytest.mark.no_cover

WORLDS = 1_000


def test_every_minute_is_as_right_as_it_is_said_to_be() -> None:
    counts = run(WORLDS, 1_000_000)
    assert counts["worlds"] == WORLDS
    assert min(counts[way] for way in WAYS) > 20


def test_a_terminal_that_calls_every_clock_good_is_caught() -> None:
    with pytest.raises(Wrong):
        run(200, 1, control=True)
