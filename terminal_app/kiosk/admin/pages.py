"""The pages of the administrator's screen. Pure: facts in, rows and buttons out."""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto

from drivers.probe import hex_lines
from drivers.reader import ReaderState
from terminal_app.clocking.clocking import ClockingKind, DeliveryState
from terminal_app.clocking.refusal_words import RefusalCause
from terminal_app.kiosk.admin.desk import Facts, QueueEntry
from terminal_app.kiosk.admin.trying_readers import Seen
from terminal_app.kiosk.admin_words import AdminText as A
from terminal_app.kiosk.views.sheet import SheetPage
from terminal_app.kiosk.widgets.drawing import Button
from terminal_app.kiosk.widgets.plain import wrapped
from terminal_app.kiosk.widgets.sheet import Ink, Row, Span
from terminal_app.kiosk.wording import Wording
from terminal_app.roster.link import LinkState

WHYS = (A.WHY_MISTAKE, A.WHY_TEST, A.WHY_BY_HAND, A.WHY_OTHER)
"""Why a clocking is discarded, in the order of their keys."""
_LEFT = 12
_BYTES, _FEW_BYTES = 16, 8
"""A line, each with its printable character."""
_ROOM_FOR_MANY = 72
_STATES = {
    DeliveryState.REFUSED: A.STATE_REFUSED,
    DeliveryState.AMBIGUOUS: A.STATE_AMBIGUOUS,
    DeliveryState.HELD: A.STATE_HELD,
}
_CAUSES = {
    RefusalCause.NAMES: A.CAUSE_NAMES,
    RefusalCause.PERSON_GONE: A.CAUSE_PERSON_GONE,
    RefusalCause.GONE: A.CAUSE_GONE,
    RefusalCause.TOO_LONG: A.CAUSE_TOO_LONG,
    RefusalCause.RULES: A.CAUSE_RULES,
    RefusalCause.OTHER: A.CAUSE_OTHER,
}


class Page(Enum):
    """Which one is open."""

    OVERVIEW = auto()
    QUEUE = auto()
    ENTRY = auto()
    DISCARD = auto()
    READERS = auto()
    LANGUAGES = auto()


def door_page(wording: Wording, *, typed: int, note: str, asks: A) -> SheetPage:
    """Where a PIN is typed; only how many digits it has by now is shown."""
    said, takes_pin = note or wording.admin[asks], asks is not A.ASK_BADGE
    rows: tuple[Row, ...] = ((Span("*" * typed or " ", Ink.STRONG),),)
    return SheetPage(
        "door", (wording.admin[A.TITLE], said), rows, wording.back, wording.page, _keypad(wording) if takes_pin else ()
    )


def _keypad(wording: Wording) -> tuple[Button, ...]:
    erase = Button("backspace", "<", wording.admin[A.ERASE])
    lines = ("123", "456", "789")
    last = (erase, Button("0", "0", ""), Button("enter", "OK", ""))
    return tuple(
        button
        for line, end in zip(lines, last, strict=True)
        for button in (*(Button(digit, digit, "") for digit in line), end)
    )


def overview_page(facts: Facts, readers: Mapping[str, ReaderState], wording: Wording, note: str) -> SheetPage:
    """What is well and what is not."""
    words = wording.admin
    waits = words[A.NOTHING_WAITS] if not facts.waiting.count else str(facts.waiting.count)
    link = facts.link.state.value if facts.link else wording.offline
    is_up = facts.link is not None and facts.link.state is LinkState.UP
    rows: list[Row] = [
        _fact(words[A.QUEUE], waits, warns=any(one.cause for one in facts.listed)),
        _fact(words[A.NETWORK], link, warns=not is_up),
        _fact(words[A.CLOCK], _clock(facts), warns=facts.clock not in (None, "trusted")),
        *(
            _fact(words[A.READER], f"{name}: {state.value}", warns=state is not ReaderState.READY)
            for name, state in readers.items()
        ),
        *(_fact(words[A.VERSION], f"{name} {number}") for name, number in facts.versions),
    ]
    buttons = (
        Button("1", "1", words[A.QUEUE]),
        Button("2", "2", words[A.READERS]),
        Button("3", "3", words[A.SEND_NOW]),
        Button("4", "4", words[A.RESTART]),
        Button("5", "5", words[A.RESTART_COURIER]),
        Button("6", "6", words[A.LANGUAGES]),
    )
    return SheetPage("overview", (words[A.TITLE], note), tuple(rows), wording.back, wording.page, buttons)


