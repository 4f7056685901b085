"""The line that is always there: reader, network, what waits."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drivers.reader import ReaderState
from terminal_app.kiosk.desk import DeskStatus
from terminal_app.kiosk.views.status import status_text
from terminal_app.kiosk.wording import wording_in
from terminal_app.ledger.reading import Waiting
from terminal_app.reader_states import read_reader_states
from terminal_app.roster.link import Link, LinkState
from tests.kiosk.scenes import status, until
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, LUC, MORNING, UNKNOWN, ScriptedReader, SetClock, listening_courier, write_link

NOW = datetime(2026, 7, 1, tzinfo=UTC)
LONGEST = 50


async def test_a_reader_that_goes_and_comes(folder: Path) -> None:
    second = ScriptedReader("back door")
    async with session(folder, readers=[second]) as at:
        await status(at.pilot, "lezer klaar")
        for state, text in (
            (ReaderState.MISSING, "geen lezer"),
            (ReaderState.BUSY, "poort bezet"),
            (ReaderState.FORBIDDEN, "geen lezer"),
            (ReaderState.UNUSABLE, "geen lezer"),
        ):
            second.turn(state)
            await status(at.pilot, text)
            second.turn(ReaderState.READY)
            await status(at.pilot, "lezer klaar")
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters")


async def test_the_way_to_the_server(folder: Path) -> None:
    async with session(folder) as at:
        for state, text in (
            ("up", "online"),
            ("down", "geen netwerk"),
            ("refused", "geen toegang"),
            ("limited", "online"),
        ):
            write_link(folder, state)
            await status(at.pilot, text)


async def test_a_courier_that_stops_and_starts(folder: Path) -> None:
    async with session(folder, courier=False) as at:
        await status(at.pilot, "verzendt niet")
        with listening_courier(folder):
            await status(at.pilot, "online")
        (folder / "courier.doorbell").unlink()
        await status(at.pilot, "verzendt niet")


async def test_what_waits_is_counted_with_its_age(folder: Path) -> None:
    clock = SetClock()
    async with session(folder, clock=clock) as at:
        await status(at.pilot, "alles verzonden")
        for badge in (ANNA, LUC, UNKNOWN):
            at.reader.hold(badge)
        clock.instant = MORNING + timedelta(minutes=75)
        await status(at.pilot, "3 te zenden 75'")


@pytest.mark.parametrize(
    ("age", "text"),
    [(-5, "0'"), (0, "0'"), (99, "99'"), (100, "1 h"), (47 * 60 + 59, "47 h"), (48 * 60, "2 d"), (90 * 1440, "90 d")],
)
def test_ages_are_short(age: int, text: str) -> None:
    waiting = Waiting(2, NOW - timedelta(minutes=age))
    line = status_text(wording_in("en"), DeskStatus(waiting, None), {}, courier_lives=True, now=NOW)
    assert line == f"reader missing · no network · 2 to send {text}"


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "poort bezet"), ("fr", "port occupé"), ("de", "Port belegt"), ("en", "port taken")]
)
def test_a_port_that_another_program_has_is_told_in_every_language(language: str, text: str) -> None:
    wording = wording_in(language)
    taken = {"a": ReaderState.READY, "b": ReaderState.BUSY}
    line = status_text(wording, DeskStatus(None, None), taken, courier_lives=True, now=NOW)
    assert line.startswith(text)
    both = {**taken, "c": ReaderState.MISSING}
    line = status_text(wording, DeskStatus(None, None), both, courier_lives=True, now=NOW)
    assert line.startswith(wording.reader_missing)


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_the_worst_news_fit_the_smallest_screen(language: str) -> None:
    wording = wording_in(language)
    links = [None, *(Link(state, NOW, None) for state in LinkState)]
    queues = [
        None,
        Waiting(0, None),
        Waiting(9999, NOW - timedelta(minutes=99)),
        Waiting(9999, NOW - timedelta(days=30)),
    ]
    readers = [
        {"a": ReaderState.READY},
        {"a": ReaderState.READY, "b": ReaderState.MISSING},
        {"a": ReaderState.READY, "b": ReaderState.BUSY},
    ]
    either = (True, False)
    for link, queue, states, lives, doubt in itertools.product(links, queues, readers, either, either):
        line = status_text(wording, DeskStatus(queue, link, doubt), states, courier_lives=lives, now=NOW)
        assert len(line) <= LONGEST, line


def test_a_clock_in_doubt_is_said_unless_a_missing_reader_is_worse() -> None:
    wording, status = wording_in("en"), DeskStatus(Waiting(0, None), None, is_time_doubtful=True)
    ready, missing = {"a": ReaderState.READY}, {"a": ReaderState.MISSING}
    line = status_text(wording, status, ready, courier_lives=True, now=NOW)
    assert line == "clock unsure · no network · all sent"
    line = status_text(wording, status, missing, courier_lives=True, now=NOW)
    assert line == "reader missing · no network · all sent"


def test_what_waits_is_counted_even_where_its_age_cannot_be_read() -> None:
    wording = wording_in("nl")
    line = status_text(wording, DeskStatus(Waiting(3, None), None), {}, courier_lives=True, now=NOW)
    assert "3 te zenden ?" in line


def test_a_ledger_that_does_not_answer_has_not_sent_everything() -> None:
    for language in ("nl", "fr", "de", "en"):
        wording = wording_in(language)
        line = status_text(wording, DeskStatus(None, None), {}, courier_lives=True, now=NOW)
        assert wording.storage_fails in line
        assert wording.all_sent not in line


async def test_a_clocking_is_counted_without_waiting_for_the_timer(folder: Path) -> None:
    async with session(folder, look_seconds=3600) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "1 te zenden")


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_what_an_operator_must_look_at_takes_the_place_of_a_reader_that_is_well(language: str) -> None:
    wording = wording_in(language)
    ready = {"front door": ReaderState.READY}
    cases = (
        (DeskStatus(Waiting(0, None), None, is_ledger_damaged=True, disk_percent=99), wording.ledger_damaged),
        (
            DeskStatus(Waiting(0, None), None, disk_percent=80, is_mirror_missing=True),
            wording.disk_full.format(percent=80),
        ),
        (DeskStatus(Waiting(0, None), None, disk_percent=79, is_mirror_missing=True), wording.mirror_missing),
        (DeskStatus(Waiting(0, None), None, disk_percent=79), wording.reader_ready),
    )
    for desk, text in cases:
        line = status_text(wording, desk, ready, courier_lives=True, now=NOW)
        assert line.startswith(f"{text} · ")
        assert len(line) <= LONGEST
        assert wording.reader_missing in status_text(wording, desk, {}, courier_lives=True, now=NOW)


async def test_a_salvaged_ledger_is_on_the_screen_until_its_files_are_moved(folder: Path) -> None:
    report = folder / "ledger-damaged-20261125T010203Z.txt"
    report.write_text("what to do")
    async with session(folder) as at:
        await status(at.pilot, "data hersteld")
        report.unlink()
        await status(at.pilot, "lezer klaar")


async def test_what_it_sees_of_its_readers_is_told_to_status(folder: Path) -> None:
    async with session(folder) as at:
        await until(at.pilot, lambda _: read_reader_states(folder) == {"front door": "ready"})
