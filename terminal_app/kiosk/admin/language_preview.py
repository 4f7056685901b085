"""What guests read in one of the site's languages, for whoever is to judge it. Pure."""

from collections.abc import Sequence
from datetime import datetime

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.direction import Direction
from terminal_app.kiosk.admin_words import AdminText as A
from terminal_app.kiosk.views.sheet import SheetPage
from terminal_app.kiosk.widgets.drawing import Button
from terminal_app.kiosk.widgets.plain import wrapped
from terminal_app.kiosk.widgets.sheet import Row, Span
from terminal_app.kiosk.wording import Wording

MOST = 8
"""Languages that have a button."""


def language_page(shown: Wording, wordings: Sequence[Wording], width: int, now: datetime) -> SheetPage:
    """The texts of `shown` at `now` (local), and a button for each of `wordings`."""
    rows: list[Row] = []
    for text in _texts(shown, now):
        rows += [(Span(line),) for line in wrapped(text, width - 2, 3)]
    buttons = tuple(
        Button(str(number), str(number), wording.language, "recent" if wording is shown else "plain")
        for number, wording in enumerate(wordings[:MOST], start=1)
    )
    title = (shown.admin[A.LANGUAGES], shown.language)
    return SheetPage(f"language {shown.language}", title, tuple(rows), shown.back, shown.page, buttons)


def _texts(one: Wording, now: datetime) -> list[str]:
    """In the order in which a guest meets them."""
    time = one.time(60 * now.hour + now.minute)
    return [
        f"{one.day(now.date())}, {one.time_with_seconds(now)}",
        one.hold_badge,
        f"{one.tiles[ClockingKind.REASON]}: {one.now_badge}",
        *(f"{one.directions[direction]} · {one.recorded_at.format(time=time)}" for direction in Direction),
        one.because_in.format(time=time),
        one.because_out.format(time=time),
        one.first_today,
        one.unknown_recorded,
        one.already_at.format(time=time),
        one.not_recorded_yet,
        *one.choose.values(),
        one.without_choice.format(what=one.tiles[ClockingKind.IN_OUT]),
        " · ".join([*one.tiles.values(), one.my_day, one.undo, one.book_anyway]),
        *one.refusals.values(),
        *one.not_now.values(),
        f"{one.reader_ready} · {one.online} · {one.all_sent} · {one.clock_unverified}",
    ]
