"""The bytes of a line, for who asks to see them: each frame as it came, with what led up to it."""

from collections.abc import Sequence

from drivers.frames.decoder import Decoded, KeysFrame
from drivers.reader import TellBytes

MOST = 256
"""Bytes that are kept of one frame: far more than any has. Of more the last ones are told."""


class LineBytes:
    """Holds the bytes of a frame until it is whole, as they may be the keys of a PIN: those are never told."""

    def __init__(self, tell: TellBytes) -> None:
        self._tell = tell
        self._held = b""

    def came(self, data: bytes, decoded: Sequence[Decoded]) -> None:
        """These bytes came in, and this is what they completed."""
        self._held = (self._held + data)[-MOST:]
        if any(isinstance(one, KeysFrame) for one in decoded):
            self.forget()
        elif decoded:
            self.give_up()

    def give_up(self) -> None:
        """What is held will never be whole: it is told as it is."""
        held, self._held = self._held, b""
        if held:
            self._tell(held)

    def forget(self) -> None:
        """What is held belongs to nothing."""
        self._held = b""
