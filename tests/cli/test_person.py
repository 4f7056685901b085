"""`person export` and `person erase`, in all files of the storage folder."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.main import exit_code_of
from terminal_app.clocking.delivery_state import Confirmed, Refused
from terminal_app.ledger.agreement import disagreements
from terminal_app.ledger.alone import alone_in
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.decisions import discard, edit
from terminal_app.ledger.mirror_lines import append_lines, lines_of, read_lines
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.reading import ledger_to_read
from terminal_app.webhook_receiver.collections import Received
from terminal_app.webhook_receiver.items import Change
from terminal_app.webhook_receiver.store import WebhookStore
from tests.cli.clockings import clocking, recorded
from tests.cli.command import settings_for
from tests.kiosk.terminal import ANNA, EVA, LUC, write_roster
from tests.ledger.clockings import check_chain, whole_entries

TRACES = [ANNA, "Peeters", "0077007700"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Anna (1) has two delivered ones, one of them with a former badge; the third was Luc's by mistake. Luc has one."""
    badges = (ANNA, "0077007700", ANNA, LUC)
    sequences = recorded(tmp_path, *(replace(clocking(badge), person_id=2 if badge == LUC else 1) for badge in badges))
    with closing(LedgerDatabase(tmp_path)) as ledger:
        for sequence in sequences:
            start_sending(ledger, sequence)
            settle(ledger, sequence, Confirmed(70 + sequence) if sequence != 3 else Refused("Protime answered 400"))
        former = whole_entries(ledger)[2].clocking
        edit(ledger, 3, former, replace(former, badge_number=LUC, person_id=2), operator="o")
        discard(ledger, 3, operator="o", reason="twice")
    write_roster(tmp_path)
    with closing(WebhookStore(tmp_path)) as store:
        store.accept(
            Change(Received.PEOPLE, person, "9", False, {"id": person, "lastName": name})
            for person, name in ((1, "Peeters"), (2, "Dubois"))
        )
        store.accept(
            Change(Received.CLOCKINGS, 900 + person, "9", False, {"id": 900 + person, "person": {"id": person}})
            for person in (1, 2)
        )
    (tmp_path / "reading-person.db").write_bytes(b"Peeters")
    return settings_for(tmp_path)


def person(config: Path, *arguments: object) -> int:
    return exit_code_of(["person", *map(str, arguments), "--config", str(config)])


def traces(folder: Path) -> set[str]:
    """Which of Anna's traces stand in any byte of any file."""
    files = [path.read_bytes() for path in folder.iterdir() if path.suffix != ".toml" and path.is_file()]
    return {one for one in TRACES if any(one.encode() in file for file in files)}


def test_an_export_has_all_and_nothing_of_others(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert person(config, "export", ANNA) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["person_id"], found["badge_number"]) == (1, ANNA)
    assert [(one["sequence"], one["badge_number"]) for one in found["clockings"]] == [(1, ANNA), (2, "0077007700")]
    assert [event["state"] for event in found["clockings"][0]["events"]] == ["recorded", "sending", "confirmed"]
    recording, edit_of_it = (one["content"] for one in found["other_events"])
    assert (recording["badge_number"], edit_of_it["before"]["badge_number"]) == (ANNA, ANNA)
    assert found["roster"]["person"][0]["last_name"] == "Peeters"
    assert [json.loads(one["data"])["id"] for one in found["webhooks"]] == [901, 1]
    assert "Dubois" not in json.dumps(found)
    assert person(config, "export", "--id", 1, "--output", config.parent / "out.json") == 0
    assert json.loads((config.parent / "out.json").read_text(encoding="ascii")) == found
    assert (config.parent / "out.json").stat().st_mode & 0o777 == 0o600


def test_erasing_leaves_no_byte_and_a_chain_that_holds(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert traces(tmp_path) == set(TRACES)
    assert person(config, "erase", ANNA) == 0
    assert "Nothing was erased: say --write" in capsys.readouterr().out
    assert traces(tmp_path) == set(TRACES)
    assert person(config, "erase", ANNA, "--write") == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "clockings: 2, of which Protime does not have 0",
        "rows of the roster: 1",
        "webhooks kept: 2",
    ]
    # The third is Luc's, and that it was recorded with Anna's badge is known no more.
    assert traces(tmp_path) == set()
    with closing(LedgerDatabase(tmp_path)) as ledger:
        assert [entry.sequence for entry in whole_entries(ledger)] == [3, 4]
        check_chain(ledger)
        assert list(disagreements(ledger.connection)) == []
    capsys.readouterr()
    assert person(config, "export", "--id", 1) == 0
    found = json.loads(capsys.readouterr().out)
    assert not found["clockings"]
    assert not found["webhooks"]
    assert not any(found["roster"].values())


