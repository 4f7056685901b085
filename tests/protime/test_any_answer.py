"""Whatever JSON the server sends: a result or a ProtimeError, and never its content in the error of a record."""

import asyncio
import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal_app.protime.errors import ProtimeError, TokenError
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Transport
from tests.protime.collections.operations import OPERATIONS, Operation
from tests.protime.collections.test_operations import TOKEN, client
from tests.protime.raw_server import RawServer, answer

NAMES = [
    "id", "value", "nextLink", "deltaLink", "data", "changeType", "error", "code", "access_token", "expires_in",
    "scope", "webhookKey", "validUntil", "usages", "restrictions", "person", "default",
]  # fmt: skip
LEAK = "Anna-Peeters-0013961168"
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(LEAK) | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
)
BY_SHAPE = [one for one in OPERATIONS if one.function in {
    "people.records", "people.get", "clockings.create", "activities(structure, level).usages", "go_on_with_delta",
    "webhooks.create", "activities(structure, level).put",
}]  # fmt: skip


@pytest.mark.no_cover
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=anything, status=st.sampled_from([200, 201]))
@pytest.mark.parametrize("operation", BY_SHAPE, ids=[one.name for one in BY_SHAPE])
def test_any_json_is_a_result_or_a_protime_error(operation: Operation, body: object, status: int) -> None:
    async def call() -> None:
        content = json.dumps(body).encode()
        async with RawServer(TOKEN, answer(status, content)) as server, client(server.url) as protime:
            try:
                await operation.call(protime)
            except ProtimeError as error:
                told.append(repr(error))

    told: list[str] = []
    asyncio.run(call())
    if status == 200 and operation.verb == "GET":  # a record, not an error of the server's own wording
        assert LEAK not in "".join(told)


@settings(max_examples=60, deadline=None)
@given(body=anything)
def test_any_token_answer_is_a_token_or_a_token_error(body: object) -> None:
    async def ask() -> None:
        content = json.dumps(body).encode()
        async with RawServer(answer(200, content)) as server, Transport("Acme", 5) as line:
            tokens = TokenSource(line, token_url=f"{server.url}/t", client_id="c", client_secret="s", scopes=("a",))
            with contextlib.suppress(TokenError):
                assert (await tokens.token()).isascii()

    asyncio.run(ask())


def test_each_shape_of_operation_is_among_them() -> None:
    assert len(BY_SHAPE) == 7
