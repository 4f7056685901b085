"""Serves the guests: badges, keys and touches go to the visit, its deeds are done at the desk, its state is shown."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from textual.timer import Timer

from drivers.reader import BadgeRead, BadgeReader, Noise, ReaderState, ReaderStateChanged
from terminal_app.clocking.clocking import ClockingKind, Moment
from terminal_app.doorbell import Doorbell, ring
from terminal_app.kiosk.desk import Desk, DeskStatus
from terminal_app.kiosk.display import KEYS, UNDO_KEY, Display
from terminal_app.kiosk.guest import AlreadyClocked, Answer, Badge, NotRecorded, Offer, Recorded
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.views.answer import answer_blocks, answer_text
from terminal_app.kiosk.views.choice import ChoiceView
from terminal_app.kiosk.views.status import status_text
from terminal_app.kiosk.visit import (
    Answering,
    AwaitingBadge,
    Choosing,
    Clock,
    Deed,
    MakeOffer,
    NoteRepeat,
    RecordChoice,
    Undo,
    Visit,
)
from terminal_app.kiosk.wording import wording_in
from terminal_app.reader_states import write_reader_states
from terminal_app.timekeeping.clock import Clock as ClockSource

if TYPE_CHECKING:
    from terminal_app.kiosk.app import KioskApp

log = logging.getLogger(__name__)

T = TypeVar("T")

_TILE_KEYS = KEYS | dict(zip("1234", KEYS.values(), strict=True))
_UNDO_KEYS = (UNDO_KEY, "8", "backspace", "delete")
_CLOSE_SECONDS = 0.1
_AFTER_PAINTING_SECONDS = 0.1
_END_SECONDS = 3.0


class Reception:
    """From the first painting on, everything that happens at the kiosk; all of it in the app's event loop."""

    def __init__(
        self,
        app: "KioskApp",
        display: Display,
        visit: Visit,
        *,
        open_desk: Callable[[], Desk],
        open_readers: Callable[[], list[BadgeReader]],
        storage: Executor,
        clock: ClockSource,
        doorbells: Path,
        languages: tuple[str, ...],
        zone: ZoneInfo,
        kinds: Sequence[ClockingKind],
        has_undo: bool,
        look_seconds: float = 5.0,
    ) -> None:
        """The desk is opened and used on the one thread of `storage` only.

        The status is read anew when the doorbell rings, and after `look_seconds` in any case.
        """
        self._app = app
        self._display = display
        self.visit = visit
        self._open_desk = open_desk
        self._open_readers = open_readers
        self._storage = storage
        self._clock = clock
        self._doorbells = doorbells
        self._language = languages[0]
        self._zone = zone
        self._kinds = kinds
        self._has_undo = has_undo
        self._look_seconds = look_seconds
        self._desk: Desk | None = None
        self._choices: ChoiceView | None = None
        self.reader_states: dict[str, ReaderState] = {}
        """By the reader's name, as far as they have said."""
        self.status: DeskStatus | None = None
        """As last read; None until then."""
        self._courier_lives = True
        self._answer_timer: Timer | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Open files and readers and begin to serve. Raises LedgerError and ReaderError."""
        self._choices = ChoiceView()
        await self._display.add_choices(self._choices)
        await asyncio.get_running_loop().run_in_executor(self._storage, self._open)
        readers = self._open_readers()
        self.show()
        self._app.run_worker(self._watch_status(), name="status")
        for reader in readers:
            self._app.run_worker(self._listen(reader), name=f"reader {reader.name}")

    def _open(self) -> None:
        self._desk = self._open_desk()

    async def end(self) -> None:
        """Nobody is served any more; who stands before a list has clocked, and what is under way is finished."""
        self._carry_out(self.visit.tick(math.inf))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_END_SECONDS)

    def close(self) -> None:
        """Close the files; on the thread of `storage`, after the kiosk has ended."""
        if self._desk is not None:
            self._desk.close()

    def press(self, key: str, now: float) -> None:
        """A key, or a tile that does what the key does; one that means nothing now does nothing."""
        if isinstance(self.visit.state, Choosing):
            self._carry_out(self._press_while_choosing(key, now))
        elif _TILE_KEYS.get(key) in self._kinds:
            self._carry_out(self.visit.tile(_TILE_KEYS[key], now))
        elif key in _UNDO_KEYS and self._has_undo:
            self._carry_out(self.visit.undo())
        elif key == "escape":
            self._carry_out(self.visit.back(now))

    def _press_while_choosing(self, key: str, now: float) -> list[Deed]:
        view = self._choices
        if view is None:
            return []
        if key.isdecimal() and key != "0":
            return self.visit.pick(view.index_of(int(key)), now)
        if key in {"0", "right", "down", "pagedown"}:
            view.turn(1)
        elif key in {"left", "up", "pageup"}:
            view.turn(-1)
        elif key == "escape":
            return self.visit.back(now)
        return []

    def tick(self, now: float) -> None:
        """Time has passed."""
        self._carry_out(self.visit.tick(now))

    async def _listen(self, reader: BadgeReader) -> None:
        async for event in reader.events():
            match event:
                case BadgeRead():
                    self._carry_out(self.visit.badge(self._badge(event)))
                case ReaderStateChanged(name, state, detail):
                    self.reader_states[name] = state
                    level = logging.INFO if state is ReaderState.READY else logging.WARNING
                    log.log(level, "reader-%s reader=%s %s", state.value, name, detail)
                    self._show_status()
                    self._begin_task(self._tell_reader_states())
                case Noise(name, count, detail):
                    log.info("reader-noise reader=%s bytes=%d %s", name, count, detail)

    async def _tell_reader_states(self) -> None:
        # For `status`: on the thread of the files, as every disk may stall.
        states = {name: state.value for name, state in self.reader_states.items()}
        await asyncio.get_running_loop().run_in_executor(self._storage, write_reader_states, self._doorbells, states)

    def _badge(self, read: BadgeRead) -> Badge:
        now = self._clock.now()
        boottime_ns = now.boottime_ns - (now.monotonic_ns - read.monotonic_ns)
        return Badge(read.badge_number, read.reader, Moment(read.instant, read.monotonic_ns, boottime_ns, now.boot_id))

    def _carry_out(self, deeds: list[Deed]) -> None:
        for deed in deeds:
            self._begin_task(self._note(deed) if isinstance(deed, NoteRepeat) else self._do(deed))
        if all(isinstance(deed, NoteRepeat) for deed in deeds):
            self.show()

    async def _note(self, deed: NoteRepeat) -> None:
        await self._at_desk(lambda desk: desk.note_repeat(deed))

    def _begin_task(self, work: Coroutine[None, None, None]) -> None:
        # Not a worker of Textual's: its messages would be handled between the badge and the answer.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._app.fail(error)

    async def _do(self, deed: Clock | MakeOffer | RecordChoice | Undo) -> None:
        try:
            result = await self._at_desk(self._work_of(deed))
        except Exception as error:
            # The guest must hear that it did not happen, and the next one finds a terminal that works.
            log.critical("desk-failed error=%s", type(error).__name__, exc_info=error)
            result = NotRecorded(Refusal.STORAGE)
        now = time.monotonic()
        following = self.visit.offered(result, now) if isinstance(result, Offer) else self.visit.answered(result, now)
        self.show()
        if isinstance(result, Recorded):
            self._tell_of_recording()
        if following:
            self._carry_out(following)

    def _tell_of_recording(self) -> None:
        # Once the answer is painted and nobody else badges: the courier and the status line look by themselves too.
        if self._telling is not None:
            self._telling.cancel()
        self._telling = asyncio.get_running_loop().call_later(_AFTER_PAINTING_SECONDS, self._ring_both)

    def _ring_both(self) -> None:
        self._courier_lives = ring(self._doorbells, "courier")
        ring(self._doorbells, "kiosk")

    def _work_of(self, deed: Clock | MakeOffer | RecordChoice | Undo) -> Callable[[Desk], Answer | Offer]:
        match deed:
            case Clock():
                return lambda desk: desk.clock(deed)
            case MakeOffer():
                return lambda desk: desk.make_offer(deed)
            case RecordChoice():
                return lambda desk: desk.record_choice(deed)
            case Undo():
                return lambda desk: desk.undo(deed)

    async def _at_desk(self, work: Callable[[Desk], T]) -> T:
        assert self._desk is not None  # noqa: S101 # opened before any reader or status is looked at
        return await asyncio.get_running_loop().run_in_executor(self._storage, work, self._desk)

    async def _watch_status(self) -> None:
        with Doorbell(self._doorbells, "kiosk") as bell:
            if bell.problem:
                log.warning("doorbell-missing %s", bell.problem)
            while True:
                self.status = await self._at_desk(lambda desk: desk.status())
                # A ring that nobody hears means that the courier does not run; a ring too many does no harm.
                self._courier_lives = ring(self._doorbells, "courier")
                self._show_status()
                if not isinstance(self.visit.state, Answering | Choosing):
                    await self._at_desk(lambda desk: desk.rest())
                await bell.wait(self._look_seconds)

    def show(self) -> None:
        """Show the state of the visit."""
        match self.visit.state:
            case Answering() as answering:
                self._show_answer(answering)
            case Choosing() as choosing:
                self._show_choice(choosing)
            case AwaitingBadge(kind):
                self._display.idle(kind)
            case _:
                self._display.idle()

    def _show_answer(self, state: Answering) -> None:
        wording = wording_in(self.visit.language_of(state.answer.guest))
        text = answer_text(state.answer, wording, self._zone)
        has_undo = self._has_undo and isinstance(state.answer, Recorded)
        again = state.answer.kind if isinstance(state.answer, AlreadyClocked) else None
        blocks = answer_blocks(text, self._display.size)
        self._display.answer(text.tone, blocks, wording, has_undo=has_undo, again=again)
        # One at a time: each would show the next guest's answer anew and set another, more and more in a queue.
        if self._answer_timer is not None:
            self._answer_timer.stop()
        seconds = max(0.0, state.until - time.monotonic()) + _CLOSE_SECONDS
        self._answer_timer = self._app.set_timer(seconds, lambda: self.tick(time.monotonic()))

    def _show_choice(self, state: Choosing) -> None:
        wording = wording_in(state.language)
        trail = (state.offer.guest.name, wording.choose[state.offer.kind], *(one.name for one in state.picked))
        names = [choice.name.in_language(state.language) for choice in state.choices]
        self._display.choice(" > ".join(trail), names, back=wording.back, page=wording.page)

    def _show_status(self) -> None:
        if self.status is not None:
            self._display.status(
                status_text(
                    wording_in(self._language),
                    self.status,
                    self.reader_states,
                    courier_lives=self._courier_lives,
                    now=self._clock.now().instant,
                )
            )
