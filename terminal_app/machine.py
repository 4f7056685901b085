"""The machine's own sensors, as Linux shows them below /sys; what a machine has not is None."""

from contextlib import suppress
from pathlib import Path

HOT_CELSIUS = 75.0
"""A Raspberry Pi slows down from 80 on."""
WORN_PERCENT = 80


def temperature_celsius(sys: Path = Path("/sys")) -> float | None:
    """Of the hottest zone, as the processor."""
    found = [
        number / 1000
        for path in sys.glob("class/thermal/thermal_zone*/temp")
        if (number := _number(path)) is not None and -50_000 < number < 200_000  # noqa: PLR2004 # nonsense of a driver
    ]
    return max(found, default=None)


def has_low_voltage(sys: Path = Path("/sys")) -> bool | None:
    """Whether the supply of a Raspberry Pi gives too little (driver raspberrypi-hwmon)."""
    for path in sys.glob("class/hwmon/hwmon*/in0_lcrit_alarm"):
        with suppress(OSError):
            if (path.parent / "name").read_text(encoding="ascii").strip() == "rpi_volt":
                number = _number(path)
                return None if number is None else bool(number)
    return None


def card_worn_percent(sys: Path = Path("/sys")) -> int | None:
    """How much of its life an eMMC has used, in steps of ten, as it says itself; SD cards say nothing."""
    worn = []
    for path in sys.glob("block/mmcblk*/device/life_time"):
        with suppress(OSError, ValueError):
            worn += [int(word, 16) * 10 for word in path.read_text(encoding="ascii").split()]
    return max(worn, default=None)


def _number(path: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(path.read_text(encoding="ascii"))
    return None
