"""A courier that is killed in the middle of a reading of many people goes on from where it was."""

from functools import partial
from pathlib import Path

import pytest

from terminal_app.roster.staging import Progress, progress_of
from terminal_app.roster.tables import Collection
from terminal_app.simulator.activity_records import STRUCTURE
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from tests.processes.terminal import Terminal, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600), pytest.mark.no_cover]

PEOPLE, PAGE = 2000, 50


@pytest.mark.parametrize("mode", ["full", "delta"])
def test_a_killed_reading_is_gone_on_with(tmp_path: Path, mode: str) -> None:
    settings = f'[synchronisation]\nmode = "{mode}"\n'
    with (
        SimulatorThread(people=PEOPLE, settings=Settings(page_size=PAGE)) as simulator,
        Terminal(tmp_path, simulator.url, settings=settings) as terminal,
    ):
        simulator.set_faults(slow_seconds=0.05, target="reads", empty_page_after=None)

        def progress() -> Progress:
            return progress_of(tmp_path, Collection.PEOPLE) or Progress(0, 0, None)

        def has_come_to(pages: int) -> bool:
            return progress().pages >= pages

        at = 0
        for pages in (5, 10):
            terminal.start_courier()
            assert terminal.courier is not None
            until(partial(has_come_to, pages), "the reading has come so far")
            terminal.courier.kill()
            terminal.courier.wait()
            assert terminal._rows("roster.db", "SELECT count(*) FROM person") == [(0,)]
            at = progress().pages
            assert at >= pages
            assert progress().records == at * PAGE
        simulator.state.requests.clear()
        terminal.start_courier()
        terminal.wait_for_roster()
        assert terminal._rows("roster.db", "SELECT count(*), min(id), max(id) FROM person") == [(PEOPLE, 1, PEOPLE)]
        lists = [one for one in simulator.state.requests.last if one.path.endswith(("/people", "/delta/people"))]
        assert len(lists) <= PEOPLE // PAGE - at + 2
        assert progress_of(tmp_path, Collection.PEOPLE) is None


def test_a_killed_reading_of_activities_is_gone_on_with(tmp_path: Path) -> None:
    with (
        SimulatorThread(people=10, settings=Settings(page_size=1)) as simulator,
        Terminal(tmp_path, simulator.url) as terminal,
    ):
        simulator.set_faults(slow_seconds=0.2, target="reads", empty_page_after=None)

        def progress() -> Progress:
            return progress_of(tmp_path, Collection.ACTIVITIES) or Progress(0, 0, None)

        terminal.start_courier()
        assert terminal.courier is not None
        until(lambda: "/levels/2/" in (progress().following or ""), "the reading has come to the second level")
        terminal.courier.kill()
        terminal.courier.wait()
        at = progress().pages
        simulator.set_faults(slow_seconds=0)
        simulator.state.requests.clear()
        terminal.start_courier()
        terminal.wait_for_roster()
        levels = [one.path.split("/levels/")[1][0] for one in simulator.state.requests.last if "/levels/" in one.path]
        assert set(levels) == {"2"}
        every = sum(len(simulator.state.activities.of_level(STRUCTURE, level)) for level in (1, 2))
        assert terminal._rows("roster.db", "SELECT count(*) FROM activity") == [(every,)]
        assert len(levels) <= every - at + 2
