"""Each collection of the client as a whole: scope, filter, delta, and what addresses one record."""

from urllib.parse import unquote

import pytest

from terminal_app.protime import external_references, filters
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collection import Filtering, Readings
from terminal_app.protime.collections.people import HistoryCategory
from terminal_app.protime.collections.webhooks import WebhookCollection
from terminal_app.protime.errors import NotAllowed
from terminal_app.protime.scopes import SCOPE_PREFIX, Scope, scope_text
from terminal_app.settings import ProtimeSettings
from terminal_app.settings_choices import Environment
from tests.protime.collections.examples import GUID
from tests.protime.collections.operations import ASSIGNMENT, ok
from tests.protime.collections.test_operations import TOKEN, client
from tests.protime.raw_server import RawServer, answer
from tests.reference_collections import BY_ID_ONLY, COLLECTIONS, PREDEFINED


def readings(protime: ProtimeClient, name: str) -> Readings:  # type: ignore[type-arg] # of whatever record
    found = getattr(protime, name.replace("-", "_"))
    assert isinstance(found, Readings)
    return found


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_what_the_reference_says(name: str) -> None:
    rule = COLLECTIONS[name]
    collection = readings(client("http://127.0.0.1:9"), name).collection
    assert collection.name == name
    assert collection.address == f"/connector/protimeapi/api/v1/{name}"
    assert collection.scope == rule.scope
    assert collection.filtering is Filtering(rule.filter)
    assert collection.has_delta is rule.has_delta
    assert collection.by_reference == (None if name in BY_ID_ONLY else name)


def test_what_has_webhooks_has_deltas() -> None:
    assert {one.value for one in WebhookCollection} == {name for name, rule in COLLECTIONS.items() if rule.has_delta}


def test_the_predefined_references_are_those_of_the_reference() -> None:
    assert {name: set(names) for name, names in external_references.PREDEFINED.items()} == PREDEFINED


def test_a_scope_is_named_with_its_prefix() -> None:
    assert SCOPE_PREFIX == "connector-protimeapi-"
    text = scope_text([Scope.CLOCKINGS_WRITE, Scope.PEOPLE_READ])
    assert text == "connector-protimeapi-clockings.write connector-protimeapi-people.read"
    written = {one.removesuffix(".write") for one in Scope if one.endswith(".write")}
    assert written == {"clockings", "activity-definitions", "assignments", "webhooks", "external-references"}
    assert {rule.scope for rule in COLLECTIONS.values()} <= set(Scope)


@pytest.mark.parametrize(
    ("environment", "host"),
    [(Environment.PRODUCTION, "myprotime.eu"), (Environment.SANDBOX, "myprotimesandbox.eu")],
)
def test_where_tenant_and_tokens_are(environment: Environment, host: str) -> None:
    settings = ProtimeSettings(tenant="acme", client_id="c", environment=environment)
    assert settings.api_url == f"https://acme.{host}"
    assert settings.token_url == f"https://authentication.{host}/tenants/acme/connect/token"


def lines(server: RawServer) -> list[str]:
    return [unquote(one.split(b" ")[1].decode()) for one in server.requests[1:]]


async def test_each_call_has_its_token_and_says_that_it_is_json() -> None:
    async with RawServer(TOKEN, answer(201, Location="/assignments/7")) as server, client(server.url) as protime:
        await protime.assignments.create(ASSIGNMENT)
    head = server.requests[1].partition(b"\r\n\r\n")[0]
    for wanted in (b"Authorization: Bearer t", b"Content-Type: application/json", b"Accept: application/json"):
        assert wanted in head.split(b"\r\n")


async def test_webhooks_are_filtered_by_collection_and_status() -> None:
    where = filters.collection_name.eq("people") & filters.status.eq("Disabled")
    async with RawServer(TOKEN, ok({"value": []})) as server, client(server.url) as protime:
        assert [one async for one in protime.webhooks.records(where)] == []
    (line,) = lines(server)
    assert line.endswith("/webhooks?filter=collection-name eq 'people' and status eq 'Disabled'")


async def test_restrictions_are_asked_for_with_a_name_of_their_own() -> None:
    asked = [("activity-restrictions", "@data-entry-code")]
    found = ok({"restrictions": [{"level": 2, "activityDefinitions": [{"id": GUID}]}]})
    async with RawServer(TOKEN, found) as server, client(server.url) as protime:
        assert (await protime.activities(GUID, 1).restrictions(GUID, references=asked)).restrictions
    (line,) = lines(server)
    assert line.endswith("/restrictions?externalReferences=(activity-restrictions,@data-entry-code)")


async def test_histories_may_have_a_scope_of_their_own() -> None:
    scope = Scope.PEOPLE_HISTORY_READ
    async with RawServer(TOKEN, answer(403)) as server:
        protime = ProtimeClient(
            tenant="acme",
            client_id="c",
            client_secret="s",
            scopes=[scope],
            history_scope=scope,
            base_url=server.url,
            authentication_url=server.url,
        )
        async with protime:
            for records in (
                protime.histories(HistoryCategory.JOB).records(),
                protime.people.history(7, HistoryCategory.JOB),
            ):
                with pytest.raises(NotAllowed, match=r"people-historical-data\.read"):
                    await anext(records)
    assert server.requests[0].endswith(b"scope=connector-protimeapi-people-historical-data.read")


def test_fields_of_filters_have_the_names_of_the_reference() -> None:
    where = [
        filters.counter_definition.eq(7),
        filters.counter_definition_of_old.eq(7),
        filters.counter_group.eq(2),
        filters.enabled.eq(value=True),
        filters.status.eq("Auto"),
        filters.collection_name.eq("people"),
    ]
    assert [str(one) for one in where] == [
        "counter-definition eq 7",
        "counter-definitions eq 7",
        "counter-group eq 2",
        "enabled eq true",
        "status eq 'Auto'",
        "collection-name eq 'people'",
    ]
