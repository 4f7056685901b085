"""`courier` as a service sees it."""

import signal
import subprocess
import sys
from pathlib import Path

from terminal_app.simulator.server import SimulatorThread
from tests.cli.clockings import recorded
from tests.cli.command import settings_for, started


def test_it_logs_to_stderr_and_ends_well_with_a_signal(tmp_path: Path) -> None:
    recorded(tmp_path)
    path = settings_for(tmp_path)
    (tmp_path / "secret").chmod(0o644)
    with SimulatorThread() as simulator:
        addresses = f'[protime]\nbase_url = "{simulator.url}"\nauthentication_url = "{simulator.url}"\n'
        path.write_text(path.read_text(encoding="utf-8").replace("[protime]\n", addresses), encoding="utf-8")
        with started("courier", "--config", path) as program:
            assert program.stdout is not None
            assert program.stderr is not None
            log = ""
            while "courier-started" not in log:
                line = program.stderr.readline()
                assert line, log
                log += line
            program.send_signal(signal.SIGTERM)
            log += program.stderr.read()
            assert program.stdout.read() == ""
            assert program.wait(30) == 0
    assert "secret-open-to-others" in log
    assert "hush" not in log
    assert "Traceback" not in log


def test_a_sandbox_that_forbids_to_give_way_is_no_failure(tmp_path: Path) -> None:
    # As its unit does: SystemCallFilter=~@resources.
    refusing = "import os, sys\ndef nice(_by): raise PermissionError(1, 'refused')\nos.nice = nice\n"
    program = refusing + "from terminal_app.cli.main import main\nmain()"
    recorded(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", program, "courier", "--config", str(settings_for(tmp_path))],
        stderr=subprocess.PIPE,
        text=True,
    ) as courier:
        assert courier.stderr is not None
        assert any("courier-started" in line for line in courier.stderr)
        courier.terminate()
