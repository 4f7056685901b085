"""`reader probe`, `ports`, `drivers`, `record` and `replay` on virtual readers."""

import os
import select
import signal
import stat
import subprocess
import time
from pathlib import Path

from drivers.names import BUILT_IN
from drivers.osdp_twin import VirtualOsdpReader
from drivers.recording import HEADING, RecordedRead, line_of
from drivers.rehearsal import VirtualReader
from terminal_app.cli.exit_codes import ExitCode
from tests.cli.command import command, started

EM_A, EM_B = bytes.fromhex("0600D507D0"), bytes.fromhex("01026F6C3A")


def seen_until(program: "subprocess.Popen[str]", reader: VirtualReader, card: bytes, *texts: str) -> str:
    """What it says up to all these texts, with the card held to the reader again and again meanwhile."""
    assert program.stdout is not None
    seen, until = "", time.monotonic() + 60
    while not all(text in seen for text in texts):
        assert time.monotonic() < until, seen
        # Again and again: what was sent before the port was open is thrown away.
        reader.hold(card)
        if select.select([program.stdout], [], [], 0.1)[0]:
            seen += os.read(program.stdout.fileno(), 4096).decode()
    return seen


def end(program: "subprocess.Popen[str]") -> None:
    assert program.stdout is not None
    program.send_signal(signal.SIGINT)
    program.stdout.read()
    assert program.wait(30) == 0


def test_it_finds_the_driver_suggests_the_rule_and_shows_bytes_until_it_is_interrupted() -> None:
    with (
        VirtualReader("rdm6300") as reader,
        started("reader", "probe", reader.port, "--suggest", "213,02000", "--suggest", "111,27706") as program,
    ):
        first = seen_until(program, reader, EM_A, "Listening", "rdm6300: decimal", "02 30 36")
        assert "Found: driver rdm6300 at 9600 baud." in first
        assert f'[[reader]]\ndriver = "rdm6300"\nport = "{reader.port}"\nbadge_number = "2h4h"\n' in first
        assert '  badge_number = "2h4h"\n' in first
        assert '  badge_number = "2h4h"\n' in seen_until(program, reader, EM_B, "0040856634", "badge_number")
        end(program)


def test_one_driver_at_one_speed_is_listened_to_at_once() -> None:
    with (
        VirtualReader("rdm6300") as reader,
        started("reader", "probe", reader.port, "--driver", "rdm6300", "--baud", "19200") as program,
    ):
        seen = seen_until(program, reader, bytes.fromhex("0A00123456"), "rdm6300: decimal")
        assert "02 30 41" in seen
        assert "Found" not in seen
        end(program)


def test_a_reader_without_bytes_of_its_own_shows_what_happens_at_it(tmp_path: Path) -> None:
    os.mkfifo(path := tmp_path / "reader")
    answer = command("reader", "probe", "/dev/no-such-port", "--driver", "osdp", "--options", "key-file:/no/such/key")
    assert answer.returncode == ExitCode.USAGE
    with started("reader", "probe", str(path), "--driver", "wedge") as program, path.open("wb"):
        assert program.stdout is not None
        assert "Listening" in str(program.stdout.readline())
        assert "unusable: " in str(program.stdout.readline()), "a pipe cannot be grabbed"
        end(program)
    with (
        VirtualOsdpReader() as virtual,
        started("reader", "probe", virtual.port, "--driver", "osdp", "--suggest", "213,02000") as program,
    ):
        assert program.stdout is not None
        assert "Listening" in str(program.stdout.readline())
        assert "ready: " in str(program.stdout.readline())
        virtual.hold(bytes.fromhex("D507D0"), 24)
        lines = [str(program.stdout.readline()) for _ in range(11)]
        assert "  osdp: wiegand26 21302000\n" in lines
        assert lines[-1] == '  badge_number = "2h4h"\n'
        virtual.press("1234")
        seen = ""
        while "4 keys" not in seen:
            seen += str(program.stdout.readline())
        assert "1234" not in seen, "it may be a PIN"
        end(program)


def test_what_cannot_be_probed() -> None:
    answer = command("reader", "probe", "/dev/no-such-port")
    assert answer.returncode == ExitCode.UNAVAILABLE
    assert answer.stderr.startswith("clocking-terminal: /dev/no-such-port: no reader is there")
    for arguments in (["--driver", "rdm"], ["--driver", "line", "--options", "x"]):
        answer = command("reader", "probe", "/dev/no-such-port", *arguments)
        assert answer.returncode == ExitCode.USAGE


def test_all_drivers_are_listed() -> None:
    answer = command("reader", "drivers")
    assert answer.returncode == 0
    for name in BUILT_IN:
        assert f"\n{name}: " in f"\n{answer.stdout}"
    assert command("reader", "ports").returncode == 0


def test_what_is_recorded_can_be_shown_and_played_again(tmp_path: Path) -> None:
    file, link = tmp_path / "reads", tmp_path / "reader"
    with (
        VirtualReader("rdm6300") as reader,
        started("reader", "record", str(file), "--port", reader.port) as program,
    ):
        seen_until(program, reader, EM_A, "Recording", "14 bytes")
        end(program)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = command("reader", "record", str(file), "--port", "/dev/no-such-port")
    assert again.returncode == ExitCode.UNAVAILABLE
    shown = command("reader", "replay", str(file))
    assert "0.000 s\n02 30 36" in shown.stdout
    assert "  rdm6300: decimal 0013961168" in shown.stdout
    with started("reader", "replay", str(file), "--link", str(link)) as program:
        assert program.stdout is not None
        assert "Playing on" in str(program.stdout.readline())
        answer = command("reader", "probe", str(link), "--driver", "rdm6300")
        assert answer.returncode == ExitCode.UNAVAILABLE, "the port went away at the end"
        assert program.wait(30) == 0


def test_pauses_in_a_recording_end_frames_where_nothing_else_does(tmp_path: Path) -> None:
    reads = [(0.0, b"12"), (0.02, b"34"), (1.0, b"56")]
    lines = [HEADING, *(line_of(RecordedRead(seconds, data)) for seconds, data in reads)]
    (file := tmp_path / "reads").write_text("\n".join(lines), encoding="utf-8")
    shown = command("reader", "replay", str(file), "--driver", "ascii", "--options", "end:none silence:100")
    assert [line for line in shown.stdout.splitlines() if "text" in line] == ["  ascii: text 1234", "  ascii: text 56"]


def test_what_is_no_recording(tmp_path: Path) -> None:
    (file := tmp_path / "reads").write_bytes(b"\xff\xfe")
    assert command("reader", "replay", str(file)).returncode == ExitCode.USAGE
    file.write_text("hello", encoding="utf-8")
    answer = command("reader", "replay", str(file))
    assert answer.returncode == ExitCode.USAGE
    assert "line 1: a recording begins with" in answer.stderr
    assert command("reader", "replay", str(tmp_path / "none")).returncode == ExitCode.UNAVAILABLE
