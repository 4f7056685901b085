"""Frames of ASCII text that have no end but a pause on the line, as readers send whose trailer is switched off."""

from collections.abc import Callable, Iterator

from drivers.frames.decoder import Decoded, DropCause, Dropped, Frame, with_dropped


class SilenceDecoder:
    """Decodes frames that a pause ends; see `EndedBySilence` for the contract.

    All between two pauses is one frame, or noise and one frame: of two that run together without a pause only the
    last is read, and that only where the format has a start.
    """

    def __init__(
        self, *, start: bytes, longest_frame: int, frame_of: Callable[[bytes], Frame | None], silence_seconds: float
    ) -> None:
        self._start = start
        self._longest_frame = longest_frame
        self._frame_of = frame_of
        self._silence_seconds = silence_seconds
        self._pending = b""
        self._is_cut = False  # what came before the pending bytes belongs to the same burst

    @property
    def silence_seconds(self) -> float:
        """The pause that ends a frame."""
        return self._silence_seconds

    def feed(self, data: bytes) -> list[Decoded]:
        """No frame, for none has ended; of a burst that is too long the bytes that can be in none."""
        kept = self._pending + data
        excess = max(0, len(kept) - self._longest_frame)
        self._pending = kept[excess:]
        self._is_cut = self._is_cut or excess > 0
        return [Dropped(excess, DropCause.DAMAGED)] if excess else []

    def fall_silent(self) -> list[Decoded]:
        """The frame that the pause completes."""
        raw, is_cut = self._pending, self._is_cut
        self.reset()
        for at in self._starts(raw, is_cut=is_cut):
            if (frame := self._frame_of(raw[at:])) is not None:
                return with_dropped([frame], {DropCause.STRAY: at})
        return with_dropped([], {DropCause.DAMAGED: len(raw)})

    def reset(self) -> int:
        """Forgets a frame under way."""
        forgotten, self._pending, self._is_cut = len(self._pending), b"", False
        return forgotten

    def _starts(self, raw: bytes, *, is_cut: bool) -> Iterator[int]:
        if not self._start:
            yield from () if is_cut else (0,)
            return
        at = raw.find(self._start)
        while at >= 0:
            yield at
            at = raw.find(self._start, at + 1)
