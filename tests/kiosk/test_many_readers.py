"""Several readers at one terminal: what each one books, and what each one says to its guest."""

from pathlib import Path

from drivers.catalogue import create_reader
from drivers.feedback import Signal
from drivers.frames.twn4 import SIGNALS, Twn4Twin
from drivers.reader import ReaderState
from drivers.rehearsal import VirtualReader
from terminal_app.clocking.clocking import ClockingKind
from terminal_app.kiosk.listening import open_readers
from terminal_app.settings import ReaderSettings
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


async def test_a_reader_that_cannot_be_made_says_so_and_the_others_go_on(folder: Path) -> None:
    settings = ReaderSettings(driver="osdp", port="/dev/none", name="gate", options="key-file:/no/such/key")
    (broken,) = open_readers([settings])
    async with session(folder, readers=[broken]) as at:
        await until(at.pilot, lambda _: at.reception.reader_states.get("gate") is ReaderState.UNUSABLE)
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters")
    assert not broken.signal(Signal.ACCEPTED)


async def test_a_badge_at_a_twn4_is_clocked_and_the_reader_beeps_and_shows_green(folder: Path) -> None:
    with VirtualReader("twn4") as virtual:
        reader = create_reader("twn4", name="gate", port=virtual.port, badge_number="last:4 hex lower suffix:x")
        number = "d3d4e580x"
        async with session(folder, readers=[reader]) as at:
            await until(at.pilot, lambda _: at.reception.reader_states.get("gate") is ReaderState.READY)
            virtual.hold(bytes.fromhex("04A1B2D3D4E580"))
            await until(at.pilot, lambda _: bool(at.rows()))
            assert at.rows() == [(number, "InOut", "held")], "nobody has it yet"
            twin = virtual.twin
            assert isinstance(twin, Twn4Twin)
            await until(at.pilot, lambda _: all(one in twin.heard for one in SIGNALS[Signal.ACCEPTED]))
