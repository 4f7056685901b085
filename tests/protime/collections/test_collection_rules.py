"""Each collection of the client as a whole: scope, filter, delta, and what addresses one record."""

import pytest

from terminal_app.protime import external_references
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collection import Filtering, Readings
from terminal_app.protime.collections.webhooks import WebhookCollection
from terminal_app.protime.scopes import SCOPE_PREFIX, Scope, scope_text
from terminal_app.settings import Environment, ProtimeSettings
from tests.protime.collections.test_operations import client
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
