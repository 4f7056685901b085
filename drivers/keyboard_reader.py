"""Readers and scanners that are USB keyboards, grabbed: what they type reaches neither the console nor a screen.

Reads the kernel's event devices itself; no package is needed. The user has to be in the group `input`.
"""

import asyncio
import errno
import fcntl
import os
import struct
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from drivers.driver import OtherDriver
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat, DropCause, Dropped, TextFrame
from drivers.frames.keys import EVENT, KeyDecoder, Layout, events_in
from drivers.options import Options, choice_of
from drivers.port_holder import holder_of
from drivers.presence import Presence
from drivers.reader import (
    CardEvent,
    CardRead,
    CardReader,
    Noise,
    PortBusyError,
    PortError,
    PortForbiddenError,
    PortLostError,
    PortMissingError,
    PortUnusableError,
    ReaderState,
    ReaderStateChanged,
)
from drivers.retrying import pauses

GRAB: Final = 0x40044590
"""EVIOCGRAB: the events come to us alone, until the descriptor is closed."""

CLOCK: Final = 0x400445A0
"""EVIOCSCLOCKID: which clock the events are stamped by; the wall clock unless told."""

RELEASE_NS: Final = 1_500_000_000
"""Some of these readers type the number again each second while the card stays."""

_MOST_EVENTS = 64
_GONE = frozenset({errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.ENOTDIR})


class KeyboardReader:
    """The `CardReader` of one keyboard."""

    def __init__(
        self,
        *,
        name: str,
        port: str,
        layout: Layout = Layout.US,
        grab: Callable[[int], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._name = name
        self._path = port
        self._decoder = KeyDecoder(layout)
        self._grab = grab or _grab
        self._sleep = sleep
        self._presence = Presence(RELEASE_NS)
        self._state: ReaderState | None = None

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._name

    def signal(self, signal: Signal) -> bool:  # noqa: ARG002 # part of the contract
        """A keyboard has none."""
        return False

    async def events(self) -> AsyncGenerator[CardEvent, None]:
        """Reports what happens at the reader; see `CardReader`."""
        self._state = None
        failures = pauses()
        while True:
            try:
                with ExitStack() as stack:
                    descriptors = [stack.enter_context(_Device(path, self._grab)) for path in nodes_of(self._path)]
                    self._decoder.reset()
                    for event in self._into(ReaderState.READY, f"{self._path} is grabbed"):
                        yield event
                    failures = pauses()
                    async for raw in descriptors[0].reads():
                        for event in self._events_of(raw):
                            yield event
            except PortError as error:
                for event in self._into(error.state, str(error)):
                    yield event
            await self._sleep(next(failures))

    def _events_of(self, raw: bytes) -> Iterator[CardEvent]:
        instant, now_ns = datetime.now(UTC), time.monotonic_ns()
        noise: Counter[DropCause] = Counter()
        for decoded in self._decoder.feed(events_in(raw)):
            if isinstance(decoded, Dropped):
                noise[decoded.cause] += decoded.count
            elif isinstance(decoded, TextFrame) and self._presence.arrives(decoded, now_ns):
                card = decoded.text.encode("ascii")
                yield CardRead(card, CardFormat.TEXT, None, self._name, instant, now_ns)
        for count in noise.values():
            yield Noise(self._name, count, "keys that make no number: typed by hand, or of another layout")

    def _into(self, state: ReaderState, detail: str) -> Iterator[CardEvent]:
        if state is not self._state:
            self._state = state
            yield ReaderStateChanged(self._name, state, detail)


class _Device:
    """One event device, opened and grabbed while its context lasts."""

    def __init__(self, path: str, grab: Callable[[int], None]) -> None:
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise _named(error, path) from error
        try:
            grab(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise _named(error, path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)  # the grab ends with it

    async def reads(self) -> AsyncGenerator[bytes, None]:
        """Whole events as they come. Raises PortLostError when the device goes."""
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self._descriptor, readable.set)
        try:
            while True:
                await readable.wait()
                readable.clear()
                raw = self._read()
                if raw:
                    yield raw
        finally:
            loop.remove_reader(self._descriptor)

    def _read(self) -> bytes:
        try:
            raw = os.read(self._descriptor, EVENT.size * _MOST_EVENTS)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise PortLostError(self._path, "the reader was unplugged") from error
        if not raw:
            raise PortLostError(self._path, "the reader was unplugged")
        return raw[: len(raw) - len(raw) % EVENT.size]


def nodes_of(path: str) -> list[str]:
    """The device and the others of the same reader: what one that shows itself as several keyboards types on any."""
    own = Path(path)
    stem, mark, _ = own.name.partition("-event")
    if not mark:
        return [path]
    beside: dict[Path, str] = {own.resolve(): path}
    with suppress(OSError):
        for link in sorted(own.parent.iterdir()):
            if link.name.startswith(stem) and "-event" in link.name and link.exists():
                beside.setdefault(link.resolve(), str(link))
    return list(beside.values())


def _grab(descriptor: int) -> None:
    fcntl.ioctl(descriptor, GRAB, 1)
    with suppress(OSError):  # an old kernel: then a clock that is set makes one number too slow
        fcntl.ioctl(descriptor, CLOCK, struct.pack("@i", time.CLOCK_MONOTONIC))


def _named(error: OSError, path: str) -> PortError:
    if error.errno in _GONE:
        return PortMissingError(path, "no reader is there; look for its name in /dev/input/by-id")
    if error.errno == errno.EBUSY:
        return PortBusyError(path, f"grabbed by {holder_of(path) or 'a program that this user may not see'}; stop it")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return PortForbiddenError(path, "no right to open it; add this user to the group input")
    return PortUnusableError(path, "not an input device; its name ends in -event-kbd")


def _create(name: str, port: str, baud: int | None, options: Options) -> CardReader:  # noqa: ARG001 # as every driver
    return KeyboardReader(name=name, port=port, layout=choice_of(options, "layout", Layout.US))


DRIVER = OtherDriver(
    "readers and scanners that are USB keyboards (Sycreader and its like, OMNIKEY 5x27, TWN4 as a keyboard)",
    create=_create,
    port="the event device, by its /dev/input/by-id name that ends in -event-kbd",
    options={"layout": "the keyboard that the reader is set for: us, unless set, be, fr or de"},
)
