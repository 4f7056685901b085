"""What a server says may name people and badges: the ledger keeps it for the operator, the log does not."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.roster.link import LinkState
from tests.courier.terminal import ANNA, BADGES, Terminal
from tests.protime.raw_server import RawServer, answer

NAME, NUMBER = "Canary Peeters", "13961168"
SAID = f"no person with badge {NUMBER} ({NAME})"
BODIES = [
    {"error": {"code": "BadRequest", "message": SAID, "reasons": [SAID]}},
    {"error": {"code": SAID, "message": SAID}},
    {"code": "BadRequest", "validationErrors": [{"field": SAID}, SAID]},
    {"error": SAID, "error_description": SAID},
]
BODY = json.dumps(BODIES[0]).encode()
TOKEN = answer(200, b'{"access_token":"t","expires_in":1800}')
NOTHING = answer(200, b'{"value": []}')


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    caplog.set_level(logging.DEBUG)
    yield caplog
    for canary in (NAME, NUMBER, "Canary", BADGES[ANNA]):
        assert canary not in caplog.text


@pytest.mark.parametrize("body", [json.dumps(body).encode() for body in BODIES])
async def test_a_refusal_is_logged_by_status_and_code_and_kept_whole(
    tmp_path: Path, body: bytes, log: pytest.LogCaptureFixture
) -> None:
    def answered(request: bytes) -> bytes:
        if b"/connect/token" in request:
            return TOKEN
        return answer(400, body) if request.startswith(b"POST") else NOTHING

    async with RawServer(answered) as server:
        terminal = Terminal(tmp_path, server.url)
        sequence = terminal.clock(ANNA)
        terminal.start()
        await terminal.until(lambda: "clocking-refused" in log.text)
        entry = terminal.entry(sequence)
        await terminal.close()
    assert entry.state is DeliveryState.REFUSED
    assert NAME in str(entry.explanation)
    (line,) = (one for one in log.messages if one.startswith("clocking-refused"))
    assert "Protime answered 400" in line
    assert ("(BadRequest)" in line) == (b'"BadRequest"' in body)


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
@pytest.mark.parametrize("what", [b"POST /connector", b"GET ", b"/connect/token", b"/clockings?filter"])
async def test_no_failure_brings_the_servers_words_into_the_log(
    tmp_path: Path, what: bytes, status: int, log: pytest.LogCaptureFixture
) -> None:
    def answered(request: bytes) -> bytes:
        line = request.split(b"\r\n")[0]
        if what in line:
            return answer(status, BODY, Retry_After="1")
        if b"/connect/token" in line:
            return TOKEN
        return answer(500, BODY) if line.startswith(b"POST") else NOTHING

    async with RawServer(answered) as server:
        terminal = Terminal(tmp_path, server.url)
        terminal.clock(ANNA)
        terminal.start()
        await terminal.until(lambda: f"Protime answered {status} (BadRequest)" in log.text)
        await terminal.until(lambda: terminal.link() not in (None, LinkState.UP) or status == 400)
        link = terminal.roster.link()
        await terminal.close()
    assert NAME not in str(link)


async def test_what_is_no_http_is_not_quoted(tmp_path: Path, log: pytest.LogCaptureFixture) -> None:
    async with RawServer(lambda request: TOKEN if b"/token" in request else f"{SAID}\r\n\r\n".encode()) as server:
        terminal = Terminal(tmp_path, server.url)
        terminal.clock(ANNA)
        terminal.start()
        await terminal.until(lambda: "failed (LineFailed)" in log.text)
        await terminal.close()
