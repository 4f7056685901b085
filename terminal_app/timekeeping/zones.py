"""The rules of the time zones: of the package `tzdata`, or of the system where those are newer.

Laws change at short notice. A terminal may be years older than its last system update, and a system may have been
updated since the terminal was; so neither is always right, and the newer release is.
"""

import zoneinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata

PACKAGE_FOLDER = Path(tzdata.__file__).with_name("zoneinfo")


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name, with the newest rules here.

    Raises ValueError, OSError or LookupError for what is no such name, as ZoneInfo does.
    """
    _prefer_newest()
    return ZoneInfo.no_cache(name)


@cache
def _prefer_newest() -> None:
    zoneinfo.reset_tzpath(search_path(zoneinfo.TZPATH))


def search_path(
    system: tuple[str, ...], package: Path = PACKAGE_FOLDER, release: str = tzdata.IANA_VERSION
) -> list[str]:
    """Where zones are looked for, the newest rules first; a system that does not say its release comes last."""
    newer = [folder for folder in system if (found := release_of(Path(folder))) is not None and found > release]
    return [*newer, str(package), *(folder for folder in system if folder not in newer)]


def release_of(folder: Path) -> str | None:
    """The release of the rules in a folder, like "2026b"; None where it does not say."""
    for name in ("tzdata.zi", "+VERSION"):
        try:
            with (folder / name).open(encoding="ascii") as file:
                words = file.readline().split()
        except (OSError, ValueError):
            continue
        if words and words[-1][:4].isdecimal():
            return words[-1]
    return None
