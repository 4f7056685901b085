"""Simulated machines with clocks that drift and are set; very many of them: `python -m faults.clocks`."""

import pytest

from faults.clocks import Wrong, run

WORLDS = 2500


@pytest.mark.parametrize("seed", [1, 1_000_000])
def test_every_minute_is_as_right_as_it_is_said_to_be(seed: int) -> None:
    counts = run(WORLDS, seed)
    assert counts["worlds"] == WORLDS
    # Each of the ways was gone, or the run says nothing.
    assert (
        min(counts[name] for name in ("trusted", "drifting", "untrusted", "jumped", "corrected", "bounded", "asked"))
        > 20
    )


def test_a_terminal_that_calls_every_clock_good_is_caught() -> None:
    with pytest.raises(Wrong):
        run(200, 1, control=True)
