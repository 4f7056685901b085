"""`doctor`: everything at once, and what to do."""

from pathlib import Path

import pytest

from terminal_app.cli.doctor import filesystem_of
from terminal_app.cli.setup.console import (
    COMMAND_LINES,
    FILES,
    KERNEL_WORDS,
    MASKED,
    console_facts,
    with_font,
    with_kernel_words,
)
from terminal_app.simulator.server import SimulatorThread
from tests.cli.clockings import clocking, recorded
from tests.cli.command import command, settings_with

MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/root rw
23 22 0:5 / /run rw shared:2 - tmpfs tmpfs rw
24 22 8:2 / /var/lib/my\\040data rw - ext4 /dev/sda2 rw
25 22 0:9 / /var rw - overlay overlay rw
"""


def test_a_line_each_with_what_to_do_and_no_secret(tmp_path: Path) -> None:
    recorded(tmp_path, clocking("0013961168"))
    with SimulatorThread() as simulator:
        done = command("doctor", "--config", settings_with(simulator, tmp_path))
    assert (done.returncode, done.stderr) == (1, "")
    *lines, last = done.stdout.splitlines()
    assert {line[:5] for line in lines} == {"OK   ", "DO   "}
    assert last == f"To do: {sum(line.startswith('DO') for line in lines)}."
    assert any(line.startswith("OK   token and people") for line in lines)
    assert any(line.startswith("DO   kiosk: not running -> ") for line in lines)
    assert sum("% full" in line for line in lines) == 1  # what two tell is told once
    assert simulator.state.settings.client_secret not in done.stdout
    assert "0013961168" not in done.stdout


def test_wrong_settings_are_all_there_is_to_say(tmp_path: Path) -> None:
    file = tmp_path / "terminal.toml"
    file.write_text("[terminal]\nname = 1\n", encoding="utf-8")
    done = command("doctor", "--config", file)
    assert done.returncode == 1
    assert all(line.startswith("DO   settings -> ") for line in done.stdout.splitlines()[:-1])


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/srv", "ext4"), ("/run/x", "tmpfs"), ("/var/lib/terminal", "overlay"), ("/var/lib/my data/terminal", "ext4")],
)
def test_the_kind_of_disk_is_the_nearest_mounts(folder: str, kind: str) -> None:
    assert filesystem_of(Path(folder), MOUNTS) == kind


def set_up(root: Path) -> None:
    for one in FILES:
        (root / one.path).parent.mkdir(parents=True, exist_ok=True)
        (root / one.path).write_text(one.text, encoding="utf-8")
    for unit in MASKED:
        (root / "etc/systemd/system").mkdir(parents=True, exist_ok=True)
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")


def test_a_console_that_was_set_up_is_well_and_one_that_was_not_is_told(tmp_path: Path) -> None:
    (tmp_path / COMMAND_LINES[0]).parent.mkdir(parents=True)
    (tmp_path / COMMAND_LINES[0]).write_text("console=tty1 root=/dev/mmcblk0p2 quiet loglevel=7\n", encoding="utf-8")
    assert all(fact.remedy for fact in console_facts(tmp_path))
    set_up(tmp_path)
    (still,) = [fact for fact in console_facts(tmp_path) if fact.remedy]
    assert "loglevel=3" in still.state


def test_the_kernels_command_line_stays_one_line_with_each_word_once() -> None:
    line = with_kernel_words("console=tty1 root=PARTUUID=1-02 loglevel=7 quiet rootwait\n")
    assert line.split() == ["console=tty1", "root=PARTUUID=1-02", "rootwait", *KERNEL_WORDS]
    assert with_kernel_words(line) == line


def test_the_font_takes_the_place_of_another() -> None:
    text = with_font('# comment\nCHARMAP="UTF-8"\nFONTFACE="Fixed"\nFONTSIZE="8x16"\n')
    assert text == '# comment\nCHARMAP="UTF-8"\nFONTFACE="Terminus"\nFONTSIZE="16x32"\n'
    assert with_font(text) == text
