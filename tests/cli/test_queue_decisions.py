"""`queue show|retry|edit-reference|discard` on a real ledger."""

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.main import exit_code_of
from terminal_app.clocking.clocking import ActivityLevel, ClockingKind, Reason
from terminal_app.clocking.delivery_state import Refused
from terminal_app.ledger.agreement import disagreements
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import settle, start_sending
from tests.cli.clockings import clocking, recorded
from tests.cli.command import settings_for
from tests.kiosk.terminal import ANNA, LEFT, LUC, write_roster
from tests.ledger.clockings import check_chain, state_of, whole_entries


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Refused: an in/out, a reason and an activity; the fourth is held, the fifth waits."""
    plain = clocking("0011110001")
    sequences = recorded(
        tmp_path,
        plain,
        replace(clocking("0011110002"), kind=ClockingKind.REASON, reason=Reason(99, "OLD", "Oud")),
        replace(
            clocking("0011110003"),
            kind=ClockingKind.ACTIVITY,
            activity_levels=(ActivityLevel(1, "z", "OLD", None, "Oud"),),
        ),
        clocking("0011110004", person_id=None),
        clocking("0011110005", person_id=5),
    )
    with closing(LedgerDatabase(tmp_path)) as ledger:
        for sequence in sequences[:3]:
            start_sending(ledger, sequence)
            settle(ledger, sequence, Refused("Protime answered 400: BadRequest; \x1b[31munknown \u00e9"))
    write_roster(tmp_path)
    return settings_for(tmp_path)


def decide(config: Path, *arguments: object) -> int:
    return exit_code_of(["queue", *map(str, arguments), "--config", str(config)])


def test_show_tells_all_of_one(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert decide(config, "show", 2) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert lines[0].startswith("clocking 2, receipt ")
    assert lines[0].endswith(", refused")
    assert "  badge ******0002, person 1" in lines
    assert "  reason 99, code OLD, Oud" in lines
    assert any(line.startswith("  why: Protime did not accept what the clocking names") for line in lines)
    assert "  Protime's words: Protime answered 400: BadRequest; \ufffd[31munknown \u00e9" in lines
    assert [line.split(maxsplit=3)[3].split("  ")[:2] for line in lines[-3:]] == [
        ["recorded", "recorded"],
        ["moved", "recorded -> sending"],
        ["moved", "sending -> refused"],
    ]
    assert "0011110002" not in said
    assert decide(config, "show", 2, "--badges") == 0
    assert "badge 0011110002" in capsys.readouterr().out


def test_what_the_terminal_itself_put_before_an_operator_is_not_told_as_protimes_words(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(LedgerDatabase(tmp_path)) as ledger:
        start_sending(ledger, 5)
        settle(ledger, 5, Refused("its time could not be verified"))
    assert decide(config, "show", 5) == 0
    said = capsys.readouterr().out
    assert "  why: its time could not be verified.\n" in said
    assert "Protime" not in said


def test_retry_rings_and_only_a_refused_one_can_be(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as bell:
        bell.bind(str(tmp_path / "courier.doorbell"))
        bell.settimeout(5)
        assert decide(config, "retry", 1) == 0
        assert bell.recv(9)
    assert capsys.readouterr().out == "clocking 1 will be sent again\n"
    assert decide(config, "retry", 1) == ExitCode.FAILED
    assert "clocking 1 is recorded: only a refused one can be retried" in capsys.readouterr().err
    assert decide(config, "retry", 77) == ExitCode.FAILED
    assert "there is no clocking 77" in capsys.readouterr().err


def test_discard_needs_a_reason(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert decide(config, "discard", 1) == ExitCode.USAGE
    assert decide(config, "discard", 1, "--reason", " ") == ExitCode.USAGE
    assert decide(config, "discard", 5, "--reason", "x") == ExitCode.FAILED
    for number in (1, 4):
        assert decide(config, "discard", number, "--reason", "HR entered \x1b[31mit") == 0
    capsys.readouterr()
    assert decide(config, "show", 4) == 0
    assert "held -> discarded  explanation: HR entered \ufffd[31mit  operator: " in capsys.readouterr().out
    assert exit_code_of(["queue", "--config", str(config)]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:-1]] == ["2", "3", "5"]


def test_a_reference_is_edited_to_what_the_roster_knows(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert decide(config, "edit-reference", 1, "--badge", LUC) == 0
    assert "clocking 1: badge_number, person_id changed; `queue retry 1` sends it" in capsys.readouterr().out
    assert decide(config, "edit-reference", 2, "--reason", "R2", "--person", 3) == 0
    assert decide(config, "edit-reference", 3, "--activity", "1=B") == 0
    assert decide(config, "edit-reference", 4, "--badge", ANNA) == 0
    assert "it goes out now" in capsys.readouterr().out
    with closing(LedgerDatabase(tmp_path)) as ledger:
        one, two, three, four, _ = (entry.clocking for entry in whole_entries(ledger))
        assert (one.badge_number, one.person_id) == (LUC, 2)
        assert (two.reason, two.person_id) == (Reason(2, "R2", "Vakbond"), 3)
        assert three.activity_levels == (ActivityLevel(1, "b", "B", None, "Onderhoud"),)
        assert (four.badge_number, four.person_id) == (ANNA, 1)
        assert state_of(ledger, 4).value == "recorded"
        check_chain(ledger)
        assert list(disagreements(ledger.connection)) == []
    assert decide(config, "show", 2) == 0
    said = capsys.readouterr().out
    assert "person id: 1 -> 3" in said
    assert decide(config, "show", 1) == 0
    assert LUC not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        ((1, "--badge", "0000"), ExitCode.FAILED, "nobody in the roster has this badge"),
        ((1, "--person", "77"), ExitCode.FAILED, "person 77 is not in the roster"),
        ((1, "--reason", "R2"), ExitCode.FAILED, "of kind InOut has no reason"),
        ((2, "--reason", "R77"), ExitCode.FAILED, "no reason in the roster"),
        ((3, "--activity", "2=a1"), ExitCode.FAILED, "has no activity of level '2'"),
        ((3, "--activity", "1=a1"), ExitCode.FAILED, "no activity of level 1 in the roster"),
        ((1,), ExitCode.USAGE, "nothing would change"),
        (
            (5, "--person", "2"),
            ExitCode.FAILED,
            "clocking 5 is recorded: only one that is refused, or nobody's, can be edited",
        ),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(
    config: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[object, ...], *, code: int, why: str
) -> None:
    assert decide(config, "edit-reference", *arguments) == code
    assert why in capsys.readouterr().err
    with closing(LedgerDatabase(config.parent)) as ledger:
        assert not ledger.rows("SELECT 1 FROM event WHERE kind = 'edited'")


def test_a_leaver_keeps_the_badge_that_nobody_else_has(config: Path) -> None:
    assert decide(config, "edit-reference", 1, "--badge", LEFT) == 0


def test_no_ledger_is_made_where_there_is_none(tmp_path: Path) -> None:
    assert decide(settings_for(tmp_path), "retry", 1) == ExitCode.STORAGE
    assert not (tmp_path / "ledger.db").exists()
