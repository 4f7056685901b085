"""The serial ports of this machine with names that stay: by what is plugged in, and by where it is plugged in."""

from dataclasses import dataclass
from pathlib import Path

_PATTERNS = ("ttyUSB*", "ttyACM*", "ttyAMA*", "serial0")


@dataclass(frozen=True, slots=True)
class PortNames:
    """A port with all its names."""

    device: str
    """Such as /dev/ttyUSB0; the next one that is plugged in may get it."""
    by_id: str | None
    """Stays with the device; None where it has no serial number of its own, or shares one."""
    by_path: str | None
    """Stays with the socket that it is plugged into: it tells two readers of one kind apart."""

    @property
    def best(self) -> str:
        """The name for the settings."""
        return self.by_id or self.by_path or self.device


def serial_ports(dev: Path = Path("/dev")) -> list[PortNames]:
    """All ports, in the order of their devices."""
    by_id, by_path = _links(dev / "serial" / "by-id"), _links(dev / "serial" / "by-path")
    devices = {path.resolve() for pattern in _PATTERNS for path in dev.glob(pattern)} | by_id.keys() | by_path.keys()
    return [
        PortNames(str(device), by_id.get(device), by_path.get(device))
        for device in sorted(devices, key=lambda one: (one.name.rstrip("0123456789"), len(one.name), one.name))
    ]


def _links(folder: Path) -> dict[Path, str]:
    """The names in a folder by the device that each leads to; the shortest where there are several."""
    if not folder.is_dir():
        return {}
    links: dict[Path, str] = {}
    for link in sorted(folder.iterdir(), key=lambda one: (len(one.name), one.name), reverse=True):
        if link.exists():
            links[link.resolve()] = str(link)
    return links
