"""What tests of readers wait for."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from drivers.reader import CardEvent, CardRead, CardReader, KeysPressed, Noise, ReaderState, ReaderStateChanged


@asynccontextmanager
async def watched(reader: CardReader) -> AsyncIterator[AsyncGenerator[CardEvent, None]]:
    async with asyncio.timeout(60), aclosing(reader.events()) as events:
        yield events


async def state_of(events: AsyncGenerator[CardEvent, None]) -> ReaderStateChanged:
    async for event in events:
        if isinstance(event, ReaderStateChanged):
            return event
    raise AssertionError


async def ready_of(events: AsyncGenerator[CardEvent, None]) -> ReaderStateChanged:
    """Ready; on a busy machine a reader that has to answer in time may be called silent before."""
    while (state := await state_of(events)).state is ReaderState.SILENT:
        pass
    assert state.state is ReaderState.READY
    return state


async def card_of(events: AsyncGenerator[CardEvent, None]) -> CardRead:
    async for event in events:
        if isinstance(event, CardRead):
            return event
    raise AssertionError


async def keys_of(events: AsyncGenerator[CardEvent, None]) -> str:
    async for event in events:
        if isinstance(event, KeysPressed):
            return event.keys
    raise AssertionError


async def noise_of(events: AsyncGenerator[CardEvent, None]) -> Noise:
    async for event in events:
        if isinstance(event, Noise):
            return event
    raise AssertionError
