"""The administrator's screen: who gets in, what it shows, and what it does to the queue."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from drivers.catalogue import create_reader
from drivers.numbered_reader import NumberedReader
from drivers.reader import BadgeReader, Noise, ReaderState
from drivers.rehearsal import VirtualReader
from drivers.serial_reader import SerialReader
from terminal_app.admin_pin import hashed
from terminal_app.audit.event import EventKind
from terminal_app.clocking.delivery_state import Refused
from terminal_app.doorbell import Doorbell
from terminal_app.kiosk.admin.door import FIRST_PAUSE_SECONDS, FREE, LONGEST_PAUSE_SECONDS, AdminRules, Attempts
from terminal_app.kiosk.admin.trying_readers import MOST, Seen, with_bytes, with_event
from terminal_app.kiosk.states import AdminDoor, AdminOpen, Idle
from terminal_app.ledger.chain import events_of
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.reading import ledger_to_read
from tests.kiosk.scenes import screen_text, until, view_of
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA, LUC, MORNING, UNKNOWN

PIN = "4711"
BADGE = "00ADM1N000"
CARD = bytes.fromhex("1234567890")
"""Nobody's; the frame has its number in ASCII: 02 31 32 33 ... 03."""


@pytest.fixture
def rules(tmp_path: Path) -> AdminRules:
    file = tmp_path / "pin"
    file.write_text(hashed(PIN))
    return AdminRules(frozenset({BADGE}), file)


async def enter(at: Session, *, touches: bool = False) -> None:
    await at.pilot.press("f12")
    await at.sees("Beheer", "Pincode of beheerdersbadge")
    for digit in PIN:
        await (at.touch(digit) if touches else at.pilot.press(digit))
    await at.sees("****")
    await (at.touch("enter") if touches else at.pilot.press("enter"))
    await at.sees("Netwerk", "Klok")


def refuse(folder: Path) -> None:
    """The only clocking is refused by Protime."""
    with closing(LedgerDatabase(folder)) as ledger:
        start_sending(ledger, 1)
        settle(ledger, 1, Refused("answered 422: no"))


@pytest.mark.parametrize("size", [(50, 15), (80, 24)])
@pytest.mark.parametrize("touches", [False, True])
async def test_the_pin_opens_it_by_keys_and_by_touch(
    folder: Path, rules: AdminRules, size: tuple[int, int], touches: bool
) -> None:
    async with session(folder, admin=rules, size=size) as at:
        if touches:
            await at.pilot.press("f12")
            await at.sees("Beheer")
            for digit in (*PIN, "enter"):
                await at.touch(digit)
            await at.sees("Netwerk", "Klok")
        else:
            await at.pilot.press("f12", *PIN, "enter")
            await at.sees("Netwerk", "Klok")
            if size == (50, 15):
                await at.pilot.press("pagedown")
            await at.sees("SQLite")
        assert at.rows() == []


