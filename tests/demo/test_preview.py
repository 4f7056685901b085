"""The kiosk in a browser, as a browser speaks to it; and the film of a visit."""

import asyncio
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from tests.cli.command import command

DEADLINE_SECONDS = 60
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def listening(port: int) -> None:
    """It says where it is a moment before it is there."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            await writer.wait_closed()
            return


@asynccontextmanager
async def served(*arguments: str) -> AsyncIterator[str]:
    """A server of its own, by its address."""
    port = free_port()
    program = [sys.executable, "-m", "terminal_app", "preview", "--port", str(port), *arguments]
    server = await asyncio.create_subprocess_exec(*program, stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        said = await asyncio.wait_for(server.stdout.readline(), DEADLINE_SECONDS)
        assert f"http://127.0.0.1:{port}" in said.decode()
        await asyncio.wait_for(listening(port), DEADLINE_SECONDS)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        await asyncio.wait_for(server.communicate(), DEADLINE_SECONDS)


class Browser:
    """What a window gets, as text."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self._websocket = websocket
        self.text = ""

    async def type(self, keys: str) -> None:
        await self._websocket.send_json(["stdin", keys])

    async def sees(self, text: str) -> None:
        async with asyncio.timeout(DEADLINE_SECONDS):
            while text not in CONTROL.sub("", self.text):
                message = await self._websocket.receive()
                assert message.type in {aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT}, message
                if message.type is aiohttp.WSMsgType.BINARY:
                    self.text += message.data.decode(errors="replace")


@pytest.mark.processes
async def test_a_browser_shows_the_kiosk_and_holds_badges() -> None:
    async with served("--theme", "light") as url, aiohttp.ClientSession() as browsers:
        page = await (await browsers.get(url)).text()
        assert set(re.findall(r'https?://[^/"]+', page)) == {url}, "nothing comes from elsewhere"
        async with browsers.ws_connect(f"{url}/ws?width=80&height=24") as websocket:
            browser = Browser(websocket)
            await browser.sees("reader ready")
            assert "48;2;246;244;239" in browser.text, "the light theme"
            await browser.sees("online")
            await browser.type("A")
            await browser.sees("Anna Peeters")
            await browser.type("T")
            await browser.type("L")
            await browser.sees("lezer klaar")
            assert "48;2;0;0;0" in browser.text, "high contrast follows light"


@pytest.mark.processes
async def test_a_page_of_somebody_else_is_refused() -> None:
    async with served() as url, aiohttp.ClientSession() as browsers:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await browsers.ws_connect(f"{url}/ws", origin="http://evil.example")
        assert refused.value.status == 403


@pytest.mark.processes
def test_a_visit_is_filmed(tmp_path: Path) -> None:
    film = tmp_path / "film.svg"
    assert command("preview", "--record", film, "--language", "nl", "--size", "50x15").returncode == 0
    text = film.read_text(encoding="utf-8")
    root = ET.fromstring(text)
    frames = [element for element in root if element.tag.endswith("}g")]
    assert len(frames) == 9
    assert root.get("viewBox") == "0 0 500 300"
    words = ["".join(part.text or "" for part in frame) for frame in frames]
    assert len(set(words)) > 5
    assert "Anna" in words[1]
    assert "onbekend" in words[7]
    assert set(re.findall(r"https?://([^/\"]+)", text)) == {"www.w3.org"}


def test_a_size_that_is_none_is_told() -> None:
    answer = command("preview", "--record", "x.svg", "--size", "20x5")
    assert answer.returncode == 2
    assert "--size must be like 80x24" in answer.stderr
