"""`backup`, `restore` and `recover` as an operator calls them."""

import shutil
from pathlib import Path

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.ledger.alone import alone_in
from tests.cli.clockings import clocking, recorded
from tests.cli.command import command, settings_for


def test_there_and_back(tmp_path: Path) -> None:
    recorded(tmp_path, clocking("1"), clocking("2", person_id=None))
    path = settings_for(tmp_path)
    there = tmp_path / "elsewhere"
    there.mkdir()
    answer = command("backup", str(there), "--config", path)
    assert (answer.returncode, answer.stderr) == (0, "")
    (copy,) = there.iterdir()
    before = command("queue", "--json", "--config", path).stdout
    (tmp_path / "ledger.db").unlink()
    answer = command("restore", str(copy), "--config", path)
    assert (answer.returncode, answer.stderr) == (0, "")
    after = command("queue", "--json", "--config", path).stdout
    assert len(after.splitlines()) == len(before.splitlines()) > 0
    assert "Protime is asked first" in after


def test_a_backup_that_cannot_be_written_and_a_ledger_in_use(tmp_path: Path) -> None:
    recorded(tmp_path)
    path = settings_for(tmp_path)
    answer = command("backup", str(tmp_path / "nowhere" / "copy.db"), "--config", path)
    assert (answer.returncode, answer.stderr.count("\n")) == (ExitCode.STORAGE, 1)
    shutil.copy(tmp_path / "ledger.db", tmp_path / "copy.db")
    alone_in(tmp_path, "courier")
    for words in (("restore", tmp_path / "copy.db"), ("recover", tmp_path)):
        answer = command(*map(str, words), "--config", path)
        assert answer.returncode == ExitCode.STORAGE
        assert "another courier works in" in answer.stderr


def test_a_salvaged_ledger_is_told_by_status_and_check(tmp_path: Path) -> None:
    recorded(tmp_path)
    path = settings_for(tmp_path)
    (tmp_path / "ledger-damaged-20261125T010203Z.txt").write_text("what to do")
    for name, mark in (("status", "LOOK damage"), ("check", "FAIL damage")):
        lines = command(name, "--config", path).stdout.splitlines()
        (line,) = [one for one in lines if one.startswith(mark)]
        assert "a damaged ledger was salvaged -> read " in line


def test_of_the_copies_in_a_folder_the_newest_are_kept(tmp_path: Path) -> None:
    recorded(tmp_path)
    path = settings_for(tmp_path)
    copies = tmp_path / "copies"
    copies.mkdir()
    for day in range(10, 14):
        (copies / f"ledger-202001{day}T020000Z.db").write_text("old")
    (copies / "of-somebody-else.db").write_text("theirs")
    done = command("backup", "--keep", "2", copies, "--config", path)
    assert (done.returncode, done.stderr) == (0, "")
    left = sorted(one.name for one in copies.iterdir())
    assert left[0] == "ledger-20200113T020000Z.db"
    assert left[1] > "ledger-2020"
    assert left[2:] == ["of-somebody-else.db"]


def test_to_keep_some_copies_a_folder_is_needed(tmp_path: Path) -> None:
    recorded(tmp_path)
    done = command("backup", "--keep", "2", tmp_path / "one.db", "--config", settings_for(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "is for a folder" in done.stderr
