"""`courier` as a service sees it."""

import signal
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
    assert "can be read by others" in log
    assert "hush" not in log
    assert "Traceback" not in log
