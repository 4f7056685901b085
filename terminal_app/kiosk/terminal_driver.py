"""Textual's driver for a terminal, which bytes that are no UTF-8 do not end."""

from contextlib import suppress

from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """A console that is not in UTF-8 mode sends such bytes for accented letters: the kiosk would end with them."""

    def run_input_thread(self) -> None:
        """As inherited; a piece that makes no sense is dropped, and what follows is read on."""
        while not self.exit_event.is_set():
            with suppress(UnicodeDecodeError):
                super().run_input_thread()
