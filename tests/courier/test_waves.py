"""While some clockings are being sent others are marked; the server never sees more at a time than the setting says."""

import asyncio
from pathlib import Path

from tests.courier.terminal import Terminal
from tests.protime.raw_server import answer

TOKEN = answer(200, b'{"access_token":"t","expires_in":1800}')
NOTHING = answer(200, b'{"value": []}')
PEOPLE = 30


class SlowServer:
    """Counts the clockings that are with it at the same time; answers each when it is let go."""

    def __init__(self) -> None:
        self.at_a_time = 0
        self.most = 0
        self.stored = 0
        self.go = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"/connect/token" in head:
            writer.write(TOKEN)
        elif head.startswith(b"POST"):
            self.at_a_time += 1
            self.most = max(self.most, self.at_a_time)
            await self.go.wait()
            await asyncio.sleep(0.01)
            self.at_a_time -= 1
            self.stored += 1
            writer.write(answer(201, Location=f"/clockings/{self.stored}"))
        else:
            writer.write(NOTHING)
        writer.close()


async def test_as_many_requests_as_the_setting_says_and_the_next_ones_marked(tmp_path: Path) -> None:
    slow = SlowServer()
    server = await asyncio.start_server(slow.serve, "127.0.0.1", 0)
    async with server:
        terminal = Terminal(tmp_path, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        terminal.change("delivery", parallel=3, request_seconds=30)
        for person in range(1, PEOPLE + 1):
            terminal.clock(person)
        terminal.start()
        await terminal.until(lambda: slow.at_a_time == 3 and terminal.states().count("sending") == 6)
        slow.go.set()
        await terminal.until_settled()
        await terminal.close()
    assert (slow.most, slow.stored) == (3, PEOPLE)
