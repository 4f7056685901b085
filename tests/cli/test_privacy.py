"""`privacy`: the page follows the settings, and the one in docs is that of the example."""

from dataclasses import replace
from pathlib import Path

import pytest

from terminal_app.cli.privacy_page import privacy_page
from terminal_app.roster.schema import SCHEMA
from terminal_app.settings import Settings
from terminal_app.settings_choices import SynchronisationMode, UnknownBadge
from terminal_app.settings_file import load_settings
from tests.cli.command import command, settings_for

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "systemd" / "terminal.example.toml"


@pytest.fixture
def settings() -> Settings:
    return load_settings(EXAMPLE)


def test_the_page_in_docs_is_that_of_the_example(settings: Settings) -> None:
    assert (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8") == privacy_page(settings)


def test_the_command_writes_the_page_of_its_settings(tmp_path: Path) -> None:
    config = settings_for(tmp_path)
    done = command("privacy", "--config", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip() == privacy_page(load_settings(config)).rstrip()
    assert str(tmp_path) in done.stdout


def test_what_is_off_is_not_told_and_what_is_on_is(settings: Settings) -> None:
    plain = privacy_page(settings)
    for word in ("flextime", "counters:", "another medium", "heartbeat", "the proxy"):
        assert word not in plain
    full = replace(
        settings,
        protime=replace(settings.protime, proxy="http://proxy:3128"),
        storage=replace(settings.storage, mirror=Path("/media/stick"), keep_days=77),
        synchronisation=replace(
            settings.synchronisation, balances=True, counters=("OVERTIME",), clockings=True, circle=12
        ),
        monitoring=replace(settings.monitoring, heartbeat_url="https://hc.example/x"),
    )
    page = privacy_page(full)
    for word in ("flextime", "OVERTIME", "/media/stick", "heartbeat", "http://proxy:3128", "77 days", "circle 12"):
        assert word in page
    assert "hc.example" not in page


def test_a_terminal_that_keeps_less_says_less(settings: Settings) -> None:
    least = replace(
        settings,
        terminal=replace(settings.terminal, unknown_badge=UnknownBadge.REFUSE),
        synchronisation=replace(settings.synchronisation, mode=SynchronisationMode.OFF),
    )
    page = privacy_page(least)
    assert "that nobody known has" not in page
    assert "first and last name" not in page


def test_every_column_of_a_person_is_told(settings: Settings) -> None:
    columns = SCHEMA.partition("CREATE TABLE person (")[2].partition(")")[0]
    words = {"first_name": "first", "last_name": "last name", "badge_number": "badge number", "language": "language",
             "in_service_from": "in service from", "in_service_until": "until", "terminal_group_id": "group",
             "reference": "reference", "id": "", "version": ""}  # fmt: skip
    found = {line.split()[0] for line in columns.splitlines() if line.strip()}
    assert found == set(words)
    page = privacy_page(replace(settings, protime=replace(settings.protime, person_reference="HRMID")))
    assert all(word in page for word in words.values())
