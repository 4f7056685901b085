"""Log records as systemd's journal takes them."""

import logging
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.journal import JournalHandler, event_of, has_journal, values_of


def fields_of(datagram: bytes) -> dict[str, str]:
    """As the journal reads it (systemd.io/JOURNAL_NATIVE_PROTOCOL), in the form with lengths."""
    fields = {}
    while datagram:
        name, datagram = datagram.split(b"\n", 1)
        (length,) = struct.unpack("<Q", datagram[:8])
        value, end, datagram = datagram[8 : 8 + length], datagram[8 + length : 9 + length], datagram[9 + length :]
        assert end == b"\n"
        fields[name.decode("ascii")] = value.decode()
    return fields


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[tuple[socket.socket, logging.Logger]]:
    """The journal's end, and a logger that writes to it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(str(tmp_path / "socket"))
        there.settimeout(5)
        assert has_journal(tmp_path / "socket")
        logger, handler = (
            logging.getLogger("terminal_app.some"),
            JournalHandler("clocking-terminal-x", tmp_path / "socket"),
        )
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        yield there, logger
        logger.removeHandler(handler)
        handler.close()


def test_event_and_values_are_fields(journal: tuple[socket.socket, logging.Logger]) -> None:
    there, logger = journal
    logger.warning("clocking-refused sequence=%d badge=%s Protime answered 400", 17, "*68")
    assert fields_of(there.recv(65536)) == {
        "MESSAGE": "clocking-refused sequence=17 badge=*68 Protime answered 400",
        "PRIORITY": "4",
        "SYSLOG_IDENTIFIER": "clocking-terminal-x",
        "LOGGER": "terminal_app.some",
        "EVENT": "clocking-refused",
        "EVENT_SEQUENCE": "17",
        "EVENT_BADGE": "*68",
    }


def test_an_error_has_its_place_in_the_program(journal: tuple[socket.socket, logging.Logger]) -> None:
    there, logger = journal
    try:
        int("odd")
    except ValueError:
        logger.exception("ledger-unreadable")
    fields = fields_of(there.recv(65536))
    assert fields["PRIORITY"] == "3"
    assert "test_journal.py" in fields["TRACEBACK"]


@given(st.text(max_size=200))
def test_nothing_that_is_logged_becomes_another_field(text: str) -> None:
    there, here = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    handler = JournalHandler.__new__(JournalHandler)
    logging.Handler.__init__(handler)
    handler._identifier, handler._socket = "x", here
    with there, here:
        handler.handle(logging.LogRecord("a", logging.INFO, "", 0, "%s", (f"x-event {text}",), None))
        fields = fields_of(there.recv(65536))
    assert fields["SYSLOG_IDENTIFIER"] == "x"
    assert fields["MESSAGE"] == f"x-event {text}".encode(errors="replace").decode()
    assert all(name.replace("_", "").isalnum() and name.isupper() and name.isascii() for name in fields)


def test_what_is_too_long_is_cut_and_a_journal_that_is_gone_is_no_failure(
    journal: tuple[socket.socket, logging.Logger],
) -> None:
    there, logger = journal
    logger.info("x-event %s", "y" * 200_000)
    assert len(fields_of(there.recv(200_000))["MESSAGE"]) == 60_000
    there.close()
    logger.info("x-event")


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ("disk-full: clockings go", "disk-full"),
        ("link-up after=3s", "link-up"),
        ("courier started", None),
        ("http://x-y", None),
        ("word", None),
    ],
)
def test_which_messages_tell_of_an_event(message: str, event: str | None) -> None:
    assert event_of(message) == event


def test_the_first_of_a_key_counts_and_words_are_no_values() -> None:
    assert values_of("e-v a=1 b=x,y a=2; c=3; (d=4) =5 E=6") == {"a": "1", "b": "x", "c": "3"}
