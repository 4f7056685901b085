"""Finds the reader by listening: a badge is held to it, and the port that hears it is the one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from drivers.discovery import Found, find
from drivers.driver import SerialDriver
from drivers.names import driver_of
from drivers.ports import serial_ports
from drivers.probe import ProbeReading, probe
from drivers.reader import PortError

_DEV = Path("/dev")
_ASK_SECONDS = 0.5
"""A reader that has to be asked answers in a tenth of it; a badge is not heard meanwhile."""
_LISTEN_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Heard:
    """A badge was heard."""

    port: str
    driver: str
    baud: int | None
    """None: the usual one of the driver."""
    numbers: tuple[tuple[str, str], ...] = field(repr=False)
    """What it could mean: the rule for the settings, and the number."""


def candidates(dev: Path = _DEV) -> list[str]:
    """The ports where a reader may be, by the name that stays where there is one."""
    return [port.best for port in serial_ports(dev)]


async def hear(ports: list[str], seconds: float, on_trouble: Callable[[str], object] = lambda _: None) -> Heard | None:
    """The first badge on any of these ports; None when none came in time. What cannot be opened is told."""
    if not ports:
        return None
    tasks = [asyncio.create_task(_hear_on(port, on_trouble), name=f"listen {port}") for port in ports]
    waiting = set(tasks)
    try:
        async with asyncio.timeout(seconds):
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if (heard := task.result()) is not None:
                        return heard
    except TimeoutError:
        return None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return None


async def _hear_on(port: str, on_trouble: Callable[[str], object]) -> Heard | None:
    try:
        while True:  # one speed after another, until somebody holds a badge to it
            async for one in find(port, listen_seconds=_LISTEN_SECONDS, ask_seconds=_ASK_SECONDS):
                if isinstance(one, Found):
                    reading = one.readings[0] if one.readings else await _first_badge(port, one)
                    return Heard(port, one.driver, _unusual(one), reading.numbers)
    except PortError as error:
        on_trouble(str(error))
    return None


async def _first_badge(port: str, found: Found) -> ProbeReading:
    """Of a reader that answers without one."""
    async for report in probe(port, found.driver, baud=found.baud):
        for reading in report.readings:
            return reading
    raise AssertionError("a probe goes on until its port is gone")


def _unusual(found: Found) -> int | None:
    driver = driver_of(found.driver)
    usual = driver.bauds[0] if isinstance(driver, SerialDriver) else None
    return None if found.baud == usual else found.baud
