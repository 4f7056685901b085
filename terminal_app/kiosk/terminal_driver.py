"""Textual's driver for a terminal, which bytes that are no UTF-8 do not end and no signal of the terminal stops."""

import signal
from contextlib import suppress
from typing import Any

from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """A console that is not in UTF-8 mode sends such bytes for accented letters: the kiosk would end with them."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 # passed on
        super().__init__(*given, **named)
        # Textual has made itself its handler, to give the screen away; another process may send it at any time.
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)

    def _sigtstp_application(self, *_: object) -> None:
        # Textual's, which would stop the process: a key that was pressed before the terminal was raw may come here.
        pass

    def run_input_thread(self) -> None:
        """As inherited; a piece that makes no sense is dropped, and what follows is read on."""
        while not self.exit_event.is_set():
            with suppress(UnicodeDecodeError):
                super().run_input_thread()
