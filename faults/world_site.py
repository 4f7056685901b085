"""What a simulated world is like, drawn from its seed; how it may be spoilt; and what it comes to."""

import random
from collections import Counter
from dataclasses import dataclass
from enum import Enum

from terminal_app.clocking.schedule import Pace
from terminal_app.clocking.settling import settling_seconds
from terminal_app.clocking.wall_time import MINUTES_A_DAY

TROUBLE_SECONDS = 60.0
"""After it nothing new goes wrong: then everything must come to its end."""
_CODE = "GATE-1"


class Breakage(Enum):
    """How the product is spoilt, for the controls."""

    NONE = "none"
    NO_SETTLING = "no settling time"
    NO_LAG = "a settling time without the read-back lag"
    NO_LOOK_UP = "sent again without a look"
    NO_OWNER = "looked up without asking whose the badge is now"


@dataclass(slots=True)
class Ended:
    """What a world came to."""

    seed: int
    violations: list[str]
    lost: int
    doubled: int
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class Site:
    """The settings of a terminal, and the manners of its network and of its Protime; times in seconds."""

    request_seconds: float
    proxy_seconds: float
    lag_seconds: float
    hold_back_seconds: float
    pace: Pace
    settle_seconds: float
    crash_chance: float
    trouble: float
    """How often a request meets something."""
    code: str | None
    """The terminal's, as Protime knows it."""
    hides_codes: bool
    first_minute: int
    """Of the day, when the world begins."""
    storms: tuple[float, ...]
    """When Protime has too many calls."""


def drawn_site(chance: random.Random, breakage: Breakage) -> Site:
    """Any site."""
    request_seconds = chance.choice((1.0, 3.0))
    proxy_seconds = chance.choice((0.0, 2.0, 8.0))
    lag_seconds = chance.choice((0.0, 0.5, 4.0))
    hold_back_seconds = chance.choice((0.0, 3.0))
    pace = Pace(chance.choice((1, 2, 4)), hold_back_seconds, chance.choice((1.0, 10.0)))
    settle_seconds = 0.0
    if breakage is not Breakage.NO_SETTLING:
        settle_seconds = settling_seconds(
            chance.choice((0.0, 1.0, 15.0)),
            request_seconds=request_seconds,
            proxy_seconds=proxy_seconds,
            lag_seconds=0.0 if breakage is Breakage.NO_LAG else lag_seconds * chance.uniform(0.5, 1.0),
        )
    crash_chance, trouble = chance.choice((0.0, 0.01, 0.05)), chance.choice((0.3, 0.8))
    kind_of_site = chance.random()
    return Site(
        request_seconds,
        proxy_seconds,
        lag_seconds,
        hold_back_seconds,
        pace,
        settle_seconds,
        crash_chance,
        trouble,
        code=None if kind_of_site < 0.1 else _CODE,
        hides_codes=kind_of_site > 0.8,
        first_minute=chance.randrange(MINUTES_A_DAY),
        storms=tuple(sorted(chance.uniform(0, TROUBLE_SECONDS) for _ in range(chance.choice((0, 0, 1, 3))))),
    )
