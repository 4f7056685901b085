"""Help, version, exit codes, one-line errors: the program as a whole."""

import sqlite3
import subprocess
from pathlib import Path

import pytest

from terminal_app import __version__
from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.output import clean
from tests.cli.clockings import recorded
from tests.cli.command import PROGRAM, command, command_on_terminal, settings_for

CODES = {"OK": 0, "FAILED": 1, "USAGE": 2, "UNAVAILABLE": 69, "STORAGE": 73, "CONFIGURATION": 78}


def test_help_tells_commands_and_exit_codes() -> None:
    answer = command("--help")
    assert answer.returncode == 0
    for word in ("kiosk", "courier", "run", "check", "queue", "simulator", "reader", "settings"):
        assert f"  {word} " in answer.stdout
    for code in ExitCode:
        assert f"{code.value:4}  {code.text}" in answer.stdout


def test_exit_codes_are_a_promise() -> None:
    assert {code.name: code.value for code in ExitCode} == CODES


def test_version() -> None:
    answer = command("--version")
    assert (answer.returncode, answer.stdout) == (0, f"clocking-terminal {__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["queue", "--nope"],
        ["simulator"],
        ["reader", "probe"],
        ["reader", "probe", "x", "--driver", "y"],
    ],
)
def test_a_wrong_command_line_is_one_line(arguments: list[str]) -> None:
    answer = command(*arguments)
    assert answer.returncode == ExitCode.USAGE
    assert answer.stdout == ""
    assert answer.stderr.startswith("clocking-terminal: ")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["kiosk", "courier", "run", "queue"])
def test_faults_of_the_settings_end_every_command(tmp_path: Path, name: str) -> None:
    path = settings_for(tmp_path, "[delivery]\nparalel = 3\nsettle_seconds = -1\n")
    answer = command(name, "--config", path)
    assert answer.returncode == ExitCode.CONFIGURATION
    assert sorted(answer.stderr.splitlines()) == [
        f'clocking-terminal: {path}: [delivery] paralel: unknown key; did you mean "parallel"?',
        f"clocking-terminal: {path}: [delivery] settle_seconds: must be a number from 0 to 3600",
    ]


@pytest.mark.parametrize("name", ["courier", "run"])
def test_a_missing_secret_ends_what_delivers(tmp_path: Path, name: str) -> None:
    path = settings_for(tmp_path)
    (tmp_path / "secret").unlink()
    answer = command(name, "--config", path)
    assert answer.returncode == ExitCode.CONFIGURATION
    assert "cannot be read: No such file or directory. Write the client secret there" in answer.stderr


def _damage(folder: Path) -> None:
    recorded(folder)
    with (folder / "ledger.db").open("r+b") as ledger:
        ledger.seek(100)
        ledger.write(b"\xff" * 8000)


def _foreign(folder: Path) -> None:
    with sqlite3.connect(folder / "ledger.db") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()


def _no_database(folder: Path) -> None:
    (folder / "ledger.db").write_text("a letter, not a ledger\n" * 100, encoding="utf-8")


def _schema_that_is_no_text(folder: Path) -> None:
    recorded(folder)
    path = folder / "ledger.db"
    file = path.read_bytes()
    at = file.index(b"CREATE TABLE history") + len("CREATE ")
    path.write_bytes(file[:at] + b"\xc9" + file[at + 1 :])


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("courier", _foreign),
        ("courier", _no_database),
        ("queue", _damage),
        ("queue", _foreign),
        ("queue", _no_database),
        ("queue", _schema_that_is_no_text),
    ],
)
def test_a_ledger_that_cannot_be_used_is_one_line_with_a_remedy(
    tmp_path: Path, spoil: "type[object]", name: str
) -> None:
    spoil(tmp_path)  # type: ignore[call-arg] # parametrize has no types
    answer = command(name, "--config", settings_for(tmp_path))
    assert (answer.returncode, answer.stdout) == (ExitCode.STORAGE, "")
    (line,) = answer.stderr.splitlines()
    assert "ledger.db is " in line
    assert ". Move it aside" in line or ". Start the kiosk or the courier anew" in line


