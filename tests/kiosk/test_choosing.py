"""Tiles and lists on the real app: by key, by finger, and by nobody."""

from datetime import timedelta
from pathlib import Path

import pytest
from textual.geometry import Region

from terminal_app.kiosk.states import Times
from terminal_app.kiosk.widgets.grid import Grid
from terminal_app.kiosk.widgets.tile import Tile
from tests.kiosk.scenes import screen_text, until, view_of
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA, LUC, MORNING, UNKNOWN, Roll, activity, reason, usual_roll, write_roster

ROLL = Roll(
    people=usual_roll().people,
    reasons=[reason(number, f"Redennummers {number:02d}") for number in range(1, 31)],
    activities=[activity("only", 1, "Productie")],
)


TWELVE = Roll(ROLL.people, ROLL.reasons[:12])


@pytest.mark.parametrize("way", ["f3", "3", "#tile-f3"])
async def test_a_tile_and_then_a_badge(folder: Path, way: str) -> None:
    async with session(folder) as at:
        await press_or_touch(at, way)
        await at.sees("Einde act.: Houd nu uw badge")
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om 08:02")
        assert at.rows() == [(ANNA, "ActivityEnd", "recorded")]


async def press_or_touch(at: Session, way: str) -> None:
    if way.startswith("#"):
        await at.touch(way)
    else:
        await at.pilot.press(way)


@pytest.mark.parametrize("size", [(50, 15), (100, 30)])
@pytest.mark.parametrize("ways", [("f2", "3", "1"), ("2", "3", "1"), ("#tile-f2", "#choice-3", "#choice-1")])
async def test_an_activity_of_two_levels(folder: Path, ways: tuple[str, str, str], size: tuple[int, int]) -> None:
    async with session(folder, size=size) as at:
        await press_or_touch(at, ways[0])
        at.reader.hold(ANNA)
        await at.sees("Productie", "Onderhoud", "Magazijn")
        await press_or_touch(at, ways[1])
        await at.sees("Lijn 1", "Lijn 2", "Verpakking")
        assert at.rows() == []
        await press_or_touch(at, ways[2])
        await at.sees("Productie / Lijn 1", "geregistreerd om 08:02")
        assert at.rows() == [(ANNA, "Activity", "recorded")]


@pytest.mark.parametrize("way", ["escape", "#back"])
async def test_the_way_back_through_the_levels(folder: Path, way: str) -> None:
    async with session(folder) as at:
        await at.pilot.press("f2")
        at.reader.hold(ANNA)
        await at.sees("Productie")
        await at.pilot.press("3")
        await at.sees("Lijn 1")
        await press_or_touch(at, way)
        await at.sees("Onderhoud")
        await press_or_touch(at, way)
        await at.sees("Niets geregistreerd")
        assert at.rows() == []


@pytest.mark.parametrize("way", ["5", "#choice-5"])
async def test_a_reason_after_the_answer_takes_its_place(folder: Path, way: str) -> None:
    async with session(folder) as at:
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "enregistré à")
        await at.pilot.press("f4")
        await at.sees("Choisissez un motif", "Pauze")
        await press_or_touch(at, way)
        await at.sees("Pauze", "enregistré à 08:02")
        assert at.rows() == [(LUC, "InOut", "undone"), (LUC, "Reason", "recorded")]


async def test_a_reason_that_is_not_for_clockings_is_not_offered(folder: Path) -> None:
    async with session(folder) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Vakbond")
        assert "Niet kiesbaar" not in screen_text(at.app)


@pytest.mark.parametrize(
    ("forth", "back"),
    [("right", "left"), ("down", "up"), ("pagedown", "pageup"), ("plus", "minus"), ("#next", "#next")],
)
async def test_pages_are_turned(tmp_path: Path, forth: str, back: str) -> None:
    write_roster(tmp_path, TWELVE)
    async with session(tmp_path, size=(50, 15)) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Redennummers 01", "pagina 1/2")
        await press_or_touch(at, forth)
        await at.sees("Redennummers 09", "Redennummers 12", "pagina 2/2")
        await at.pilot.press("5", "9")  # nothing stands there
        await press_or_touch(at, back)
        await at.sees("Redennummers 01", "pagina 1/2")
        await press_or_touch(at, forth)
        await at.sees("Redennummers 12")
        await at.pilot.press("4")
        await at.sees("Redennummers 12", "geregistreerd om 08:02")
        assert at.rows() == [(ANNA, "Reason", "recorded")]


