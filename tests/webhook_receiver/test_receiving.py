"""`webhooks receive`, the real program, with deliveries of the real simulator and with others."""

import asyncio
import http.client
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.doorbell import Doorbell
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES
from terminal_app.webhook_receiver.items import Change
from terminal_app.webhook_receiver.key_file import add_key
from terminal_app.webhook_receiver.signature import Encoding, Hash, SignatureRule
from terminal_app.webhook_receiver.store import FILE_NAME, WebhookStore
from tests.cli.command import command, settings_for, started
from tests.simulator.calls import PREFIX, Caller
from tests.webhook_receiver.receiver import KEY, Receiver, free_port, receiving, rename, state_of, subscribed


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatorThread]:
    with SimulatorThread(people=8) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: SimulatorThread) -> Iterator[SimulatorThread]:
    running.set_faults(webhook_retry_seconds=[0.05] * 40)
    yield running
    running.clear_faults()


@pytest.fixture
def admin(simulator: SimulatorThread) -> Iterator[Caller]:
    with Caller(simulator.url) as caller:
        caller.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))
        yield caller


def pending(folder: Path) -> list[Change]:
    store = WebhookStore(folder)
    try:
        return list(store.pending())
    finally:
        store.close()


def wait_for(folder: Path, number: int) -> list[Change]:
    deadline = time.monotonic() + 30
    while len(found := pending(folder)) < number:
        assert time.monotonic() < deadline, f"only {len(found)} changes came"
        time.sleep(0.02)
    return found


def test_changes_of_the_simulator_are_kept(admin: Caller, simulator: SimulatorThread, tmp_path: Path) -> None:
    port = free_port()
    people = subscribed(admin, port, "people", tmp_path)
    subscribed(admin, port, "absence-definitions", tmp_path)
    rename(admin, 1, "Early")  # nobody listens yet: it is tried again
    with receiving(tmp_path, port=port):
        rename(admin, 2, "Second")
        rename(admin, 2, "Third")
        record = admin.get("/absence-definitions/1").json()
        simulator.put("absence-definitions", 1, {**record, "isEnabled": False})
        found = wait_for(tmp_path, 3)
        deadline = time.monotonic() + 30
        while state_of(admin, people)["waiting"] and time.monotonic() < deadline:
            time.sleep(0.02)
    found = pending(tmp_path)
    names = {(one.collection.value, one.key): one.data.get("lastName", one.data.get("isEnabled")) for one in found}
    assert names == {("people", 1): "Early", ("people", 2): "Third", ("absence-definitions", 1): False}
    assert [one.version for one in found] == sorted(one.version for one in found)
    assert state_of(admin, people)["status"] == "Enabled"
    assert b"bankAccount" not in (tmp_path / FILE_NAME).read_bytes()


def test_what_could_not_be_stored_is_sent_again(admin: Caller, tmp_path: Path) -> None:
    port = free_port()
    key = subscribed(admin, port, "people", tmp_path)
    with receiving(tmp_path, port=port):
        other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        rename(admin, 3, "Kept at last")
        deadline = time.monotonic() + 30
        while not state_of(admin, key)["attempts"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        other.execute("ROLLBACK")
        other.close()
        (one,) = wait_for(tmp_path, 1)
    assert one.data["lastName"] == "Kept at last"


def test_header_hash_and_encoding_can_be_chosen(admin: Caller, simulator: SimulatorThread, tmp_path: Path) -> None:
    simulator.set_faults(
        webhook_signature_header="X-Sign", webhook_signature_hash="sha512", webhook_signature_encoding="base64"
    )
    port = free_port()
    subscribed(admin, port, "people", tmp_path)
    options = ("--signature-header", "X-Sign", "--signature-hash", "sha512", "--signature-encoding", "base64")
    with receiving(tmp_path, *options, port=port):
        rename(admin, 4, "Signed")
        (one,) = wait_for(tmp_path, 1)
    assert one.data["lastName"] == "Signed"
    assert SignatureRule("X-Sign", Hash.SHA512, Encoding.BASE64).header == "X-Sign"


def item(key: int, version: str) -> dict[str, object]:
    return {"changeType": "InsertOrUpdate", "data": {"id": key, "changeVersion": version}}


def test_repeats_and_late_ones_are_answered_and_change_nothing(tmp_path: Path) -> None:
    add_key(tmp_path / "keys", "people", KEY)
    with receiving(tmp_path) as receiver:
        for version in ("5", "5", "4", "6", "2"):
            assert receiver.deliver("people", item(1, version)) == 204
    assert [(one.key, one.version) for one in pending(tmp_path)] == [(1, "6")]


def test_what_is_not_let_in(tmp_path: Path) -> None:
    add_key(tmp_path / "keys", "people", KEY)
    add_key(tmp_path / "keys", "absence-definitions", "another-key")
    with receiving(tmp_path) as receiver:
        assert receiver.deliver("people", item(1, "5"), key="wrong") == 401
        assert receiver.deliver("people", item(1, "5"), key="another-key") == 401
        assert receiver.post("/people", b"{}") == 401
        assert receiver.deliver("counter-definitions", item(1, "5")) == 404
        assert receiver.deliver("clockings", item(1, "5")) == 404
        assert receiver.post("/people", b"x" * 1_000_001) == 413
        assert receiver.deliver("people", [1]) == 400
        assert receiver.deliver("people", {"value": [{"data": {}}]}) == 204
        assert receiver.deliver("people", {"value": [item(1, "1"), item(2, "1")]}) == 204
        link = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=30)
        link.request("GET", "/people")
        assert link.getresponse().status == 405
        link.close()
        receiver.program.send_signal(signal.SIGTERM)
        _, said = receiver.program.communicate(timeout=30)
    assert KEY not in said
    assert "webhook-not-signed collection=people" in said
    assert [one.key for one in pending(tmp_path)] == [1, 2]


