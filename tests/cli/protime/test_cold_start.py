"""Each command as a person starts it: nothing is loaded yet, and it says the same as the loaded program does."""

from pathlib import Path

import pytest

from terminal_app.cli.commands import app
from tests.cli.command import command, command_here
from tests.cli.protime.test_muster import AT_NOON


@pytest.mark.parametrize(
    "arguments",
    [
        ("people",),
        ("activities",),
        ("activities", "export"),
        ("activities", "import", "nowhere.csv"),
        ("absences",),
        ("counters",),
        ("clockings",),
        ("access",),
        ("muster", *AT_NOON),
        ("webhooks", "list"),
        ("references", "list", "people", "1"),
    ],
    ids=" ".join,
)
def test_it_says_the_same(config: Path, arguments: tuple[str, ...]) -> None:
    cold = command("protime", *arguments, "--config", config)
    here = command_here("protime", *arguments, "--config", config)
    assert (cold.returncode, cold.stdout, cold.stderr) == (here.returncode, here.stdout, here.stderr)
    assert cold.stdout or cold.stderr


def test_a_later_command_of_a_process_has_no_group_twice() -> None:
    for _ in range(2):
        assert command_here("protime", "--help").returncode == 0
        names = [one.name for one in app.registered_groups]
        assert len(set(names)) == len(names)
