"""A list that is gone on with: from each of its pages it gives the rest, and never passes a part off as the whole."""

import json

import pytest

from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.errors import PagingExpired
from terminal_app.protime.source import Found, Listing
from terminal_app.settings import DeliverySettings
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from tests.protime.conftest import protime_settings
from tests.protime.raw_server import RawServer, answer

COLLECTIONS = ["people", "absence_definitions", "activity_definitions"]
TOKEN = answer(200, b'{"access_token":"t","expires_in":1800}')


async def read(listing: Listing[object], following: str | None = None) -> list[Found[object]]:
    return [found async for found in listing.listed(following)]


def of(api: ProtimeApi, collection: str) -> Listing[object]:
    listing: Listing[object] = getattr(api, collection)()
    return listing


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_from_each_page_the_rest_can_be_read(collection: str) -> None:
    with SimulatorThread(people=10, settings=Settings(page_size=2)) as simulator:
        async with ProtimeApi(protime_settings(simulator.url), DeliverySettings(), "demo-secret") as api:
            whole = await read(of(api, collection))
            assert len(whole) > 4
            assert [one.following is None for one in whole] == [False] * (len(whole) - 1) + [True]
            for number, page in enumerate(whole[:-1], start=1):
                rest = await read(of(api, collection), page.following)
                assert [one.records for one in rest] == [one.records for one in whole[number:]]


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_a_rest_whose_token_expires_is_not_begun_again_in_the_middle(collection: str) -> None:
    base = "/connector/protimeapi/api/v1"
    paths = {
        "people": f"{base}/people?continuationToken=b",
        "absence_definitions": f"{base}/absence-definitions?continuationToken=b",
        "activity_definitions": (
            f"{base}/activity-structure-versions/{protime_settings('').activity_structure}/levels/1"
            "/activity-definitions?continuationToken=b"
        ),
    }
    page = answer(200, json.dumps({"value": [], "nextLink": paths[collection].replace("=b", "=c")}).encode())
    async with (
        RawServer(TOKEN, page, answer(409), page) as server,
        ProtimeApi(protime_settings(server.url), DeliverySettings(), "secret") as api,
    ):
        with pytest.raises(PagingExpired):
            await read(of(api, collection), paths[collection])
    assert len(server.requests) == 3


async def test_a_page_of_another_structure_is_no_place_to_go_on_from() -> None:
    with SimulatorThread(people=10) as simulator:
        async with ProtimeApi(protime_settings(simulator.url), DeliverySettings(), "demo-secret") as api:
            whole = await read(of(api, "activity_definitions"))
            again = await read(of(api, "activity_definitions"), "/elsewhere")
    assert [one.records for one in again] == [one.records for one in whole]
