"""Several readers at one terminal: what each one books, and what each one says to its guest."""

from pathlib import Path

from drivers.feedback import Signal
from terminal_app.clocking.clocking import ClockingKind
from tests.kiosk.scenes import until
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, LEFT, LUC, ScriptedReader


async def test_a_reader_books_its_tile_and_the_others_an_in_out(folder: Path) -> None:
    stop = ScriptedReader("machine stop")
    booked = {"machine stop": ClockingKind.ACTIVITY_END}
    async with session(folder, readers=[stop], kinds_of_readers=booked) as at:
        stop.hold(ANNA)
        await at.sees("Anna Peeters")
        at.reader.hold(LUC)
        await at.sees("Luc Dubois")
        assert at.rows() == [(ANNA, "ActivityEnd", "recorded"), (LUC, "InOut", "recorded")]


async def test_a_tile_that_was_pressed_goes_before_what_the_reader_books(folder: Path) -> None:
    stop = ScriptedReader("machine stop")
    async with session(folder, readers=[stop], kinds_of_readers={"machine stop": ClockingKind.ACTIVITY_END}) as at:
        await at.pilot.press("f1")
        stop.hold(ANNA)
        await at.sees("Anna Peeters")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_the_reader_of_the_badge_says_how_it_went_and_no_other(folder: Path) -> None:
    other = ScriptedReader("back door")
    async with session(folder, readers=[other]) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters")
        other.hold(LEFT)
        await until(at.pilot, lambda _: bool(other.signals))
        assert at.reader.signals == [Signal.ACCEPTED]
        assert other.signals == [Signal.REFUSED]
        assert at.rows() == [(ANNA, "InOut", "recorded")]
