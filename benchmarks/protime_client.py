"""What the client costs over its libraries: people read and stored, and clockings sent to a local simulator.

The floor of the first is pydantic-core alone with the same fields, and `executemany`; of the second a bare httpx loop
with the same bodies and as many at a time.
"""

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import httpx
from pydantic_core import SchemaValidator
from pydantic_core import core_schema as core

from benchmarks.figures import Figure, figure
from terminal_app.clocking.clocking import Clocking, ClockingKind, Moment
from terminal_app.clocking.wall_time import WallTime
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.page import page_of
from terminal_app.protime.people import PersonRecord
from terminal_app.protime.transport import Response
from terminal_app.settings import DeliverySettings, ProtimeSettings

_PEOPLE = 1000
_ROUNDS = 40
_CLOCKINGS = 1000
_SENDINGS = 3
_PARALLEL = 4
_TEXTS = ("firstName", "lastName", "badgeNumber", "terminalLanguageISOCode")
_DAYS = ("inServiceDate", "outOfServiceDate")
_INSERT = "INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def measure() -> list[Figure]:
    """Both figures with their floors."""
    return [*_people(), *asyncio.run(_clockings())]


def _people() -> list[Figure]:
    body = json.dumps({"value": [_person(number) for number in range(_PEOPLE)]}).encode()
    answer = Response(200, {}, body)
    bare = SchemaValidator(_bare_schema())

    def ours() -> Iterable[tuple[object, ...]]:
        for record in page_of(PersonRecord, answer).records:
            one = record.as_person("@badge-number")
            days = (one.in_service_from, one.in_service_until)
            first, last = (day.isoformat() if day else None for day in days)
            yield (
                one.id, one.first_name, one.last_name, one.badge_number, one.language, first, last,
                one.terminal_group_id,
            )  # fmt: skip

    def floor() -> Iterable[tuple[object, ...]]:
        for one in bare.validate_json(body)["value"]:
            days = (one[name].isoformat() for name in _DAYS)
            yield (one["id"], *(one[name] for name in _TEXTS), *days, one["terminalGroup"]["id"])

    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, first TEXT, last TEXT, badge TEXT, language TEXT, since TEXT,"
        " until TEXT, terminal_group INTEGER)"
    )
    found: dict[str, list[float]] = {"ours": [], "floor": []}
    for _ in range(_ROUNDS):  # in turn, so that a busy machine is busy for both
        for name, rows in (("ours", ours), ("floor", floor)):
            began = time.perf_counter()
            connection.executemany(_INSERT, rows())
            found[name].append((time.perf_counter() - began) * 1000)
    lowest = figure("  floor: pydantic-core and executemany", found["floor"])
    return [
        figure("1,000 people parsed and stored", found["ours"], floor=lowest.median, most_ratio=round(1 / 0.7, 2)),
        lowest,
    ]


def _person(number: int) -> dict[str, object]:
    return {
        "id": number, "changeVersion": "0000090200004BD0000B", "lastName": "Peeters", "firstName": "Anna",
        "email": "anna@acme.example", "address": "Street 1", "postalCode": "1000", "town": "Brussels", "sex": "Female",
        "birthDate": "1990-02-28", "bankAccount": "BE00", "inServiceDate": "2015-01-01",
        "outOfServiceDate": "2030-12-31", "employeeNumber": f"E{number}", "terminalGroup": {"id": 2},
        "badgeNumber": f"{number:010}", "pinCode": 1234, "terminalLanguageISOCode": "nl",
    }  # fmt: skip


def _bare_schema() -> core.CoreSchema:
    texts = {name: core.typed_dict_field(core.nullable_schema(core.str_schema())) for name in _TEXTS}
    days = {name: core.typed_dict_field(core.nullable_schema(core.date_schema())) for name in _DAYS}
    number = core.typed_dict_field(core.int_schema())
    group = core.typed_dict_field(core.typed_dict_schema({"id": number}))
    person = core.typed_dict_schema({"id": number, **texts, **days, "terminalGroup": group}, extra_behavior="ignore")
    return core.typed_dict_schema({"value": core.typed_dict_field(core.list_schema(person))})


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
