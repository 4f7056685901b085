"""What `status` says of a real folder, with and without its processes."""

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.clocking.delivery_state import Confirmed, Refused
from terminal_app.clocking.person import Person
from terminal_app.clocking.version import Versioned
from terminal_app.ledger.alone import alone_in, is_at_work
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.reader_states import FILE_NAME as FILE_OF_READERS
from terminal_app.reader_states import read_reader_states, write_reader_states
from terminal_app.roster.link import Link, LinkState
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.staging import Mode
from terminal_app.roster.tables import Collection
from terminal_app.timekeeping.kernel import read_kernel_clock
from terminal_app.timekeeping.zones import zone_of
from terminal_app.webhook_receiver.collections import Received
from terminal_app.webhook_receiver.items import Change
from terminal_app.webhook_receiver.store import FILE_NAME, WebhookStore
from tests.cli.clockings import clocking, recorded, verified
from tests.cli.command import command, settings_for
from tests.roster import readings

ANNA = Person(1, "Anna", "Peeters", "0013961168", "nl", None, None, 3)


def facts_of(config: Path, *, code: ExitCode) -> dict[str, dict[str, object]]:
    answer = command("status", "--json", "--config", config)
    assert (answer.returncode, answer.stderr) == (code, "")
    said = json.loads(answer.stdout)
    assert said["is_well"] is (code is ExitCode.OK)
    return {one["what"]: one for one in said["facts"]}


def synchronised(folder: Path, *, state: LinkState = LinkState.UP) -> None:
    with closing(RosterWriter(folder)) as writer:
        writer.begin_reading(Collection.PEOPLE, readings.NOW, mode=Mode.DELTA_START)
        readings.keep(writer, Collection.PEOPLE, [ANNA])
        writer.finish_reading(Collection.PEOPLE, "token")
        readings.read(writer, Collection.REASONS)
        readings.read(writer, Collection.ACTIVITIES)
        writer.write_link(Link(state, datetime.now(UTC) - timedelta(hours=2), None if state is LinkState.UP else "why"))


def test_a_terminal_at_work_is_well(tmp_path: Path) -> None:
    synchronised(tmp_path)
    verified(tmp_path)
    locks = [alone_in(tmp_path, who) for who in ("kiosk", "courier")]
    assert all(locks)
    facts = facts_of(settings_for(tmp_path), code=ExitCode.OK)
    assert (facts["kiosk"]["is_running"], facts["courier"]["is_running"]) == (True, True)
    assert facts["queue"]["waiting"] == 0
    assert facts["network"]["state"] == "up for 2 h 00 min"
    assert (facts["people"]["records"], facts["people"]["mode"]) == (1, "delta")
    assert facts["people"]["delta_age_seconds"] in range(60)
    assert facts["absence-definitions"]["mode"] == "list"
    assert "counter-definitions" not in facts


def test_readers_are_as_the_kiosk_last_saw_them(tmp_path: Path) -> None:
    two = "".join(f'[[reader]]\ndriver = "line"\nport = "/dev/{name}"\n' for name in ("door", "gate"))
    write_reader_states(tmp_path, {"door": "ready", "gate": "missing"})
    facts = facts_of(settings_for(tmp_path, two), code=ExitCode.FAILED)
    assert facts["reader door"]["state_of_reader"] is None  # no kiosk: what it saw is of another time
    lock = alone_in(tmp_path, "kiosk")
    facts = facts_of(settings_for(tmp_path, two), code=ExitCode.FAILED)
    os.close(lock)
    assert (facts["reader door"]["state"], facts["reader door"]["remedy"]) == ("ready", None)
    assert "plug it in" in str(facts["reader gate"]["remedy"])


@pytest.mark.parametrize("garbage", [b"", b"[]", b"\xff", b"{"])
def test_reader_states_that_make_no_sense_are_none(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / FILE_OF_READERS).write_bytes(garbage)
    assert read_reader_states(tmp_path) == {}


