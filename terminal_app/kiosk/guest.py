"""Who stands at the terminal, and what they get to hear."""

from datetime import date, datetime
from typing import NamedTuple

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition
from terminal_app.clocking.clocking import ClockingKind, Moment
from terminal_app.clocking.combination import Combination
from terminal_app.clocking.my_day import DayLine, Stretch
from terminal_app.clocking.person import Person
from terminal_app.clocking.proposal import Proposal
from terminal_app.clocking.time_quality import TimeQuality
from terminal_app.clocking.wall_time import WallTime
from terminal_app.kiosk.refusal import Refusal
from terminal_app.settings_choices import NameForm


class Badge(NamedTuple):
    """A badge as it was read."""

    number: str
    reader: str
    moment: Moment


class Naming(NamedTuple):
    """How much an answer tells bystanders."""

    form: NameForm = NameForm.NAME
    badge_digits: int = 4
    """Of an unknown badge's number, from its end."""

    def of(self, person: Person | None, badge_number: str) -> str:
        """Whoever holds the badge, as greeted; may be empty."""
        if person is None:
            shown = badge_number[-self.badge_digits :] if self.badge_digits else ""
            return shown if len(shown) == len(badge_number) else f"...{shown}"
        match self.form:
            case NameForm.NAME:
                return person.name
            case NameForm.INITIALS:
                return "".join(f"{word[0]}." for word in (person.first_name, person.last_name) if word)
            case NameForm.NOTHING:
                return ""


WHOLE_NAME = Naming()


class Guest(NamedTuple):
    """Whoever holds the badge; `person` is None while nobody knows it."""

    badge: Badge
    person: Person | None
    wall_time: WallTime
    time: TimeQuality | None = None
    """What the clock was worth at the badge; None: it is not looked at."""
    naming: Naming = WHOLE_NAME

    @property
    def is_time_doubtful(self) -> bool:
        """Whether the minute may be wrong."""
        return self.time is not None and self.time.is_doubtful

    @property
    def name(self) -> str:
        """As greeted: as much of the person's name as may be shown, or the end of the badge's number."""
        return self.naming.of(self.person, self.badge.number)


class Recorded(NamedTuple):
    """The clocking is on the disk."""

    guest: Guest
    kind: ClockingKind
    sequence: int
    label: str = ""
    """The reason or the activities, as chosen."""
    proposal: Proposal | None = None
    """Of an in/out."""


class AlreadyClocked(NamedTuple):
    """The same was recorded a moment ago: nothing was added."""

    guest: Guest
    kind: ClockingKind
    minute: int
    """Of the one that stands."""


class TakenBack(NamedTuple):
    """The clocking was undone before it was sent."""

    guest: Guest
    kind: ClockingKind
    label: str = ""
    """The reason or the activities that it had."""


class NotRecorded(NamedTuple):
    """Nothing was recorded; says why."""

    refusal: Refusal
    guest: Guest | None = None


Answer = Recorded | AlreadyClocked | TakenBack | NotRecorded

Definition = ActivityDefinition | ReasonDefinition


class Offer(NamedTuple):
    """A guest who has to choose, and all that there is to choose from."""

    guest: Guest
    kind: ClockingKind
    definitions: tuple[Definition, ...]
    after: int | None = None
    """The in/out that the guest has recorded already with this badge."""
    recent: tuple[Combination, ...] = ()
    """What the guest chose lately and may still choose, newest first."""
    favourites: tuple[Combination, ...] = ()
    """Of the settings."""
    usual: Combination | None = None
    """What is recorded when the guest walks away; None: a plain in/out."""


class Habits(NamedTuple):
    """What is looked up for a guest once the answer is painted."""

    recent: tuple[Combination, ...] = ()
    receipt: str | None = None
    """The code by which the guest can prove the clocking."""


class DayBalance(NamedTuple):
    """A number that Protime calculated."""

    name: str
    """Of the counter; empty: the flextime balance."""
    value: int
    unit: str
    """`minutes` or `instances`."""
    day: date
    """Of which it is."""


class Day(NamedTuple):
    """A guest's own day."""

    guest: Guest
    lines: tuple[DayLine, ...]
    stretches: tuple[Stretch, ...]
    balances: tuple[DayBalance, ...]
    now: datetime
    """UTC."""
