"""A courier that is asked at its doorbell to end: what it sends is sent, and it is started anew."""

from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.simulator.server import SimulatorThread
from tests.processes.terminal import ANNA, LUC, Terminal, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300), pytest.mark.no_cover]

ADMIN = '[admin]\nbadges = ["0040856634"]\n'
F12 = b"\x1b[24~"
SLOW_SECONDS = 2.0
"""Less than delivery.request_seconds."""


def test_the_administrator_restarts_it_and_what_is_being_sent_is_waited_for(tmp_path: Path) -> None:
    with SimulatorThread(people=5) as simulator, Terminal(tmp_path, simulator.url, settings=ADMIN) as terminal:
        terminal.start_courier()
        terminal.wait_for_roster()
        terminal.start_kiosk()
        terminal.wait_for_reader()
        terminal.press(F12)
        terminal.wait_for_text("Hold the administrator's badge")
        terminal.reader.hold(LUC)
        terminal.wait_for_text("Restart")
        first = terminal.courier
        assert first is not None
        simulator.set_faults(slow_answer_seconds=SLOW_SECONDS)
        terminal.reader.hold(ANNA)
        until(lambda: terminal.states().get(1) == "sending", lambda: f"it is being sent: {terminal.states()}")
        terminal.press(F12)
        terminal.wait_for_text("Hold the administrator's badge")
        terminal.reader.hold(LUC)
        terminal.wait_for_text("Restart")
        terminal.press(b"5")
        terminal.wait_for_text("Sending begins anew")
        assert first.wait(30) == ExitCode.OK
        assert terminal.states() == {1: "confirmed"}
        log = (tmp_path / "courier.log").read_text(encoding="utf-8")
        assert log.index("courier-asked-to-end") < log.index("courier-stopped")
        assert "Traceback" not in log
        terminal.press(b"5")
        terminal.wait_for_text("Sending does not run")
        simulator.clear_faults()
        terminal.start_courier()
        terminal.reader.hold(LUC)  # away from the door a badge as any other
        until(lambda: terminal.states().get(2) == "confirmed", lambda: f"the next one is sent: {terminal.states()}")
        assert len(simulator.received()) == 2
    kiosk_log = (tmp_path / "kiosk.log").read_text(encoding="utf-8") if (tmp_path / "kiosk.log").exists() else None
    if kiosk_log is not None:  # else it went to the system's log
        assert "admin-courier-restart heard=True operator=badge ...6634" in kiosk_log
