"""What `queue` shows of a real ledger."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.audit.receipt import read_receipt
from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.queue import masked
from terminal_app.clocking.anchors import AnchorSource, Estimate
from terminal_app.clocking.clocking import DeliveryState, Moment
from terminal_app.clocking.delivery_state import Confirmed, Refused
from terminal_app.clocking.doubtful_time import Correct
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.time_settling import settle_time, time_to_settle
from terminal_app.timekeeping.zones import zone_of
from tests.cli.clockings import clocking, recorded
from tests.cli.command import command, command_here, settings_for
from tests.ledger.clockings import damage_row


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """One refused with a hostile answer, one delivered, one waiting, one held."""
    first, second, _, _ = recorded(
        tmp_path,
        clocking("11110001"),
        clocking("22220002"),
        clocking("33330003"),
        clocking("44440004", person_id=None),
    )
    ledger = LedgerDatabase(tmp_path)
    for sequence, outcome in ((first, Refused("closed \x1b[31m[bold]period")), (second, Confirmed(77))):
        start_sending(ledger, sequence)
        settle(ledger, sequence, outcome)
    ledger.close()
    return settings_for(tmp_path)


def test_it_shows_what_waits_and_what_was_refused(config: Path) -> None:
    answer = command("queue", "--config", config)
    assert answer.returncode == 0
    headings, refused, waiting, held, summary = answer.stdout.splitlines()
    assert headings.split() == [
        "no.",
        "receipt",
        "recorded",
        "at",
        "badge",
        "kind",
        "state",
        "waits",
        "sent",
        "explanation",
    ]
    number, receipt, *rest = refused.split(maxsplit=8)
    assert [number, *rest[:5]] == ["1", "2026-03-02", "08:30:00", "****0001", "InOut", "refused"]
    assert read_receipt(receipt) == receipt
    assert refused.endswith("1     closed \ufffd[31m[bold]period")
    assert waiting.split()[6] == "recorded"
    assert held.split()[4:7] == ["****0004", "InOut", "held"]
    assert "nobody known has this badge" in held
    assert (
        summary
        == "Waiting for delivery: 2, the oldest since 2026-03-02 08:30. Refused, to be decided (queue show NO): 1."
    )


def test_all_shows_every_state(config: Path) -> None:
    assert [
        line.split()[6] for line in command_here("queue", "--all", "--config", config).stdout.splitlines()[1:-1]
    ] == [
        "refused",
        "confirmed",
        "recorded",
        "held",
    ]


def test_json_is_one_object_a_line(config: Path) -> None:
    lines = command_here("queue", "--json", "--all", "--config", config).stdout.splitlines()
    first, second, third, _ = map(json.loads, lines)
    assert first["explanation"] == "closed \x1b[31m[bold]period"
    assert "\x1b" not in lines[0]
    assert (second["state"], second["waiting_seconds"], second["attempts"]) == (DeliveryState.CONFIRMED, None, 1)
    assert third["recorded_at"] == "2026-03-02T08:30:00+01:00"
    assert third["waiting_seconds"] > 0
    assert third["badge"] == "****0003"


def test_whole_badge_numbers_only_when_asked_for(config: Path) -> None:
    assert "33330003" in command_here("queue", "--badges", "--config", config).stdout


def test_a_damaged_row_is_shown_as_one(config: Path, tmp_path: Path) -> None:
    ledger = LedgerDatabase(tmp_path)
    damage_row(ledger, 3, instant="2026-11-24T21:39:51.909052+00[00")
    ledger.close()
    answer = command_here("queue", "--config", config)
    assert answer.returncode == 0
    _, _, damaged, held, summary, remedy = answer.stdout.splitlines()
    assert damaged.split() == ["3", "****0003", "unreadable", "0", "the", "row", "is", "damaged"]
    assert held.split()[6] == "held"
    assert summary.startswith("Waiting for delivery: 2, the oldest since 2026-03-02 08:30.")
    assert remedy.startswith("Damaged and not sent: 1. ")
    lines = command_here("queue", "--json", "--config", config).stdout.splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["refused", "unreadable", "held"]


def test_an_empty_ledger_says_so(tmp_path: Path) -> None:
    recorded(tmp_path)
    answer = command_here("queue", "--config", settings_for(tmp_path))
    assert (answer.returncode, answer.stdout) == (0, "No clocking waits for delivery.\n")


@given(st.text(max_size=30))
def test_a_masked_badge_tells_at_most_its_last_four_characters(badge_number: str) -> None:
    shown = masked(badge_number)
    assert len(shown) == len(badge_number)
    hidden = len(badge_number) if len(badge_number) <= 4 else len(badge_number) - 4
    assert shown[:hidden] == "*" * hidden


def test_a_folder_that_cannot_be_entered(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    path = settings_for(tmp_path)
    text = path.read_text(encoding="utf-8").replace(f'folder = "{tmp_path}"', f'folder = "{tmp_path}/file/x"')
    path.write_text(text, encoding="utf-8")
    answer = command_here("queue", "--config", path)
    assert answer.returncode == ExitCode.STORAGE
    assert "cannot be looked at: Not a directory" in answer.stderr


def test_a_doubtful_time_is_shown_raw_and_corrected(tmp_path: Path) -> None:
    said = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    doubt = TimeQuality(TimeState.UNTRUSTED, None)
    moment, wall = Moment(said, 1, 10**9, "boot"), WallTime(said.date(), 65)
    recorded(
        tmp_path,
        *(replace(clocking(badge), moment=moment, wall_time=wall, time=doubt) for badge in ("55550001", "55550002")),
    )
    with closing(LedgerDatabase(tmp_path)) as ledger:
        first, _ = time_to_settle(ledger)
        estimate = Estimate(datetime(2026, 3, 2, 7, 30, tzinfo=UTC), timedelta(seconds=0.1), AnchorSource.KERNEL)
        settle_time(ledger, first, Correct(estimate), zone_of("Europe/Brussels"))
    config = settings_for(tmp_path)
    _, corrected, waiting, _ = command_here("queue", "--config", config).stdout.splitlines()
    assert corrected.split()[2:4] == ["2026-03-02", "08:30:00"]
    assert corrected.endswith("time corrected: the clock had said 1970-01-01 01:05:00")
    assert waiting.endswith("waits until the clock is verified")
    one, other = map(json.loads, command_here("queue", "--json", "--config", config).stdout.splitlines())
    assert (one["clock"], one["recorded_at"], one["clock_said"]) == (
        "untrusted",
        "2026-03-02T08:30:00+01:00",
        "1970-01-01T01:05:00+01:00",
    )
    assert (other["clock_said"], other["true_time"]) == (None, None)
