"""`audit export` and `audit verify`, on a real ledger and away from it."""

import logging
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from terminal_app.audit.receipt import receipt_of
from terminal_app.cli.exit_codes import ExitCode
from terminal_app.clocking.clocking import Clocking
from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.ledger.chain import receipt_of_clocking
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.opening import mark_damaged
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.recording import record
from tests.cli.clockings import INSTANT, clocking, recorded
from tests.cli.command import command, command_here, settings_for
from tests.ledger.clockings import damage_row


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Three recorded, the first delivered."""
    first, *_ = recorded(tmp_path, clocking("11110001"), clocking("22220002"), clocking("33330003"))
    with closing(LedgerDatabase(tmp_path)) as ledger:
        start_sending(ledger, first)
        settle(ledger, first, Confirmed(77))
    return settings_for(tmp_path)


def at_instant(one: Clocking, days: int) -> Clocking:
    return replace(one, moment=one.moment._replace(instant=INSTANT + timedelta(days=days)))


def receipt(folder: Path, sequence: int) -> str:
    with closing(LedgerDatabase(folder)) as ledger:
        found = receipt_of_clocking(ledger.connection, sequence)
    assert found is not None
    return found


def test_an_export_is_verified_without_settings(config: Path, tmp_path: Path) -> None:
    export = tmp_path / "audit.jsonl"
    assert command("audit", "export", "--config", config, "--output", export).returncode == 0
    assert export.stat().st_mode & 0o777 == 0o600
    assert command("audit", "export", "--config", config).stdout == export.read_text(encoding="ascii")
    config.unlink()
    answer = command("audit", "verify", export)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("OK 7 events, 2 anchors; last hash ")


def test_a_receipt_leads_to_its_clocking(config: Path, tmp_path: Path) -> None:
    export = tmp_path / "audit.jsonl"
    command_here("audit", "export", "--config", config, "--output", export)
    first, third = receipt(tmp_path, 1), receipt(tmp_path, 3)
    told = command_here("audit", "verify", export, "--receipt", first.lower().replace("-", " "))
    assert told.returncode == 0
    assert told.stdout.splitlines()[1] == (
        f"receipt {first}: clocking 1, recorded 2026-03-02T07:30:00.000000+00:00, now confirmed;"
        " InOut 2026-03-02 08:30, reader door"
    )
    assert ": clocking 3, " in command_here("audit", "verify", "--config", config, "--receipt", third).stdout
    nobodys = command_here("audit", "verify", export, "--receipt", receipt_of(bytes(32)))
    assert nobodys.returncode == ExitCode.FAILED
    assert "no clocking of this chain has it" in nobodys.stdout
    assert command_here("audit", "verify", export, "--receipt", "ABCD-EFGH").returncode == ExitCode.USAGE


def test_the_first_broken_link_of_a_file_is_named(config: Path, tmp_path: Path) -> None:
    text = command_here("audit", "export", "--config", config).stdout
    export = tmp_path / "audit.jsonl"
    export.write_text(text.replace('"minute":510', '"minute":480', 1), encoding="ascii")
    answer = command_here("audit", "verify", export)
    assert answer.returncode == ExitCode.FAILED
    assert answer.stdout == "BROKEN line 3, event 2: its content does not fit its digest\n"
    assert command_here("audit", "verify", tmp_path / "none").returncode == ExitCode.USAGE


def test_the_ledger_is_verified_where_it_is(config: Path, tmp_path: Path) -> None:
    assert command_here("audit", "verify", "--config", config).returncode == 0
    with closing(LedgerDatabase(tmp_path)) as ledger:
        damage_row(ledger, 2, minute=480, state="confirmed")
    changed = command_here("audit", "verify", "--config", config)
    assert changed.returncode == ExitCode.FAILED
    assert changed.stdout == "BROKEN clocking 2: not as its events tell: minute, state\n"
    with closing(LedgerDatabase(tmp_path)) as ledger:
        ledger.connection.execute("UPDATE event SET content = NULL, salt = NULL WHERE id = 3")
    assert command_here("audit", "verify", "--config", config).stdout.startswith(
        "BROKEN event 3: its content is missing"
    )
    with closing(LedgerDatabase(tmp_path)) as ledger:
        ledger.connection.execute("DELETE FROM event WHERE id = 3")
    assert command_here("audit", "verify", "--config", config).stdout.startswith(
        "BROKEN event 4: event 3 should follow"
    )


def test_a_clocking_that_is_gone_without_an_event_is_missed(config: Path, tmp_path: Path) -> None:
    with closing(LedgerDatabase(tmp_path)) as ledger:
        ledger.connection.execute("DELETE FROM clocking WHERE sequence = 2")
    answer = command_here("audit", "verify", "--config", config)
    assert answer.stdout == "BROKEN clocking 2: an event tells of its recording, and it is not there\n"


def test_a_chain_is_compared_with_a_log(tmp_path: Path, caplog: pytest.LogCaptureFixture, config: Path) -> None:
    log = tmp_path / "log"
    caplog.set_level(logging.INFO)
    with closing(LedgerDatabase(tmp_path)) as ledger:
        for days in (400, 401):
            record(ledger, at_instant(clocking("44440004"), days))
    anchors = [one.getMessage() for one in caplog.records if "audit-anchor" in one.getMessage()]
    log.write_text("\n".join(anchors), encoding="utf-8")
    answer = command_here("audit", "verify", "--config", config, "--journal", log)
    assert "OK 11 events, 4 anchors (2 compared with the log)" in answer.stdout
    log.write_text(anchors[0][:-1] + ("0" if anchors[0][-1] != "0" else "1"), encoding="utf-8")
    other = command_here("audit", "verify", "--config", config, "--journal", log)
    assert other.returncode == ExitCode.FAILED
    log.write_text("nothing of it", encoding="utf-8")
    assert command_here("audit", "verify", "--config", config, "--journal", log).returncode == ExitCode.USAGE
    assert other.stdout.startswith("BROKEN the log has anchor event 8, and the chain has it with another hash")


def test_after_a_salvage_the_log_of_before_is_told_from_a_chain_written_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, config: Path
) -> None:
    log, old = tmp_path / "log", receipt(tmp_path, 1)
    caplog.set_level(logging.INFO)
    for days in (400, 401, 402):
        with closing(LedgerDatabase(tmp_path)) as ledger:
            record(ledger, at_instant(clocking("44440004"), days))
        if days < 402:
            mark_damaged(tmp_path, "the test says so")
    anchors = [one.getMessage() for one in caplog.records if "audit-anchor" in one.getMessage()]
    log.write_text("\n".join(anchors), encoding="utf-8")
    answer = command_here("audit", "verify", "--config", config, "--journal", log, "--receipt", old)
    first, *kept, said = answer.stdout.splitlines()
    assert "1 compared with the log, and 2 of the log are of a chain before this one" in first
    assert [line.partition("ledger-damaged")[0] for line in kept] == [
        "the ledger was salvaged: what was before, receipts too, is in the chain of "
    ] * 2
    assert said == f"receipt {old}: no clocking of this chain has it"
    log.write_text(f"audit-anchor event=999 hash={'0' * 64}", encoding="utf-8")
    assert "BROKEN" in command_here("audit", "verify", "--config", config, "--journal", log).stdout


def test_a_file_that_cannot_be_written_is_said(config: Path, tmp_path: Path) -> None:
    answer = command_here("audit", "export", "--config", config, "--output", tmp_path / "no" / "folder")
    assert answer.returncode == ExitCode.FAILED
    assert "cannot be written: No such file or directory" in answer.stderr


def test_a_full_disk_is_said(config: Path) -> None:
    answer = command_here("audit", "export", "--config", config, "--output", "/dev/full")
    assert answer.returncode == ExitCode.FAILED
    assert "cannot be written: No space left on device" in answer.stderr
