"""The kiosk's log: kept, bounded, and never on the screen."""

import logging
import socket
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from logging.handlers import QueueListener
from pathlib import Path

import pytest

from terminal_app.kiosk import log as kiosk_log
from terminal_app.kiosk.log import begin_log
from tests.test_journal import fields_of


def written(listener: QueueListener | None) -> None:
    """Wait for the log's thread."""
    assert listener is not None
    listener.stop()
    for handler in listener.handlers:
        with suppress(OSError):  # what /dev/full did not take
            handler.close()


@pytest.fixture(autouse=True)
def _root_logger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(kiosk_log, "_JOURNAL", tmp_path / "no-journal")
    root = logging.getLogger()
    before, level, raises = list(root.handlers), root.level, logging.raiseExceptions
    yield
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raises


def test_without_a_system_log_it_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk_log, "_SYSTEM_LOG", tmp_path / "none")
    monkeypatch.setattr(kiosk_log, "_MOST_BYTES", 2000)
    listener = begin_log(tmp_path)
    for number in range(100):
        logging.getLogger("terminal_app.kiosk").warning("reader-missing number=%d", number)
    written(listener)
    text = (tmp_path / "kiosk.log").read_text(encoding="utf-8")
    assert "WARNING terminal_app.kiosk: reader-missing number=99" in text
    logs = sorted(tmp_path.glob("kiosk.log*"))
    assert [path.name for path in logs] == ["kiosk.log", "kiosk.log.1"]
    assert all(path.stat().st_size <= 2000 for path in logs)
    assert all(stat.S_ISREG(path.stat().st_mode) for path in logs)


def test_the_system_log_hears_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as system_log:
        system_log.bind(str(tmp_path / "log"))
        system_log.settimeout(10)
        monkeypatch.setattr(kiosk_log, "_SYSTEM_LOG", tmp_path / "log")
        begin_log(tmp_path)
        logging.getLogger("terminal_app.kiosk").critical("kiosk-failed error=%s", "KeyError")
        heard = system_log.recv(10_000).decode()
    assert "clocking-terminal-kiosk: CRITICAL terminal_app.kiosk: kiosk-failed error=KeyError" in heard
    assert not (tmp_path / "kiosk.log").exists()


def test_a_system_log_that_hangs_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as system_log:
        system_log.bind(str(tmp_path / "log"))
        monkeypatch.setattr(kiosk_log, "_SYSTEM_LOG", tmp_path / "log")
        listener = begin_log(tmp_path)
        # Nobody takes them, and far more than the socket and the queue hold: a call that waits would wait for ever.
        for number in range(5000):
            logging.getLogger("terminal_app.kiosk").info("reader-noise number=%d", number)
        heard = system_log.recv(10_000).decode()
        system_log.settimeout(0.5)
        with suppress(TimeoutError):
            while True:
                system_log.recv(10_000)
        written(listener)
    assert "reader-noise number=0" in heard


def test_where_nothing_can_be_written_the_kiosk_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kiosk_log, "_SYSTEM_LOG", tmp_path / "none")
    assert begin_log(tmp_path / "no such folder") is None
    (tmp_path / "kiosk.log").symlink_to("/dev/full")
    listener = begin_log(tmp_path)
    logging.getLogger("terminal_app.kiosk").critical("x")
    written(listener)
    assert capfd.readouterr().err == ""


def test_with_a_journal_it_goes_there_with_its_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(tmp_path / "journal"))
        journal.settimeout(5)
        monkeypatch.setattr(kiosk_log, "_JOURNAL", tmp_path / "journal")
        listener = begin_log(tmp_path)
        logging.getLogger("x").warning("reader-missing reader=%s", "door")
        written(listener)
        fields = fields_of(journal.recv(65536))
    assert (fields["SYSLOG_IDENTIFIER"], fields["EVENT"], fields["EVENT_READER"]) == (
        "clocking-terminal-kiosk",
        "reader-missing",
        "door",
    )
