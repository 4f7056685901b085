"""What the client costs over its libraries: people read and stored, and clockings sent to a local simulator.

The floor of the first is pydantic-core's `from_json`, the same fields picked, and one `executemany` of upserts into the
same table in a transaction; of the second a bare httpx loop with the same bodies and as many at a time.
"""

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
from pydantic_core import from_json

from benchmarks.figures import Figure, figure
from benchmarks.site import scratch_folder
from terminal_app.clocking.clocking import Clocking, ClockingKind, Moment
from terminal_app.clocking.wall_time import WallTime
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.external_references import BADGE_NUMBER
from terminal_app.protime.people_page import people_of_page
from terminal_app.protime.transport import Response
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.schema import FILE_NAME
from terminal_app.roster.staging import Mode
from terminal_app.roster.tables import Collection
from terminal_app.settings import DeliverySettings, ProtimeSettings
from terminal_app.timekeeping.clock import SystemClock

_CLOCK = SystemClock()
_PEOPLE = 1000
_ROUNDS = 40
_CLOCKINGS = 1000
_SENDINGS = 3
_PARALLEL = 4
_COLUMNS = (
    "first_name", "last_name", "badge_number", "language", "in_service_from", "in_service_until", "terminal_group_id",
    "reference", "version",
)  # fmt: skip
_UPSERT = (
    f"INSERT INTO person (id, {', '.join(_COLUMNS)}) VALUES ({', '.join('?' * 10)})"  # our own
    f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)}"
)


def measure() -> list[Figure]:
    """Both figures with their floors."""
    return [*_people(), *asyncio.run(_clockings())]


def _people() -> list[Figure]:
    """A page of new people, the same page again, and one on which each has changed: the last never happens to all."""
    steps = ("of new people", "again", "of changed people")
    ours: dict[str, list[float]] = {step: [] for step in steps}
    floor: dict[str, list[float]] = {step: [] for step in steps}
    with scratch_folder() as folder:
        (folder / "bare").mkdir()
        RosterWriter(folder / "bare").close()  # the same table, index and settings of the file
        with closing(RosterWriter(folder)) as roster, closing(_bare_roster(folder / "bare")) as bare:
            for number in range(_ROUNDS):  # in turn, so that a busy machine is busy for both
                new, changed = (Response(200, {}, _page(number, name)) for name in ("Anna", "Annie"))
                for step, answer in zip(steps, (new, new, changed), strict=True):
                    contenders: list[tuple[list[float], Callable[[], object]]] = [
                        (ours[step], partial(_store, roster, answer)),
                        (floor[step], partial(_store_bare, bare, answer.body)),
                    ]
                    for times, contender in random.sample(contenders, 2):
                        began = time.perf_counter()
                        contender()
                        times.append((time.perf_counter() - began) * 1000)
    figures = []
    for step in steps:
        lowest = figure("  floor: from_json and executemany", floor[step])
        what = f"a page of 1,000 parsed and stored, {step}"
        figures += [figure(what, ours[step], floor=lowest.median, most_ratio=round(1 / 0.7, 2)), lowest]
    return figures


def _store(roster: RosterWriter, answer: Response) -> None:
    """As a reading of changes of one page: its own file, and the transaction that brings it into the roster."""
    now = _CLOCK.now()
    roster.begin_reading(Collection.PEOPLE, now, mode=Mode.DELTA)
    roster.keep_page(Collection.PEOPLE, people_of_page(BADGE_NUMBER, answer).records, now)
    roster.finish_reading(Collection.PEOPLE, "token")


def _bare_roster(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _store_bare(connection: sqlite3.Connection, body: bytes) -> None:
    """The same ten columns; a field that is not there is nothing, as the API leaves out what is empty."""
    rows = [
        (
            one["id"], one.get("firstName", ""), one.get("lastName", ""), one.get("badgeNumber"),
            one.get("terminalLanguageISOCode"), one.get("inServiceDate"), one.get("outOfServiceDate"),
            (one.get("terminalGroup") or {}).get("id"), None, one["changeVersion"],
        )
        for one in from_json(body)["value"]
    ]  # fmt: skip
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_UPSERT, rows)
    connection.execute("COMMIT")


