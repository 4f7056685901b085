"""A courier that is killed after the roster has a webhook's change, and before that change is done with."""

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest

from terminal_app.doorbell import ring
from terminal_app.ledger.commit_lock import CommitLock
from terminal_app.simulator.server import SimulatorThread
from terminal_app.webhook_receiver.collections import Received
from terminal_app.webhook_receiver.items import changes_in
from terminal_app.webhook_receiver.state import received_state
from terminal_app.webhook_receiver.store import LOCK_NAME, WebhookStore
from tests.processes.terminal import Terminal, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600), pytest.mark.no_cover]


def tell(folder: Path, key: int, version: int, name: str) -> None:
    item = f'{{"changeType": "InsertOrUpdate", "data": {{"id": {key}, "changeVersion": "9{version}", "lastName": "{name}"}}}}'
    with closing(WebhookStore(folder)) as store:
        assert store.accept(changes_in(Received.PEOPLE, item.encode())[0]) == 1


def waiting(folder: Path) -> int:
    state = received_state(folder)
    assert state is not None
    return state.waiting


def test_a_change_is_applied_again_and_changes_nothing(tmp_path: Path) -> None:
    with SimulatorThread(people=5) as simulator, Terminal(tmp_path, simulator.url) as terminal:

        def name() -> str:
            rows = terminal._rows("roster.db", "SELECT last_name FROM person WHERE id = 1")
            return str(rows[0][0]) if rows else ""

        terminal.start_courier()
        terminal.wait_for_roster()
        people = terminal._rows("roster.db", "SELECT count(*) FROM person")
        tell(tmp_path, 1, 1, "Told first")
        ring(tmp_path, "courier")
        until(lambda: name() == "Told first" and waiting(tmp_path) == 0, "the first change came through")
        assert terminal.courier is not None
        os.kill(terminal.courier.pid, signal.SIGSTOP)
        tell(tmp_path, 1, 2, "Told second")
        lock = CommitLock(tmp_path / LOCK_NAME)
        with lock.held():  # whoever wants to say that it is done waits
            os.kill(terminal.courier.pid, signal.SIGCONT)
            ring(tmp_path, "courier")
            until(lambda: name() == "Told second", "the roster has the second change")
            terminal.courier.kill()
            terminal.courier.wait()
        lock.close()
        assert waiting(tmp_path) == 1
        terminal.start_courier()
        until(lambda: waiting(tmp_path) == 0, "it was applied once more")
        assert name() == "Told second"
        assert terminal._rows("roster.db", "SELECT count(*) FROM person") == people
        log = (tmp_path / "courier.log").read_text(encoding="utf-8")
        assert log.count("webhooks-applied collection=people items=1 changes=1") == 2
