"""A way to be heard or seen, in a thread of its own: it can neither delay nor break an answer."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from terminal_app.kiosk.signals.outcome import Outcome

log = logging.getLogger(__name__)

Wait = Callable[[float], bool]
"""Waits so many seconds, and says whether there is something newer to say: then end what sounds, and return."""


class Device(Protocol):
    """Something that sounds or lights."""

    @property
    def name(self) -> str:
        """In the log."""
        ...

    def say(self, outcome: Outcome, wait: Wait) -> None:
        """Tell it, and come back when it has been told; in the channel's thread. May fail in any way."""
        ...


class Channel:
    """Gives a device the newest outcome; what came before and was not begun is dropped."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._news = threading.Event()
        self._newest: Outcome | None = None
        self._has_failed = False
        # A daemon: whatever hangs in it does not keep the kiosk from ending.
        self._thread = threading.Thread(target=self._run, name=device.name, daemon=True)
        self._thread.start()

    def say(self, outcome: Outcome) -> None:
        """Tell it soon; never waits and never fails."""
        self._newest = outcome
        self._news.set()

    def _run(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            outcome, self._newest = self._newest, None
            if outcome is not None:
                self._say(outcome)

    def _say(self, outcome: Outcome) -> None:
        try:
            self._device.say(outcome, self._news.wait)
        except Exception as error:  # noqa: BLE001 # an unhandled error of a thread ends the kiosk
            level = logging.DEBUG if self._has_failed else logging.WARNING
            log.log(level, "signal-failed device=%s error=%s", self._device.name, type(error).__name__)
            self._has_failed = True
        else:
            self._has_failed = False