def test_the_last_delivery_is_told(tmp_path: Path) -> None:
    (sequence, _) = recorded(tmp_path, clocking("1"), clocking("2"))
    assert facts_of(settings_for(tmp_path), code=ExitCode.FAILED)["last delivery"]["at"] is None
    with closing(LedgerDatabase(tmp_path)) as ledger:
        start_sending(ledger, sequence)
        settle(ledger, sequence, Confirmed(7))
    fact = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)["last delivery"]
    assert fact["state"] == "0 min ago"
    assert fact["at"] is not None


def test_before_the_first_start_it_says_what_to_do(tmp_path: Path) -> None:
    answer = command("status", "--config", settings_for(tmp_path))
    assert answer.returncode == ExitCode.FAILED
    # What this machine's clock and disk are worth is another test's.
    assert [line for line in answer.stdout.splitlines() if line[5:10] not in ("clock", "disk:", "tempe", "versi")] == [
        "LOOK kiosk: not running -> start it: systemctl start clocking-terminal-kiosk, or clocking-terminal kiosk",
        "LOOK courier: not running -> start it: systemctl start clocking-terminal-courier, or clocking-terminal courier",
        "OK   queue: no ledger yet; the kiosk makes it",
        "LOOK roster: none yet -> start the courier; it reads people from Protime",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret", "terminal.toml"]  # a look makes no file


def test_what_waits_long_and_what_was_refused_is_told(tmp_path: Path) -> None:
    recorded(tmp_path, clocking("1"))
    queue = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)["queue"]
    assert (queue["waiting"], queue["refused"], queue["oldest"]) == (1, 0, "2026-03-02T07:30:00+00:00")
    assert "look at the network" in str(queue["remedy"])
    with closing(LedgerDatabase(tmp_path)) as ledger:
        start_sending(ledger, 1)
        settle(ledger, 1, Refused("closed"))
    queue = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)["queue"]
    assert (queue["waiting"], queue["refused"]) == (0, 1)
    assert "HR" in str(queue["remedy"])


def test_a_missing_scope_and_a_network_that_is_away_are_told(tmp_path: Path) -> None:
    synchronised(tmp_path, state=LinkState.DOWN)
    with closing(RosterWriter(tmp_path)) as writer:
        writer.write_problem("people", "403: connector-protimeapi-people.read", is_refused=True)
        writer.write_problem("counters", "no answer", is_refused=False)
    facts = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)
    assert "cable" in str(facts["network"]["remedy"])
    assert facts["people"]["is_scope_missing"] is True
    assert "people.read" in str(facts["people"]["state"])
    assert "grant the scope" in str(facts["people"]["remedy"])
    assert (facts["counters"]["is_scope_missing"], facts["absence-definitions"]["remedy"]) == (False, None)


def test_a_reading_under_way_shows_its_progress(tmp_path: Path) -> None:
    with closing(RosterWriter(tmp_path)) as writer:
        writer.begin_reading(Collection.PEOPLE, readings.NOW)
        readings.keep(writer, Collection.PEOPLE, [ANNA])
        writer.keep_page(Collection.PEOPLE, [Versioned(ANNA, "")], readings.NOW, following="/next")
        people = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)["people"]
        assert people["under_way"] == {"pages": 2, "records": 2}
        assert "page 2, 2 so far" in str(people["state"])
        assert "start the courier" in str(people["remedy"])
        assert alone_in(tmp_path, "courier")
        verified(tmp_path)
        facts = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)  # the kiosk is not running
        assert [one["what"] for one in facts.values() if one["remedy"]] == ["kiosk"]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "roster.db").write_bytes(b"garbage" * 1000)
    facts = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)
    assert "mends it" in str(facts["roster"]["remedy"])
    (tmp_path / "ledger.db").write_bytes(b"garbage" * 1000)
    answer = command("status", "--config", settings_for(tmp_path))
    assert answer.returncode == ExitCode.STORAGE
    wrong = settings_for(tmp_path)
    wrong.write_text("[terminal]\n", encoding="utf-8")
    assert command("status", "--config", wrong).returncode == ExitCode.CONFIGURATION


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    config = settings_for(tmp_path)
    config.write_text(config.read_text().replace(f'folder = "{tmp_path}"', f'folder = "{tmp_path}/none"'))
    answer = command("status", "--config", config)
    assert (answer.returncode, "does not exist" in answer.stderr) == (ExitCode.STORAGE, True)


