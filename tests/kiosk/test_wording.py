"""The languages: every case has its words, and none is cut on any screen."""

from datetime import timedelta
from pathlib import Path

import pytest

from drivers.reader import ReaderState
from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.direction import Direction, Doubt
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.kiosk.guest import AlreadyClocked, Badge, Guest, NotRecorded
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.states import AwaitingBadge, Idle
from terminal_app.kiosk.widgets.large_text import ROWS, large
from terminal_app.kiosk.wording import Wording, wording_in
from tests.kiosk.scenes import screen_text, status, text_of, until, view_of
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA, LEFT, MORNING, UNKNOWN, ZONE, Roll, SetClock, usual_roll, write_roster

LANGUAGES = ("nl", "fr", "de", "en")
SIZES = [(50, 15), (80, 24), (100, 30), (120, 33), (240, 67)]
CUT = ".."
"""What ends a text that was cut."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete(language: str) -> None:
    wording = wording_in(language)
    assert (len(wording.weekdays), len(wording.months)) == (7, 12)
    assert set(wording.tiles) == set(ClockingKind)
    assert set(wording.directions) == set(wording.because_weak) == set(Direction)
    assert set(wording.doubts) == set(Doubt)
    assert set(wording.refusals) == set(Refusal)
    assert set(wording.choose) == {ClockingKind.REASON, ClockingKind.ACTIVITY}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_texts_for_different_news_are_the_same(language: str) -> None:
    wording = wording_in(language)
    for several in (wording.tiles, wording.directions, wording.refusals, wording.choose, wording.doubts):
        assert len(set(several.values())) == len(several)
    states = (wording.online, wording.offline, wording.server_refuses, wording.courier_stopped)
    assert len(set(states)) == len(states)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_of_every_answer_is_large_on_the_smallest_screen(language: str) -> None:
    wording = wording_in(language)
    kinds = (ClockingKind.ACTIVITY, ClockingKind.ACTIVITY_END, ClockingKind.REASON)
    for word in (
        *wording.directions.values(),
        *(wording.tiles[kind] for kind in kinds),
        wording.undone,
        wording.already,
        "X",
    ):
        assert large(word, 48), word


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_text_is_cut_on_any_screen(tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    roll = usual_roll()
    people = [(*person[:4], language, *person[5:]) for person in roll.people]
    write_roster(tmp_path, Roll(people, roll.reasons, roll.activities), link="down")  # type: ignore[arg-type]
    clock = SetClock()
    async with session(tmp_path, size=size, clock=clock, languages=(language,)) as at:
        await walk(at, wording_in(language), clock)


async def walk(at: Session, wording: Wording, clock: SetClock) -> None:
    """From screen to screen, and look at each."""
    at.reader.turn(ReaderState.BUSY)
    await status(at.pilot, wording.port_taken)
    await whole(at, "idle")
    at.reader.turn(ReaderState.MISSING)
    await status(at.pilot, wording.reader_missing, wording.offline)
    await whole(at, "idle")
    for month in range(12):
        clock.instant = MORNING + timedelta(days=28 * month + 21)
        at.reception.show()
        await whole(at, "idle")
    clock.instant = MORNING
    for kind in ClockingKind:
        at.reception.visit.state = AwaitingBadge(kind, 1e9)
        at.reception.show()
        await whole(at, "idle")
    at.reception.visit.state = Idle()
    at.reception.show()

    at.reader.hold(ANNA, MORNING - timedelta(hours=1))
    await until(at.pilot, lambda app: wording.first_today in " ".join(text_of(app, "detail").split("\n")))
    await whole(at, "answer")
    at.reader.hold(ANNA)
    await until(at.pilot, lambda app: wording.because_in[:6] in text_of(app, "detail"))
    await whole(at, "answer")
    at.reader.hold(UNKNOWN)
    await until(at.pilot, lambda app: text_of(app, "name") == "...BEEF")
    await whole(at, "answer")
    at.reader.hold(LEFT)
    await until(at.pilot, lambda app: text_of(app, "name") == "Piet Vertrokken")
    await whole(at, "answer")
    for refusal in Refusal:
        at.reception.visit.answered(NotRecorded(refusal), 1e9)
        at.reception.show()
        await whole(at, "answer")
        assert " ".join(text_of(at.app, "detail").split()) == wording.refusals[refusal]
    for kind in (ClockingKind.IN_OUT, ClockingKind.ACTIVITY_END):
        guest = Guest(Badge(UNKNOWN, "door", clock.now()), None, wall_time_of(MORNING, ZONE))
        at.reception.visit.answered(AlreadyClocked(guest, kind, 1439), 1e9)
        at.reception.show()
        await whole(at, "answer")
        assert " ".join(text_of(at.app, "detail").split()) == wording.already_at.format(time="23:59")
        assert wording.book_anyway in screen_text(at.app)

    for key, kind in (("f4", ClockingKind.REASON), ("f2", ClockingKind.ACTIVITY)):
        await at.pilot.press("escape", key)
        at.reader.hold(ANNA)
        await until(at.pilot, lambda _, kind=kind: wording.choose[kind] in title(at))  # type: ignore[misc]
        await whole(at, "choice")
        await at.pilot.press("right")
        await whole(at, "choice")
        await at.pilot.press("left", "3")
        if kind is ClockingKind.ACTIVITY:
            await until(at.pilot, lambda _: "Productie" in title(at))
            await whole(at, "choice")
            await at.pilot.press("1")
        await until(at.pilot, lambda app: view_of(app) == "answer")
        await whole(at, "answer")
    await at.pilot.press("f8")
    what = wording.taken_back.format(what="Productie / Lijn 1")
    await until(at.pilot, lambda app: " ".join(text_of(app, "detail").split()) == what)
    await whole(at, "answer")


def title(at: Session) -> str:
    return " ".join(text_of(at.app, "title").split())


async def whole(at: Session, view: str) -> None:
    """This view is displayed, and nothing on the screen is cut."""
    await until(at.pilot, lambda app: view_of(app) == view)
    for line in screen_text(at.app).split("\n"):
        assert CUT not in line.replace("...BEEF", ""), screen_text(at.app)


@pytest.mark.parametrize("columns", [10, 48, 60, 100, 240])
@pytest.mark.parametrize("rows", [3, ROWS, 2 * ROWS])
def test_large_words_are_blocks_of_one_width(columns: int, rows: int) -> None:
    for word in (
        "IN",
        "UIT",
        "ENTRÉE",
        "KOMMEN",
        "TÄT.-ENDE",
        "08:02:07",
        "In/uit",
        "ABCDEFGHIJKLM",
        "NOPQRSTUVWXYZ-/.:",
    ):
        lines = large(word, columns, rows)
        if lines is not None:
            assert len(lines) in {ROWS, 2 * ROWS}
            assert len({len(line) for line in lines}) == 1
            assert len(lines[0]) <= columns
            assert set("".join(lines)) <= {"█", " "}


def test_what_cannot_be_drawn_is_left_to_small_letters() -> None:
    assert large("IN", 5) is None
    assert large("山", 100) is None
    assert large("é", 100) == large("E", 100)
