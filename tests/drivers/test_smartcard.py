"""PC/SC readers: the real pcscd with the virtual reader of vpcd, and cards that lie on it."""

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.catalogue import create_card_reader
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat, DropCause
from drivers.reader import CardEvent, CardReader, DriverNotInstalledError, ReaderState, ReaderStateChanged
from drivers.smartcard_twin import READER, VPCD, VirtualCard
from tests.drivers.cards import MIFARE_4, MIFARE_7
from tests.drivers.events import card_of, noise_of, state_of, watched

SYSTEM_PACKAGES = "/usr/lib/python3/dist-packages"
SOCKET = Path("/run/pcscd/pcscd.comm")


def missing() -> str:
    """What keeps these tests from running here; empty where nothing does."""
    if importlib.util.find_spec("smartcard") is None and not Path(SYSTEM_PACKAGES, "smartcard").is_dir():
        return "pyscard is not installed: apt install python3-pyscard"
    if shutil.which("pcscd", path="/usr/sbin:/usr/bin") is None:
        return "pcscd is not installed: apt install pcscd"
    if not Path("/etc/reader.conf.d/vpcd").exists():
        return "its virtual reader is not installed: apt install vsmartcard-vpcd"
    return "" if os.geteuid() == 0 else "only root may start pcscd"


with_pcscd = pytest.mark.skipif(bool(missing()), reason=missing() or "it runs")


def listens() -> bool:
    """Whether somebody listens on vpcd's port (state 0A)."""
    local = re.compile(rf"[0-9A-F]+:{VPCD[1]:04X} [0-9A-F:]+ 0A")
    return local.search(Path("/proc/net/tcp").read_text(encoding="ascii")) is not None


@pytest.fixture(scope="module")
def pcscd() -> Iterator[None]:
    """pcscd with its virtual reader, and pyscard on the path."""
    if importlib.util.find_spec("smartcard") is None:
        sys.path.append(SYSTEM_PACKAGES)
    # There is one of it on a machine, and one virtual reader: the workers of a test run take turns.
    with Path(tempfile.gettempdir(), "clocking-terminal-pcscd.lock").open("wb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield from running_pcscd()


def running_pcscd() -> Iterator[None]:
    SOCKET.unlink(missing_ok=True)
    SOCKET.parent.mkdir(exist_ok=True)
    program = subprocess.Popen(
        ["/usr/sbin/pcscd", "--foreground"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 20
        while not listens():  # to connect would be to lay a card down
            assert time.monotonic() < until, "vpcd does not listen"
            time.sleep(0.05)
        yield
    finally:
        program.terminate()
        program.wait(20)


@contextmanager
def lying(uid: bytes, **answer: bytes) -> Iterator[None]:
    """A card on the reader, once pcscd has noticed that the one before is gone: vpcd itself tells no change of cards."""
    from smartcard import scard  # noqa: PLC0415 # only where it is installed

    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    until = time.monotonic() + 30
    while True:
        _, readers = scard.SCardListReaders(context, [])
        names = [(name, scard.SCARD_STATE_UNAWARE) for name in readers or [] if name.startswith(READER)]
        result, states = scard.SCardGetStatusChange(context, 0, names[:1]) if names else (1, [])
        if result == scard.SCARD_S_SUCCESS and states[0][1] & scard.SCARD_STATE_EMPTY:
            break
        assert time.monotonic() < until, "the card before never goes"
        time.sleep(0.05)
    scard.SCardReleaseContext(context)
    with VirtualCard(uid, **answer):
        yield


def reader() -> CardReader:
    return create_card_reader("pcsc", name="desk", port=READER)


async def ready(events: AsyncGenerator[CardEvent, None]) -> ReaderStateChanged:
    """The virtual reader may take a moment to be there."""
    while (state := await state_of(events)).state is not ReaderState.READY:
        continue
    return state


@with_pcscd
@pytest.mark.usefixtures("pcscd")
async def test_each_card_is_read_once_while_it_lies_there() -> None:
    async with watched(reader()) as events:
        assert READER in (await ready(events)).detail
        for uid in (MIFARE_4, MIFARE_7):
            with lying(uid):
                read = await card_of(events)
                assert (read.card, read.format, read.reader) == (uid, CardFormat.ISO14443A, "desk")


@with_pcscd
@pytest.mark.usefixtures("pcscd")
async def test_cards_that_can_be_no_badge_are_noise() -> None:
    async with watched(reader()) as events:
        await ready(events)
        with lying(b"\x08\x12\x34\x56"):
            while (await noise_of(events)).detail != DropCause.PASSING.value:
                continue  # of the card of the test before, which was just taken away
        with lying(b"", answer=b"\x63\x00"):
            assert "tells no UID" in (await noise_of(events)).detail


@with_pcscd
@pytest.mark.usefixtures("pcscd")
async def test_a_reader_that_is_not_there_is_missing_and_those_that_are_are_named() -> None:
    async with watched(create_card_reader("pcsc", name="desk", port="ACS ACR122U")) as events:
        state = await state_of(events)
        assert state.state is ReaderState.MISSING
        assert READER in state.detail


@with_pcscd
@pytest.mark.usefixtures("pcscd")
def test_it_has_no_light() -> None:
    assert not reader().signal(Signal.ACCEPTED)


@pytest.mark.parametrize(
    ("driver", "module", "words"),
    [("pcsc", "smartcard", "python3-pyscard"), ("osdp", "osdp", "clocking-terminal\\[osdp\\]")],
)
def test_where_the_packages_are_missing_it_says_how_to_get_them(
    driver: str, module: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DriverNotInstalledError, match=words):
        create_card_reader(driver, name="desk", port="x")
