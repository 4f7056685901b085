"""Plays the tasks of a person at the terminal and counts touches and seconds: `python -m tests.kiosk.usability`.

The seconds of the machine are measured; those of a person are the touches by the keystroke-level model (Card, Moran and
Newell 1983: deciding 1.35 s, pointing 1.1 s, pressing 0.2 s) on top of them.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.kiosk.tiles import TileSpec
from terminal_app.kiosk.widgets.grid import Grid
from terminal_app.kiosk.wishes import Direct
from tests.kiosk.scenes import until, view_of
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA, MORNING, Roll, activity, usual_roll, write_roster

PERSON_SECONDS_A_TOUCH = 1.35 + 1.1 + 0.2
SIZES = ((50, 15), (80, 24), (100, 30))
GROUPS, IN_A_GROUP = 10, 20
BREAK = (TileSpec("f1", ClockingKind.IN_OUT), TileSpec("f2", Direct(ClockingKind.REASON, ("R6",)), {"": "Pauze!"}))


@dataclass
class Hand:
    """Does what a person does, and counts it."""

    at: Session
    touches: int = 0

    async def touch(self, action: str) -> None:
        """Touch what stands for this key, or the widget of this name."""
        self.touches += 1
        await self.at.touch(action)

    async def pick(self, name: str) -> None:
        """Touch the choice of this name, on whichever page it is."""
        grid = self.at.app.query_one(Grid)
        while (action := next((one.action for one in grid.buttons if one.label == name), None)) is None:
            before = grid.buttons
            await self.touch("pagedown")
            await until(self.at.pilot, lambda _, before=before: grid.buttons != before)  # type: ignore[misc]
        await self.touch(action)

    def badge(self, instant_before: timedelta = timedelta(0)) -> None:
        """Hold the badge."""
        self.at.reader.hold(ANNA, MORNING - instant_before)

    async def booked(self, rows: int) -> None:
        """Wait for the answer to so many clockings."""
        await until(self.at.pilot, lambda app: len(self.at.rows()) == rows and view_of(app) == "answer")


async def _plain(hand: Hand) -> None:
    hand.badge()
    await hand.booked(1)


async def _before(hand: Hand, tile: str, *names: str) -> None:
    """The person did it on another day: that costs nothing now."""
    await hand.at.pilot.press(tile)
    hand.badge(timedelta(hours=3))
    for name in names:
        await hand.at.sees(name)
        await hand.pick(name)
    await hand.booked(1)
    await hand.at.pilot.press("escape")
    await until(hand.at.pilot, lambda app: view_of(app) == "idle")
    hand.touches = 0


async def _recent_reason(hand: Hand) -> None:
    hand.badge()
    await hand.at.sees("F5")
    await hand.touch("5")
    await hand.at.sees("Dokter", "geregistreerd om 08:02")


async def _recent_activity(hand: Hand) -> None:
    hand.badge()
    await hand.at.sees("F5")
    await hand.touch("5")
    await hand.at.sees("Group 01 / Line 01-01")


async def _last_of_200(hand: Hand) -> None:
    await hand.touch("#tile-f2")
    hand.badge()
    await until(hand.at.pilot, lambda app: view_of(app) == "choice")
    await hand.pick(f"Group {GROUPS:02d}")
    await until(hand.at.pilot, lambda _: any("Line" in one.label for one in hand.at.app.query_one(Grid).buttons))
    await hand.pick(f"Line {GROUPS:02d}-{IN_A_GROUP:02d}")
    await hand.booked(1)


async def _my_day(hand: Hand) -> None:
    hand.badge()
    await hand.booked(1)
    await hand.touch("#tile-f3")
    await hand.at.sees("Mijn dag")


async def _undo(hand: Hand) -> None:
    hand.badge()
    await hand.booked(1)
    await hand.touch("#tile-f1")
    await hand.at.sees("Niets geregistreerd")


async def _anyway(hand: Hand) -> None:
    hand.badge(timedelta(seconds=20))
    await hand.booked(1)
    hand.badge()
    await hand.at.sees("niets toegevoegd")
    await hand.touch("#tile-f1")
    await hand.booked(2)


async def _break(hand: Hand) -> None:
    await hand.touch("#tile-f2")
    hand.badge()
    await hand.booked(1)


@dataclass(frozen=True)
class Task:
    """What a person wants."""

    name: str
    most_touches: int
    play: Callable[[Hand], Awaitable[None]]
    before: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    most_on_the_smallest: int | None = None
    """Where 50x15 needs more."""


TASKS = (
    Task("in or out", 0, _plain),
    Task("the reason of last time", 1, _recent_reason, ("f4", "Dokter")),
    Task("the activity of last time", 1, _recent_activity, ("f2", "Group 01", "Line 01-01")),
    Task("the last of 200 activities on two levels", 3, _last_of_200, most_on_the_smallest=4),
    Task("a break, with a tile of its own", 1, _break, options=(("tiles", BREAK),)),
    Task("my day", 1, _my_day),
    Task("take it back", 1, _undo),
    Task("the same again, and meant", 1, _anyway, options=(("same_booking_seconds", 60.0),)),
)


@dataclass(frozen=True)
class Played:
    """How a task went."""

    task: Task
    size: tuple[int, int]
    touches: int
    seconds: float
    """The machine's."""


def roll_of_200() -> Roll:
    """The usual people and reasons, and 200 activities on two levels."""
    one = usual_roll()
    groups = [activity(f"g{group}", 1, f"Group {group:02d}") for group in range(1, GROUPS + 1)]
    lines = [
        activity(f"g{group}-{line}", 2, f"Line {group:02d}-{line:02d}", f"g{group}")
        for group in range(1, GROUPS + 1)
        for line in range(1, IN_A_GROUP + 1)
    ]
    return Roll(one.people, one.reasons, [*groups, *lines])


async def play(task: Task, size: tuple[int, int]) -> Played:
    """Play a task on a fresh terminal."""
    with tempfile.TemporaryDirectory() as folder:
        write_roster(Path(folder), roll_of_200())
        async with session(Path(folder), size=size, **dict(task.options)) as at:
            hand = Hand(at)
            if task.before:
                tile, *names = task.before
                await _before(hand, tile, *names)
                rows = len(at.rows())
                assert rows == 1
            begun = time.monotonic()
            await task.play(hand)
            return Played(task, size, hand.touches, time.monotonic() - begun)


def table(played: list[Played]) -> str:
    """As in docs/usability.md."""
    lines = ["| task | screen | touches | goal | machine | a person |", "|---|---|---|---|---|---|"]
    for one in played:
        person = one.seconds + one.touches * PERSON_SECONDS_A_TOUCH
        columns, rows = one.size
        lines.append(
            f"| {one.task.name} | {columns}x{rows} | {one.touches} | {one.task.most_touches} |"
            f" {one.seconds:.2f} s | {person:.1f} s |"
        )
    return "\n".join(lines)


async def _main() -> None:
    sys.stdout.write(table([await play(task, size) for task in TASKS for size in SIZES]) + "\n")


if __name__ == "__main__":
    asyncio.run(_main())
