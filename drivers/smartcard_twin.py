"""Virtual smart cards on the virtual reader of vpcd, which pcscd shows as any other (package vsmartcard-vpcd)."""

import socket
import struct
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Final, Self

from drivers.smartcard_reader import GET_UID

VPCD: Final = ("127.0.0.1", 0x8C7B)
READER: Final = "Virtual PCD"

_POWER_OFF, _POWER_ON, _RESET, _GET_ATR = 0, 1, 2, 4
_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
"""Of a MIFARE Classic 1K, as PC/SC part 3 composes it."""
_LENGTH = struct.Struct(">H")


class VirtualCard:
    """A card that lies on the reader while its context lasts; OSError where no vpcd listens.

    `answer` is what it says to the question for its UID; by default the UID and 90 00.
    """

    def __init__(self, uid: bytes, *, answer: bytes | None = None) -> None:
        self._answer = uid + b"\x90\x00" if answer is None else answer

    def __enter__(self) -> Self:
        self._line = socket.create_connection(VPCD, timeout=20)  # it takes one card at a time
        self._line.settimeout(None)
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError, struct.error):
            while True:
                (length,) = _LENGTH.unpack(self._line.recv(2, socket.MSG_WAITALL))
                asked = self._line.recv(length, socket.MSG_WAITALL)
                if asked == bytes([_GET_ATR]):
                    self._say(_ATR)
                elif length > 1:
                    self._say(self._answer if asked == bytes(GET_UID) else b"\x6d\x00")

    def _say(self, answer: bytes) -> None:
        self._line.sendall(_LENGTH.pack(len(answer)) + answer)
