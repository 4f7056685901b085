"""The simulator against docs/openapi.yaml: every operation is there, and schemathesis finds no answer that breaks it."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from starlette.routing import Match

from terminal_app.simulator.application import all_routes
from terminal_app.simulator.collections_of_tenant import WEBHOOKS
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES, Settings
from terminal_app.simulator.state import State
from tests.simulator.calls import BASE, STRUCTURE, TOKEN_PATH, USER_AGENT

OPENAPI = Path(__file__).parents[2] / "docs" / "openapi.yaml"
schema = schemathesis.openapi.from_path(str(OPENAPI))
load_all_checks()
OPERATIONS: dict[tuple[str, str], Any] = {
    (found.ok().method, found.ok().path): found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)
}

EXCLUDED = {
    "positive_data_acceptance": "filters and external references are languages of their own, and references in bodies "
    "must exist: the schema calls many values valid that the rules of the reference refuse with 400",
}
EXCLUDED_CHECKS: list[Any] = [CHECKS.get_one(name) for name in EXCLUDED]


def example_of(path: str) -> str:
    """A path of the description with values for what stands in brackets."""
    values = {"category": "job", "collection": "people", "level": "1", "structureVersionId": STRUCTURE}
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], "1"), path)


def is_list(path: str) -> bool:
    """Whether the path is that of a whole collection of records."""
    return path.startswith(BASE) and not path.endswith("}") and not path.endswith(("usages", "restrictions"))


def needs_a_filter(operation: Any) -> bool:
    """Whether the list cannot be read without one."""
    return any(parameter.name == "filter" and parameter.is_required for parameter in operation.query)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    tenant = Settings(page_size=5, history_days=30, seed=7)
    with SimulatorThread(people=50, settings=tenant, today=lambda: date(2026, 6, 1)) as simulator:
        simulator.set_faults(recalculation_seconds=0)
        yield simulator.url


@pytest.fixture(scope="module")
def session(url: str) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        form = {"grant_type": "client_credentials", "client_id": "demo-terminal", "client_secret": "demo-secret"}
        token = session.post(url + TOKEN_PATH, data={**form, "scope": " ".join(sorted(ALL_SCOPES))}, timeout=10).json()
        session.headers.update({"Authorization": f"Bearer {token['access_token']}", "User-Agent": USER_AGENT})
        yield session


@schema.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: "schemathesis.Case[Any]", url: str, session: requests.Session) -> None:
    response = case.call(base_url=url, session=session)
    case.validate_response(response, excluded_checks=EXCLUDED_CHECKS)


def test_every_path_and_verb_is_routed() -> None:
    routes = all_routes(State(6, Settings()))
    missing = []
    for (method, path), operation in OPERATIONS.items():
        scope = {"type": "http", "method": method.upper(), "path": example_of(path)}
        if not any(route.matches(scope)[0] is Match.FULL for route in routes if "{collection}" not in route.path):
            missing.append(operation.label)
    assert missing == []


@pytest.mark.parametrize("collection", WEBHOOKS)
def test_every_collection_of_the_description_has_its_delta(collection: str) -> None:
    routes = all_routes(State(6, Settings()))
    assert f"{BASE}/delta/{collection}" in {route.path for route in routes}


@pytest.mark.parametrize("path", [path for method, path in OPERATIONS if method == "get" and is_list(path)])
def test_real_records_are_as_described(path: str, url: str, session: requests.Session) -> None:
    operation, one_operation = OPERATIONS["get", path], OPERATIONS.get(("get", f"{path}/{{id}}"))
    query = {"filter": "date ge '2026-05-01' and date le '2026-06-30'"} if needs_a_filter(operation) else {}
    answer = session.get(url + example_of(path), params=query, timeout=30)
    assert answer.status_code == 200, answer.text
    operation.validate_response(answer)
    if one_operation is None:
        return
    for record in answer.json()["value"]:
        one = session.get(f"{url}{example_of(path)}/{record['id']}", timeout=30)
        assert one.json() == record
        one_operation.validate_response(one)
