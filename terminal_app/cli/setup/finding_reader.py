"""Finds the reader by listening: a badge is held to it, and the port that hears it is the one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from drivers.probe import probe
from drivers.reader import PortError

_DEV = Path("/dev")
_PATTERNS = ("ttyUSB*", "ttyACM*", "ttyAMA*", "serial0")


@dataclass(frozen=True, slots=True)
class Heard:
    """A badge was heard."""

    port: str
    driver: str
    numbers: tuple[tuple[str, str], ...] = field(repr=False)
    """What it could mean: the form's name for the settings, and the number."""


def candidates(dev: Path = _DEV) -> list[str]:
    """The ports where a reader may be, by the name that stays where there is one."""
    by_id = {path.resolve(): str(path) for path in sorted((dev / "serial/by-id").glob("*"))}
    devices = {path.resolve() for pattern in _PATTERNS for path in dev.glob(pattern)} | by_id.keys()
    return [by_id.get(device, str(device)) for device in sorted(devices)]


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
        async for report in probe(port, None):
            # Of several drivers that read it, the one with a checksum is not right by chance.
            for reading in sorted(report.readings, key=lambda one: one.driver == "line"):
                return Heard(port, reading.driver, reading.numbers)
    except PortError as error:
        on_trouble(str(error))
    return None
