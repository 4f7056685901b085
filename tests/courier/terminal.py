"""A terminal without a screen: its ledger, its roster and its courier."""

import asyncio
import contextlib
import dataclasses
import itertools
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from terminal_app.clocking.clocking import Clocking, ClockingKind, Moment
from terminal_app.clocking.wall_time import WallTime
from terminal_app.courier.courier import run_courier
from terminal_app.doorbell import ring
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.recording import record
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.roster.link import LinkState
from terminal_app.roster.look_up import Roster
from terminal_app.settings import (
    DeliverySettings,
    ProtimeSettings,
    Settings,
    StorageSettings,
    SynchronisationSettings,
    TerminalSettings,
)
from terminal_app.timekeeping.clock import Clock
from tests.ledger.clockings import whole_entries

DAY = date(2026, 1, 15)
ANNA, LUC = 1, 2
BADGES = {ANNA: "0013961168", LUC: "0040856634"}
PATIENCE_SECONDS = 60


class Terminal:
    """Everything but the kiosk, in one folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self.settings = Settings(
            terminal=TerminalSettings(name="Main entrance", external_code="GATE-1"),
            protime=ProtimeSettings(tenant="acme", client_id="demo-terminal", base_url=url, authentication_url=url),
            storage=StorageSettings(folder=folder),
            delivery=DeliverySettings(settle_seconds=0.2, request_seconds=1, proxy_seconds=0, longest_pause_seconds=1),
            synchronisation=SynchronisationSettings(),
            reader=(),
        )
        self.secret = "demo-secret"
        self.ledger = LedgerDatabase(folder)
        self.roster = Roster(folder)
        self._courier: asyncio.Task[None] | None = None
        self.random = random.random
        self._clock: Clock | None = None
        self._numbers = itertools.count(1)

    def change(self, section: str, **values: object) -> None:
        """Other settings, for the next start."""
        changed = dataclasses.replace(getattr(self.settings, section), **values)
        self.settings = dataclasses.replace(self.settings, **{section: changed})

    def clock_reads(self, clock: Clock) -> None:
        """Another clock, for the next start."""
        self._clock = clock

    def clock(self, person_id: int | None = ANNA, minute: int = 510, **values: object) -> int:
        """Record an in/out of a former boot, so that nothing holds it back; gives its local number."""
        badge = BADGES.get(person_id, f"{100_000 + person_id:010d}") if person_id is not None else "4711"
        clocking = Clocking(
            id=UUID(int=next(self._numbers)),
            badge_number=badge,
            person_id=person_id,
            kind=ClockingKind.IN_OUT,
            moment=Moment(datetime(2026, 1, 15, 7, 30, tzinfo=UTC), 1, 1, "former-boot"),
            wall_time=WallTime(DAY, minute),
            reader="reader",
        )
        sequence = record(self.ledger, dataclasses.replace(clocking, **values))  # type: ignore[arg-type]
        ring(self.settings.storage.folder, "courier")
        return sequence

    def start(self) -> None:
        self._courier = asyncio.create_task(
            run_courier(self.settings, self.secret, clock=self._clock, random=self.random)
        )

    async def stop(self) -> None:
        """As a signal does it."""
        courier, self._courier = self._courier, None
        if courier is not None:
            courier.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await courier

    async def close(self) -> None:
        try:
            await self.stop()
        finally:
            self.roster.close()
            self.ledger.close()

    def entry(self, sequence: int) -> LedgerEntry:
        return next(one for one in whole_entries(self.ledger) if one.sequence == sequence)

    def states(self) -> list[str]:
        return [one.state.value for one in whole_entries(self.ledger)]

    def history(self, sequence: int) -> list[str]:
        rows = self.ledger.connection.execute(
            "SELECT state FROM event WHERE sequence = ? AND kind = 'moved' ORDER BY id", (sequence,)
        ).fetchall()
        return [state for (state,) in rows]

    def link(self) -> LinkState | None:
        link = self.roster.link()
        return link.state if link else None

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition; a courier that ended raises what ended it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                if self._courier is not None and self._courier.done():
                    courier, self._courier = self._courier, None
                    await courier
                    raise AssertionError("the courier ended by itself")
                await asyncio.sleep(0.01)

    async def until_settled(self) -> None:
        await self.until(lambda: set(self.states()) <= {"confirmed", "refused", "undone"})
