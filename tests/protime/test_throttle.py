import asyncio
from datetime import timedelta

import pytest

from terminal_app.protime.calls import Calls
from terminal_app.protime.errors import HeldBack, Reach, TokenUnavailable
from terminal_app.protime.throttle import Throttle, Urgency
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Transport
from tests.protime.raw_server import RawServer, answer
from tests.protime.test_token import Hands, given


async def test_a_wish_to_wait_holds_back_every_caller_of_the_tenant() -> None:
    shared = Throttle()
    async with (
        RawServer(given("t"), answer(429, Retry_After="60"), given("t"), answer(200)) as server,
        Transport("Acme", 5) as line,
    ):

        def caller() -> Calls:
            tokens = TokenSource(line, token_url=f"{server.url}/t", client_id="c", client_secret="s", scopes=())
            return Calls(line, tokens, server.url, shared)

        assert (await caller().call("GET", "/list")).status == 429
        with pytest.raises(HeldBack) as caught:
            await caller().call("POST", "/clockings", b"{}", urgency=Urgency.FIRST)
        reading = asyncio.create_task(caller().call("GET", "/list"))
        await asyncio.sleep(0.05)
        reading.cancel()
        assert len(server.requests) == 2  # the token and the 429; nothing since
    assert caught.value.reach is Reach.LIMITED
    assert caught.value.retry_after is not None
    assert timedelta(seconds=50) < caught.value.retry_after <= timedelta(seconds=60)
    assert not caught.value.may_have_been_done


@pytest.mark.parametrize("status", [429, 503])
async def test_the_wish_of_the_tokens_host_is_obeyed_by_those_who_wait_for_it_too(status: int) -> None:
    async with RawServer(answer(status, Retry_After="60")) as server, Transport("Acme", 5) as line:
        tokens = TokenSource(line, token_url=f"{server.url}/t", client_id="c", client_secret="s", scopes=())
        calls = Calls(line, tokens, server.url)
        found = await asyncio.gather(*(calls.call("GET", "/list") for _ in range(5)), return_exceptions=True)
        with pytest.raises(HeldBack):
            await calls.call("POST", "/clockings", b"{}", urgency=Urgency.FIRST)
    assert all(isinstance(one, TokenUnavailable) and one.retry_after for one in found)
    assert len(server.requests) == 1


async def test_a_server_that_is_not_available_is_left_alone_as_long_as_it_asks() -> None:
    async with RawServer(given("t"), answer(503, Retry_After="60")) as server, Transport("Acme", 5) as line:
        tokens = TokenSource(line, token_url=f"{server.url}/t", client_id="c", client_secret="s", scopes=())
        calls = Calls(line, tokens, server.url)
        assert (await calls.call("GET", "/list")).status == 503
        with pytest.raises(HeldBack):
            await calls.call("POST", "/clockings", b"{}", urgency=Urgency.FIRST)
    assert len(server.requests) == 2


async def test_the_longest_wish_counts_and_passes() -> None:
    hands, wishes = Hands(), list[timedelta]()
    throttle = Throttle(wishes.append, hands)
    throttle.hold(timedelta(seconds=60))
    throttle.hold(timedelta(seconds=5))
    assert throttle.left() == timedelta(seconds=60)
    assert wishes == [timedelta(seconds=60), timedelta(seconds=5)]
    hands.seconds += 60
    assert throttle.left() == timedelta(0)
    async with throttle.turn(Urgency.FIRST), throttle.turn(Urgency.FIRST):
        pass


async def test_a_reading_lets_clockings_go_first_but_is_not_starved() -> None:
    throttle, order = Throttle(), []

    async def reading() -> None:
        async with throttle.turn(Urgency.AFTER):
            order.append("reading")

    async with throttle.turn(Urgency.FIRST):
        task = asyncio.create_task(reading())
        await asyncio.sleep(0.01)
        order.append("clocking")
    await task
    assert order == ["clocking", "reading"]
    async with throttle.turn(Urgency.FIRST):  # one that never ends
        await asyncio.wait_for(reading(), 30)
    assert order[-1] == "reading"
