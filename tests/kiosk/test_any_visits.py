"""Random badges, keys, taps, ticks and reader losses against the real app and real files."""

import asyncio
import math
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.reader import ReaderState
from terminal_app.kiosk.admin.door import AdminRules
from terminal_app.kiosk.guest import Recorded
from terminal_app.kiosk.states import Answering, Choosing, Idle, LookingAtDay
from terminal_app.kiosk.tiles import TileSpec, usual_tiles
from terminal_app.kiosk.wishes import Look
from tests.kiosk.scenes import screen_text, view_of
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA, EVA, LUC, MORNING, UNKNOWN, recorded, write_roster

NAMES = {ANNA: "Anna Peeters", LUC: "Luc Dubois", EVA: "Eva Schmidt", UNKNOWN: "...BEEF"}
KEYS = (
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "f6",
    "f8",
    "f9",
    "f12",
    "1",
    "2",
    "3",
    "4",
    "5",
    "0",
    "escape",
    "right",
    "a",
    "enter",
)
STEPS = st.lists(
    st.one_of(
        st.sampled_from(tuple(NAMES)).map(lambda number: ("badge", number)),
        st.sampled_from(KEYS).map(lambda key: ("key", key)),
        st.tuples(st.integers(0, 49), st.integers(0, 14)).map(lambda spot: ("tap", spot)),
        st.sampled_from(("tick", "lost", "found")).map(lambda what: (what, None)),
    ),
    min_size=4,
    max_size=25,
)
TILES = (*usual_tiles(has_activities=True), TileSpec("f5", Look.MY_DAY))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_whatever_happens_nobody_sees_another_and_done_means_done(steps: list[tuple[str, object]]) -> None:
    asyncio.run(_play(steps))


async def _play(steps: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_roster(folder)
        options: dict[str, Any] = {
            "tiles": TILES,
            "admin": AdminRules(frozenset({"none"})),
            "same_booking_seconds": 60.0,
        }
        async with session(folder, size=(50, 15), **options) as at:
            for number, (what, detail) in enumerate(steps):
                await _do(at, what, detail, number)
                await _settled(at)
                _nobody_sees_another(at)
                _done_means_done(at, folder)
            at.reception.tick(math.inf)
            await _settled(at)
            at.reception.tick(math.inf)
            assert at.reception.visit.state == Idle()
            assert view_of(at.app) == "idle"
            assert at.app.is_running
            assert at.app.failure is None


async def _do(at: Session, what: str, detail: object, number: int) -> None:
    match what, detail:
        case "badge", str(badge):
            at.reader.hold(badge, MORNING + timedelta(seconds=20 * number))
        case "key", str(key):
            at.app.simulate_key(key)
        case "tap", (int(x), int(y)):
            await at.pilot.click(offset=(x, y))
        case "tick", _:
            at.reception.tick(math.inf)
        case _:
            at.reader.turn(ReaderState.MISSING if what == "lost" else ReaderState.READY)


async def _settled(at: Session) -> None:
    """Nothing is under way any more."""
    for _ in range(400):
        await asyncio.sleep(0.005)
        if at.reader._events.empty() and not at.reception._tasks:
            break
    await at.pilot.pause()


def _nobody_sees_another(at: Session) -> None:
    state = at.reception.visit.state
    match state:
        case Answering(answer):
            guest = answer.guest
        case Choosing(offer=offer):
            guest = offer.guest
        case LookingAtDay(day):
            guest = day.guest
        case _:
            guest = None
    own = NAMES[guest.badge.number] if guest else None
    shown = screen_text(at.app)
    for name in NAMES.values():
        assert name == own or name not in shown, f"{name} beside {own}:\n{shown}"


def _done_means_done(at: Session, folder: Path) -> None:
    state = at.reception.visit.state
    if isinstance(state, Answering) and isinstance(state.answer, Recorded):
        rows = recorded(folder)
        badge, kind, _ = rows[state.answer.sequence - 1]
        assert (badge, kind) == (state.answer.guest.badge.number, state.answer.kind.value)
