"""Driver names, and the drivers behind them, each loaded when its name is asked for: a kiosk loads those it uses.

Third parties add theirs by an entry point of the group `clocking_terminal.drivers`; a name that is here already stays
ours.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from drivers.errors import ReaderError

if TYPE_CHECKING:
    from drivers.driver import Driver

GROUP = "clocking_terminal.drivers"

BUILT_IN: Mapping[str, str] = {
    "ascii": "drivers.frames.ascii_frame:ASCII",
    "codatex": "drivers.frames.ascii_frame:CODATEX",
    "line": "drivers.frames.line:DRIVER",
    "osdp": "drivers.osdp_reader:DRIVER",
    "pcsc": "drivers.smartcard_reader:DRIVER",
    "pn532": "drivers.frames.pn532:DRIVER",
    "promag": "drivers.frames.ascii_frame:PROMAG",
    "rdm6300": "drivers.frames.rdm6300:DRIVER",
    "roger": "drivers.frames.ascii_frame:ROGER",
    "scanner": "drivers.frames.scanner:DRIVER",
    "stid": "drivers.frames.ascii_frame:STID",
    "twn3": "drivers.frames.ascii_frame:TWN3_CHECKED",
    "twn4": "drivers.frames.twn4:DRIVER",
    "twn4-ascii": "drivers.frames.ascii_frame:TWN4_ASCII",
    "wedge": "drivers.keyboard_reader:DRIVER",
    "wiegand-serial": "drivers.frames.wiegand_text:DRIVER",
}
"""Where each driver is: module and name in it."""


class UnknownDriverError(ReaderError):
    """There is no driver of that name; `known` holds those that are, nearest first."""

    def __init__(self, driver: str) -> None:
        from difflib import get_close_matches  # noqa: PLC0415 # only for what is wrong

        names = driver_names()
        nearest = get_close_matches(driver.lower(), names, n=len(names))
        self.driver = driver
        self.known = (*nearest, *(name for name in names if name not in nearest))
        super().__init__(f"there is no badge reader driver {driver!r}; known: {', '.join(self.known)}")


class BrokenDriverError(ReaderError):
    """A third party's driver is there and cannot be loaded."""

    def __init__(self, driver: str, why: str) -> None:
        super().__init__(f"the badge reader driver {driver!r} cannot be loaded: {why}; ask who made it")


def driver_names() -> tuple[str, ...]:
    """All driver names, those of third parties too, in alphabetical order."""
    return tuple(sorted({*BUILT_IN, *_added()}))


def is_driver(name: str) -> bool:
    """Whether there is a driver of that name; those of third parties are looked for only where it is none of ours."""
    return name in BUILT_IN or name in _added()


def driver_of(name: str) -> "Driver":
    """The driver of that name.

    Raises:
        UnknownDriverError: there is none.
        BrokenDriverError: a third party's, and it fails or is none.
    """
    from drivers.driver import OtherDriver, SerialDriver  # noqa: PLC0415 # names alone need no decoder

    added = {} if name in BUILT_IN else _added()
    place = BUILT_IN.get(name) or added.get(name)
    if place is None:
        raise UnknownDriverError(name)
    module, _, attribute = place.partition(":")
    try:
        driver = getattr(import_module(module), attribute)
    except Exception as error:
        if name in BUILT_IN:
            raise
        raise BrokenDriverError(name, f"{type(error).__name__}: {error}") from error
    if not isinstance(driver, SerialDriver | OtherDriver):
        raise BrokenDriverError(name, f"{place} is neither a SerialDriver nor an OtherDriver")
    return driver


def _added() -> dict[str, str]:
    from importlib.metadata import entry_points  # noqa: PLC0415 # reads all that is installed

    return {one.name: one.value for one in entry_points(group=GROUP)}
