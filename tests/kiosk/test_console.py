"""The kiosk's own process on a Linux console: what it really writes, and that nothing typed ends it."""

import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

from drivers.rehearsal import VirtualReader
from terminal_app.children import end_child, set_size, start_child
from terminal_app.cli.exit_codes import ExitCode
from tests.kiosk.terminal import ANNA, Roll, card, write_roster
from tests.processes.terminal import READER_READY, until

HOSTILE = "A\x1b]0;title\x07\x9b2J"
TYPED = b"\x11\x03\x10\x1a\x1c\x13\x04\x00\x1b[24~\x1b[21~\x1b[23~\x11\x03"
"""Ctrl and Q, C, P, Z, \\, S, D and @, then F12, F10, F11."""
SETTINGS = """
[terminal]
name = "Main entrance"
languages = ["en"]
answer_seconds = 30
[protime]
tenant = "acme"
client_id = "none"
client_secret_file = "{folder}/none"
[storage]
folder = "{folder}"
[[reader]]
driver = "rdm6300"
port = "{folder}/reader"
badge_number = "hex"
"""


class Console:
    """A kiosk on a pty that calls itself a Linux console."""

    def __init__(self, folder: Path) -> None:
        self.written = b""
        self._screen = pyte.Screen(50, 15)
        self._ours, theirs = os.openpty()
        set_size(self._ours, 15, 50)
        (folder / "terminal.toml").write_text(SETTINGS.format(folder=folder))
        self.process = start_child("kiosk", "--config", str(folder / "terminal.toml"), terminal=theirs)
        os.close(theirs)
        self._thread = threading.Thread(target=self._draw)
        self._thread.start()

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def sees(self, text: str) -> None:
        until(lambda: text in self.shown(), lambda: f"{text!r} on the screen:\n{self.shown()}")

    def shown(self) -> str:
        return "\n".join(self._screen.display)

    def end(self) -> int:
        code = end_child(self.process)
        self._thread.join()
        return code

    def close(self) -> None:
        self.end()
        os.close(self._ours)

    def _draw(self) -> None:
        stream = pyte.ByteStream(self._screen)
        while True:
            try:
                part = os.read(self._ours, 65536)
            except OSError:
                return
            self.written += part
            stream.feed(part)


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    monkeypatch.setenv("TERM", "linux")
    for name in ("COLORTERM", "NO_COLOR", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    write_roster(tmp_path, Roll(people=[(1, HOSTILE, "Peeters", ANNA, "en", None, None)]))
    one = Console(tmp_path)
    try:
        yield one
    finally:
        one.close()


@pytest.mark.processes
def test_a_badge_on_a_linux_console(console: Console, tmp_path: Path) -> None:
    console.sees("reader missing")
    console.type(TYPED)
    os.kill(console.process.pid, signal.SIGWINCH)
    with VirtualReader("rdm6300", link=tmp_path / "reader") as reader:
        until(lambda: any(text in console.shown() for text in READER_READY), "the reader")
        reader.hold(card(ANNA))
        console.sees("recorded at")
        console.sees("]0;title")
    console.sees("reader missing")
    console.type(TYPED)
    console.type(b"\x1b")
    console.sees("No badge can be read now")
    assert console.process.poll() is None
    assert set(re.findall(rb"\x1b\].{0,5}", console.written)) <= {b"\x1b]22;de"}, "but Textual's pointer shape"
    assert b"\xc2\x9b" not in console.written
    assert not re.search(rb"[34]8;[25];", console.written), "colours beyond the sixteen"
    assert re.search(rb"\x1b\[[0-9;]*46m", console.written), "an answer in the console's own colours"
    assert console.end() == 0
    assert b"\x1b[?1049l" in console.written, "the console as it was"
    assert b"Traceback" not in console.written


@pytest.mark.processes
@pytest.mark.parametrize("painted", [b"", b"reader missing"])
def test_a_terminal_that_is_closed_ends_the_kiosk(tmp_path: Path, painted: bytes) -> None:
    (tmp_path / "terminal.toml").write_text(SETTINGS.format(folder=tmp_path))
    ours, theirs = os.openpty()
    set_size(ours, 15, 50)
    process = start_child("kiosk", "--config", str(tmp_path / "terminal.toml"), terminal=theirs)
    os.close(theirs)
    try:
        seen = os.read(ours, 65536)
        while painted not in seen:
            seen += os.read(ours, 65536)
        os.close(ours)
        until(lambda: process.poll() is not None, "the end of the kiosk")
    finally:
        end_child(process)
    assert process.returncode in (ExitCode.FAILED, ExitCode.UNAVAILABLE)
