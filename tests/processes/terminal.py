"""The real processes of one terminal, as the tests start them: kiosk on a pty, courier, a virtual reader."""

import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte

from drivers.rehearsal import VirtualReader
from terminal_app.children import end_child, set_size, start_child
from terminal_app.roster.tables import Collection

ACTIVITY_STRUCTURE = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01"
ANNA = bytes.fromhex("0600D507D0")
LUC = bytes.fromhex("01026F6C3A")
DEADLINE_SECONDS = 40.0
READER_READY = ("reader ready", "clock unsure")
"""One place of the status line for both: this machine's clock may be synchronised or not."""


def until(condition: Callable[[], bool], what: str | Callable[[], str]) -> None:
    """Wait for a condition; says what did not come."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {DEADLINE_SECONDS:.0f} s: {what if isinstance(what, str) else what()}")
        time.sleep(0.02)


class Terminal:
    """One terminal in a folder; each process can be started and ended on its own."""

    def __init__(self, folder: Path, url: str, *, rows: int = 30, columns: int = 100, settings: str = "") -> None:
        self.folder = folder
        self.settings_file = folder / "terminal.toml"
        self.reader = VirtualReader("rdm6300", link=folder / "reader")
        self.courier: subprocess.Popen[bytes] | None = None
        self.kiosk: subprocess.Popen[bytes] | None = None
        self._size = rows, columns
        self._screen = pyte.Screen(columns, rows)
        self._pty = -1
        secret = folder / "client-secret"
        secret.touch(0o600)
        secret.write_text("demo-secret")
        self.settings_file.write_text(
            f"""
[terminal]
name = "Main entrance"
external_code = "GATE-1"
languages = ["en", "nl"]
answer_seconds = 5
choice_seconds = 60
tile_seconds = 60
[protime]
tenant = "acme"
base_url = "{url}"
authentication_url = "{url}"
client_id = "demo-terminal"
client_secret_file = "{secret}"
activity_structure = "{ACTIVITY_STRUCTURE}"
activity_levels = 2
[storage]
folder = "{folder}"
[delivery]
settle_seconds = 1
hold_back_seconds = 0.5
longest_pause_seconds = 1
request_seconds = 3
proxy_seconds = 0
{settings}
[[reader]]
driver = "rdm6300"
port = "{folder}/reader"
"""
        )

    def __enter__(self) -> Self:
        self.reader.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for child in (self.kiosk, self.courier):
            if child is not None:
                end_child(child)
        if self._pty >= 0:
            os.close(self._pty)
        self.reader.unplug()

    def start_courier(self) -> None:
        with (self.folder / "courier.log").open("ab") as log:
            self.courier = start_child("courier", "--config", str(self.settings_file), log=log)

    def start_kiosk(self) -> None:
        self._pty, theirs = os.openpty()
        set_size(self._pty, *self._size)
        self.kiosk = start_child("kiosk", "--config", str(self.settings_file), terminal=theirs)
        os.close(theirs)
        threading.Thread(target=self._draw, daemon=True).start()

    def press(self, key: bytes) -> None:
        os.write(self._pty, key)

    def shown(self) -> str:
        return "\n".join(self._screen.display)

    def wait_for_text(self, text: str) -> None:
        until(lambda: text in self.shown(), lambda: f"{text!r} on the screen:\n{self.shown()}")

    def wait_for_reader(self) -> None:
        """It is ready; where this machine's clock is not verified, the status line says that in its place."""
        until(
            lambda: any(text in self.shown() for text in READER_READY),
            lambda: f"the reader on the screen:\n{self.shown()}",
        )

    def wait_for_roster(self) -> None:
        """The people and what they can choose were read."""
        question = "SELECT collection, records FROM reading"
        until(
            lambda: set(dict(self._rows("roster.db", question))) >= set(Collection) - {Collection.COUNTERS},
            "the roster was read",
        )

    def states(self) -> dict[int, str]:
        """The state of each clocking in the ledger."""
        return dict(self._rows("ledger.db", "SELECT sequence, state FROM clocking ORDER BY sequence"))

    def _rows(self, file: str, question: str) -> list[Any]:
        path = self.folder / file
        if not path.exists():
            return []
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return connection.execute(question).fetchall()
        except sqlite3.OperationalError:  # not made yet
            return []
        finally:
            connection.close()

    def _draw(self) -> None:
        stream = pyte.ByteStream(self._screen)
        while True:
            try:
                stream.feed(os.read(self._pty, 65536))
            except OSError:
                return