def test_what_protime_does_not_have_is_not_erased_unasked(config: Path, tmp_path: Path) -> None:
    recorded(tmp_path, replace(clocking(EVA), person_id=3))
    assert person(config, "erase", EVA, "--write") == ExitCode.FAILED
    with closing(LedgerDatabase(tmp_path)) as ledger:
        assert len(whole_entries(ledger)) == 5
    assert person(config, "erase", EVA, "--write", "--unsent") == 0
    with closing(LedgerDatabase(tmp_path)) as ledger:
        assert len(whole_entries(ledger)) == 4


def test_a_badge_of_nobody_can_be_erased(config: Path, tmp_path: Path) -> None:
    recorded(tmp_path, clocking("0088008800", person_id=None))
    assert person(config, "erase", "0088008800", "--write", "--unsent") == 0
    assert not any(b"0088008800" in path.read_bytes() for path in tmp_path.glob("*.db*"))


def test_a_running_courier_is_said(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    descriptor = alone_in(tmp_path, "courier")
    try:
        assert person(config, "erase", ANNA, "--write") == ExitCode.STORAGE
    finally:
        os.close(descriptor)
    assert "another courier works in" in capsys.readouterr().err
    assert traces(tmp_path) == set(TRACES)


@pytest.fixture
def mirrored(config: Path) -> Iterator[Path]:
    """A mirror of the ledger on a medium of its own, with a clocking of Anna's that the ledger never had."""
    medium = Path("/dev/shm")
    if not medium.is_dir() or medium.stat().st_dev == config.stat().st_dev:
        pytest.skip("no other medium here")
    with tempfile.TemporaryDirectory(dir=medium) as name:
        stick = Path(name)
        with ledger_to_read(config.parent) as ledger:
            append_lines(stick, list(lines_of(ledger, "true", ())))
        text = config.read_text()
        config.write_text(text.replace("[storage]\n", f'[storage]\nmirror = "{stick}"\n'))
        yield stick


def test_erasing_reaches_the_mirror(
    config: Path, tmp_path: Path, mirrored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = mirrored.iterdir()
    with path.open("ab") as file:
        file.write(b'00000000 {"badge_number": "0077007700", half a line\n')
    assert person(config, "export", ANNA) == 0
    assert [one["sequence"] for one in json.loads(capsys.readouterr().out)["mirror"]] == [1, 2]
    size = path.stat().st_size
    assert person(config, "erase", ANNA, "--write") == 0
    assert traces(tmp_path) | traces(mirrored) == set()
    assert path.stat().st_size == size
    assert [values["sequence"] for values in read_lines(path) if values] == [3, 4]


def test_a_mirror_that_is_not_there_is_not_forgotten(
    config: Path, tmp_path: Path, mirrored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = mirrored.with_name(f"{mirrored.name}-away")
    mirrored.rename(away)
    try:
        assert person(config, "erase", ANNA, "--write") == ExitCode.STORAGE
    finally:
        away.rename(mirrored)
    assert "Plug the medium in" in capsys.readouterr().err
    assert traces(tmp_path) == set(TRACES)


def test_a_clocking_that_only_the_mirror_has_is_not_erased_unasked(
    config: Path, tmp_path: Path, mirrored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lost").mkdir()
    recorded(tmp_path / "lost", replace(clocking(ANNA), person_id=1))
    with ledger_to_read(tmp_path / "lost") as ledger:
        append_lines(mirrored, list(lines_of(ledger, "true", ())))
    assert person(config, "erase", ANNA, "--write") == ExitCode.FAILED
    said = capsys.readouterr()
    assert "clockings on the mirror only: 1" in said.out
    assert "1 clockings are not in Protime" in said.err
    assert traces(mirrored)
    assert person(config, "erase", ANNA, "--write", "--unsent") == 0
    assert traces(mirrored) == set()


def test_what_is_kept_elsewhere_is_said(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ledger-damaged-20261125T010203Z.db").touch()
    assert person(config, "erase", ANNA, "--write") == 0
    said = capsys.readouterr().out
    assert "they may hold this person: ledger-damaged-20261125T010203Z.db" in said
    assert "Backups are not touched" in said


@pytest.mark.parametrize("arguments", [("export",), ("erase",)])
def test_somebody_has_to_be_named(config: Path, arguments: tuple[str]) -> None:
    assert person(config, *arguments) == ExitCode.USAGE


def test_a_badge_that_passed_from_hand_to_hand(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(tmp_path, replace(clocking(ANNA), person_id=8))
    assert person(config, "export", ANNA) == ExitCode.FAILED
    assert "several people had this badge: 1, 8. Name one with --id." in capsys.readouterr().err
    assert person(config, "export", "--id", 8) == 0
    assert [one["sequence"] for one in json.loads(capsys.readouterr().out)["clockings"]] == [5]
