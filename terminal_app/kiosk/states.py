"""What may stand on the screen; times are monotonic seconds."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from terminal_app.clocking.clocking import ActivityLevel
from terminal_app.kiosk.choosing import Listing
from terminal_app.kiosk.guest import Answer, Day, Habits, Offer
from terminal_app.kiosk.wishes import Wish


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is here."""


class AwaitingBadge(NamedTuple):
    """A tile was pressed; the badge comes next."""

    wish: Wish
    until: float
    only_for: tuple[int, ...] = ()
    """Terminal groups whose tile it is; empty: everybody's."""


class Choosing(NamedTuple):
    """A guest picks a reason, or an activity level by level."""

    offer: Offer
    listing: Listing
    picked: tuple[ActivityLevel, ...]
    language: str
    until: float


class Answering(NamedTuple):
    """The answer is on the screen."""

    answer: Answer
    until: float
    habits: Habits | None = None
    """What the guest may do with one touch, and how to prove it; None until it was looked up."""


class Waiting(NamedTuple):
    """The disk keeps a guest waiting; it stands until there is an answer."""

    is_recorded_later: bool
    """There will be a clocking if all goes well: none is on the disk yet."""
    until: float = math.inf


class LookingAtDay(NamedTuple):
    """A guest looks at the own day."""

    day: Day
    until: float


class AdminDoor(NamedTuple):
    """Somebody wants the administrator's screen: it takes a PIN or an administrator's badge."""

    until: float


class AdminOpen(NamedTuple):
    """The administrator's screen."""

    operator: str
    """Who opened it, for the audit chain."""
    until: float
    is_testing: bool = False
    """Badges are shown there, and not booked."""


State = AdminDoor | AdminOpen | Idle | AwaitingBadge | Choosing | Answering | LookingAtDay | Waiting


class Times(NamedTuple):
    """How long each state lasts, in seconds."""

    answer: float
    choice: float
    tile: float
    hold_back: float
    """How long after the badge nothing is sent, so that a reason can take an in/out's place."""
    day: float = 20.0
    unknown: float = 5.0
    """The answer to a badge of nobody known: there is more to read."""
    admin: float = 30.0
