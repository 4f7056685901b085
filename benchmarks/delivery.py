"""10,000 waiting clockings through the real courier and its ledger, beside a bare httpx loop with as many at a time.

The loop keeps nothing: it sends the same bodies to a simulator of the same kind, and reads the status.
"""

import asyncio
import time
from pathlib import Path

import httpx

from benchmarks.figures import Figure, figure
from benchmarks.processes import count, courier, simulator, wait_until
from benchmarks.site import RosterPerson, scratch_folder, write_settings
from benchmarks.waiting import clockings_of, fill_ledger, people_of_simulator

_PEOPLE = 2_000
_CLOCKINGS = 10_000
_ROUNDS = 3
_PARALLEL = 4
_MOST_RATIO = 1.3
_LOOK_SECONDS = 0.05
_WAITING = "SELECT count(*) FROM clocking WHERE state IN ('recorded', 'sending', 'unknown', 'held')"
_CONFIRMED = "SELECT count(*) FROM clocking WHERE state = 'confirmed'"


def measure() -> list[Figure]:
    """Rounds of both in turn, each with a simulator of its own."""
    everybody = people_of_simulator(_PEOPLE)
    people = [everybody[number % len(everybody)] for number in range(_CLOCKINGS)]
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(_ROUNDS):
        with scratch_folder() as folder, simulator(_PEOPLE) as url:
            fill_ledger(folder, people)
            ours.append(_delivered(write_settings(folder, url=url)))
        with simulator(_PEOPLE) as url:
            floor.append(asyncio.run(_sent(url, people)))
    lowest = figure("  floor: bare httpx", floor, unit="s")
    what = f"{_CLOCKINGS} waiting clockings delivered"
    return [figure(what, ours, unit="s", floor=lowest.median, most_ratio=_MOST_RATIO), lowest]


def _delivered(settings: Path) -> float:
    """From the first request until none waits, in seconds."""
    ledger = settings.with_name("ledger.db")
    with courier(settings):
        wait_until(
            lambda: count(ledger, _WAITING) < _CLOCKINGS, "the first one", between=lambda: time.sleep(_LOOK_SECONDS)
        )
        began, left = time.perf_counter(), count(ledger, _WAITING)
        wait_until(lambda: count(ledger, _WAITING) == 0, "the last one", between=lambda: time.sleep(_LOOK_SECONDS))
        seconds = time.perf_counter() - began
    if count(ledger, _CONFIRMED) != _CLOCKINGS:
        raise ValueError("not every clocking was confirmed")
    return seconds * _CLOCKINGS / left


async def _sent(url: str, people: list[RosterPerson]) -> float:
    form = {
        "grant_type": "client_credentials", "client_id": "demo-terminal", "client_secret": "demo-secret",
        "scope": "connector-protimeapi-clockings.write",
    }  # fmt: skip
    address = f"{url}/connector/protimeapi/api/v1/clockings"
    async with httpx.AsyncClient(headers={"User-Agent": "Bench/1 (Acme)"}, trust_env=False) as client:
        token = (await client.post(f"{url}/tenants/acme/connect/token", data=form)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        left = clockings_of(people)

        async def worker() -> None:
            for clocking in left:
                body = {
                    "person": {"externalReferences": {"@badge-number": clocking.badge_number}},
                    "date": clocking.wall_time.date.isoformat(), "timeOfDayInMinutes": clocking.wall_time.minute,
                    "kind": "InOut",
                }  # fmt: skip
                (await client.post(address, json=body)).raise_for_status()

        began = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(_PARALLEL)))
        return time.perf_counter() - began
