"""A guest's own day: a picture of it, its clockings one below the other, and the balances."""

from zoneinfo import ZoneInfo

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.mark import Mark
from terminal_app.clocking.my_day import DayLine, Stretch, StretchKind
from terminal_app.clocking.wall_time import MINUTES_A_DAY
from terminal_app.kiosk.guest import Day, DayBalance
from terminal_app.kiosk.views.sheet import SheetPage
from terminal_app.kiosk.widgets.plain import fitted
from terminal_app.kiosk.widgets.sheet import Ink, Row, Span
from terminal_app.kiosk.wording import Wording

_INKS = {StretchKind.PRESENT: Ink.PRESENT, StretchKind.REASON: Ink.REASON, StretchKind.ACTIVITY: Ink.ACTIVITY}
_MARK_INKS = {Mark.WAITS: Ink.ACCENT, Mark.CHANGED: Ink.WARN, Mark.DELETED: Ink.WARN, Mark.REFUSED: Ink.WARN}
_WORKDAY = 7, 19
"""Hours that the picture shows at least."""
_KINDS = {kind.value: kind for kind in ClockingKind}


def day_page(day: Day, wording: Wording, zone: ZoneInfo, width: int) -> SheetPage:
    """The page for a screen of `width` columns."""
    room = width - 2
    local = day.now.astimezone(zone)
    rows: list[Row] = [*timeline(day.stretches, local.hour * 60 + local.minute, room), ()]
    rows += [_line(line, wording, room) for line in day.lines] or [(Span(wording.nothing_today, Ink.DIM),)]
    if day.balances:
        rows += [(), *(_balance(one, wording, room) for one in day.balances)]
    title = (day.guest.name, wording.my_day, wording.day(day.guest.wall_time.date))
    return SheetPage("day", title, tuple(rows), wording.back, wording.page)


def timeline(stretches: tuple[Stretch, ...], minute: int, width: int) -> list[Row]:
    """The day as a picture of `width` cells: hours, presence with reasons, and activities where there are any.

    What fills a stretch is written into it, as far as there is room.
    """
    first = min([_WORKDAY[0], *(one.begins // 60 for one in stretches)]) * 60
    last = max([_WORKDAY[1], minute // 60 + 1, *(-(-one.ends // 60) for one in stretches)]) * 60
    last = min(last, MINUTES_A_DAY)
    rows = [_hours(first, last, width)]
    rows.append(_bar([one for one in stretches if one.kind is not StretchKind.ACTIVITY], first, last, width))
    activities = [one for one in stretches if one.kind is StretchKind.ACTIVITY]
    return [*rows, _bar(activities, first, last, width)] if activities else rows


def _hours(first: int, last: int, width: int) -> Row:
    step = 1 if width * 60 // (last - first) >= 5 else 2  # noqa: PLR2004 # cells that an hour's number needs
    text = ""
    for hour in range(first // 60, last // 60, step):
        text = text.ljust((hour * 60 - first) * width // (last - first)) + f"{hour:02d}"
    return (Span(text, Ink.DIM),)


def _bar(stretches: list[Stretch], first: int, last: int, width: int) -> Row:
    spans: list[Span] = []
    at = 0
    for one in stretches:
        left = max(at, (one.begins - first) * width // (last - first))
        right = max(left + 1, -(-(one.ends - first) * width // (last - first)))
        if left > at:
            spans.append(Span(" " * (left - at), Ink.EMPTY))
        said = one.label or _from_to(one)
        # Something is written in it at any width, so that no colour stands alone.
        text = said if len(said) <= right - left else _clock(one.begins)
        spans.append(Span(fitted(text, right - left).ljust(right - left)[: right - left], _INKS[one.kind]))
        at = right
    return (*spans, Span(" " * max(0, width - at), Ink.EMPTY))


def _from_to(one: Stretch) -> str:
    return f"{_clock(one.begins)}-" if one.is_open else f"{_clock(one.begins)}-{_clock(one.ends)}"


def _line(line: DayLine, wording: Wording, width: int) -> Row:
    kind = _KINDS.get(line.kind)
    what = line.label or (wording.tiles[kind] if kind else line.kind)
    if line.direction is not None:
        way = wording.directions[line.direction]
        what = way if kind is ClockingKind.IN_OUT else f"{way} {what}"
    mark = wording.marks[line.mark]
    if line.original is not None:
        mark = wording.changed_from.format(time=_clock(line.original.minute))
    room = max(6, width - 7 - len(mark) - 1)
    ink = Ink.STRONG if line.counts else Ink.DIM
    return (
        Span(f"{_clock(line.wall_time.minute)}  ", ink),
        Span(fitted(what, room).ljust(room), ink),
        Span(f" {mark}", _MARK_INKS.get(line.mark, Ink.DIM)),
    )


def _balance(one: DayBalance, wording: Wording, width: int) -> Row:
    value = duration(one.value) if one.unit == "minutes" else str(one.value)
    when = wording.as_of.format(day=f"{one.day.day}/{one.day.month}")
    said = f"{value}  {when}"
    room = max(6, width - len(said) - 1)
    return (
        Span(fitted(one.name or wording.flextime, room).ljust(room)),
        Span(f" {value}", Ink.STRONG),
        Span(f"  {when}", Ink.DIM),
    )


def duration(minutes: int) -> str:
    """Hours and minutes with a sign."""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
