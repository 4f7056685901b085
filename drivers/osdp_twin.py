"""Virtual OSDP readers: libosdp's peripheral side on a real pseudo terminal, for demo and tests."""

import os
import select
import tty
from contextlib import suppress
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from drivers.wiegand import FORMATS, left_aligned, with_parity

_WIEGAND = 1
_CARD_READ, _KEY_PRESS = 1, 2


class VirtualOsdpLine:
    """Two wires, while its context lasts: each reader on it hears the terminal and the other readers."""

    def __init__(self) -> None:
        self._heard: dict[object, bytearray] = {}
        self._lock = Lock()
        self._descriptors: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        self._descriptors = ours, theirs
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.unplug()

    @property
    def port(self) -> str:
        """The path to open."""
        assert self._descriptors is not None  # noqa: S101 # within its context
        return os.ttyname(self._descriptors[1])

    def unplug(self) -> None:
        """The adapter goes; a second time does nothing. Its readers must be off."""
        if self._descriptors is not None:
            for descriptor in self._descriptors:
                os.close(descriptor)
            self._descriptors = None

    def wait(self) -> None:
        """Until bytes come, or 2 ms."""
        assert self._descriptors is not None  # noqa: S101 # readers are off before it goes
        select.select([self._descriptors[0]], [], [], 0.002)

    def listen(self, reader: object) -> None:
        """This reader hears what is said from now on."""
        with self._lock:
            self._heard[reader] = bytearray()

    def hear(self, reader: object, most: int) -> bytes:
        """What was said since, of which at most so many bytes."""
        assert self._descriptors is not None  # noqa: S101 # readers are off before it goes
        with self._lock:
            with suppress(OSError):
                self._spread(os.read(self._descriptors[0], 1024))
            heard = self._heard[reader]
            given = bytes(heard[:most])
            del heard[:most]
            return given

    def say(self, reader: object, data: bytes) -> int:
        """How many of this reader's bytes the line took."""
        assert self._descriptors is not None  # noqa: S101 # readers are off before it goes
        with self._lock, suppress(OSError):
            taken = os.write(self._descriptors[0], data)
            self._spread(data[:taken], but=reader)
            return taken
        return 0

    def _spread(self, data: bytes, *, but: object = None) -> None:
        for reader, heard in self._heard.items():
            if reader is not but:
                heard.extend(data)


class VirtualOsdpReader:
    """A reader while its context lasts, on this line or on one of its own; with a `key` it insists on encryption."""

    id = 0

    def __init__(self, *, address: int = 0, key: bytes | None = None, line: VirtualOsdpLine | None = None) -> None:
        self._address = address
        self._key = key
        self._line = line or VirtualOsdpLine()
        self._has_own_line = line is None
        self.heard: list[dict[str, Any]] = []
        """Commands for light, buzzer and others, as the library gives them."""
        self._lock = Lock()
        self._stopped = Event()
        self._thread: Thread | None = None
        self._device: Any = None

    def __enter__(self) -> Self:
        if self._has_own_line:
            self._line.__enter__()
        self.power_on()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.power_off()
        if self._has_own_line:
            self._line.unplug()

    @property
    def port(self) -> str:
        """The path to open."""
        return self._line.port

    def power_on(self, *, key: bytes | None = None) -> None:
        """The reader begins to answer; with another `key` it is another reader."""
        from osdp.constants import Capability, LibFlag, LogLevel  # noqa: PLC0415 # an optional package
        from osdp.helpers import PDCapabilities, PDInfo  # noqa: PLC0415
        from osdp.peripheral_device import PeripheralDevice  # noqa: PLC0415

        self._key = key or self._key
        flags = [] if self._key is None else [LibFlag.EnforceSecure]
        can = [
            (Capability.CardDataFormat, 1, 1),
            (Capability.LEDControl, 1, 1),
            (Capability.AudibleControl, 1, 1),
            (Capability.CommunicationSecurity, 1, 1),
        ]
        info = PDInfo(self._address, self, scbk=self._key, flags=flags)
        made = PeripheralDevice(
            info, PDCapabilities(can), log_level=LogLevel.Emergency, command_handler=self._commanded
        )
        self._device = made.ctx
        self._made = made  # the library calls back into it
        self._stopped.clear()
        self._line.listen(self)
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def power_off(self) -> None:
        """The reader answers no more, and its adapter stays plugged in."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._thread = None

    def unplug(self) -> None:
        """The adapter goes, with this reader; a second time does nothing."""
        self.power_off()
        self._line.unplug()

    def hold(self, data: bytes, bits: int | None = None) -> None:
        """A card: data bits of a known Wiegand length, sent with their parity; or any bits as they are."""
        form = FORMATS.get(bits + 2) if bits is not None else None
        if form is not None:
            raw, length = left_aligned(with_parity(int.from_bytes(data, "big"), form), form.bits), form.bits
        else:
            raw, length = data, bits or len(data) * 8
        self.say(
            {
                "event": _CARD_READ, "reader_no": 0, "direction": 0, "format": _WIEGAND if form else 0,
                "length": length, "data": raw,
            }
        )  # fmt: skip

    def press(self, keys: str) -> None:
        """Keys of its keypad."""
        raw = keys.replace("#", "\r").replace("*", "\x7f").encode("ascii")
        self.say({"event": _KEY_PRESS, "reader_no": 0, "data": raw})

    def say(self, event: dict[str, Any]) -> None:
        """Any event of the library's."""
        with self._lock:
            self._device.submit_event(event)

    # What the library calls, in its thread.

    def read(self, most: int) -> bytes:
        """Bytes that came."""
        return self._line.hear(self, most)

    def write(self, data: bytes) -> int:
        """Bytes to send."""
        return self._line.say(self, data)

    def flush(self) -> None:
        """Old input is no question."""
        while self.read(1024):
            pass

    def _run(self) -> None:
        while not self._stopped.is_set():
            with self._lock:
                self._device.refresh()
            self._line.wait()

    def _commanded(self, command: dict[str, Any]) -> tuple[int, None]:
        self.heard.append(command)
        return 0, None
