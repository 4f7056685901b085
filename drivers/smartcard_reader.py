"""Readers that speak PC/SC (ACR122U, OMNIKEY CCID and others), by pyscard and pcscd. The only module that knows it.

A thread waits for cards, as the library blocks; each card is asked for its UID (PC/SC part 3: FF CA 00 00 00).
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any, Final

from drivers.driver import OtherDriver
from drivers.feedback import Signal
from drivers.frames.decoder import CardFrame, iso14443a
from drivers.options import Options
from drivers.presence import Presence
from drivers.reader import (
    CardEvent,
    CardRead,
    CardReader,
    DriverNotInstalledError,
    Noise,
    ReaderState,
    ReaderStateChanged,
)

GET_UID: Final = (0xFF, 0xCA, 0x00, 0x00, 0x00)
WAIT_MILLISECONDS: Final = 200
"""The longest that the thread waits before it looks whether to end."""

RETRY_SECONDS: Final = 1.0
_WELL = (0x90, 0x00)
_UID_LENGTHS = frozenset({4, 7, 10})

Happening = ReaderStateChanged | CardRead | Noise


class SmartcardReader:
    """The `CardReader` of one PC/SC reader: the first whose name begins with `port`."""

    def __init__(self, *, name: str, port: str) -> None:
        self._name = name
        self._port = port
        self._presence = Presence()

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._name

    def signal(self, signal: Signal) -> bool:  # noqa: ARG002 # part of the contract
        """Each maker has its own way; none is here."""
        return False

    async def events(self) -> AsyncGenerator[CardEvent, None]:
        """Reports what happens at the reader; see `CardReader`."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[Happening] = asyncio.Queue()

        def tell(what: Happening) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(waiting.put_nowait, what)

        watch = _Watch(self._name, self._port, tell)
        thread = Thread(target=watch.run, name=f"pcsc {self._name}", daemon=True)
        thread.start()
        state: ReaderState | None = None
        try:
            while True:
                event = await waiting.get()
                if isinstance(event, ReaderStateChanged):
                    if event.state is state:
                        continue
                    state = event.state
                elif isinstance(event, CardRead) and not self._presence.arrives(event.card, event.monotonic_ns):
                    continue
                yield event
        finally:
            watch.stopped.set()
            thread.join()


class _Watch:
    """What the thread does."""

    def __init__(self, name: str, port: str, tell: Callable[[Happening], None]) -> None:
        self._name = name
        self._port = port
        self._tell = tell
        self.stopped = Event()

    def run(self) -> None:
        """Until it is stopped: connect to pcscd, wait for the reader and for cards, and begin again when one goes."""
        from smartcard import scard  # noqa: PLC0415 # an optional package

        while not self.stopped.is_set():
            result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
            if result != scard.SCARD_S_SUCCESS:
                self._state(ReaderState.MISSING, "pcscd does not answer; install and start it: apt install pcscd")
            else:
                try:
                    self._watch(scard, context)
                finally:
                    scard.SCardReleaseContext(context)
            self.stopped.wait(RETRY_SECONDS)

    def _watch(self, scard: Any, context: object) -> None:  # noqa: ANN401 # the library has no types
        result, readers = scard.SCardListReaders(context, [])
        reader = next((one for one in readers or [] if one.startswith(self._port)), None)
        if result != scard.SCARD_S_SUCCESS or reader is None:
            there = ", ".join(readers or []) or "none"
            self._state(ReaderState.MISSING, f"{self._port}: no such PC/SC reader; there are: {there}")
            return
        known = scard.SCARD_STATE_UNAWARE
        had_card = False
        while not self.stopped.is_set():
            result, states = scard.SCardGetStatusChange(context, WAIT_MILLISECONDS, [(reader, known)])
            if result == scard.SCARD_E_TIMEOUT:
                continue
            known = states[0][1] if result == scard.SCARD_S_SUCCESS else 0
            if result != scard.SCARD_S_SUCCESS or known & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
                self._state(ReaderState.MISSING, f"{reader}: it was unplugged, or pcscd ended")
                return
            self._state(ReaderState.READY, f"{reader} is there")
            has_card = bool(known & scard.SCARD_STATE_PRESENT) and not known & scard.SCARD_STATE_MUTE
            if has_card and not had_card:
                self._read(scard, context, reader)
            had_card = has_card

    def _read(self, scard: Any, context: object, reader: str) -> None:  # noqa: ANN401
        answer: list[int] = []
        either = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, card, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, either)
        if result == scard.SCARD_S_SUCCESS:
            header = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
            result, answer = scard.SCardTransmit(card, header, list(GET_UID))
            scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
        instant, now_ns = datetime.now(UTC), time.monotonic_ns()
        uid = bytes(answer[:-2]) if result == scard.SCARD_S_SUCCESS and tuple(answer[-2:]) == _WELL else b""
        if not uid:
            self._tell(Noise(self._name, 1, "a card that tells no UID, or was taken away too soon"))
            return
        found = iso14443a(uid) if len(uid) in _UID_LENGTHS else CardFrame(uid)
        if isinstance(found, CardFrame):
            self._tell(CardRead(uid, found.format, None, self._name, instant, now_ns))
        else:
            self._tell(Noise(self._name, len(uid), found.value))

    def _state(self, state: ReaderState, detail: str) -> None:
        self._tell(ReaderStateChanged(self._name, state, detail))


def _create(name: str, port: str, baud: int | None, options: Options) -> CardReader:  # noqa: ARG001 # as every driver
    try:
        import smartcard.scard  # noqa: F401, PLC0415 # an optional package
    except ImportError:
        raise DriverNotInstalledError(
            "pcsc",
            "apt install python3-pyscard pcscd, and a virtual environment that sees the system's packages; or"
            " clocking-terminal[pcsc], which needs a compiler",
        ) from None
    return SmartcardReader(name=name, port=port)


DRIVER = OtherDriver(
    "PC/SC readers (ACR122U, OMNIKEY CCID, uTrust and others): the UID of the card",
    create=_create,
    port="how the reader's name begins, as pcsc_scan shows it: ACS ACR122U",
    extra="pcsc",
)