def _page(number: int, first_name: str) -> bytes:
    people = range(number * _PEOPLE, (number + 1) * _PEOPLE)
    return json.dumps({"value": [_person(one, first_name) for one in people]}).encode()


def _person(number: int, first_name: str) -> dict[str, object]:
    return {
        "id": number, "changeVersion": "0000090200004BD0000B", "lastName": "Peeters", "firstName": first_name,
        "email": "anna@acme.example", "address": "Street 1", "postalCode": "1000", "town": "Brussels", "sex": "Female",
        "birthDate": "1990-02-28", "bankAccount": "BE00", "inServiceDate": "2015-01-01",
        "outOfServiceDate": "2030-12-31", "employeeNumber": f"E{number}", "terminalGroup": {"id": 2},
        "badgeNumber": f"{number:010}", "pinCode": 1234, "terminalLanguageISOCode": "nl",
    }  # fmt: skip


async def _clockings() -> list[Figure]:
    ours: list[float] = []
    floor: list[float] = []
    with _simulator() as url:
        settings = ProtimeSettings(tenant="acme", client_id="demo-terminal", base_url=url, authentication_url=url)
        for round_number in range(_SENDINGS):
            minutes = range(round_number * _CLOCKINGS, (round_number + 1) * _CLOCKINGS)
            async with ProtimeApi(settings, DeliverySettings(), "demo-secret", terminal_code="GATE-1") as api:
                clockings = [_clocking(minute) for minute in minutes]
                ours.append(await _timed(clockings, api.clockings.create))
            floor.append(await _bare(settings, clockings))
    lowest = figure("  floor: bare httpx", floor)
    what = f"{_CLOCKINGS} clockings sent, {_PARALLEL} at a time"
    return [figure(what, ours, floor=lowest.median, most_ratio=1.3), lowest]


async def _bare(settings: ProtimeSettings, clockings: list[Clocking]) -> float:
    form = {
        "grant_type": "client_credentials", "client_id": "demo-terminal", "client_secret": "demo-secret",
        "scope": "connector-protimeapi-clockings.write",
    }  # fmt: skip
    async with httpx.AsyncClient(headers={"User-Agent": "Bench/1 (Acme)"}, trust_env=False) as client:
        token = (await client.post(settings.token_url, data=form)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        address = f"{settings.api_url}/connector/protimeapi/api/v1/clockings"

        async def send(clocking: Clocking) -> None:
            body = {
                "person": {"externalReferences": {"@badge-number": clocking.badge_number}},
                "date": clocking.wall_time.date.isoformat(), "timeOfDayInMinutes": clocking.wall_time.minute,
                "kind": "InOut", "terminal": {"externalReferences": {"@external-code": "GATE-1"}},
            }  # fmt: skip
            (await client.post(address, json=body)).raise_for_status()

        return await _timed(clockings, send)


async def _timed(clockings: list[Clocking], send: Callable[[Clocking], Awaitable[object]]) -> float:
    left = iter(clockings)

    async def worker() -> None:
        for clocking in left:
            await send(clocking)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(_PARALLEL)))
    return (time.perf_counter() - began) * 1000


def _clocking(number: int) -> Clocking:
    return Clocking(
        id=UUID(int=number),
        badge_number="0013961168",
        person_id=1,
        kind=ClockingKind.IN_OUT,
        moment=Moment(datetime(2026, 1, 15, tzinfo=UTC), 1, 1, "boot"),
        wall_time=WallTime(date(2026, 1, 1) + timedelta(days=number // 1440), number % 1440),
        reader="reader",
        reason=None,
        activity_levels=(),
    )


@contextmanager
def _simulator() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "terminal_app", "simulator", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield next(word.rstrip(";") for word in process.stdout.readline().split() if word.startswith("http"))
        finally:
            process.terminate()
