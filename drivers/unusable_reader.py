"""A reader that cannot be made here, such as one whose packages are missing: it says so, and the others go on."""

import asyncio
from collections.abc import AsyncGenerator

from drivers.feedback import Signal
from drivers.reader import ReaderEvent, ReaderState, ReaderStateChanged


class UnusableReader:
    """A `BadgeReader` that is unusable for ever, for the reason `detail`."""

    def __init__(self, name: str, detail: str) -> None:
        self._name = name
        self._detail = detail

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._name

    def signal(self, signal: Signal) -> bool:  # noqa: ARG002 # part of the contract
        """It cannot."""
        return False

    async def events(self) -> AsyncGenerator[ReaderEvent, None]:
        """Its state, and nothing more."""
        yield ReaderStateChanged(self._name, ReaderState.UNUSABLE, self._detail)
        await asyncio.Event().wait()
