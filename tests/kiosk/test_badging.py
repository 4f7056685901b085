"""A badge on the real app: what is on the screen, and what is in the ledger."""

import resource
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.badge_number import BadgeNumberForm
from drivers.catalogue import create_reader
from drivers.rehearsal import VirtualReader
from terminal_app.kiosk.deeds import Clock, Undo
from terminal_app.kiosk.desk import Desk
from terminal_app.kiosk.guest import Answer
from terminal_app.kiosk.states import Times
from tests.kiosk.scenes import reception_of, status, text_of, until, view_of
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, LEFT, LUC, MORNING, UNKNOWN, card


async def test_bytes_of_a_card_become_an_answer_and_a_row(folder: Path) -> None:
    with VirtualReader("rdm6300") as virtual:
        reader = create_reader("rdm6300", name="door", port=virtual.port, badge_number=BadgeNumberForm.HEX)
        async with session(folder, readers=[reader]) as at:
            await until(at.pilot, lambda app: len(reception_of(app).reader_states) == 2)
            virtual.write(b"\x02060G\xff\x0306")
            virtual.hold(card(ANNA), repeats=20)
            await at.sees("Anna Peeters", "geregistreerd om")
            assert at.rows() == [(ANNA, "InOut", "recorded")]
            virtual.hold(card(LUC))
            await at.sees("Luc Dubois", "enregistré à")
            assert at.rows() == [(ANNA, "InOut", "recorded"), (LUC, "InOut", "recorded")]


async def test_the_second_badge_says_why_it_is_out(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA, MORNING - timedelta(hours=4))
        at.reader.hold(ANNA)
        await at.sees("UIT, want hier IN om 04:02", "geregistreerd om 08:02")


async def test_the_same_booking_again_is_shown_and_one_key_books_it_anyway(folder: Path) -> None:
    async with session(folder, same_booking_seconds=60.0) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om 08:02")
        at.reader.hold(ANNA)
        await at.sees("al geregistreerd om 08:02, niets toegevoegd", "Toch boeken")
        assert at.rows() == [(ANNA, "InOut", "recorded")]
        await at.pilot.press("f1")
        await at.sees("UIT, want hier IN om 08:02")
        assert at.rows() == [(ANNA, "InOut", "recorded")] * 2


async def test_a_badge_held_twice_is_noted_once(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA, seconds_ago=0)
        await at.sees("Anna Peeters")
        for _ in range(5):
            at.reader.hold(ANNA, seconds_ago=0)
        at.reader.hold(LUC)
        await at.sees("Luc Dubois")
        with closing(sqlite3.connect(folder / "ledger.db")) as file:
            kinds = [kind for (kind,) in file.execute("SELECT kind FROM event WHERE kind <> 'anchor' ORDER BY id")]
        assert kinds == ["recorded", "suppressed", "recorded"]


async def test_an_unknown_badge_is_kept_with_its_last_digits(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(UNKNOWN)
        await at.sees("...BEEF", "Badge onbekend: geregistreerd")
        assert at.rows() == [(UNKNOWN, "InOut", "held")]
        assert UNKNOWN[:-4] not in "".join(text_of(at.app, name) for name in ("word", "name", "detail"))


async def test_an_unknown_badge_is_refused_where_the_setting_says_so(folder: Path) -> None:
    async with session(folder, keep_unknown=False) as at:
        at.reader.hold(UNKNOWN)
        await at.sees("Badge onbekend. Niets geregistreerd")
        assert at.rows() == []


async def test_whoever_left_is_refused(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(LEFT)
        await at.sees("Piet Vertrokken", "Niets geregistreerd")
        assert at.rows() == []


async def test_the_next_badge_takes_over_at_once(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA)
        at.reader.hold(LUC)
        at.reader.hold(UNKNOWN)
        await at.sees("...BEEF")
        assert [number for number, _, _ in at.rows()] == [ANNA, LUC, UNKNOWN]


async def test_an_answer_goes_by_itself(folder: Path) -> None:
    async with session(folder, times=Times(answer=0.2, choice=0.2, tile=0.2, hold_back=3600)) as at:
        at.reader.hold(ANNA)
        await until(at.pilot, lambda _: len(at.rows()) == 1)
        await until(at.pilot, lambda app: view_of(app) == "idle")


@pytest.mark.parametrize("key", ["f8", "8", "backspace", "delete"])
async def test_a_key_takes_the_clocking_back(folder: Path, key: str) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters")
        await at.pilot.press(key, key)
        await until(at.pilot, lambda _: at.rows() == [(ANNA, "InOut", "undone")])
        await until(at.pilot, lambda app: text_of(app, "detail") == "Niets geregistreerd")


async def test_a_touch_takes_the_clocking_back(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters")
        await at.pilot.click("#tile-f1")
        await until(at.pilot, lambda _: at.rows() == [(ANNA, "InOut", "undone")])


async def test_nothing_is_taken_back_where_it_is_sent_at_once(folder: Path) -> None:
    async with session(folder, has_undo=False) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters")
        await at.pilot.press("f8", "8", "delete")
        at.reader.hold(LUC)
        await at.sees("Luc Dubois")
        assert [state for _, _, state in at.rows()] == ["recorded", "recorded"]


async def test_what_was_sent_meanwhile_stays(folder: Path) -> None:
    async with session(folder) as at:
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters")
        with closing(sqlite3.connect(folder / "ledger.db")) as courier:
            courier.execute("UPDATE clocking SET state = 'sending'")
            courier.commit()
        await at.pilot.press("f8")
        await at.sees("Te laat: al verzonden")
        assert at.rows() == [(ANNA, "InOut", "sending")]


async def test_what_is_not_on_the_disk_is_never_called_done(folder: Path) -> None:
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with session(folder) as at:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, former[1]))  # the kernel refuses every write
        try:
            at.reader.hold(ANNA)
            await at.sees("NIET geregistreerd", "Anna Peeters")
            assert text_of(at.app, "detail") == "NIET geregistreerd. Verwittig uw verantwoordelijke"
            await status(at.pilot, "opslag faalt")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, former)
        await status(at.pilot, "alles verzonden")
        assert at.rows() == []


class FailingDesk(Desk):
    """Something that nobody thought of."""

    def clock(self, deed: Clock) -> Answer:
        raise RuntimeError(f"the world is broken at {deed}")

    def undo(self, deed: Undo) -> Answer:
        raise RuntimeError(f"the world is broken at {deed}")


async def test_an_error_at_the_desk_is_said_and_survived(folder: Path) -> None:
    async with session(folder) as at:
        desk = at.reception._desk
        assert desk is not None
        desk.__class__ = FailingDesk
        at.reader.hold(ANNA)
        await at.sees("NIET geregistreerd")
        desk.__class__ = Desk
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "enregistré à")
        desk.__class__ = FailingDesk
        await at.pilot.press("f8")
        await at.sees("NIET geregistreerd")
        assert at.app.is_running
        assert at.rows() == [(LUC, "InOut", "recorded")]


async def test_the_screen_lives_while_the_disk_stands_still(folder: Path) -> None:
    async with session(folder) as at:
        await until(at.pilot, lambda app: view_of(app) == "idle")
        released = threading.Event()
        try:
            at.reception._storage.submit(released.wait)
            at.reader.hold(ANNA)
            await at.pilot.press("f4")
            await at.sees("Reden: Houd nu uw badge")
            assert at.rows() == []
        finally:
            released.set()
        await at.sees("Anna Peeters", "geregistreerd om 08:02")
