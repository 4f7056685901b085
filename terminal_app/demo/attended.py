"""The demo for a person at a terminal: the real kiosk on a pty, and two lines of help below it.

The kiosk knows nothing of the demo: keys that mean something to the demo are caught on the way to it.
"""

import os
import selectors
import shutil
import signal
import subprocess
import sys
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from rich.cells import set_cell_size

from terminal_app.children import end_child, set_size, start_child
from terminal_app.demo.stage import PEOPLE, UNKNOWN, Stage, stage
from terminal_app.given_terminal import give_back, terminal_attributes

HELP_ROWS = 2
_FEWEST_ROWS = 15
_BADGES = {badge.key: badge for badge in (*PEOPLE, UNKNOWN)}
_IDLE_SECONDS = 0.25
_CHUNK = 65536


def run_attended() -> int:
    """Play until the person quits with q; gives the exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        sys.stderr.write("clocking-terminal: the demo needs a terminal; without one: demo --unattended 20\n")
        return 2
    if shutil.get_terminal_size().lines < _FEWEST_ROWS + HELP_ROWS:
        sys.stderr.write(f"clocking-terminal: the demo needs {_FEWEST_ROWS + HELP_ROWS} rows.\n")
        return 2
    with stage(hold_back_seconds=4) as set_up:
        ours, theirs = os.openpty()
        _fit(ours)
        kiosk = start_child("kiosk", "--config", str(set_up.settings_file), terminal=theirs)
        os.close(theirs)
        try:
            with _raw_terminal():
                code = _Play(set_up, ours, kiosk).run()
        finally:
            code_of_kiosk = end_child(kiosk)
            os.close(ours)
    return code or max(code_of_kiosk, 0)


def _fit(pty: int) -> None:
    size = os.get_terminal_size(sys.stdout.fileno())
    set_size(pty, max(size.lines - HELP_ROWS, 1), size.columns)


@contextmanager
def _raw_terminal() -> Iterator[None]:
    former = terminal_attributes()
    tty.setraw(sys.stdin)
    try:
        yield
    finally:
        give_back(former)  # the kiosk may have died without putting things right


class _Play:
    """Bytes to and fro between the person's terminal and the kiosk's."""

    def __init__(self, set_up: Stage, pty: int, kiosk: subprocess.Popen[bytes]) -> None:
        self._stage = set_up
        self._pty = pty
        self._kiosk = kiosk
        self._network = True
        self._ended = False
        self._kiosk_shows = False

    def run(self) -> int:
        """Until q, a signal, or the end of the kiosk."""
        waker, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.set_wakeup_fd(woken)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, self._end)
        signal.signal(signal.SIGWINCH, lambda *_: _fit(self._pty))
        with selectors.DefaultSelector() as selector:
            for source in (sys.stdin.fileno(), self._pty, waker):
                selector.register(source, selectors.EVENT_READ)
            while not self._ended and self._kiosk.poll() is None:
                ready = [key.fd for key, _ in selector.select(_IDLE_SECONDS)]
                if not ready and self._kiosk_shows:
                    # Only now: between two writes of the kiosk, never inside one of its sequences.
                    self._show_help()
                for source in ready:
                    self._pass_on(source)
        signal.set_wakeup_fd(-1)
        return 0 if self._ended else 1

    def _end(self, *_: object) -> None:
        self._ended = True

    def _pass_on(self, source: int) -> None:
        try:
            received = os.read(source, _CHUNK)
        except OSError:
            self._ended = self._kiosk.poll() is None
            return
        if source == self._pty:
            self._kiosk_shows = True
            _write_all(sys.stdout.fileno(), received)
        elif source == sys.stdin.fileno():
            self._keys(received)

    def _keys(self, received: bytes) -> None:
        # Quick fingers send several keys at once. From an escape on it is a key of the kiosk's, a mouse or a paste.
        typed, escape, rest = received.partition(b"\x1b")
        for key in typed.decode("latin-1"):
            self._key(key)
        if escape:
            _write_all(self._pty, escape + rest)
        self._ended = self._ended or not received

    def _key(self, key: str) -> None:
        if key in _BADGES:
            self._stage.reader.hold(_BADGES[key].card, repeats=3)
        elif key == "n":
            self._network = not self._network
            self._stage.simulator.set_faults(down=not self._network)
        elif key == "q":
            self._ended = True
        else:
            _write_all(self._pty, key.encode("latin-1"))

    def _show_help(self) -> None:
        size = os.get_terminal_size(sys.stdout.fileno())
        lines = (help_line(size.columns, network=self._network), f" {self._received()}")
        text = "".join(
            f"\x1b[{size.lines - HELP_ROWS + 1 + row};1H\x1b[0;30;47m{set_cell_size(line, size.columns)}\x1b[0m"
            for row, line in enumerate(lines)
        )
        _write_all(sys.stdout.fileno(), f"\x1b7{text}\x1b8".encode())

    def _received(self) -> str:
        received = self._stage.simulator.received()
        if not received:
            return "the server has received nothing yet"
        latest = "; ".join(_in_words(record) for record in reversed(received[-3:]))
        return f"the server has received {len(received)}: {latest}"


def help_line(columns: int, *, network: bool) -> str:
    """The keys, in as many words as fit."""
    switch = "n cut network" if network else "n RESTORE NETWORK"
    short_switch = "n cut" if network else "n RESTORE"
    names = "  ".join(f"{badge.key} {badge.name}" for badge in _BADGES.values())
    first, last = PEOPLE[0].key, PEOPLE[-1].key
    forms = (
        f" DEMO  hold a badge: {names} | {switch} | q quit",
        f" badges: {names} | {short_switch} | q quit",
        f" badges: {first}-{last}, {UNKNOWN.key} | {switch} | q quit",
    )
    return next((form for form in forms if len(form) <= columns), forms[-1])


def _in_words(record: dict[str, object]) -> str:
    minute = int(str(record["timeOfDayInMinutes"]))
    names = {badge.number: badge.name for badge in PEOPLE}
    return f"{names.get(str(record['badgeNumber']), '?')} {record['kind']} {minute // 60:02d}:{minute % 60:02d}"


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
