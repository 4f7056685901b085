"""Tiles by settings: order, words, hours, groups, and what they book at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.kiosk.of_settings import tiles_of
from terminal_app.kiosk.tiles import TileSpec
from terminal_app.kiosk.wishes import Direct, Look
from terminal_app.settings import TileSettings
from terminal_app.settings_choices import TileAction, TileColour, Weekday
from tests.kiosk.scenes import screen_text, until
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, LUC, UNKNOWN, SetClock, usual_roll, write_roster

BREAK = Direct(ClockingKind.REASON, ("R6",))
LINE = Direct(ClockingKind.ACTIVITY, ("A", "A1"))
TILES = (
    TileSpec("f1", ClockingKind.IN_OUT),
    TileSpec("f2", BREAK, {"": "Break", "nl": "Pauze!"}, TileColour.YELLOW),
    TileSpec("f3", LINE, {"": "Line 1"}),
)


@pytest.mark.parametrize("way", ["f2", "2", "#tile-f2"])
async def test_a_tile_books_a_reason_at_once(folder: Path, way: str) -> None:
    async with session(folder, tiles=TILES) as at:
        await at.sees("Pauze!", "Line 1")
        await (at.touch(way) if way.startswith("#") else at.pilot.press(way))
        await at.sees("Pauze!: Houd nu uw badge")
        at.reader.hold(ANNA)
        await at.sees("Pauze", "geregistreerd om 08:02", "Anna Peeters")
        assert at.rows() == [(ANNA, "Reason", "recorded")]


async def test_after_the_answer_it_books_for_that_guest(folder: Path) -> None:
    async with session(folder, tiles=TILES) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "Pauze!")
        await at.pilot.press("f3")
        await at.sees("Productie / Lijn 1")
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "Break")
        await at.pilot.press("f2")
        await at.sees("Pauze", "enregistré à")
        assert [row[1:] for row in at.rows()] == [
            ("InOut", "recorded"), ("Activity", "recorded"), ("InOut", "undone"), ("Reason", "recorded")
        ]  # fmt: skip


async def test_what_is_not_there_is_said_and_the_in_out_stands(folder: Path) -> None:
    nothing = TileSpec("f2", Direct(ClockingKind.REASON, ("gone",)), {"": "Gone"})
    async with session(folder, tiles=(TILES[0], nothing)) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "Gone")
        await at.pilot.press("f2")
        await at.sees("Geen keuze beschikbaar", "Uw in/uit blijft geregistreerd")
        await at.pilot.press("escape", "f2")
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "Rien n'est enregistré")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_a_tile_of_a_group_is_for_its_people_only(tmp_path: Path) -> None:
    roll = usual_roll()
    roll.groups = {1: 7}
    write_roster(tmp_path, roll)
    only = TileSpec("f2", BREAK, {"": "Break"}, only_for=(7,))
    async with session(tmp_path, tiles=(TILES[0], only)) as at:
        for badge, refusal in ((LUC, "Ce bouton n'est pas pour vous"), (UNKNOWN, "Badge onbekend")):
            await at.pilot.press("escape", "f2")
            at.reader.hold(badge)
            await at.sees(refusal)
        await at.pilot.press("escape", "f2")
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om")
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "enregistré à")
        assert "Break" not in screen_text(at.app)
        await at.pilot.press("f2")
        await at.pilot.pause(0.2)
        assert [row[:2] for row in at.rows()] == [(UNKNOWN, "Reason"), (ANNA, "Reason"), (LUC, "InOut")]


async def test_a_tile_is_there_in_its_hours(folder: Path) -> None:
    clock = SetClock(datetime(2026, 7, 1, 9, 59, tzinfo=UTC))
    noon = TileSpec("f2", BREAK, {"": "Lunch"}, begins=720, ends=780)
    async with session(folder, tiles=(TILES[0], noon), clock=clock) as at:
        assert "Lunch" not in screen_text(at.app)
        await at.pilot.press("f2")
        assert "Lunch" not in screen_text(at.app)
        clock.instant += timedelta(minutes=1)
        at.reception.show()
        await at.sees("Lunch")
        clock.instant += timedelta(hours=1)
        at.reception.show()
        await until(at.pilot, lambda app: "Lunch" not in screen_text(app))


@pytest.mark.parametrize("size", [(50, 15), (80, 24), (240, 67)])
async def test_seven_tiles_have_two_rows_and_leave_room_for_the_clock(folder: Path, size: tuple[int, int]) -> None:
    tiles = [TileSpec(f"f{number}", BREAK, {"": f"Tile {number}"}) for number in range(1, 8)]
    async with session(folder, tiles=tiles, size=size, languages=("nl",)) as at:
        await at.sees("Tile 1", "Tile 7", "Houd uw badge voor de lezer", "woensdag 1 juli")
        for number in range(1, 8):
            region = at.app.query_one(f"#tile-f{number}").region
            assert region.width >= 12
            assert region.height >= 3
            assert at.app.size.region.contains_region(region)


@pytest.mark.parametrize(
    ("weekdays", "hours", "shown"),
    [
        ((), (0, 1440), {(day, hour) for day in range(7) for hour in (0, 5, 12, 23)}),
        ((0, 4), (480, 780), {(0, 12), (4, 12)}),
        ((4,), (1320, 360), {(4, 23), (5, 0), (5, 5)}),
    ],
)
def test_when_a_tile_is_shown(weekdays: tuple[int, ...], hours: tuple[int, int], shown: set[tuple[int, int]]) -> None:
    tile = TileSpec("f1", BREAK, weekdays=frozenset(weekdays or range(7)), begins=hours[0], ends=hours[1])
    monday = datetime(2026, 6, 29, tzinfo=UTC)
    found = {
        (day, hour)
        for day in range(7)
        for hour in (0, 5, 12, 23)
        if tile.is_shown(monday + timedelta(days=day, hours=hour))
    }
    assert found == shown


def test_settings_become_tiles() -> None:
    made = tiles_of(
        [
            TileSettings(does=TileAction.MY_DAY),
            TileSettings(
                does=TileAction.REASON, reason="R6", labels=("nl: Pauze", "Break"), colour=TileColour.RED,
                weekdays=(Weekday.MON, Weekday.SUN), hours="11:30-14:00", terminal_groups=(7,),
            ),
            TileSettings(does=TileAction.ACTIVITY, activity="A/A1"),
        ],
        has_activities=True,
    )  # fmt: skip
    assert made == (
        TileSpec("f1", Look.MY_DAY),
        TileSpec("f2", BREAK, {"nl": "Pauze", "": "Break"}, TileColour.RED, frozenset({0, 6}), 690, 840, (7,)),
        TileSpec("f3", LINE),
    )
