"""My day on the real app: who sees it, what it says, and that it records nothing."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.counters import FLEXTIME, Balance, DayClocking
from terminal_app.clocking.my_day import Stretch, StretchKind
from terminal_app.clocking.wall_time import WallTime
from terminal_app.kiosk.states import Times
from terminal_app.kiosk.tiles import TileSpec
from terminal_app.kiosk.views.day import duration, timeline
from terminal_app.kiosk.wishes import Look
from tests.kiosk.scenes import screen_text, text_of, until, view_of
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA, LUC, MORNING, UNKNOWN, Roll, usual_roll, write_roster

DAY = date(2026, 7, 1)
TILES = (TileSpec("f1", ClockingKind.IN_OUT), TileSpec("f2", Look.MY_DAY))


def roll() -> Roll:
    one = usual_roll()
    one.balances = [
        Balance(1, FLEXTIME, "", 65, "minutes", DAY - timedelta(days=1)),
        Balance(1, "HOL", "Day", 3, "instances", DAY),
    ]
    one.day_clockings = [
        DayClocking(900, 1, WallTime(DAY, 400), WallTime(DAY, 390), "InOut", None, (), False, False),
        DayClocking(901, 1, WallTime(DAY, 410), None, "Reason", 1, (), False, False),
    ]
    return one


@pytest.mark.parametrize("way", ["f9", "9", "#tile-f3"])
async def test_one_touch_after_the_answer_shows_the_day(tmp_path: Path, way: str) -> None:
    write_roster(tmp_path, roll())
    async with session(tmp_path) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om 08:02")
        await (at.touch(way) if way.startswith("#") else at.pilot.press(way))
        await at.sees("Mijn dag", "woensdag 1 juli", "gewijzigd, was 06:30", "in Protime", "alleen hier")
        await at.sees("UIT Dokter", "Glijtijd", "+1:05", "op 30/6", "HOL", "3")
        assert at.rows() == [(ANNA, "InOut", "recorded")]
        await at.pilot.press("escape")
        await until(at.pilot, lambda app: view_of(app) == "idle")


async def test_the_tile_and_a_badge_show_it_and_record_nothing(folder: Path) -> None:
    async with session(folder, tiles=TILES) as at:
        await at.pilot.press("f2")
        await at.sees("Mijn dag: Houd nu uw badge")
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "vandaag nog niets")
        assert at.rows() == []
        at.reader.hold(ANNA, seconds_ago=0)  # the same badge at once is meant
        await at.sees("geregistreerd om 08:02")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_nobody_sees_the_day_of_another(folder: Path) -> None:
    async with session(folder, tiles=TILES) as at:
        await at.pilot.press("f2")
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "Mijn dag")
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "enregistré à")
        assert "Anna" not in screen_text(at.app)
        await at.pilot.press("9")
        await at.sees("Luc Dubois", "Ma journée")
        assert "Anna" not in screen_text(at.app)


async def test_the_new_owner_of_a_badge_sees_nothing_of_the_former_one(folder: Path) -> None:
    async with session(folder) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA, MORNING - timedelta(hours=2))
        await at.sees("Dokter")
        await at.pilot.press("2")
        await at.sees("Dokter", "geregistreerd om")
        with closing(sqlite3.connect(folder / "roster.db")) as file:
            file.execute("UPDATE person SET id = 77, first_name = 'Nina' WHERE id = 1")
            file.commit()
        at.reader.hold(ANNA)
        await at.sees("Nina Peeters", "geregistreerd om 08:02")
        await until(at.pilot, lambda app: text_of(app, "receipt") != "")
        assert "Dokter" not in screen_text(at.app)
        await at.pilot.press("9")
        await at.sees("Mijn dag", "08:02")
        assert "Dokter" not in screen_text(at.app)


async def test_an_unknown_badge_has_no_day(folder: Path) -> None:
    async with session(folder, tiles=TILES) as at:
        await at.pilot.press("f2")
        at.reader.hold(UNKNOWN)
        await at.sees("...BEEF", "geen dag om te tonen")
        await at.pilot.press("9")
        await at.sees("Houd nu uw badge")
        assert at.rows() == []


async def test_it_goes_by_itself_and_a_turned_page_gives_more_time(folder: Path) -> None:
    times = Times(answer=3600, choice=3600, tile=3600, hold_back=3600, day=0.5)
    async with session(folder, tiles=TILES, times=times) as at:
        await at.pilot.press("f2")
        at.reader.hold(ANNA)
        await until(at.pilot, lambda app: view_of(app) == "sheet")
        await until(at.pilot, lambda app: view_of(app) == "idle")


async def test_a_long_day_has_pages(folder: Path) -> None:
    async with session(folder, size=(50, 15)) as at:
        await a_long_day(at)
        await at.pilot.press("9")
        await at.sees("pagina 1/2", "00:32")
        await at.touch("#sheet-next")
        await at.sees("pagina 2/2", "08:02")
        await at.pilot.press("left")
        await at.sees("pagina 1/2")


async def a_long_day(at: Session) -> None:
    for number in range(15, -1, -1):
        at.reader.hold(ANNA, MORNING - timedelta(minutes=30 * number))
        await until(at.pilot, lambda _, number=number: len(at.rows()) == 16 - number)  # type: ignore[misc]
    await at.sees("geregistreerd om 08:02")


@pytest.mark.parametrize("width", [30, 48, 78, 98, 238])
def test_the_picture_fills_the_width_and_writes_into_every_part(width: int) -> None:
    parts = (
        Stretch(StretchKind.PRESENT, 0, 2),
        Stretch(StretchKind.PRESENT, 480, 720),
        Stretch(StretchKind.ACTIVITY, 490, 600, "Lijn 1"),
        Stretch(StretchKind.REASON, 720, 780, "Dokter"),
        Stretch(StretchKind.PRESENT, 1400, 1440, is_open=True),
    )
    hours, presence, activities = timeline(parts, 1439, width)
    assert sum(len(span.text) for span in presence) >= width
    assert sum(len(span.text) for span in activities) == width
    assert all(span.text.strip() or span.ink == "empty" for span in (*presence, *activities))
    assert len(hours[0].text) <= width


@pytest.mark.parametrize(("minutes", "said"), [(0, "+0:00"), (65, "+1:05"), (-1, "-0:01"), (-600, "-10:00")])
def test_a_balance_has_a_sign(minutes: int, said: str) -> None:
    assert duration(minutes) == said
