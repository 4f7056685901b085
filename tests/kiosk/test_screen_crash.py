"""A screen that breaks: "one moment", and the kiosk is back, with nothing lost and no traceback."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pyte
import pytest

from drivers.rehearsal import VirtualReader
from terminal_app.children import end_child, set_size
from terminal_app.kiosk.returns import MOST, WITHIN_SECONDS, Returns
from terminal_app.ledger.errors import LedgerUnusable
from tests.kiosk.terminal import ANNA, EVA, LUC, UNKNOWN, card, write_roster
from tests.kiosk.test_console import SETTINGS
from tests.processes.terminal import READER_READY, until

PROGRAM = """
import sys
from pathlib import Path
from terminal_app.cli.start_kiosk import start_kiosk

def sabotage():
    from terminal_app.kiosk.widgets import board
    show, broken = board.Board.{method}, []
    def breaks(self, *arguments, **options):
        if {condition} and len(broken) < {times}:
            broken.append(True)
            raise ZeroDivisionError("a secret")
        return show(self, *arguments, **options)
    board.Board.{method} = breaks

import terminal_app.kiosk.wiring
sabotage()
sys.exit(start_kiosk(Path(sys.argv[1])))
"""


class BrokenKiosk:
    """A kiosk on a pty whose board breaks."""

    def __init__(self, folder: Path, *, method: str, condition: str, times: int) -> None:
        self.written = b""
        self._screen = pyte.Screen(50, 15)
        self._ours, theirs = os.openpty()
        set_size(self._ours, 15, 50)
        (folder / "terminal.toml").write_text(SETTINGS.format(folder=folder))
        program = PROGRAM.format(method=method, condition=condition, times=times)
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(folder / "terminal.toml")],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self._thread = threading.Thread(target=self._draw)
        self._thread.start()

    def shown(self) -> str:
        return "\n".join(self._screen.display)

    def sees(self, *texts: str) -> None:
        until(lambda: any(text in self.shown() for text in texts), lambda: f"{texts} on the screen:\n{self.shown()}")

    def close(self) -> None:
        end_child(self.process)
        self._thread.join()
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


def kinds(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{folder / 'ledger.db'}?mode=ro", uri=True)) as file:
        return file.execute("SELECT badge_number, kind FROM clocking ORDER BY sequence").fetchall()


@pytest.mark.processes
@pytest.mark.parametrize(
    ("method", "condition"),
    [("show", 'arguments[0] in ("in", "out")'), ("render_lines", 'self.tone in ("in", "out")')],
)
def test_a_screen_that_breaks_comes_back_and_what_was_clocked_stays(
    tmp_path: Path, method: str, condition: str
) -> None:
    write_roster(tmp_path)
    with VirtualReader("rdm6300", link=tmp_path / "reader") as reader:
        kiosk = BrokenKiosk(tmp_path, method=method, condition=condition, times=1)
        try:
            kiosk.sees(*READER_READY)
            reader.hold(card(ANNA))
            until(lambda: b"One moment, please" in kiosk.written, kiosk.shown)
            kiosk.sees("Hold your badge")
            kiosk.sees(*READER_READY)
            assert kinds(tmp_path) == [(ANNA, "InOut")]
            time.sleep(0.1)
            reader.hold(card(LUC))
            kiosk.sees("Luc Dubois")
            assert kinds(tmp_path) == [(ANNA, "InOut"), (LUC, "InOut")]
            assert kiosk.process.poll() is None
            assert b"Traceback" not in kiosk.written
            assert b"secret" not in kiosk.written
        finally:
            kiosk.close()


@pytest.mark.processes
def test_what_breaks_again_and_again_is_left_to_the_service_manager(tmp_path: Path) -> None:
    write_roster(tmp_path)
    with VirtualReader("rdm6300", link=tmp_path / "reader") as reader:
        kiosk = BrokenKiosk(tmp_path, method="show", condition='arguments[0] != "idle"', times=99)
        try:
            for turn, badge in enumerate((ANNA, LUC, EVA, UNKNOWN)):
                kiosk.sees(*READER_READY)
                reader.hold(card(badge))
                until(lambda turn=turn: len(kinds(tmp_path)) > turn, "a row")  # type: ignore[misc]
                if turn < MOST:
                    until(lambda turn=turn: kiosk.written.count(b"One moment") > turn, kiosk.shown)  # type: ignore[misc]
            assert kiosk.process.wait(10) == 1
        finally:
            kiosk.close()


def test_it_begins_anew_a_few_times_and_later_again() -> None:
    returns = Returns()
    assert [returns.may_return(ValueError(), now) for now in range(MOST + 1)] == [True] * MOST + [False]
    assert returns.may_return(ValueError(), WITHIN_SECONDS + MOST)


@pytest.mark.parametrize("failure", [LedgerUnusable("broken"), OSError(), KeyboardInterrupt()])
def test_what_is_no_matter_of_the_screen_ends_it(failure: BaseException) -> None:
    assert not Returns().may_return(failure, 0.0)