@pytest.mark.parametrize("spoil", [_damage, _schema_that_is_no_text])
def test_check_tells_a_damaged_ledger_with_a_remedy(tmp_path: Path, spoil: "type[object]") -> None:
    spoil(tmp_path)  # type: ignore[call-arg] # parametrize has no types
    lines = command("check", "--config", settings_for(tmp_path)).stdout.splitlines()
    (line,) = [one for one in lines if one.startswith("FAIL ledger")]
    assert "is damaged" in line
    assert ". Start the kiosk or the courier anew" in line


@pytest.mark.parametrize("spoil", [_foreign, _no_database])
def test_a_ledger_that_the_kiosk_cannot_use(tmp_path: Path, spoil: "type[object]") -> None:
    spoil(tmp_path)  # type: ignore[call-arg] # parametrize has no types
    code, text = command_on_terminal("kiosk", "--config", settings_for(tmp_path))
    assert code == ExitCode.STORAGE
    assert text.startswith(f"clocking-terminal: {tmp_path}/ledger.db ")
    assert text.count("\n") == 1


def test_a_kiosk_without_a_terminal(tmp_path: Path) -> None:
    answer = command("kiosk", "--config", settings_for(tmp_path))
    assert answer.returncode == ExitCode.UNAVAILABLE
    assert answer.stderr.startswith("clocking-terminal: the kiosk needs a terminal")
    assert answer.stderr.count("\n") == 1
    assert not (tmp_path / "ledger.db").exists()


@pytest.mark.parametrize("spoil", [_damage, _foreign, _no_database, _schema_that_is_no_text])
def test_a_ledger_that_cannot_be_used(tmp_path: Path, spoil: "type[object]") -> None:
    spoil(tmp_path)  # type: ignore[call-arg] # parametrize has no types
    answer = command("queue", "--config", settings_for(tmp_path))
    assert answer.returncode == ExitCode.STORAGE
    assert answer.stdout == ""
    assert answer.stderr.startswith(f"clocking-terminal: {tmp_path}/ledger.db ")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("folder", ["/proc/self", "/dev/null"])
def test_a_folder_that_cannot_hold_the_kiosks_ledger(
    tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOCKING_TERMINAL__STORAGE__FOLDER", folder)
    code, text = command_on_terminal("kiosk", "--config", settings_for(tmp_path))
    assert code == ExitCode.STORAGE
    assert folder in text
    assert text.count("\n") == 1


@pytest.mark.parametrize("folder", ["/proc/self", "/dev/null"])
def test_a_folder_that_cannot_hold_a_ledger(tmp_path: Path, folder: str) -> None:
    path = settings_for(tmp_path)
    answer = command("run", "--config", path, CLOCKING_TERMINAL__STORAGE__FOLDER=folder)
    assert answer.returncode == ExitCode.STORAGE
    assert folder in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_traceback_is_shown_only_when_asked_for(tmp_path: Path, debug: str) -> None:
    answer = command("queue", "--config", tmp_path / "none.toml", CLOCKING_TERMINAL_DEBUG=debug)
    assert ("Traceback" in answer.stderr) == (debug == "1")
    assert answer.returncode == ExitCode.CONFIGURATION


def test_hostile_text_in_an_argument_does_not_reach_the_terminal() -> None:
    answer = command("queue", "--config", "/no/\x1b[2Jfile")
    assert "\x1b" not in answer.stderr
    assert "/no/\ufffd[2Jfile" in answer.stderr


def test_clean_leaves_letters_of_every_language() -> None:
    assert clean("Zoë Ωμέγα 名前 [/x]") == "Zoë Ωμέγα 名前 [/x]"
    assert clean("a\x1b]0;x\x07\u202eb\n\x9b") == "a\ufffd]0;x\ufffd\ufffdb\ufffd\ufffd"


def test_a_reader_of_our_output_may_leave() -> None:
    with subprocess.Popen([*PROGRAM, "settings", "explain"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(30) == ExitCode.FAILED
