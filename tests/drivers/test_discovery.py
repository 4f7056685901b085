"""Driver and speed are found by listening and asking."""

import asyncio
from datetime import UTC, datetime

import pytest

from drivers.discovery import BAUDS, STRICTEST_FIRST, Found, Listener, Tried, find
from drivers.driver import SerialDriver
from drivers.names import BUILT_IN, driver_of
from drivers.probe import talking_decoders
from drivers.reader import PortMissingError
from drivers.rehearsal import VirtualReader
from drivers.serial_port import Received, SerialPort
from tests.drivers.cards import EM_A, MIFARE_4

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

ALIKE = {"line": "twn4-ascii", "scanner": "scanner"}
"""Drivers whose virtual readers send what a stricter one reads too."""


class AnyPort:
    """A line whose reader speaks at one speed: at any other its bits come out otherwise."""

    def __init__(self, baud: int, raw: bytes, asked_baud: int) -> None:
        self.raw = raw if asked_baud == baud else bytes(byte * 7 % 256 | 0x80 for byte in raw)
        self.closed = False

    async def read(self) -> Received:
        if not self.raw:
            await asyncio.Event().wait()
        piece, self.raw = self.raw[:20], self.raw[20:]
        return Received(piece, NOON, 0)

    def write(self, data: bytes) -> None:
        assert data

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("baud", BAUDS)
async def test_the_speed_is_found_among_all(baud: int) -> None:
    driver = driver_of("rdm6300")
    assert isinstance(driver, SerialDriver)
    opened: list[AnyPort] = []

    def open_port(_path: str, asked: int) -> SerialPort:
        opened.append(AnyPort(baud, driver.encode(EM_A) * 4, asked))
        return opened[-1]

    seen = [one async for one in find("port", open_port=open_port, listen_seconds=0.05, ask_seconds=0.15)]
    found = seen[-1]
    assert isinstance(found, Found)
    assert (found.driver, found.baud) == ("rdm6300", baud)
    assert all(isinstance(one, Tried) for one in seen[:-1])
    assert all(port.closed for port in opened)
    speed = [] if baud == 9600 else [f"baud = {baud}"]
    assert found.settings_lines("/dev/x", "hex") == [
        "[[reader]]", 'driver = "rdm6300"', 'port = "/dev/x"', *speed, 'badge_number = "hex"',
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(talking_decoders()))
def test_every_talking_driver_is_found_by_its_own_frames(name: str) -> None:
    driver = driver_of(name)
    assert isinstance(driver, SerialDriver)
    found = Listener(9600).hear(b"".join(map(driver.encode, driver.cards)))
    assert found is not None
    assert found.driver == ALIKE.get(name, name)


def test_noise_finds_nothing() -> None:
    listener = Listener(9600)
    assert listener.hear(bytes(range(128, 256)) * 10) is None
    assert listener.heard == 1280


@pytest.mark.parametrize("driver", ["twn4", "pn532"])
async def test_a_reader_that_has_to_be_asked_is_found_by_its_answer(driver: str) -> None:
    with VirtualReader(driver) as virtual:
        virtual.hold(MIFARE_4)
        seen = [one async for one in find(virtual.port, listen_seconds=0.1)]
    found = seen[-1]
    assert isinstance(found, Found)
    assert found.driver == driver


async def test_silence_is_told_at_each_speed() -> None:
    with VirtualReader("line") as virtual:
        seen = [one async for one in find(virtual.port, listen_seconds=0.01, ask_seconds=0.15)]
    assert all(isinstance(one, Tried) and not one.heard for one in seen)
    assert len(seen) == len(BAUDS) + 2
    with pytest.raises(PortMissingError):
        await anext(find("/no/such/port"))


def test_every_driver_has_its_place_in_the_order() -> None:
    serial = {name for name in BUILT_IN if isinstance(driver_of(name), SerialDriver)}
    assert serial - set(STRICTEST_FIRST) == {"ascii"}
