"""`setup` below a root of its own: from a file of answers, and again."""

import shutil
import stat
import tomllib
from pathlib import Path

import pytest

from terminal_app.cli.setup.console import console_facts
from terminal_app.settings_file import load_settings
from tests.cli.command import command

ANSWERS = """\
tenant = "acme"
client_id = "gate-1"
terminal_name = "Main entrance"
terminal_code = "GATE-1"
languages = ["fr", "nl"]
secret_file = "{folder}/the-secret"
start_services = false
[reader]
driver = "line"
port = "/dev/serial/by-id/usb-reader"
"""
CANARY = "canary-of-the-secret"


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    (tmp_path / "the-secret").write_text(f"{CANARY}\n", encoding="utf-8")
    file = tmp_path / "answers.toml"
    file.write_text(ANSWERS.format(folder=tmp_path), encoding="utf-8")
    return file


def setup(root: Path, *arguments: str | Path, code: int = 0) -> list[str]:
    done = command("setup", "--root", root, *arguments)
    assert done.returncode == code, done.stderr
    assert CANARY not in done.stdout + done.stderr
    return (done.stdout + done.stderr).splitlines()


STEPS = ("--only", "settings", "--only", "secret", "--only", "reader", "--only", "console")


def test_a_machine_is_set_up_from_a_file_and_again_nothing_changes(answers: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "boot/firmware").mkdir(parents=True)
    (root / "boot/firmware/cmdline.txt").write_text("root=/dev/mmcblk0p2 rootwait\n", encoding="utf-8")
    (root / "etc/default").mkdir(parents=True)
    (root / "etc/default/console-setup").write_text('FONTFACE="Fixed"\n', encoding="utf-8")
    assert setup(root, "--answers", answers, *STEPS)[-1].startswith("Done.")
    config = root / "etc/clocking-terminal/terminal.toml"
    settings = load_settings(config)
    assert (settings.protime.tenant, settings.terminal.languages) == ("acme", ("fr", "nl"))
    assert [one.port for one in settings.reader] == ["/dev/serial/by-id/usb-reader"]
    secret = root / "etc/clocking-terminal/protime-client-secret"
    assert (secret.read_text(encoding="utf-8"), stat.S_IMODE(secret.stat().st_mode)) == (f"{CANARY}\n", 0o600)
    assert all(fact.remedy is None for fact in console_facts(root))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    again = setup(root, "--answers", answers, *STEPS)
    assert any("(as it was)" in line for line in again)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_what_else_is_in_the_settings_stays(answers: Path, tmp_path: Path) -> None:
    config = tmp_path / "root/etc/clocking-terminal/terminal.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        '# ours\n[protime]\ntenant = "old" # was\nproxy = "http://proxy:3128"\n[delivery]\nparallel = 2\n'
        '[[reader]]\ndriver = "rdm6300"\nport = "/dev/ttyUSB9"\n',
        encoding="utf-8",
    )
    setup(tmp_path / "root", "--answers", answers, "--only", "settings")
    text = config.read_text(encoding="utf-8")
    assert "# ours" in text
    assert tomllib.loads(text)["protime"]["proxy"] == "http://proxy:3128"
    settings = load_settings(config)
    assert (settings.protime.tenant, settings.delivery.parallel) == ("acme", 2)
    assert [one.driver for one in settings.reader] == ["rdm6300", "line"]


def test_settings_that_would_be_wrong_change_nothing(answers: Path, tmp_path: Path) -> None:
    config = tmp_path / "root/etc/clocking-terminal/terminal.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[delivery]\nparalel = 2\n", encoding="utf-8")
    lines = setup(tmp_path / "root", "--answers", answers, "--only", "settings", code=78)
    assert any(f"{config}: [delivery] paralel: unknown key" in line for line in lines)
    assert "setup --only settings" in lines[-1]
    assert config.read_text(encoding="utf-8") == "[delivery]\nparalel = 2\n"
    assert [one.name for one in config.parent.iterdir()] == ["terminal.toml"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('tenent = "acme"', 'tenent: unknown; did you mean "tenant"?'),
        (f'secret = "{CANARY}"', "write the secret to a file of its own"),
        ('tenant = "acme.myprotime.eu"', "Only the first word"),
        ('timezone = "Brussels"', "No such time zone"),
        ('languages = ["nl", "nl"]', "Each language once"),
        ('environment = "test"', "One of production, sandbox"),
        ('reader = "door"', "reader: a table"),
        ("wait_for_badge_seconds = true", "a number of seconds"),
        ('secret_file = "/no/such/file"', "cannot be read"),
        ("= 1", "cannot be read"),
    ],
)
def test_wrong_answers_are_told_before_anything_is_done(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(f"{line}\n", encoding="utf-8")
    lines = setup(tmp_path / "root", "--answers", file, code=78)
    assert any(said in one for one in lines)
    assert not (tmp_path / "root").exists()


def test_without_anybody_to_ask_a_file_is_asked_for(tmp_path: Path) -> None:
    (line,) = setup(tmp_path / "root", code=2)
    assert "--answers" in line


@pytest.mark.skipif(
    not (shutil.which("systemd-sysusers") and shutil.which("systemd-tmpfiles")), reason="no systemd on this machine"
)
def test_services_are_installed_and_left_to_be_started(answers: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    lines = setup(root, "--answers", answers, "--only", "services")
    assert any("not started" in line for line in lines)
    units = sorted(path.name for path in (root / "etc/systemd/system").iterdir())
    assert units == [
        "clocking-terminal-backup.service",
        "clocking-terminal-backup.timer",
        "clocking-terminal-clock.service",
        "clocking-terminal-courier.service",
        "clocking-terminal-kiosk.service",
        "clocking-terminal.target",
    ]
    assert "clocking-terminal" in (root / "etc/passwd").read_text(encoding="utf-8")
    assert stat.S_IMODE((root / "var/backups/clocking-terminal").stat().st_mode) == 0o750
