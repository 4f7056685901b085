"""`check`: a line for each thing, and what to do about it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from drivers.rehearsal import VirtualReader
from terminal_app.simulator.server import SimulatorThread
from tests.cli.clockings import clocking, recorded
from tests.cli.command import command, settings_for


def _lines(path: Path) -> tuple[int, list[str]]:
    answer = command("check", "--config", path)
    assert answer.stderr == ""
    assert all(line.startswith(("OK   ", "FAIL ")) for line in answer.stdout.splitlines())
    return answer.returncode, answer.stdout.splitlines()


def test_faults_of_the_settings_are_all_there_is_to_say(tmp_path: Path) -> None:
    code, lines = _lines(settings_for(tmp_path, "[delivery]\nparalel = 1\n"))
    assert code == 1
    assert lines == [
        f'FAIL settings -> {tmp_path}/terminal.toml: [delivery] paralel: unknown key; did you mean "parallel"?'
    ]


def test_each_fault_has_its_line(tmp_path: Path) -> None:
    path = settings_for(tmp_path, '[[reader]]\ndriver = "line"\nport = "/dev/no-such-port"\n')
    (tmp_path / "secret").unlink()
    (tmp_path / "ledger.db").write_text("no ledger" * 1000, encoding="utf-8")
    code, lines = _lines(path)
    assert code == 1
    for what in ("FAIL secret -> ", "FAIL ledger -> ", "FAIL reader /dev/no-such-port -> ", "OK   storage folder: "):
        assert len([line for line in lines if line.startswith(what)]) == 1


def test_what_is_well_is_told_too(tmp_path: Path) -> None:
    recorded(tmp_path, clocking("1234"))
    with VirtualReader("line") as reader:
        _, lines = _lines(
            settings_for(tmp_path, f'[[reader]]\ndriver = "line"\nport = "{reader.port}"\nname = "door"\n')
        )
    assert f"OK   secret: {tmp_path}/secret" in lines
    assert f"OK   ledger: {tmp_path}/ledger.db, 1 waiting for delivery" in lines
    assert any(line.startswith("OK   reader door: line on ") for line in lines)


def test_token_and_people_are_tried(tmp_path: Path) -> None:
    recorded(tmp_path)
    with SimulatorThread() as simulator, VirtualReader("line") as reader:
        names = simulator.state.settings
        path = settings_for(tmp_path, f'[[reader]]\ndriver = "line"\nport = "{reader.port}"\n')
        text = path.read_text(encoding="utf-8").replace('"terminal"', f'"{names.client_id}"')
        addresses = f'[protime]\nbase_url = "{simulator.url}"\nauthentication_url = "{simulator.url}"\n'
        path.write_text(text.replace("[protime]\n", addresses), encoding="utf-8")
        (tmp_path / "secret").write_text(names.client_secret, encoding="utf-8")
        code, lines = _lines(path)
        assert (code, lines[-1]) == (0, f"OK   token and people: {simulator.url}, 6 on the first page")
        (tmp_path / "secret").write_text("wrong-secret", encoding="utf-8")
        code, lines = _lines(path)
        assert code == 1
        assert lines[-1].startswith("FAIL token: ")
        assert "wrong-secret" not in "".join(lines)
        path.write_text(path.read_text(encoding="utf-8").replace(names.client_id, "nobody"), encoding="utf-8")
        (tmp_path / "secret").write_text(names.client_secret, encoding="utf-8")
        assert _lines(path)[1][-1].startswith("FAIL token: ")


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    recorded(tmp_path)
    for name in ("courier.lock", "roster.db"):
        (tmp_path / name).mkdir()
    code, lines = _lines(settings_for(tmp_path))
    assert code == 1
    for name in ("courier.lock", "roster.db"):
        assert f"FAIL file {tmp_path}/{name} -> it has to be a file" in "\n".join(lines)


def test_a_ledger_of_a_newer_program_is_told(tmp_path: Path) -> None:
    recorded(tmp_path)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as ledger:
        ledger.execute("PRAGMA user_version = 99")
    path = settings_for(tmp_path)
    _, lines = _lines(path)
    assert any(line.startswith("FAIL ledger -> ") and "newer clocking-terminal" in line for line in lines)
    assert "newer clocking-terminal" in command("queue", "--config", path).stderr


def test_a_reader_that_has_to_answer_is_asked_and_one_without_its_packages_says_how_to_get_them(tmp_path: Path) -> None:
    with VirtualReader("twn4") as there, VirtualReader("line") as deaf:
        port = there.port
        readers = [("twn4", there.port, ""), ("pn532", deaf.port, ""), ("osdp", "/dev/x", "key-file:/no/such/key")]
        lines = command(
            "check",
            "--config",
            settings_for(
                tmp_path,
                "".join(
                    f'[[reader]]\ndriver = "{driver}"\nport = "{port}"\noptions = "{options}"\n'.replace(
                        'options = ""\n', ""
                    )
                    for driver, port, options in readers
                ),
            ),
        ).stdout.splitlines()
    assert f"OK   reader {port}: twn4 on {port}" in lines
    assert any(line.startswith("FAIL reader") and "no reader answers" in line for line in lines)
    assert any(line.startswith("FAIL reader /dev/x") and "/no/such/key cannot be read" in line for line in lines)
