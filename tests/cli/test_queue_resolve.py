"""An operator decides about what the terminal must not guess."""

from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import Ambiguous, Confirmed, InDoubt
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.look_up import not_these
from terminal_app.ledger.outbox import settle, start_sending
from tests.cli.clockings import clocking, recorded
from tests.cli.command import command, command_here, settings_for
from tests.ledger.clockings import check_sound, opened, state_of, whole_entries


def make_ambiguous(ledger: LedgerDatabase, sequence: int, *protime_ids: int) -> None:
    assert start_sending(ledger, sequence)
    assert settle(ledger, sequence, InDoubt("time-out"))
    assert settle(ledger, sequence, Ambiguous(f"sent: InOut. Protime has {protime_ids}", protime_ids))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The first is ambiguous, the second is known as 99, the third waits."""
    first, second, _ = recorded(tmp_path, clocking("1"), clocking("2", person_id=2), clocking("3", person_id=3))
    with opened(tmp_path) as ledger:
        make_ambiguous(ledger, first, 98, 99)
        start_sending(ledger, second)
        settle(ledger, second, Confirmed(99))
    return settings_for(tmp_path)


def test_it_shows_what_there_is_to_decide(config: Path) -> None:
    answer = command("queue", "resolve", "1", "--config", config)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == "1: sent: InOut. Protime has (98, 99). Say --is 98, --is 99 or --send.\n"
    listed = command("queue", "--config", config).stdout
    assert "ambiguous" in listed
    assert "Ambiguous, for `queue resolve N` to decide: 1." in listed
    status = command("status", "--config", config).stdout
    assert "LOOK queue: 1 waiting" in status
    assert "1 ambiguous -> `clocking-terminal queue resolve NO`" in status


def test_it_is_this_one(config: Path, tmp_path: Path) -> None:
    answer = command_here("queue", "resolve", "1", "--is", "98", "--config", config)
    assert (answer.returncode, answer.stdout) == (0, "Clocking 1 is clocking 98 of Protime.\n")
    with opened(tmp_path) as ledger:
        (first, *_) = whole_entries(ledger)
    assert (first.state, first.protime_id) == (DeliveryState.CONFIRMED, 98)
    assert first.explanation == "an operator says that it is clocking 98 of Protime"
    check_sound(tmp_path)


def test_it_is_sent_and_those_records_are_not_asked_about_again(config: Path, tmp_path: Path) -> None:
    answer = command_here("queue", "resolve", "1", "--send", "--config", config)
    assert (answer.returncode, answer.stdout) == (0, "Clocking 1 will be sent.\n")
    with opened(tmp_path) as ledger:
        assert state_of(ledger, 1) is DeliveryState.RECORDED
        assert not_these(ledger, 1, [97, 98, 99]) == {98, 99}
        assert not_these(ledger, 3, [97, 98, 99]) == {99}
    check_sound(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["1", "--is", "97"], "clocking 97 of Protime is none of those that may be clocking 1"),
        (["1", "--is", "99"], "another clocking of this terminal is clocking 99 of Protime already"),
        (["2", "--send"], "clocking 2 is not ambiguous"),
        (["3", "--send"], "clocking 3 is not ambiguous"),
        (["4", "--send"], "clocking 4 is not ambiguous"),
        (["2", "--is", "99"], "clocking 2 is not ambiguous"),
        (["3"], "clocking 3 is not ambiguous"),
    ],
)
def test_what_cannot_be_decided_so_changes_nothing(
    config: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    answer = command_here("queue", "resolve", *arguments, "--config", config)
    assert answer.returncode == ExitCode.FAILED
    assert said in answer.stderr
    with opened(tmp_path) as ledger:
        states = [one.state.value for one in whole_entries(ledger)]
    assert states == ["ambiguous", "confirmed", "recorded"]


def test_both_at_once_is_a_wrong_command_line(config: Path) -> None:
    assert (
        command_here("queue", "resolve", "1", "--is", "98", "--send", "--config", config).returncode == ExitCode.USAGE
    )


def test_a_decision_twice_is_no_decision(config: Path) -> None:
    assert command_here("queue", "resolve", "1", "--send", "--config", config).returncode == 0
    assert command_here("queue", "resolve", "1", "--is", "98", "--config", config).returncode == ExitCode.FAILED
