"""`reader probe` on a virtual reader."""

import os
import select
import signal

from drivers.rehearsal import VirtualReader
from terminal_app.cli.exit_codes import ExitCode
from tests.cli.command import command, started


def test_it_shows_bytes_and_badge_numbers_until_it_is_interrupted() -> None:
    with (
        VirtualReader("rdm6300") as reader,
        started("reader", "probe", reader.port) as program,
    ):
        assert program.stdout is not None
        assert "Listening" in str(program.stdout.readline())
        seen = ""
        while "rdm6300: decimal" not in seen:
            # Again and again: what was sent before the port was open is thrown away.
            reader.hold(bytes.fromhex("0A00123456"))
            if select.select([program.stdout], [], [], 0.1)[0]:
                seen += os.read(program.stdout.fileno(), 4096).decode()
        assert "02 30 41" in seen
        program.send_signal(signal.SIGINT)
        program.stdout.read()
        assert program.wait(30) == 0


def test_a_port_that_is_not_there() -> None:
    answer = command("reader", "probe", "/dev/no-such-port")
    assert answer.returncode == ExitCode.UNAVAILABLE
    assert answer.stderr.startswith("clocking-terminal: /dev/no-such-port: no reader is there")
