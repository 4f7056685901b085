"""Scanners: marks of the kind, one kind only, hostile content."""

import pytest

from drivers.frames.decoder import DropCause, Frame, TextFrame
from drivers.frames.scanner import DRIVER, ScannerDecoder
from drivers.options import OptionError
from tests.drivers.cards import decode


@pytest.mark.parametrize(
    ("kind", "line", "frames"),
    [
        (None, b"0013961168", [TextFrame("0013961168")]),
        (None, b"]Q10013961168", [TextFrame("0013961168")]),
        (None, b"]C1]Q1", [TextFrame("]Q1")]),
        (None, b"]?1x", [TextFrame("]?1x")]),
        ("Q1", b"]Q1 B-17 ", [TextFrame("B-17")]),
        ("Q1", b"]C1B-17", []),
        ("Q1", b"B-17", []),
        (None, b"]Q1", []),
        (None, b"01\x1d02", []),
        (None, b"caf\xe9", []),
        (None, b"x" * 3000, []),
    ],
)
def test_codes(kind: str | None, line: bytes, frames: list[Frame]) -> None:
    found, dropped = decode(ScannerDecoder(kind), [line + b"\r\n"])
    assert found == frames
    assert dropped == ({} if frames else {DropCause.DAMAGED: len(line)})


def test_a_kind_that_is_none() -> None:
    with pytest.raises(OptionError, match="kind:Q1"):
        DRIVER.decoder({"kind": "Q"})
