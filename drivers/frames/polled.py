"""Readers that answer only when they are asked: a decoder that also says what to ask.

Sans-I/O like every decoder: it is told when time has passed by being asked for the next command, at a steady pace.
"""

from collections import deque
from typing import Protocol, runtime_checkable

from drivers.feedback import Signal
from drivers.frames.decoder import Decoded

TICK_SECONDS = 0.15
"""How often `ask` is called: the longest that a card lies there unnoticed, beside the reader's own time."""

PATIENCE_TICKS = 6
"""An answer that has not come after this many is missed; a beep may hold one up for half a second."""

MOST_WAITING = 8
"""Commands of signals that may wait for the reader; older ones are not worth a beep any more."""


@runtime_checkable
class Polled(Protocol):
    """A `Decoder` that asks."""

    @property
    def missed(self) -> int:
        """How many questions in a row had no answer."""
        ...

    @property
    def is_connected(self) -> bool:
        """Whether the reader has answered all that a connection begins with, and answers still."""
        ...

    @property
    def advice(self) -> str:
        """What the operator can do where it never answers."""
        ...

    def feed(self, data: bytes) -> list[Decoded]:
        """As `Decoder`."""
        ...

    def reset(self) -> int:
        """As `Decoder`: and begins anew, as after the port was opened."""
        ...

    def ask(self) -> bytes:
        """What to send now; no bytes while an answer is awaited."""
        ...

    def signal(self, signal: Signal) -> bool:
        """Will send this to the person at the reader with the next questions; False: this reader cannot."""
        ...


class Questions:
    """One question at a time: those that begin a connection, then signals, then the poll, for ever."""

    def __init__(self, opening: tuple[bytes, ...], poll: bytes) -> None:
        self._opening = opening
        self._poll = poll
        self.begin()

    def begin(self) -> None:
        """As after the port was opened."""
        self.missed = 0
        self._next = deque(self._opening)
        self._signals: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._asked: bytes | None = None
        self._ticks = 0
        self._polled_last = False

    @property
    def asked(self) -> bytes | None:
        """The question whose answer is awaited."""
        return self._asked

    @property
    def is_connected(self) -> bool:
        """Whether the reader has answered all that a connection begins with, and answers still."""
        return not self._next and not self.missed

    def next(self) -> bytes:
        """What to ask now; no bytes while an answer is awaited. After too many ticks the question is asked again."""
        if self._asked is not None:
            self._ticks += 1
            if self._ticks < PATIENCE_TICKS:
                return b""
            self.missed += 1
            self._next = deque(self._opening)  # it may be another device, or one that was without power
        self._ticks = 0
        if self._next:
            self._asked = self._next[0]
        elif self._signals and self._polled_last:
            self._asked, self._polled_last = self._signals.popleft(), False
        else:  # between two of a signal's commands too: a card that lies there must not seem to have gone
            self._asked, self._polled_last = self._poll, True
        return self._asked

    def answered(self) -> None:
        """The answer to what was asked is there, and is well."""
        if self._next and self._asked == self._next[0]:
            self._next.popleft()
        self._asked = None
        self.missed = 0

    def later(self, command: bytes) -> None:
        """Ask this before the next poll."""
        self._signals.append(command)
