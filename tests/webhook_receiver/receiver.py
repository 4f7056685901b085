"""`webhooks receive`, the real program, as the tests start it, and the simulator's subscriptions to it."""

import http.client
import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from terminal_app.webhook_receiver.key_file import add_key
from terminal_app.webhook_receiver.signature import SignatureRule
from tests.cli.command import settings_for, started
from tests.simulator.calls import Caller

KEY = "private-key"


@dataclass(frozen=True)
class Receiver:
    program: "subprocess.Popen[str]"
    port: int

    def post(self, path: str, body: bytes, **headers: str) -> int:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            link.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            return link.getresponse().status
        finally:
            link.close()

    def deliver(self, name: str, item: object, key: str = KEY) -> int:
        body = json.dumps(item).encode()
        return self.post(f"/{name}", body, X_Protime_Signature=SignatureRule().signature(body, key))


@contextmanager
def receiving(folder: Path, *options: str, port: int = 0) -> Iterator[Receiver]:
    config = folder / "terminal.toml"
    if not config.exists():
        settings_for(folder)
    arguments = ("--port", str(port), "--key-file", str(folder / "keys"), "--config", str(config), *options)
    with started("webhooks", "receive", *arguments) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        assert "http://127.0.0.1:" in line, program.stderr.read() if program.stderr else ""
        yield Receiver(program, int(line.rpartition(":")[2].partition("/")[0]))
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def subscribed(admin: Caller, port: int, name: str, folder: Path, references: str = "") -> str:
    answer = admin.send(
        "POST", f"/webhooks{references}", {"destinationUrl": f"http://127.0.0.1:{port}/{name}", "collectionName": name}
    )
    assert answer.status_code == 201, answer.text
    add_key(folder / "keys", name, str(answer.json()["webhookKey"]))
    return str(answer.json()["id"])


def rename(admin: Caller, person: int, name: str) -> None:
    answer = admin.client.post("/_control/people", json={"id": person, "lastName": name})
    assert answer.status_code < 300, answer.text


def state_of(admin: Caller, key: str) -> dict[str, object]:
    found: dict[str, object] = next(one for one in admin.client.get("/_control/webhooks").json() if one["id"] == key)
    return found
