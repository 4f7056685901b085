"""Tiles and lists on the real app: by key, by finger, and by nobody."""

from datetime import timedelta
from pathlib import Path

import pytest
from textual.widget import Widget

from terminal_app.kiosk.views.choice import ChoiceView
from terminal_app.kiosk.visit import Times
from terminal_app.kiosk.widgets.tile import Tile
from tests.kiosk.scenes import screen_text, text_of, until, view_of
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA, LUC, MORNING, UNKNOWN, Roll, activity, reason, usual_roll, write_roster


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
        await at.pilot.click(way)
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
    ("forth", "back"), [("0", "left"), ("right", "left"), ("down", "up"), ("pagedown", "pageup"), ("#next", "#next")]
)
async def test_pages_are_turned(folder: Path, forth: str, back: str) -> None:
    async with session(folder, size=(50, 15)) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Dienstreis", "Pauze", "pagina 1/2")
        await press_or_touch(at, forth)
        await at.sees("Telewerk", "Vakbond", "pagina 2/2")
        await at.pilot.press("3", "9")  # nothing stands there
        await press_or_touch(at, back)
        await at.sees("Dienstreis", "pagina 1/2")
        await press_or_touch(at, forth)
        await at.sees("Vakbond")
        await at.pilot.press("2")
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
        await at.sees("...BEEF > Kies een reden")
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
        await at.sees("F1", "F4")
        assert "F2" not in screen_text(at.app)
        assert "F3" not in screen_text(at.app)
        await at.pilot.press("f2", "2", "f3", "3")
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


ROLL = Roll(
    people=usual_roll().people,
    reasons=[reason(number, f"Reden nummer {number:02d}") for number in range(1, 31)],
    activities=[activity("only", 1, "Productie")],
)


@pytest.mark.parametrize("size", [(50, 15), (50, 18), (60, 22), (80, 24), (100, 24), (240, 67)])
async def test_every_choice_is_on_a_page_and_wholly_on_the_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    write_roster(tmp_path, ROLL)
    async with session(tmp_path, size=size) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Reden nummer 01")
        view, seen = at.app.query_one(ChoiceView), set[str]()
        for _ in range(-(-30 // view.page_size)):
            await until(at.pilot, lambda app: all(one.region for one in tiles(app.query_one(ChoiceView))))
            for tile in tiles(view):
                assert view.region.contains_region(tile.region), tile
                assert at.app.query_one("#status").region.y > tile.region.bottom - 1
                assert tile.region.width >= 12
                assert tile.region.height >= 3
                seen |= set(tile._lines)
            former = text_of(at.app, "next")
            await at.pilot.press("right")
            await until(at.pilot, lambda app, former=former: text_of(app, "next") != former)  # type: ignore[misc]
        assert {one.name.default for one in ROLL.reasons} <= seen


def tiles(view: Widget) -> list[Tile]:
    return [tile for tile in view.query(Tile) if tile.display]


async def test_another_size_counts_the_pages_anew(tmp_path: Path) -> None:
    write_roster(tmp_path, ROLL)
    async with session(tmp_path, size=(50, 15)) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Reden nummer 01", "pagina 1/6")
        await at.pilot.press("left")
        await at.sees("Reden nummer 30", "pagina 6/6")
        await at.pilot.resize_terminal(100, 30)
        await at.sees("Reden nummer 30", "pagina 4/4")
        await at.pilot.press("3")
        await at.sees("Reden nummer 30", "geregistreerd om")
        assert at.rows() == [(ANNA, "Reason", "recorded")]