def test_switched_off_synchronisation_is_no_fault(tmp_path: Path) -> None:
    with closing(RosterWriter(tmp_path)) as writer:
        writer.write_link(Link(LinkState.UP, datetime.now(UTC), None))
    config = settings_for(tmp_path, '[synchronisation]\nmode = "off"\n')
    facts = facts_of(config, code=ExitCode.FAILED)  # the processes are not running
    assert facts["synchronisation"]["state"] == "off"
    assert facts["people"]["remedy"] is None


def test_webhooks_that_wait_and_the_newest_applied_are_told(tmp_path: Path) -> None:
    config = settings_for(tmp_path)
    assert "webhooks" not in facts_of(config, code=ExitCode.FAILED)
    with closing(WebhookStore(tmp_path)) as store:
        store.accept([Change(Received.PEOPLE, key, "1", False, {"id": key}) for key in (1, 2)])
        fact = facts_of(config, code=ExitCode.FAILED)["webhooks"]
        assert (fact["waiting"], fact["newest_applied"], fact["remedy"]) == (2, None, None)
        assert "none applied yet" in str(fact["state"])
        store.done(store.pending(1))
        fact = facts_of(config, code=ExitCode.FAILED)["webhooks"]
        assert (fact["waiting"], fact["newest_applied"]) == (1, fact["oldest"])
        assert str(fact["state"]).startswith("1 waiting, the oldest for ")
        store.done(store.pending())
        fact = facts_of(config, code=ExitCode.FAILED)["webhooks"]
        assert (fact["waiting"], fact["oldest"], fact["remedy"]) == (0, None, None)


def test_webhooks_that_wait_long_or_cannot_be_read_are_told(tmp_path: Path) -> None:
    config = settings_for(tmp_path)
    with closing(WebhookStore(tmp_path)) as store:
        store.accept([Change(Received.PEOPLE, 1, "1", False, {"id": 1})])
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file, file:
        file.execute("UPDATE record SET received_at = '2026-01-01T00:00:00+00:00'")
    assert "look at its log" in str(facts_of(config, code=ExitCode.FAILED)["webhooks"]["remedy"])
    (tmp_path / FILE_NAME).write_bytes(b"garbage" * 1000)
    assert "owner and rights" in str(facts_of(config, code=ExitCode.FAILED)["webhooks"]["remedy"])


def test_a_lock_is_seen_without_touching_it(tmp_path: Path) -> None:
    assert not is_at_work(tmp_path, "courier")
    (tmp_path / "courier.lock").touch()
    assert not is_at_work(tmp_path, "courier")
    assert alone_in(tmp_path, "courier")
    assert is_at_work(tmp_path, "courier")


def test_a_clock_that_differs_from_protimes_is_told(tmp_path: Path) -> None:
    verified(tmp_path, ahead=timedelta(seconds=90))
    clock = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)["clock"]
    assert "Protime's clock is 1 min ahead" in str(clock["state"])
    assert "which of the two is wrong" in str(clock["remedy"])
    assert clock["server_ahead_seconds"] in (89.9, 90.0, 90.1)


def test_a_clock_set_to_local_time_is_recognised(tmp_path: Path) -> None:
    brussels = datetime.now(UTC).astimezone(zone_of("Europe/Brussels")).utcoffset()
    assert brussels is not None
    verified(tmp_path, ahead=-brussels)
    clock = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)["clock"]
    assert "set to local time" in str(clock["remedy"])
    assert clock["state_of_clock"] in ("jumped", "untrusted")


def test_a_verified_clock_is_well_and_an_unknown_one_is_not(tmp_path: Path) -> None:
    (said,) = (
        line for line in command("status", "--config", settings_for(tmp_path)).stdout.splitlines() if "clock:" in line
    )
    is_synchronised = (kernel := read_kernel_clock()) is not None and kernel.is_synchronised
    assert said.startswith("OK   clock: trusted" if is_synchronised else "LOOK clock: untrusted")
    verified(tmp_path)
    clock = facts_of(settings_for(tmp_path), code=ExitCode.FAILED)["clock"]
    assert clock["remedy"] is None
    assert clock["state_of_clock"] == ("trusted" if is_synchronised else "drifting")