def queue_page(facts: Facts, wording: Wording, note: str) -> SheetPage:
    """What waits, those to decide about first."""
    words = wording.admin
    rows: tuple[Row, ...] = tuple(
        (
            Span(f"{number} ", Ink.STRONG),
            Span(f"{_when(one, wording)} ...{one.badge_end}  {_what(one, wording)}  "),
            Span(_state(one, wording), Ink.WARN if one.state in _STATES else Ink.DIM),
        )
        for number, one in enumerate(facts.listed, start=1)
    )
    buttons = tuple(
        Button(str(number), str(number), f"{wording.time(one.minute)} {_state(one, wording)}")
        for number, one in enumerate(facts.listed, start=1)
    )
    title = (words[A.QUEUE], note or words[A.CHOOSE_ONE if rows else A.NOTHING_WAITS])
    return SheetPage("queue", title, rows, wording.back, wording.page, buttons)


def entry_page(one: QueueEntry, wording: Wording, note: str, width: int) -> SheetPage:
    """One clocking, why it was refused, and what can be done about it."""
    words = wording.admin
    said = words[_CAUSES[one.cause]] if one.cause else ""
    if one.state is DeliveryState.AMBIGUOUS:
        said = words[A.AMBIGUOUS_HELP]
    rows: tuple[Row, ...] = (
        (Span(f"{_when(one, wording)} ...{one.badge_end}  {_what(one, wording)}", Ink.STRONG),),
        (Span(_state(one, wording), Ink.WARN),),
        *((Span(line),) for line in wrapped(said, width - 2, 3)),
    )
    buttons = []
    if one.state is DeliveryState.REFUSED:
        buttons.append(Button("1", "1", words[A.RETRY]))
    if one.state in (DeliveryState.REFUSED, DeliveryState.HELD):
        buttons.append(Button("2", "2", words[A.DISCARD]))
    title = (f"{words[A.QUEUE]} {one.sequence}", note)
    return SheetPage("entry", title, rows, wording.back, wording.page, tuple(buttons))


def discard_page(one: QueueEntry, wording: Wording) -> SheetPage:
    """Why it is given up."""
    words = wording.admin
    buttons = tuple(Button(str(number), str(number), words[why]) for number, why in enumerate(WHYS, start=1))
    rows: tuple[Row, ...] = ((Span(f"{_when(one, wording)} ...{one.badge_end}  {_what(one, wording)}", Ink.STRONG),),)
    title = (f"{words[A.QUEUE]} {one.sequence}", words[A.DISCARD_WHY])
    return SheetPage("discard", title, rows, wording.back, wording.page, buttons)


def readers_page(seen: tuple[Seen, ...], wording: Wording, width: int) -> SheetPage:
    """What the readers say, the last first, with the bytes of their lines; nothing of it is booked."""
    words = wording.admin
    rows: list[Row] = [(Span(words[A.NOT_BOOKED], Ink.WARN),)]
    for one in seen:
        often = f" x{one.times}" if one.times > 1 else ""
        rows.append((Span(f"{one.clock} {one.reader}: "), Span(one.text + often, Ink.DIM if one.data else Ink.PLAIN)))
        rows += [
            (Span(f"  {line}"),) for line in hex_lines(one.data, _BYTES if width >= _ROOM_FOR_MANY else _FEW_BYTES)
        ]
    if not seen:
        rows.append((Span(words[A.HOLD_TEST_BADGE]),))
    return SheetPage("readers", (words[A.READERS],), tuple(rows), wording.back, wording.page)


def _fact(name: str, value: str, *, warns: bool = False) -> Row:
    return Span(name.ljust(_LEFT), Ink.DIM), Span(value, Ink.WARN if warns else Ink.PLAIN)


def _clock(facts: Facts) -> str:
    if facts.clock is None:
        return "?"
    error = facts.clock_error
    return facts.clock.value if error is None else f"{facts.clock.value}, +-{error / timedelta(seconds=1):.1f} s"


def _when(one: QueueEntry, wording: Wording) -> str:
    return f"{one.day[8:]}/{one.day[5:7]} {wording.time(one.minute)}"


def _what(one: QueueEntry, wording: Wording) -> str:
    return one.label or wording.tiles[ClockingKind(one.kind)]


def _state(one: QueueEntry, wording: Wording) -> str:
    return wording.admin[_STATES.get(one.state, A.STATE_WAITS)]
