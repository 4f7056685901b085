"""Resident memory while a list of 1,000 pages of 1,000 people is read: it must not grow with the pages.

Two readers: the terminal's, and the library's, which leaves out what comes twice after a new start of the list.
"""

import asyncio
import json
import multiprocessing
import os
from collections.abc import AsyncIterator, Callable
from multiprocessing.connection import Connection

from benchmarks.figures import Figure, figure
from benchmarks.processes import resident_mib
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DeliverySettings, ProtimeSettings

_PAGES = 1000
_WARM_PAGES = 100
_PEOPLE = 1000


def measure() -> list[Figure]:
    """Growth from page 100 to page 1,000, each reader in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        url = f"http://127.0.0.1:{ours.recv()}"
        return [
            figure("900 more pages of people: the terminal", [_growth(_terminal, url)], unit="MiB", most_median=1),
            figure("900 more pages of people: the library", [_growth(_library, url)], unit="MiB", most_median=1),
        ]
    finally:
        server.terminate()


def _growth(reader: Callable[[str], AsyncIterator[None]], url: str) -> float:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_read, args=(reader, url, theirs))
    process.start()
    growth = float(ours.recv())
    process.join()
    return growth


def _read(reader: Callable[[str], AsyncIterator[None]], url: str, tell: Connection) -> None:
    async def read() -> float:
        pages, warm = 0, 0.0
        async for _ in reader(url):
            pages += 1
            if pages == _WARM_PAGES:
                warm = resident_mib(os.getpid())
        if pages != _PAGES:
            raise ValueError(f"{pages} pages")
        return resident_mib(os.getpid()) - warm

    tell.send(asyncio.run(read()))


async def _terminal(url: str) -> AsyncIterator[None]:
    settings = ProtimeSettings(tenant="acme", client_id="bench", base_url=url, authentication_url=url)
    async with ProtimeApi(settings, DeliverySettings(), "secret") as api:
        async for _ in api.people().listed():
            yield


async def _library(url: str) -> AsyncIterator[None]:
    async with ProtimeClient(
        tenant="acme", client_id="bench", client_secret="secret", scopes=[Scope.PEOPLE_READ], base_url=url,
        authentication_url=url,
    ) as protime:  # fmt: skip
        records = 0
        async for _ in protime.people.records():
            records += 1
            if records % _PEOPLE == 0:
                yield


def _serve(tell: Connection) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            target = head.split()[1]
            if head.startswith("POST"):
                await reader.readexactly(int(head.lower().partition("content-length:")[2].split()[0]))
                body = json.dumps({"access_token": "t", "expires_in": 3600}).encode()
            else:
                body = _page(int(target.partition("continuationToken=")[2] or 0))
            fields = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            writer.write(fields.encode() + body)
            await writer.drain()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        tell.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""


def _page(number: int) -> bytes:
    first = number * _PEOPLE
    people = [{"id": first + one, "firstName": "Anna", "badgeNumber": f"{first + one:010}"} for one in range(_PEOPLE)]
    page: dict[str, object] = {"value": people}
    if number + 1 < _PAGES:
        page["nextLink"] = f"/connector/protimeapi/api/v1/people?continuationToken={number + 1}"
    return json.dumps(page).encode()