async def test_only_how_many_digits_there_are_is_shown(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        await at.pilot.press("f12", "9", "8", "7", "6", "backspace")
        await at.sees("***")
        assert "987" not in screen_text(at.app)


async def test_an_administrators_badge_opens_it_and_clocks_nothing(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        await at.pilot.press("f12")
        await at.sees("Beheer")
        at.reader.hold(BADGE)
        await at.sees("Netwerk")
        assert at.rows() == []


async def test_any_other_badge_clocks_at_the_door_and_inside(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        await at.pilot.press("f12")
        await at.sees("Beheer")
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om")
        await enter(at)
        at.reader.hold(LUC)
        await at.sees("Luc Dubois", "enregistré à")
        assert [row[0] for row in at.rows()] == [ANNA, LUC]
        await at.pilot.press("f12")
        await at.sees("Pincode")  # whoever left it has to open it again


async def test_a_wrong_pin_is_said_and_after_a_few_it_takes_longer(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        await at.pilot.press("f12")
        await at.sees("Pincode")
        for turn in range(FREE):
            await at.pilot.press("1", "2", "3", "4", "enter")
            await at.sees("Verkeerde pincode" if turn < FREE - 1 else "Te vaak fout")
        await at.pilot.press(*PIN, "enter")
        await at.pilot.pause(0.3)
        assert isinstance(at.reception.visit.state, AdminDoor)
        await at.pilot.press("escape", "f12")
        await at.sees("Te vaak fout")  # leaving does not help
        at.reader.hold(BADGE)
        await at.sees("Netwerk")


async def test_without_settings_there_is_no_way_in(folder: Path) -> None:
    async with session(folder) as at:
        await at.pilot.press("f12")
        assert at.reception.visit.state == Idle()


async def test_a_pin_file_that_is_none_is_said(folder: Path, tmp_path: Path) -> None:
    async with session(folder, admin=AdminRules(pin_file=tmp_path / "none")) as at:
        await at.pilot.press("f12", *PIN, "enter")
        await at.sees("Pincode niet leesbaar")


async def test_it_falls_back_by_itself(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        await enter(at)
        state = at.reception.visit.state
        assert isinstance(state, AdminOpen)
        at.reception.tick(state.until)
        await until(at.pilot, lambda app: view_of(app) == "idle")


async def test_a_refused_one_is_told_in_plain_words_and_sent_again(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        at.reader.hold(ANNA)
        await at.sees("geregistreerd om")
        refuse(folder)
        await enter(at)
        await at.pilot.press("1")
        await at.sees("Wachtrij", "geweigerd", "07D0")
        await at.pilot.press("1")
        await at.sees("De regels van Protime laten dit niet toe", "Opnieuw zenden", "Schrappen")
        await at.touch("1")
        await at.sees("Gedaan")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_a_refused_one_is_discarded_with_a_reason_and_by_whom(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        at.reader.hold(ANNA)
        await at.sees("geregistreerd om")
        refuse(folder)
        await enter(at)
        await at.pilot.press("1")
        await at.sees("geweigerd")
        await at.pilot.press("1", "2")
        await at.sees("Waarom schrappen?", "ingevoerd")
        await at.pilot.press("escape", "2", "3")
        await at.sees("Gedaan")
        assert at.rows() == [(ANNA, "InOut", "discarded")]
        with ledger_to_read(folder) as connection:
            last = events_of(connection, 1)[-1]
        assert last.kind == EventKind.MOVED
        assert "PIN" in str(last.content)
        with closing(sqlite3.connect(folder / "ledger.db")) as file:
            assert file.execute("SELECT explanation FROM clocking").fetchone() == ("by hand",)


async def test_what_changed_meanwhile_is_left_alone(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        at.reader.hold(UNKNOWN)
        await at.sees("...BEEF")
        await enter(at)
        await at.pilot.press("1")
        await at.sees("badge onbekend")
        await at.pilot.press("1", "2")
        await at.sees("Waarom")
        with closing(sqlite3.connect(folder / "ledger.db")) as file:
            file.execute("UPDATE clocking SET state = 'confirmed'")
            file.commit()
        await at.pilot.press("1")
        await at.sees("Intussen veranderd")
        assert at.rows() == [(UNKNOWN, "InOut", "confirmed")]


async def test_the_readers_are_tried_without_a_booking(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        await enter(at)
        await at.pilot.press("2")
        await at.sees("TEST: badges worden niet geboekt")
        at.reader.hold(ANNA)
        await at.sees(f"front door: {ANNA} (10)")
        at.reader._events.put_nowait(Noise("front door", 3, "no frame"))
        await at.sees("3 bytes, no frame")
        assert at.rows() == []
        await at.pilot.press("escape")
        await at.sees("Netwerk")
        at.reader.hold(ANNA, MORNING)
        await at.sees("geregistreerd om")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


def gate_at(device: VirtualReader) -> BadgeReader:
    return create_reader("rdm6300", name="gate", port=device.port, badge_number="hex")


def is_overheard(reader: BadgeReader) -> bool:
    assert isinstance(reader, NumberedReader)
    assert isinstance(reader._reader, SerialReader)
    return reader._reader._overheard is not None


@pytest.mark.parametrize("size", [(50, 15), (80, 24)])
async def test_the_bytes_of_a_line_are_shown_as_long_as_the_test_is_open_and_never_logged(
    folder: Path, rules: AdminRules, size: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    with VirtualReader("rdm6300") as device:
        reader = gate_at(device)
        async with session(folder, readers=[reader], admin=rules, size=size) as at:
            await until(at.pilot, lambda _: at.reception.reader_states.get("gate") is ReaderState.READY)
            await enter(at)
            device.hold(CARD)
            await at.sees("...7890")
            assert "02 31 32" not in screen_text(at.app)  # it is a badge as any other until the test is open
            await at.pilot.press("f12")
            await enter(at)
            await at.pilot.press("2")
            await at.sees("Houd een badge")
            device.hold(CARD)
            await at.sees("gate: 14 bytes", "02 31 32 33 34 35 36 37", "1234567", "gate: 1234567890 (10)")
            device.write(b"\x1b[2J<b>")
            await at.sees("1B 5B 32 4A 3C 62 3E", ".[2J<b>")
            rows = at.rows()
            await at.pilot.press("escape")
            await at.sees("Netwerk")
            assert not is_overheard(reader)
            assert len(rows) == 1
    assert "31 32 33" not in caplog.text
    assert "1234567890" not in caplog.text


async def test_whoever_leaves_the_test_alone_is_told_no_more_bytes(folder: Path, rules: AdminRules) -> None:
    with VirtualReader("rdm6300") as device:
        reader = gate_at(device)
        async with session(folder, readers=[reader], admin=rules) as at:
            await enter(at)
            await at.pilot.press("2")
            await at.sees("TEST")
            assert is_overheard(reader)
            state = at.reception.visit.state
            assert isinstance(state, AdminOpen)
            at.reception.tick(state.until)
            await until(at.pilot, lambda app: view_of(app) == "idle")
            assert not is_overheard(reader)


def test_a_badge_that_stays_there_is_one_line_that_counts() -> None:
    seen: tuple[Seen, ...] = ()
    for _ in range(3):
        seen = with_bytes(seen, "08:00:00", "gate", b"card")
    seen = with_event(seen, "08:00:01", Noise("gate", 1, "damaged"))
    seen = with_bytes(seen, "08:00:02", "gate", b"card")
    seen = with_bytes(seen, "08:00:03", "door", b"card")
    assert [(one.reader, one.text, one.times) for one in seen] == [
        ("door", "4 bytes", 1),
        ("gate", "1 bytes, damaged", 1),
        ("gate", "4 bytes", 4),
    ]
    assert "card" not in repr(seen)
    for number in range(2 * MOST):
        seen = with_bytes(seen, "08:00:04", "gate", b"%d" % number)
    assert len(seen) == MOST


async def test_sending_and_the_screen_can_be_begun_anew(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        await enter(at)
        await at.pilot.press("3")
        await at.sees("Gedaan")
        await at.pilot.press("4")
        await until(at.pilot, lambda app: app._exit)
        assert at.app.wants_anew
        assert at.app.failure is None


@pytest.mark.parametrize("size", [(50, 15), (80, 24)])
async def test_what_guests_read_is_shown_in_each_language(
    folder: Path, rules: AdminRules, size: tuple[int, int]
) -> None:
    async with session(folder, admin=rules, size=size) as at:
        await enter(at)
        await at.touch("6")
        await at.sees("Talen", "Nederlands", "Français", "Houd uw badge voor de lezer")
        await at.touch("2")
        await at.sees("Langues", "Présentez votre badge")
        await at.pilot.press("3")
        await at.sees("Sprachen")
        assert "Présentez" not in screen_text(at.app)
        await at.pilot.press("escape")
        await at.sees("Beheer", "Netwerk")
        at.reader.hold(ANNA)
        await at.sees("geregistreerd om")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def test_sending_is_begun_anew_and_who_asked_is_in_the_log(
    folder: Path, rules: AdminRules, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with session(folder, courier=False, admin=rules) as at:
        with Doorbell(folder, "courier") as bell:
            await enter(at)
            await at.touch("5")
            await at.sees("Verzending begint opnieuw")
            await bell.wait(30)
            assert bell.is_to_end
        await at.pilot.press("5")
        await at.sees("Verzending draait niet")
    assert "admin-courier-restart heard=True operator=PIN" in caplog.text
    assert "admin-courier-restart heard=False operator=PIN" in caplog.text


async def test_the_door_does_not_open_over_a_list(folder: Path, rules: AdminRules) -> None:
    async with session(folder, admin=rules) as at:
        await at.pilot.press("f4")
        at.reader.hold(ANNA)
        await at.sees("Kies een reden")
        await at.pilot.press("f12")
        await at.sees("Kies een reden")


def test_pauses_double_and_end() -> None:
    attempts, now = Attempts(), 100.0
    for _ in range(FREE - 1):
        attempts.was_wrong(now)
        assert attempts.seconds_to_wait(now) == 0
    pauses = []
    for _ in range(12):
        attempts.was_wrong(now)
        pauses.append(attempts.seconds_to_wait(now))
    assert pauses[:3] == [FIRST_PAUSE_SECONDS, 2 * FIRST_PAUSE_SECONDS, 4 * FIRST_PAUSE_SECONDS]
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
    assert attempts.seconds_to_wait(now + LONGEST_PAUSE_SECONDS) == 0
    attempts.was_right()
    attempts.was_wrong(now)
    assert attempts.seconds_to_wait(now) == 0
