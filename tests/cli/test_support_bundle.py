"""`support-bundle`: everything for a supporter; canaries are planted, and none may be found in it."""

import stat
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.cli.scrubbing import HIDDEN, Scrubber
from terminal_app.clocking.delivery_state import Refused
from terminal_app.clocking.person import Person
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.staging import Mode
from terminal_app.roster.tables import Collection
from tests.cli.clockings import clocking, recorded
from tests.cli.command import command, settings_for
from tests.roster import readings

SECRET, TOKEN, PING = "hush-hush-secret", "metrics-token-canary", "https://hc.example/ping-canary"
ADMIN_BADGE = "00777000777"
BADGE, OTHER_BADGE, REFERENCE = "0013961168", "04A1B2C3D4E580", "EMP-778899"
FIRST, LAST = "Canaria", "Peeters-Vogelaar"
CANARIES = (
    SECRET,
    TOKEN,
    ADMIN_BADGE,
    "ping-canary",
    BADGE,
    OTHER_BADGE.lower(),
    "778899",
    FIRST,
    "Peeters",
    "Vogelaar",
)


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """The settings file of a terminal that holds all of them, in every file of its folder."""
    (tmp_path / "token").write_text(TOKEN, encoding="ascii")
    monitoring = f'[monitoring]\nmetrics_token_file = "{tmp_path / "token"}"\nheartbeat_url = "{PING}"\n'
    config = settings_for(tmp_path, f'{monitoring}[admin]\nbadges = ["{ADMIN_BADGE}"]\n')
    (sequence, _) = recorded(tmp_path, clocking(BADGE), clocking(OTHER_BADGE))
    with closing(LedgerDatabase(tmp_path)) as ledger:
        start_sending(ledger, sequence)
        settle(ledger, sequence, Refused(f"no person with badge {BADGE} ({FIRST} {LAST})"))
    with closing(RosterWriter(tmp_path)) as writer:
        writer.begin_reading(Collection.PEOPLE, readings.NOW, mode=Mode.LIST)
        readings.keep(
            writer, Collection.PEOPLE, [Person(1, FIRST, LAST, BADGE, "nl", None, None, 3, reference=REFERENCE)]
        )
        writer.finish_reading(Collection.PEOPLE, None)
    slip = f"{FIRST} {LAST.upper()} badge={BADGE},{OTHER_BADGE.lower()} {ADMIN_BADGE} ref:{REFERENCE} {SECRET} {TOKEN} {PING}\n"
    for name in ("kiosk.log", "courier.log", "courier.log.1"):
        (tmp_path / name).write_text(f"link-down no way\n{slip}", encoding="utf-8")
    return config


def bundled(config: Path, tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "bundle.tar.gz"
    done = command("support-bundle", "--output", file, "--config", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as archive:
        return {
            one.name.removeprefix("clocking-terminal/"): (archive.extractfile(one) or file.open("rb")).read().decode()
            for one in archive.getmembers()
        }


def test_no_secret_and_nobody_is_in_it(planted: Path, tmp_path: Path) -> None:
    files = bundled(planted, tmp_path)
    for name, text in files.items():
        for canary in CANARIES:
            assert canary.casefold() not in text.casefold(), f"{canary} is in {name}"
    assert "link-down no way" in files["kiosk.log.txt"]  # the rest of a log is there
    assert files["kiosk.log.txt"].count(HIDDEN) >= len(CANARIES)


def test_it_has_what_a_supporter_needs(planted: Path, tmp_path: Path) -> None:
    files = bundled(planted, tmp_path)
    assert {"about.txt", "settings.txt", "status.json", "storage.txt", "packages.txt", "disks.txt"} <= set(files)
    assert '"refused": 1' in files["status.json"]
    assert '[protime] tenant = "acme"' in files["settings.txt"]
    assert f"[monitoring] heartbeat_url = {HIDDEN}" in files["settings.txt"]
    assert "textual==" in files["packages.txt"]
    assert "ledger.db" in files["storage.txt"]


def test_without_knowing_what_to_hide_there_are_no_logs(planted: Path, tmp_path: Path) -> None:
    (tmp_path / "roster.db").write_bytes(b"no roster" * 1000)
    files = bundled(planted, tmp_path)
    assert "so there are no logs here" in files["about.txt"]
    assert not any("log" in name for name in files)
    for text in files.values():
        assert FIRST not in text
        assert BADGE not in text


def test_wrong_settings_are_told_in_it(tmp_path: Path) -> None:
    config = tmp_path / "terminal.toml"
    config.write_text("[terminal]\nnam = 1\n", encoding="utf-8")
    assert "nam: unknown key" in bundled(config, tmp_path)["settings.txt"]


@given(st.lists(st.text(min_size=2), max_size=5), st.text())
def test_no_word_of_a_name_is_left(names: list[str], text: str) -> None:
    scrubbed = Scrubber(names, ()).scrub(" ".join([text, *names]))
    kept = "".join(one if one.isalnum() else " " for one in scrubbed.replace(HIDDEN, " ")).casefold().split()
    for name in names:
        for word in "".join(one if one.isalnum() else " " for one in name).split():
            least = 4 if any(one.isdigit() for one in word) else 2
            assert len(word) < least or word.casefold() not in kept
