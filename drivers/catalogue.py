"""Driver names, and the readers that they make. The frames' own names are in `frames.protocols`."""

from difflib import get_close_matches

from drivers.badge_number import BadgeNumberForm
from drivers.frames.protocols import TALKING_PROTOCOLS
from drivers.reader import BadgeReader, ReaderError
from drivers.serial_port import DEFAULT_BAUD
from drivers.serial_reader import SerialReader


class UnknownDriverError(ReaderError):
    """There is no driver of that name; `known` holds those that are, nearest first."""

    def __init__(self, driver: str) -> None:
        names = driver_names()
        nearest = get_close_matches(driver.lower(), names, n=len(names))
        self.driver = driver
        self.known = (*nearest, *(name for name in names if name not in nearest))
        super().__init__(f"there is no badge reader driver {driver!r}; known: {', '.join(self.known)}")


def driver_names() -> tuple[str, ...]:
    """All driver names, in alphabetical order."""
    return tuple(sorted(TALKING_PROTOCOLS))


def create_reader(
    driver: str, *, name: str, port: str, badge_number: BadgeNumberForm, baud: int = DEFAULT_BAUD
) -> BadgeReader:
    """A reader that opens `port` when its events are asked for; the line is 8N1.

    `badge_number` applies to drivers that deliver card bytes ("rdm6300"). A driver that delivers text ("line") has
    the badge number already: it is taken as it is, whatever the form.

    Raises:
        UnknownDriverError: there is no driver of that name.
    """
    protocol = TALKING_PROTOCOLS.get(driver)
    if protocol is None:
        raise UnknownDriverError(driver)
    return SerialReader(name=name, port=port, decoder=protocol.decoder(), badge_number=badge_number, baud=baud)
