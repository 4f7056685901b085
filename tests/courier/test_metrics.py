"""The metrics and the heartbeat, over real sockets."""

import asyncio
import json
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from terminal_app.courier.metrics import EventCounter, Metrics, Queue, token_in
from terminal_app.courier.metrics_server import MetricsServer
from terminal_app.ledger.alone import alone_in
from terminal_app.reader_states import write_reader_states
from terminal_app.settings import StorageSettings
from tests.courier.terminal import ANNA, BADGES, Terminal
from tests.protime.raw_server import RawServer, answer
from tests.webhook_receiver.receiver import free_port

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "monitoring.md"
MONITORING = ROOT / "docs" / "monitoring"


async def asked(port: int, *lines: str, request: str = "GET /metrics HTTP/1.1") -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("".join(f"{line}\r\n" for line in (request, "Host: x", *lines, "")).encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split()[1]) if head else 0, body


@asynccontextmanager
async def served(token: str | None = None) -> AsyncIterator[int]:
    async def metrics() -> bytes:
        return b"x 1\n"

    async with await asyncio.start_server(MetricsServer(metrics, token).answer, "127.0.0.1", 0, limit=8192) as server:
        yield server.sockets[0].getsockname()[1]


def values(text: str) -> dict[str, float]:
    """By name, with the value of the one label behind it."""
    return {
        ":".join([sample.name.removeprefix("clocking_terminal_"), *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_courier_at_work_tells_its_queue_and_its_events(tmp_path: Path) -> None:
    port = free_port()
    terminal = Terminal(tmp_path, f"http://127.0.0.1:{free_port()}")  # nobody there
    terminal.change("monitoring", metrics_port=port)
    terminal.clock(ANNA)
    write_reader_states(tmp_path, {"door": "ready", 'odd "name"\n': "missing"})
    terminal.start()
    await terminal.until(lambda: terminal.link() is not None)
    kiosk = alone_in(tmp_path, "kiosk")
    status, text = await asked(port)
    await terminal.close()
    assert status == 200
    assert kiosk
    said = values(text)
    # It may be under way at the moment.
    assert sum(said[f"queue_clockings:{state}"] for state in ("recorded", "sending", "unknown")) == 1
    assert said["queue_oldest_age_seconds"] > 0
    assert (said["link:down"], said["link:up"]) == (1, 0)
    assert (said["kiosk_up"], said["reader_ready:door"], said['reader_ready:odd "name"\n']) == (1, 1, 0)
    assert said["events_total:link-down"] == 1
    assert BADGES[ANNA] not in text
    assert "demo-secret" not in text


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ((), 401),
        (("Authorization: Bearer wrong",), 401),
        (("Authorization: Basic right",), 401),
        (("authorization:bearer right",), 200),
    ],
)
async def test_a_token_is_asked_for_where_one_is_set(shown: tuple[str, ...], status: int) -> None:
    async with served("right") as port:
        assert (await asked(port, *shown))[0] == status


@pytest.mark.parametrize("request_line", ["POST /metrics HTTP/1.1", "GET / HTTP/1.1", "GET", "\0\xff"])
async def test_nothing_else_is_served(request_line: str) -> None:
    async with served() as port:
        assert (await asked(port, request=request_line))[0] == 404
        assert await asked(port, request="GET /metrics?x=1 HTTP/1.0") == (200, "x 1\n")


async def test_who_sends_without_end_is_hung_up_on() -> None:
    async with served() as port:
        assert (await asked(port, "X: " + "y" * 100_000))[0] == 0
        assert (await asked(port))[0] == 200


async def test_a_port_that_is_taken_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with served() as port:
        terminal = Terminal(tmp_path, f"http://127.0.0.1:{free_port()}")
        terminal.change("monitoring", metrics_port=port)
        terminal.start()
        await terminal.until(lambda: "metrics-not-served" in caplog.text and terminal.link() is not None)
        await terminal.close()


def test_events_are_counted_by_name() -> None:
    counter = EventCounter()
    for message in ("link-down no way", "link-down again", "no event"):
        counter.handle(logging.LogRecord("a", logging.INFO, "", 0, message, (), None))
    assert counter.counts == Counter({"link-down": 2})


@pytest.mark.parametrize(("content", "token"), [("abc\n", "abc"), (" \n", None)])
def test_an_empty_token_is_none_that_is_accepted(tmp_path: Path, content: str, token: str | None) -> None:
    assert token_in(None) is None
    file = tmp_path / "token"
    file.write_text(content, encoding="ascii")
    if token is None:
        with pytest.raises(ValueError, match="empty"):
            token_in(file)
    else:
        assert token_in(file) == token


def all_names(folder: Path) -> set[str]:
    queue = Queue({"recorded": 1}, datetime.now(UTC), datetime.now(UTC))
    text = Metrics(queue, StorageSettings(folder=folder), Counter({"x-y": 1}), datetime.now(UTC)).text().decode()
    return set(re.findall(r"^# HELP (\S+)", text, flags=re.MULTILINE))


def test_every_metric_is_documented(tmp_path: Path) -> None:
    documented = set(re.findall(r"^\| `(clocking_terminal_\w+)", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert all_names(tmp_path) <= documented


def test_dashboard_and_alerts_ask_for_metrics_that_there_are() -> None:
    documented = set(re.findall(r"^\| `(clocking_terminal_\w+)", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    dashboard = json.loads((MONITORING / "grafana-dashboard.json").read_text(encoding="utf-8"))
    alerts = (MONITORING / "alerts.yml").read_text(encoding="utf-8")
    for text in (json.dumps(dashboard), alerts):
        asked_for = set(re.findall(r"clocking_terminal_\w+", text))
        assert asked_for
        assert asked_for <= documented
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


async def test_the_heartbeat_is_called_while_the_kiosk_runs(tmp_path: Path) -> None:
    calls: list[bytes] = []

    def called(request: bytes) -> bytes:
        calls.append(request)
        return answer(200, b"OK")

    async with RawServer(called) as server:
        terminal = Terminal(tmp_path, f"http://127.0.0.1:{free_port()}")
        terminal.change("monitoring", heartbeat_url=f"{server.url}/ping/key", heartbeat_minutes=0.01)
        terminal.start()
        await terminal.until(lambda: terminal.link() is not None)
        await asyncio.sleep(1)
        assert calls == []  # no kiosk
        kiosk = alone_in(tmp_path, "kiosk")
        await terminal.until(lambda: len(calls) >= 2)
        await terminal.close()
    assert kiosk
    assert calls[0].startswith(b"GET /ping/key HTTP/1.1\r\n")


async def test_a_heartbeat_that_fails_is_told_once_and_without_its_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kiosk = alone_in(tmp_path, "kiosk")
    terminal = Terminal(tmp_path, f"http://127.0.0.1:{free_port()}")
    caplog.set_level("DEBUG", "terminal_app.courier.heartbeat")
    terminal.change("monitoring", heartbeat_url=f"http://127.0.0.1:{free_port()}/secret-key", heartbeat_minutes=0.01)
    terminal.start()
    await terminal.until(lambda: caplog.text.count("heartbeat-failed") >= 2)
    await terminal.close()
    assert kiosk
    failures = [one.levelname for one in caplog.records if one.getMessage().startswith("heartbeat-failed")]
    assert failures[:2] == ["WARNING", "DEBUG"]
    assert "secret-key" not in caplog.text
