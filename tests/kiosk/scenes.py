"""The screens by name: what a person and the reader do until one of them stands there."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from textual.pilot import Pilot

from drivers.reader import ReaderState
from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.direction import Direction
from terminal_app.doorbell import ring
from terminal_app.kiosk.admin.door import AdminRules
from terminal_app.kiosk.admin_words import AdminText
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.reception import Reception
from terminal_app.kiosk.states import Answering
from terminal_app.kiosk.tiles import TileSpec, usual_tiles
from terminal_app.kiosk.widgets.board import BlockName, Board, Tone
from terminal_app.kiosk.widgets.plain import Lines
from terminal_app.kiosk.widgets.tile import Tile
from terminal_app.kiosk.wishes import Direct, Look
from terminal_app.kiosk.wording import Wording, wording_in
from terminal_app.settings_choices import TileColour
from tests.kiosk.terminal import ANNA, LEFT, LUC, MORNING, UNKNOWN, ScriptedReader

DEADLINE_SECONDS = 30.0


def app_of(pilot: Pilot[None]) -> KioskApp:
    """The app as what it is."""
    return cast("KioskApp", pilot.app)


def wording_of(pilot: Pilot[None]) -> Wording:
    """What the site speaks."""
    shown = app_of(pilot)._shown
    assert shown is not None
    return wording_in(shown._languages[0])


def to_send(pilot: Pilot[None], count: int) -> str:
    """What the status line says of so many clockings that wait."""
    return wording_of(pilot).waiting.of(count).partition(" {age}")[0].format(count=count)


def beginning(text: str) -> str:
    """What stands before the first placeholder."""
    return text.partition("{")[0].strip()


async def receipt(pilot: Pilot[None]) -> None:
    """The answer has all that is looked up for it, and its receipt where there is room for one."""

    def is_there(app: KioskApp) -> bool:
        state = reception_of(app).visit.state
        return isinstance(state, Answering) and state.habits is not None

    said = beginning(wording_of(pilot).receipt)
    await until(pilot, is_there)
    await until(pilot, lambda app: said in text_of(app, "receipt") or app.size.height < 24)


def reception_of(app: KioskApp) -> Reception:
    """The reception, which has been opened."""
    assert app.reception is not None
    return app.reception


def screen_text(app: KioskApp) -> str:
    """All that is on the screen, line by line."""
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def text_of(app: KioskApp, name: str) -> str:
    """What the block of the board or the widget of this name has to say, cut or not."""
    if name in set(BlockName):
        return "\n".join(line for block in app.query_one(Board).blocks if block.name == name for line in block.lines)
    return "\n".join(app.query_one(f"#{name}", Lines)._lines)


def view_of(app: KioskApp) -> str:
    """Which view is displayed."""
    board = app.query_one(Board)
    if not board.display:
        return "choice" if app.query_one("#choice").display else "sheet"
    return "idle" if board.tone in {Tone.IDLE, Tone.AWAITING} else "answer"


async def until(pilot: Pilot[None], condition: Callable[[KioskApp], bool]) -> None:
    """Wait until a condition holds and the screen is at rest."""
    app, deadline = app_of(pilot), time.monotonic() + DEADLINE_SECONDS
    while not condition(app):
        assert time.monotonic() < deadline, f"not in time:\n{screen_text(app)}"
        await asyncio.sleep(0.005)
    await pilot.pause()


async def status(pilot: Pilot[None], *parts: str) -> None:
    """The status line says all this, after it was told to look again as the courier does."""
    await until(pilot, lambda app: app.reception is not None)
    app, deadline = app_of(pilot), time.monotonic() + DEADLINE_SECONDS
    while not all(part in text_of(app, "status") for part in parts):
        assert time.monotonic() < deadline, f"not in time: {parts}\n{screen_text(app)}"
        ring(reception_of(app)._doorbells, "kiosk")
        await asyncio.sleep(0.01)
    await pilot.pause()


async def shows(pilot: Pilot[None], view: str, *texts: str) -> None:
    """This view is displayed, with these texts in it."""
    await until(pilot, lambda app: view_of(app) == view)
    await until(pilot, lambda app: all(text in screen_text(app) for text in texts))


async def idle(pilot: Pilot[None], _: ScriptedReader) -> None:
    """Nobody is here."""
    said = wording_of(pilot)
    await status(pilot, said.reader_ready, said.online, said.all_sent)


async def awaiting(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """A tile was pressed."""
    await idle(pilot, reader)
    await pilot.press("f4")
    await until(pilot, lambda app: app.query_one("#tile-f4", Tile).has_class("-chosen"))


async def answer_in(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """The first badge of the day."""
    await idle(pilot, reader)
    reader.hold(ANNA)
    await shows(pilot, "answer", "Anna Peeters")
    await receipt(pilot)
    await status(pilot, to_send(pilot, 1))


async def answer_out(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """The second badge of the day."""
    await idle(pilot, reader)
    reader.hold(ANNA, MORNING - timedelta(hours=1))
    reader.hold(ANNA)
    await until(pilot, lambda app: wording_of(pilot).directions[Direction.OUT] in text_of(app, "detail"))
    await receipt(pilot)
    await status(pilot, to_send(pilot, 2))


async def unknown(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """A badge that nobody knows, kept."""
    await idle(pilot, reader)
    reader.hold(UNKNOWN)
    await shows(pilot, "answer", "...BEEF")
    await receipt(pilot)
    await status(pilot, to_send(pilot, 1))


async def refused(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """The badge of somebody who left."""
    await idle(pilot, reader)
    reader.hold(LEFT)
    await shows(pilot, "answer", "Piet Vertrokken")


async def reasons(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """The first page of the reasons, in French."""
    await idle(pilot, reader)
    await pilot.press("f4")
    reader.hold(LUC)
    await shows(pilot, "choice", "Luc Dubois")


async def activities(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """The second level of the activities."""
    await idle(pilot, reader)
    await pilot.press("f2")
    reader.hold(ANNA)
    await shows(pilot, "choice", "Productie")
    await pilot.press("3")
    await shows(pilot, "choice", "Lijn 1")


async def recent(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """An in/out of somebody who chose reasons and activities before: one touch books them again."""
    await idle(pilot, reader)
    for hour, keys in ((5, ("f4", "2")), (4, ("f2", "3", "1"))):
        await pilot.press(keys[0])
        reader.hold(ANNA, MORNING - timedelta(hours=hour))
        await shows(pilot, "choice", "Anna Peeters")
        for key in keys[1:]:
            await pilot.press(key)
        await shows(pilot, "answer", "Anna Peeters", beginning(wording_of(pilot).recorded_at))
    reader.hold(ANNA)
    await shows(pilot, "answer", "Productie", "F5")
    await receipt(pilot)
    await status(pilot, to_send(pilot, 3))


async def my_day(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """A day of in/outs, an activity and a reason, some of them changed in Protime."""
    await recent(pilot, reader)
    await pilot.press("f9")
    await shows(pilot, "sheet", wording_of(pilot).my_day)


async def filtered(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """Letters were typed over a list."""
    await reasons(pilot, reader)
    await pilot.press("d")
    await until(pilot, lambda app: "Vakbond" not in screen_text(app))


async def already(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """The same booking again: nothing was added."""
    await idle(pilot, reader)
    reader.hold(ANNA)
    await shows(pilot, "answer", "Anna Peeters")
    await receipt(pilot)
    reader.hold(ANNA)
    await shows(pilot, "answer", beginning(wording_of(pilot).already_at))
    await status(pilot, to_send(pilot, 1))


async def admin_door(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """Half a PIN is typed."""
    await idle(pilot, reader)
    await pilot.press("f12", "4", "7")
    await shows(pilot, "sheet", wording_of(pilot).admin[AdminText.ASK_EITHER], "**")


async def admin_queue(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """What waits, before an administrator."""
    await idle(pilot, reader)
    for badge in (ANNA, UNKNOWN):
        reader.hold(badge)
        await shows(pilot, "answer", "08:02")
    said = wording_of(pilot).admin
    await status(pilot, to_send(pilot, 2))
    await pilot.press("f12")
    await shows(pilot, "sheet", said[AdminText.ASK_BADGE])
    reader.hold(ADMIN_BADGE)
    await shows(pilot, "sheet", said[AdminText.NETWORK])
    await pilot.press("1")
    await shows(pilot, "sheet", said[AdminText.STATE_HELD], said[AdminText.STATE_WAITS])


async def two_rows(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """A site with six tiles."""
    await idle(pilot, reader)


async def undone(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """A clocking was taken back."""
    await answer_in(pilot, reader)
    before = text_of(app_of(pilot), "word")
    await pilot.press("f8")
    await until(pilot, lambda app: text_of(app, "word") != before)
    await status(pilot, wording_of(pilot).all_sent)


async def reader_missing(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """The reader was pulled out."""
    await idle(pilot, reader)
    reader.turn(ReaderState.MISSING)
    await status(pilot, wording_of(pilot).reader_missing)


async def port_taken(pilot: Pilot[None], reader: ScriptedReader) -> None:
    """Another program has the reader's port."""
    await idle(pilot, reader)
    reader.turn(ReaderState.BUSY)
    await status(pilot, wording_of(pilot).port_taken)


Scene = Callable[[Pilot[None], ScriptedReader], Awaitable[None]]
SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        idle, awaiting, answer_in, answer_out, unknown, refused, reasons, activities, undone, reader_missing,
        port_taken, recent, my_day, filtered, already, admin_door, admin_queue, two_rows,
    )
}  # fmt: skip
ADMIN_BADGE = "00AD314000"
OPTIONS: dict[str, dict[str, Any]] = {
    "already": {"same_booking_seconds": 60.0},
    "admin_queue": {"admin": AdminRules(frozenset({ADMIN_BADGE}))},
    "admin_door": {"admin": AdminRules(frozenset({ADMIN_BADGE}), Path("none"))},
    "two_rows": {"tiles": [*usual_tiles(has_activities=True), TileSpec("f5", Direct(ClockingKind.REASON, ("R6",)),
                           {"": "Pauze"}, TileColour.YELLOW), TileSpec("f6", Look.MY_DAY)]},
}  # fmt: skip
"""What a scene's kiosk needs besides the usual."""