async def test_the_couriers_doorbell_is_rung(tmp_path: Path) -> None:
    add_key(tmp_path / "keys", "people", KEY)
    with Doorbell(tmp_path, "courier") as doorbell, receiving(tmp_path) as receiver:
        answer = asyncio.create_task(asyncio.to_thread(receiver.deliver, "people", item(1, "5")))
        before = asyncio.get_running_loop().time()
        await doorbell.wait(30)
        assert asyncio.get_running_loop().time() - before < 29
        assert await answer == 204


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    add_key(tmp_path / "keys", "people", KEY)
    settings_for(tmp_path)
    options = ("--port", "0", "--key-file", tmp_path / "keys", "--config", tmp_path / "terminal.toml")
    with started("webhooks", "receive", *options) as program:
        assert program.stdout is not None
        receiver = Receiver(program, int(program.stdout.readline().rpartition(":")[2].partition("/")[0]))
        for key in range(1, 6):
            assert receiver.deliver("people", item(key, "1")) == 204
        program.kill()
        program.wait(30)
    assert [one.key for one in pending(tmp_path)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "cannot be read: No such file"),
        ("", "holds no key"),
        ("contracts abc\n", "line 1: it must be a collection and its key"),
        ("people\n", "line 1: there is no key"),
    ],
)
def test_keys_that_cannot_be_used(tmp_path: Path, content: str | None, text: str) -> None:
    if content is not None:
        (tmp_path / "keys").write_text(content, encoding="utf-8")
    answer = command(
        "webhooks", "receive", "--port", "0", "--key-file", tmp_path / "keys", "--config", settings_for(tmp_path)
    )
    assert (answer.returncode, answer.stdout) == (ExitCode.CONFIGURATION, "")
    assert text in answer.stderr
    assert "abc" not in answer.stderr


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    add_key(tmp_path / "keys", "people", KEY)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        config = settings_for(tmp_path)
        answer = command("webhooks", "receive", "--port", port, "--key-file", tmp_path / "keys", "--config", config)
    assert answer.returncode == ExitCode.UNAVAILABLE
    assert "Choose another one" in answer.stderr


def test_packages_that_are_not_there_are_named(tmp_path: Path) -> None:
    add_key(tmp_path / "keys", "people", KEY)
    program = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "from terminal_app.cli.main import exit_code_of; sys.exit(exit_code_of(sys.argv[1:]))"
    )
    options = ("--port", "0", "--key-file", str(tmp_path / "keys"), "--config", str(settings_for(tmp_path)))
    answer = subprocess.run(
        [sys.executable, "-c", program, "webhooks", "receive", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (answer.returncode, answer.stdout) == (ExitCode.UNAVAILABLE, "")
    assert answer.stderr == ("clocking-terminal: uvicorn is not installed. Install clocking-terminal[webhooks].\n")
