"""What the settings let an administrator choose from; each value as it is written in the file."""

from enum import StrEnum


class Environment(StrEnum):
    """Which Protime installation."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"


ENVIRONMENT_HOSTS = {Environment.PRODUCTION: "myprotime.eu", Environment.SANDBOX: "myprotimesandbox.eu"}


class UnknownBadge(StrEnum):
    """What happens to a badge that belongs to nobody known."""

    RECORD = "record"
    REFUSE = "refuse"


class WalkAway(StrEnum):
    """What is recorded for somebody who leaves a list."""

    IN_OUT = "in_out"
    USUAL = "usual"


class TileAction(StrEnum):
    """What a tile of the idle screen does."""

    IN_OUT = "in_out"
    ACTIVITY = "activity"
    ACTIVITY_END = "activity_end"
    REASON = "reason"
    MY_DAY = "my_day"


class TileColour(StrEnum):
    """The ground of a tile; its words say all that it says."""

    PLAIN = "plain"
    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


class Weekday(StrEnum):
    """A day of the week, in its order."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class UntrustedTime(StrEnum):
    """What happens to a clocking whose time could not be verified in time."""

    HOLD = "hold"
    SEND = "send"


class SynchronisationMode(StrEnum):
    """How the terminal learns what has changed in Protime."""

    FULL = "full"
    DELTA = "delta"
    OFF = "off"


class ThemeName(StrEnum):
    """What the screen looks like."""

    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high-contrast"
    SITE = "site"


class NameForm(StrEnum):
    """How much of a person's name an answer shows."""

    NAME = "name"
    INITIALS = "initials"
    NOTHING = "nothing"


class ReaderBooks(StrEnum):
    """What a badge at one reader means, whatever the others mean."""

    IN = "in"
    OUT = "out"
    REASON = "reason"
    ACTIVITY = "activity"
    ACTIVITY_END = "activity-end"
