"""Every operation of the API: what is sent for it, and that its answer is understood."""

import importlib
import json
import re

import pytest

from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.errors import NotAllowed
from terminal_app.protime.scopes import Scope
from tests.protime.collections.examples import GUID
from tests.protime.collections.openapi import operations
from tests.protime.collections.operations import OF_THE_AUTHENTICATION_HOST, OPERATIONS, Operation
from tests.protime.collections.page import PAGE, page_with
from tests.protime.collections.simulated import proof_of
from tests.protime.raw_server import RawServer, answer

TOKEN = answer(200, b'{"access_token":"t","expires_in":1800}')


def client(url: str) -> ProtimeClient:
    return ProtimeClient(
        tenant="acme",
        client_id="c",
        client_secret="s3cr3t",
        scopes=list(Scope),
        company="Acme",
        service="Examples/1.0",
        base_url=url,
        authentication_url=url,
    )


def test_none_is_missing_and_none_is_too_much() -> None:
    listed = [(one.verb, one.path) for one in OPERATIONS]
    assert len(set(listed)) == len(listed)
    assert set(listed) | set(OF_THE_AUTHENTICATION_HOST) == operations()


def test_the_page_lists_them_all() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page_with(text), "python -m tests.protime.collections.page"


@pytest.mark.parametrize("operation", sorted(operations()), ids=" ".join)
def test_the_simulators_proof_of_an_operation_is_a_test(operation: tuple[str, str]) -> None:
    file, _, function = proof_of(*operation).partition("::")
    module = importlib.import_module(f"tests.simulator.{file.removesuffix('.py')}")
    assert callable(getattr(module, function))
    assert function.startswith("test_")


@pytest.mark.parametrize("operation", OPERATIONS, ids=[one.name for one in OPERATIONS])
async def test_an_operation(operation: Operation) -> None:
    async with RawServer(TOKEN, operation.answer) as server, client(server.url) as protime:
        found = await operation.call(protime)
    assert found or operation.verb in {"PUT", "POST", "DELETE"}
    head, _, body = server.requests[1].partition(b"\r\n\r\n")
    verb, path, _ = head.split(b"\r\n")[0].decode().split(" ")
    pattern = re.sub(r"\\\{\w+\\\}", r"[^/?]+", re.escape(operation.path))
    assert verb == operation.verb
    assert re.fullmatch(pattern, path.partition("?")[0])
    assert b"User-Agent: Examples/1.0 (Acme)" in head
    assert (json.loads(body) if body else None) == operation.sent


@pytest.mark.parametrize("operation", OPERATIONS, ids=[one.name for one in OPERATIONS])
async def test_a_refused_operation_names_its_scope(operation: Operation) -> None:
    async with RawServer(TOKEN, answer(403)) as server, client(server.url) as protime:
        with pytest.raises(NotAllowed, match=r"the scope connector-protimeapi-[a-z-]+\.(read|write)") as caught:
            await operation.call(protime)
    wanted = "read" if operation.verb == "GET" else "write"
    assert str(caught.value).endswith(f".{wanted}")
    assert GUID not in str(caught.value)
