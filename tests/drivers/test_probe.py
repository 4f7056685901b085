"""What the installer sees: hex, and every number that could be meant."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from drivers.badge_number import BadgeNumberForm, badge_number
from drivers.catalogue import UnknownDriverError
from drivers.frames import line, rdm6300
from drivers.frames.decoder import CardFormat
from drivers.probe import Prober, ProbeReading, probe
from drivers.reader import PortLostError, PortMissingError
from drivers.rehearsal import VirtualReader
from tests.drivers.cards import EM_A

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EM_A_NUMBERS = tuple((form.value, badge_number(EM_A, form)) for form in BadgeNumberForm)
READ_EM_A = ProbeReading("rdm6300", EM_A_NUMBERS, EM_A, CardFormat.EM4100)


def read_text(driver: str, text: str) -> ProbeReading:
    return ProbeReading(driver, (("text", text),), text.encode(), CardFormat.TEXT)


def test_a_card_is_shown_in_every_form_under_its_bytes() -> None:
    report = Prober("rdm6300").report(rdm6300.encode_id12(EM_A) + b"\xff", NOON)
    assert report.instant == NOON
    assert report.lines() == [
        "02 30 36 30 30 44 35 30 37 44 30 30 34 0D 0A 03  .0600D507D004...",
        "FF                                               .",
        "  rdm6300: hex 0600D507D0",
        "  rdm6300: decimal 0013961168",
        "  rdm6300: wiegand26 21302000",
        "  rdm6300: number 25783764944",
        "  rdm6300: 6h8d 13961168",
        "  rdm6300: 2h4h 213,02000",
        "  rdm6300: 4h4h 00213,02000",
        "  rdm6300: wiegand34 0021302000",
        "  rdm6300: wiegand37 25783764944",
        "  rdm6300: wiegand37-facility 49178329680",
    ]


def test_all_decoders_listen_where_no_driver_is_named() -> None:
    prober = Prober(None)
    assert prober.report(rdm6300.encode(EM_A), NOON).readings == (READ_EM_A,)
    assert prober.report(b"\r", NOON).readings == (), "what the other decoder saw of it is no line"
    assert prober.report(line.encode("7"), NOON).readings == (read_text("line", "7"), read_text("scanner", "7"))


def test_a_frame_in_pieces_is_read_with_its_last_one() -> None:
    prober, frame = Prober("rdm6300"), rdm6300.encode(EM_A)
    assert prober.report(frame[:8], NOON).readings == ()
    assert prober.report(frame[8:], NOON).readings == (READ_EM_A,)


def test_what_was_dropped_is_said_where_nothing_was_read() -> None:
    assert Prober("rdm6300").report(b"\x00\x80", NOON).lines()[1:] == [
        "  rdm6300: 2 bytes, bytes outside a frame: wrong speed, wrong driver or a disturbed line"
    ]


def test_hostile_bytes_come_out_as_plain_text() -> None:
    shown = "".join(Prober(None).report(bytes(range(256)), NOON).lines())
    assert shown.isascii()
    assert shown.isprintable()


async def test_a_port_is_reported_until_it_is_lost() -> None:
    async with asyncio.timeout(10):
        with VirtualReader("rdm6300") as virtual:
            async with aclosing(probe(virtual.port, None)) as reports:
                first = asyncio.ensure_future(anext(reports))
                await asyncio.sleep(0)
                virtual.hold(EM_A)
                assert (await first).readings == (READ_EM_A,)
                virtual.unplug()
                with pytest.raises(PortLostError):
                    await anext(reports)


async def test_a_frame_that_only_a_pause_ends_is_shown_after_it() -> None:
    with VirtualReader("ascii") as virtual:
        options = "end:none silence:50 charset:dec"
        async with asyncio.timeout(20), aclosing(probe(virtual.port, "ascii", options=options)) as reports:
            for number in ("0013961168", "0040856634"):
                asyncio.get_running_loop().call_later(0.2, virtual.write, number.encode())
                seen = b""
                async for report in reports:
                    seen += report.raw
                    if report.readings:
                        break
                assert (seen, report.readings) == (number.encode(), (read_text("ascii", number),))


async def test_what_cannot_be_probed_is_said() -> None:
    with pytest.raises(PortMissingError):
        await anext(probe("/no/such/port", None))
    with pytest.raises(UnknownDriverError):
        await anext(probe("/no/such/port", "rdm"))