async def test_zero_turns_pages_where_a_choice_has_one_digit(tmp_path: Path) -> None:
    write_roster(tmp_path, TWELVE)
    async with session(tmp_path, size=(50, 15)) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("pagina 1/2")
        await at.pilot.press("0")
        await at.sees("pagina 2/2")


async def test_on_a_full_page_a_choice_has_two_digits(tmp_path: Path) -> None:
    write_roster(tmp_path, TWELVE)
    async with session(tmp_path) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Redennummers 01", "Redennummers 12")
        await at.pilot.press("1")
        await at.sees("Kies een reden: 1_")
        await at.pilot.press("2")
        await at.sees("Redennummers 12", "geregistreerd om 08:02")
        assert at.rows() == [(ANNA, "Reason", "recorded")]


@pytest.mark.parametrize("touches", [["02"], ["#next", "#next", "02"]])
async def test_on_a_full_page_a_touch_is_a_whole_number(tmp_path: Path, touches: list[str]) -> None:
    write_roster(tmp_path, ROLL)
    async with session(tmp_path) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Redennummers 01", "pagina 1/2")
        for touch in touches:
            await at.touch(touch)
        await at.sees("Redennummers 02", "geregistreerd om")
        assert at.rows() == [(ANNA, "Reason", "recorded")]


async def test_letters_find_and_the_way_back_takes_them_away(folder: Path) -> None:
    async with session(folder) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Vakbond", "Dokter")
        await at.pilot.press("d", "q")  # nothing begins with "dq"
        await at.sees("Kies een reden: d_", "Dienstreis", "Dokter")
        assert "Vakbond" not in screen_text(at.app)
        await at.pilot.press("o")
        await at.sees("do_")
        assert "Dienstreis" not in screen_text(at.app)
        await at.pilot.press("backspace")
        await at.sees("Dienstreis", "Dokter")
        await at.pilot.press("escape")
        await at.sees("Vakbond")
        await at.pilot.press("v", "a", "1")
        await at.sees("Vakbond", "geregistreerd om 08:02")
        assert at.rows() == [(ANNA, "Reason", "recorded")]


async def test_the_next_badge_ends_the_list_of_the_one_before(folder: Path) -> None:
    async with session(folder) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Kies een reden")
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "enregistré à")
        assert at.rows() == [(ANNA, "InOut", "recorded"), (LUC, "InOut", "recorded")]


async def test_whoever_walks_away_from_a_list_has_clocked(folder: Path) -> None:
    async with session(folder, times=Times(answer=3600, choice=0.2, tile=3600, hold_back=3600)) as at:
        await at.pilot.press("f2")
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om 08:02")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_a_tile_waits_no_longer_than_its_time(folder: Path) -> None:
    async with session(folder, times=Times(answer=3600, choice=3600, tile=0.2, hold_back=3600)) as at:
        await at.pilot.press("f4")
        await until(at.pilot, lambda app: not app.query_one("#tile-f4", Tile).has_class("-chosen"))
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_an_unknown_badge_gets_a_list_and_is_held(folder: Path) -> None:
    async with session(folder, size=(50, 15)) as at:
        await at.pilot.press("f4")
        at.reader.hold(UNKNOWN)
        await at.sees("...BEEF", "Kies een reden")
        await at.pilot.press("2")
        await at.sees("...BEEF", "Badge onbekend: geregistreerd", "Dokter", "08:02")
        assert at.rows() == [(UNKNOWN, "Reason", "held")]


async def test_where_unknown_badges_are_refused_they_get_no_list(folder: Path) -> None:
    async with session(folder, keep_unknown=False) as at:
        await at.pilot.press("f4")
        at.reader.hold(UNKNOWN)
        await at.sees("...BEEF", "Niets geregistreerd")
        assert at.rows() == []


