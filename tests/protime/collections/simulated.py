"""For every operation the test of the simulator that proves its side of it."""

from tests.protime.collections.operations import BASE, DEFINITION, LEVEL
from tests.simulator import test_seeded_tenant

_WRITTEN = "test_written_records.py"
_ASSIGNMENT = f"{_WRITTEN}::test_an_assignment_is_created_replaced_and_deleted"
_USAGES = f"{_WRITTEN}::test_usages_are_added_changed_and_removed"
_RESTRICTIONS = f"{_WRITTEN}::test_restrictions_are_replaced_as_a_whole"
_DEFINITION = f"{_WRITTEN}::test_a_definition_is_created_and_replaced_as_a_whole"
_HISTORIES = "test_seeded_tenant.py::test_histories_of_one_and_of_everybody_agree"
_WEBHOOKS = "test_webhooks.py::test_deleted_ones_are_quiet_and_can_still_be_read"

_PLAIN = "test_seeded_tenant.py::test_a_plain_collection_has_records_that_can_be_read_one_by_one"
_DATED = "test_seeded_tenant.py::test_a_dated_collection_has_records_of_the_days_asked_for"
_OF_THEIR_OWN = {
    ("POST", f"{BASE}/clockings"): "test_clocking_bodies.py::test_what_is_in_order_is_stored_as_it_was_sent",
    ("GET", f"{BASE}/people/{{personReference}}/{{category}}-history"): _HISTORIES,
    ("GET", f"{BASE}/{{category}}-histories"): _HISTORIES,
    ("POST", f"{BASE}/assignments"): _ASSIGNMENT,
    ("PUT", f"{BASE}/assignments/{{id}}"): _ASSIGNMENT,
    ("DELETE", f"{BASE}/assignments/{{id}}"): _ASSIGNMENT,
    ("GET", LEVEL): "test_definition_collections.py::test_activity_definitions_have_parents_codes_and_days",
    ("GET", DEFINITION): "test_definition_collections.py::test_one_activity_definition_by_guid_and_by_reference",
    ("POST", LEVEL): _DEFINITION,
    ("PUT", DEFINITION): _DEFINITION,
    ("GET", f"{DEFINITION}/usages"): _USAGES,
    ("POST", f"{DEFINITION}/usages"): _USAGES,
    ("PUT", f"{DEFINITION}/usages"): _USAGES,
    ("DELETE", f"{DEFINITION}/usages"): _USAGES,
    ("GET", f"{DEFINITION}/restrictions"): _RESTRICTIONS,
    ("PUT", f"{DEFINITION}/restrictions"): _RESTRICTIONS,
    ("GET", f"{BASE}/delta/{{collection}}"): "test_deltas.py::test_every_collection_with_webhooks_has_a_delta",
    ("GET", f"{BASE}/webhooks"): _WEBHOOKS,
    ("GET", f"{BASE}/webhooks/{{id}}"): _WEBHOOKS,
    ("POST", f"{BASE}/webhooks"): _WEBHOOKS,
    ("DELETE", f"{BASE}/webhooks/{{id}}"): _WEBHOOKS,
    ("POST", "/tenants/{tenantName}/connect/token"): (
        "test_token_endpoint.py::test_a_token_is_given_for_the_credentials"
    ),
    ("GET", "/tenants/{tenantName}/.well-known/openid-configuration"): (
        "test_token_endpoint.py::test_the_discovery_document_names_the_token_endpoint"
    ),
}


def proof_of(verb: str, path: str) -> str:
    """File below tests/simulator and function. Raises KeyError when there is none."""
    collection = path.removeprefix(f"{BASE}/").partition("/")[0]
    is_common = verb == "GET" and (verb, path) not in _OF_THEIR_OWN
    if is_common and collection in test_seeded_tenant.PLAIN:
        return _PLAIN
    if is_common and collection in test_seeded_tenant.DATED:
        return _DATED
    return _OF_THEIR_OWN[verb, path]
