"""The simulated worlds: a few in each test run, and that they see what they are for. Many: python -m faults.worlds."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from faults.loop_world import run_loop_world
from faults.virtual_time import run_virtually
from faults.world import run_world
from faults.world_site import Breakage
from faults.worlds import CONTROLS, Sum

pytestmark = pytest.mark.no_cover

WORLDS = 300


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)  # warnings of every bad day
    yield
    logging.disable(logging.NOTSET)


def test_nothing_is_lost_or_doubled_in_any_world() -> None:
    whole = Sum()
    for seed in range(WORLDS):
        whole.add(run_world(seed))
    assert (whole.told, whole.lost, whole.doubled, whole.broken) == ([], 0, 0, 0)
    for what in ("crashes", "InDoubt", "Ambiguous", "undone", "stored after it was given up", "records touched by HR"):
        assert whole.counts[what] > 0, what


@pytest.mark.parametrize("breakage", CONTROLS)
def test_what_is_spoilt_doubles_clockings(breakage: Breakage) -> None:
    assert sum(run_world(seed, breakage).doubled for seed in range(WORLDS)) > 0


def test_a_seed_is_the_same_world_each_time() -> None:
    seed = next(seed for seed in range(WORLDS) if run_world(seed, Breakage.NO_LOOK_UP).doubled)
    first, second = run_world(seed, Breakage.NO_LOOK_UP), run_world(seed, Breakage.NO_LOOK_UP)
    assert first == second
    assert first.violations[0].startswith(f"seed {seed} at ")


def test_the_couriers_own_loop_loses_and_doubles_nothing() -> None:
    whole = Sum()
    for seed in range(12):
        whole.add(run_loop_world(seed))
    assert (whole.told, whole.lost, whole.doubled) == ([], 0, 0)
    assert whole.counts["crashes"] > 0


def test_the_couriers_own_loop_doubles_without_a_settling_time() -> None:
    assert any(run_loop_world(seed, Breakage.NO_SETTLING).doubled for seed in range(60))


def test_the_couriers_own_loop_doubles_if_nobody_asks_whose_a_badge_is_now() -> None:
    assert any(run_loop_world(seed, Breakage.NO_OWNER).doubled for seed in range(300))


def test_a_loop_in_virtual_time_that_waits_for_nothing_says_so() -> None:
    async def for_ever() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(RuntimeError, match="nothing will ever happen"):
        run_virtually(for_ever)