async def test_an_empty_list_after_the_answer_says_that_the_in_out_stands(tmp_path: Path) -> None:
    write_roster(tmp_path, Roll(people=usual_roll().people))
    async with session(tmp_path) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om")
        await at.pilot.press("f4")
        await at.sees("Geen keuze beschikbaar", "Uw in/uit blijft geregistreerd")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_a_list_after_the_answer_closes_before_the_in_out_is_sent(folder: Path) -> None:
    async with session(folder, times=Times(answer=3600, choice=3600, tile=3600, hold_back=3.0)) as at:
        at.reader.hold(ANNA, seconds_ago=0.0)
        await at.sees("Anna Peeters", "geregistreerd om")
        await at.pilot.press("f4")
        await at.sees("Kies een reden")
        await until(at.pilot, lambda app: view_of(app) == "idle")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_whoever_asks_the_kiosk_to_end_loses_nobodys_badge(folder: Path) -> None:
    async with session(folder) as at:
        await at.pilot.press("f2")
        at.reader.hold(ANNA)
        await at.sees("Kies een activiteit")
        at.app.leave()
        await until(at.pilot, lambda app: app._exit)
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_an_undone_reason_leaves_nothing_and_says_so(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om")
        await at.pilot.press("f4")
        await at.sees("Kies een reden")
        await at.pilot.press("2")
        await at.sees("Dokter", "geregistreerd om")
        await at.pilot.press("f8")
        await at.sees("Anna Peeters", "Niets geregistreerd")
        assert at.rows() == [(ANNA, "InOut", "undone"), (ANNA, "Reason", "undone")]


async def test_an_undone_activity_leaves_the_in_out(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om")
        await at.pilot.press("f2")
        await at.sees("Kies een activiteit")
        await at.pilot.press("1")
        await at.sees("Magazijn", "geregistreerd om")
        await at.pilot.press("f8")
        await at.sees("Magazijn: niet geregistreerd")
        assert at.rows() == [(ANNA, "InOut", "recorded"), (ANNA, "Activity", "undone")]


async def test_an_empty_list_is_said(tmp_path: Path) -> None:
    write_roster(tmp_path, Roll(people=usual_roll().people))
    async with session(tmp_path) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Geen keuze beschikbaar")
        assert at.rows() == []


async def test_a_site_without_activities_has_no_tile_for_them(folder: Path) -> None:
    async with session(folder, has_activities=False) as at:
        await at.sees("F1", "Reden", "Mijn dag")
        assert "Activiteit" not in screen_text(at.app)
        assert "F4" not in screen_text(at.app)
        await at.pilot.press("f4", "4")
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_a_list_is_in_the_language_of_its_reader(tmp_path: Path) -> None:
    roll = Roll(people=usual_roll().people, reasons=[reason(1, "Dokter", fr="Médecin", de="Arzt")])
    write_roster(tmp_path, roll)
    async with session(tmp_path) as at:
        for badge, name in ((LUC, "Médecin"), (ANNA, "Dokter")):
            await at.pilot.press("escape", "f4")
            at.reader.hold(badge, MORNING + timedelta(minutes=1))
            await at.sees(name)


@pytest.mark.parametrize("size", [(50, 15), (50, 18), (60, 22), (80, 24), (100, 24), (240, 67)])
async def test_every_choice_is_on_a_page_and_wholly_on_the_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    write_roster(tmp_path, ROLL)
    async with session(tmp_path, size=size) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Redennummers 01")
        grid, seen, former = at.app.query_one(Grid), set[str](), ""
        while (page := text_of_page(grid)) != former and not seen >= {one.name.default for one in ROLL.reasons}:
            for button in grid.buttons:
                region = grid.region_of(button.action)
                assert Region(0, 0, *grid.size).contains_region(region), button
                assert region.width >= 12
                assert region.height >= 3
                seen.add(button.label)
            former = page
            await at.pilot.press("right")
            await until(at.pilot, lambda _, former=former: len(grid.buttons) == 30 or text_of_page(grid) != former)  # type: ignore[misc]
        assert {one.name.default for one in ROLL.reasons} <= seen
        assert grid.region.bottom <= at.app.query_one("#status").region.y


def text_of_page(grid: Grid) -> str:
    return "|".join(button.label for button in grid.buttons)


async def test_another_size_counts_the_pages_anew(tmp_path: Path) -> None:
    write_roster(tmp_path, ROLL)
    async with session(tmp_path, size=(50, 15)) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Redennummers 01", "pagina 1/4")
        await at.pilot.press("left")
        await at.sees("Redennummers 30", "pagina 4/4")
        await at.pilot.resize_terminal(80, 24)
        await at.sees("Redennummers 30", "pagina 2/2")
        await at.pilot.press("1", "1")
        await at.sees("Redennummers 30", "geregistreerd om")
        assert at.rows() == [(ANNA, "Reason", "recorded")]
