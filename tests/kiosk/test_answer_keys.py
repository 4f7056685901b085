"""What the guest of an answer can do with one touch: what they chose lately, taking back, the receipt."""

import math
from datetime import timedelta
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.kiosk.choices_at_desk import ChoiceRules
from terminal_app.kiosk.widgets.board import Board
from terminal_app.kiosk.wishes import Direct
from terminal_app.ledger.chain import receipt_of_clocking
from terminal_app.ledger.reading import ledger_to_read
from tests.kiosk.scenes import screen_text, text_of, until, view_of
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA, LUC, MORNING


async def chose(at: Session, *ways: tuple[str, ...], badge: str = ANNA) -> None:
    """Somebody chose these things a while ago."""
    for number, (tile, *keys) in enumerate(ways):
        before = len(at.rows())
        await at.pilot.press("escape", tile)
        at.reader.hold(badge, MORNING - timedelta(hours=len(ways) - number))
        await until(at.pilot, lambda app: view_of(app) == "choice")
        await at.pilot.press(*keys)
        await until(at.pilot, lambda _, before=before: len(at.rows()) > before)  # type: ignore[misc]


DOCTOR, LINE = ("f4", "2"), ("f2", "3", "1")


@pytest.mark.parametrize("size", [(50, 15), (80, 24), (100, 30)])
@pytest.mark.parametrize("touches", [False, True])
async def test_a_recent_choice_is_one_touch(folder: Path, size: tuple[int, int], touches: bool) -> None:
    async with session(folder, size=size) as at:
        await chose(at, DOCTOR, LINE)
        at.reader.hold(ANNA)
        await at.sees("Productie", "F5", "Dokter", "F6")
        await (at.touch("5") if touches else at.pilot.press("5"))
        await until(at.pilot, lambda _: len(at.rows()) == 4)  # its words stood on the button before
        await at.sees("Productie / Lijn 1", "geregistreerd om 08:02")
        assert at.rows()[2:] == [(ANNA, "InOut", "recorded"), (ANNA, "Activity", "recorded")]


async def test_a_recent_reason_takes_the_place_of_the_in_out(folder: Path) -> None:
    async with session(folder) as at:
        await chose(at, DOCTOR)
        at.reader.hold(ANNA)
        await at.sees("F5", "Dokter")
        await at.pilot.press("f5")
        await at.sees("Dokter", "geregistreerd om 08:02")
        assert at.rows()[1:] == [(ANNA, "InOut", "undone"), (ANNA, "Reason", "recorded")]


async def test_ten_taps_on_it_book_it_once(folder: Path) -> None:
    async with session(folder, tap_seconds=0.25) as at:
        await chose(at, LINE)
        at.reader.hold(ANNA)
        await at.sees("F5")
        board = at.app.query_one(Board)
        place = board.region_of("5")
        for _ in range(10):
            await at.pilot.click(board, offset=(place.x + 2, place.y + 1))
        await at.sees("Productie / Lijn 1", "geregistreerd om 08:02")
        assert at.rows()[1:] == [(ANNA, "InOut", "recorded"), (ANNA, "Activity", "recorded")]


@pytest.mark.parametrize("spot", ["#tile-f1", "#tile-f2", "#tile-f3", "#tile-f4"])
async def test_ten_taps_anywhere_after_a_badge_never_book_ten(folder: Path, spot: str) -> None:
    async with session(folder, tap_seconds=0.25, same_booking_seconds=60.0) as at:
        at.reader.hold(ANNA)
        await at.sees("geregistreerd om")
        region = at.app.query_one(spot).region
        for _ in range(10):
            await at.pilot.click(offset=(region.x + 3, region.y + 1))
        assert len(at.rows()) <= 2


async def test_a_second_touch_at_once_does_not_fall_on_what_the_first_one_brought(folder: Path) -> None:
    async with session(folder, tap_seconds=3600.0) as at:
        await at.pilot.press("f2")
        at.reader.hold(ANNA)
        await at.sees("Productie")
        await at.touch("3")
        await at.sees("Lijn 1")
        await at.touch("1")
        await at.sees("Lijn 1", "Lijn 2")
        assert at.rows() == []


async def test_the_next_guest_sees_nothing_of_it(folder: Path) -> None:
    async with session(folder) as at:
        await chose(at, DOCTOR)
        at.reader.hold(ANNA)
        await at.sees("F5", "Dokter")
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "enregistré à")
        assert "Dokter" not in screen_text(at.app)
        await at.pilot.press("5")
        await at.pilot.pause(0.3)
        assert [row[0] for row in at.rows()] == [ANNA, ANNA, LUC]


async def test_the_receipt_is_that_of_the_chain(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA)
        await until(at.pilot, lambda app: "bewijs" in text_of(app, "receipt"))
        with ledger_to_read(folder) as connection:
            assert f"bewijs {receipt_of_clocking(connection, 1)}" in text_of(at.app, "receipt")


async def test_recent_ones_come_first_on_the_lists_and_are_marked(folder: Path) -> None:
    async with session(folder) as at:
        await chose(at, ("f4", "7"), ("f2", "3", "1"))
        await at.pilot.press("escape", "f4")
        at.reader.hold(ANNA)
        await at.sees("1 laatst", "Kies een reden")
        await at.pilot.press("1")
        await at.sees("Vakbond", "geregistreerd om")
        await at.pilot.press("escape", "f2")
        at.reader.hold(ANNA)
        await at.sees("1 laatst", "Productie / Lijn 1", "Magazijn")
        await at.pilot.press("1")
        await until(at.pilot, lambda _: len(at.rows()) == 4)
        assert [row[1] for row in at.rows()] == ["Reason", "Activity", "Reason", "Activity"]


async def test_favourites_of_the_settings_come_next(folder: Path) -> None:
    favourites = (Direct(ClockingKind.REASON, ("R6",)), Direct(ClockingKind.REASON, ("nonsense",)))
    async with session(folder, rules=ChoiceRules(("nl",), favourites)) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("1 favoriet", "Pauze")
        await at.pilot.press("1")
        await at.sees("Pauze", "geregistreerd om")
        assert at.rows() == [(ANNA, "Reason", "recorded")]


@pytest.mark.parametrize("usual", [False, True])
async def test_whoever_walks_away_has_the_usual_one_if_the_settings_want_it(folder: Path, usual: bool) -> None:
    async with session(folder, rules=ChoiceRules(("nl",), (), usual)) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA, MORNING - timedelta(hours=1))
        await at.sees("zonder keuze: In/uit")
        await at.pilot.press("2")
        await at.sees("Dokter")
        await at.pilot.press("escape", "f4")
        at.reader.hold(ANNA)
        await at.sees(f"zonder keuze: {'Dokter' if usual else 'In/uit'}")
        at.reception.tick(math.inf)
        await until(at.pilot, lambda _: len(at.rows()) == 2)
        assert at.rows()[1] == (ANNA, "Reason" if usual else "InOut", "recorded")
