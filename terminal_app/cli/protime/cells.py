"""Fields of records as cells of a row."""

from collections.abc import Mapping

from terminal_app.cli.queue import masked
from terminal_app.clocking.wall_time import MINUTES_A_DAY
from terminal_app.protime.external_references import value_of
from terminal_app.protime.fields import Texts
from terminal_app.protime.whole_record import NumberReference, TextReference


def badge(number: str | None, *, whole: bool) -> str | None:
    """A badge number, masked unless it is asked for."""
    return number if number is None or whole else masked(number)


def time_of_day(minutes: int | None) -> str | None:
    """Minutes since midnight as hh:mm, with the day where it is another one."""
    if minutes is None:
        return None
    days, minute = divmod(minutes, MINUTES_A_DAY)
    return f"{minute // 60:02d}:{minute % 60:02d}" + (f" ({days:+d} d)" if days else "")


def duration(minutes: int | None) -> str | None:
    """Minutes as h:mm."""
    if minutes is None:
        return None
    return f"{'-' if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


def reference(record: NumberReference | TextReference | None, name: str) -> str | None:
    """An external reference that came with a reference to a record."""
    held: Mapping[str, object] | None = record.external_references if record else None
    return value_of(held, name)


def key(record: NumberReference | TextReference | None) -> int | str | None:
    """The id of a record that is referred to."""
    return record.id if record else None


def text(name: Texts | None) -> str | None:
    """A name, in Protime's default language."""
    if name is None:
        return None
    return name.default or next((one for one in (name.translations or {}).values() if one), None)
