"""The Textual app: passes badges, keys and touches to the visit, carries out what it says, shows its state."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Key
from textual.screen import Screen
from textual.timer import Timer

from drivers.reader import BadgeRead, BadgeReader, Noise, ReaderState, ReaderStateChanged
from terminal_app.clocking.clocking import ClockingKind, Moment
from terminal_app.doorbell import Doorbell, ring
from terminal_app.kiosk.guest import Answer, Badge, NotRecorded, Offer, Recorded, Refusal
from terminal_app.kiosk.views.answer import answer_blocks, answer_text
from terminal_app.kiosk.views.choice import ChoiceView
from terminal_app.kiosk.views.idle import idle_blocks
from terminal_app.kiosk.visit import (
    Answering,
    AwaitingBadge,
    Choosing,
    Clock,
    Deed,
    Idle,
    MakeOffer,
    RecordChoice,
    State,
    Undo,
    Visit,
)
from terminal_app.kiosk.widgets.board import Board, Tone
from terminal_app.kiosk.widgets.status_line import StatusLine, status_text
from terminal_app.kiosk.widgets.tile import Tile
from terminal_app.kiosk.wording import wording_in
from terminal_app.timekeeping.clock import Clock as ClockSource

if TYPE_CHECKING:  # loaded after the first painting
    from terminal_app.kiosk.desk import Desk, DeskStatus

log = logging.getLogger(__name__)

T = TypeVar("T")

TILES = {
    "f1": ClockingKind.IN_OUT,
    "f2": ClockingKind.ACTIVITY,
    "f3": ClockingKind.ACTIVITY_END,
    "f4": ClockingKind.REASON,
}
_ACTIVITY_KINDS = (ClockingKind.ACTIVITY, ClockingKind.ACTIVITY_END)
_UNDO_KEYS = ("f8", "8", "backspace", "delete")
_CLOSE_SECONDS = 0.1


class KioskScreen(Screen[None], inherit_bindings=False):
    """The one screen, without Textual's keys for copying and focus."""

    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = None


class KioskApp(App[None], inherit_bindings=False):
    """The kiosk. Left by the service manager only: no key ends it."""

    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    CSS_PATH = Path(__file__).with_name("kiosk.tcss")

    def __init__(
        self,
        *,
        site: str,
        languages: tuple[str, ...],
        zone: ZoneInfo,
        visit: Visit,
        open_desk: Callable[[], "Desk"],
        open_readers: Callable[[], list[BadgeReader]],
        storage: Executor,
        clock: ClockSource,
        doorbells: Path,
        has_activities: bool,
        has_undo: bool,
        few_colours: bool,
    ) -> None:
        """The desk is opened and used on the one thread of `storage` only; `few_colours`: a console of 16 colours."""
        super().__init__()
        self._site = site
        self._languages = languages
        self._zone = zone
        self._visit = visit
        self._open_desk = open_desk
        self._open_readers = open_readers
        self._desk: Desk | None = None
        self._storage = storage
        self._clock = clock
        self._doorbells = doorbells
        self._kinds = [kind for kind in TILES.values() if has_activities or kind not in _ACTIVITY_KINDS]
        self._has_undo = has_undo
        self._few_colours = few_colours
        self._reader_states: dict[str, ReaderState] = {}
        self._status: DeskStatus | None = None
        self._courier_lives = True
        self._answer_timer: Timer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_leaving = False
        self.failure: Exception | None = None
        """Why it ended, where that was not asked for."""

    def get_default_screen(self) -> Screen[None]:
        """The one screen."""
        return KioskScreen(id="kiosk", classes="-few-colours" if self._few_colours else None)

    def compose(self) -> ComposeResult:
        """What the first painting needs; the choices come after it."""
        yield Board(id="board")
        with Horizontal(id="tiles"):
            for key, kind in TILES.items():
                if kind in self._kinds:
                    yield Tile(key, id=f"tile-{key}")
        yield StatusLine(id="status")

    def on_mount(self) -> None:
        """Show the screen first: it is there while the rest is loaded and opened."""
        self._show(self._visit.state)
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        try:
            await self._screen_with_choices()
            await asyncio.get_running_loop().run_in_executor(self._storage, self._open)
            readers = self._open_readers()
        except Exception as error:  # noqa: BLE001
            if self._is_leaving:
                return
            self.failure = error  # whoever started the kiosk tells it
            self.exit(return_code=1)
            return
        self.run_worker(self._watch_status(), name="status")
        for reader in readers:
            self.run_worker(self._listen(reader), name=f"reader {reader.name}")

    async def _screen_with_choices(self) -> None:
        view = ChoiceView()
        view.display = False
        await self.mount(view, before="#tiles")

    def _open(self) -> None:
        self._desk = self._open_desk()

    def leave(self) -> None:
        """End, as somebody asks who may."""
        self._is_leaving = True
        self.exit()

    def close(self) -> None:
        """Close the files; on the thread of `storage`, after the kiosk has ended."""
        if self._desk is not None:
            self._desk.close()

    def on_resize(self) -> None:
        """Another size: the pages are counted anew."""
        self._show(self._visit.state)

    def on_key(self, event: Key) -> None:
        """Every key that means something; all others do nothing."""
        event.stop()
        key, now = event.key, time.monotonic()
        if isinstance(self._visit.state, Choosing):
            self._key_while_choosing(key, now)
        elif key in TILES and TILES[key] in self._kinds:
            self._carry_out(self._visit.tile(TILES[key], now))
        elif key in {"1", "2", "3", "4"} and TILES[f"f{key}"] in self._kinds:
            self._carry_out(self._visit.tile(TILES[f"f{key}"], now))
        elif key in _UNDO_KEYS and self._has_undo:
            self._carry_out(self._visit.undo())
        elif key == "escape":
            self._carry_out(self._visit.back(now))

    def on_tile_pressed(self, event: Tile.Pressed) -> None:
        """A touch does what the key does."""
        now = time.monotonic()
        if isinstance(self._visit.state, Choosing):
            self._key_while_choosing(event.action, now)
        elif event.action in _UNDO_KEYS:
            self._carry_out(self._visit.undo())
        elif event.action in TILES:
            self._carry_out(self._visit.tile(TILES[event.action], now))

    def _key_while_choosing(self, key: str, now: float) -> None:
        view = self.query_one(ChoiceView)
        deeds: list[Deed] = []
        if key.isdecimal() and key != "0":
            deeds = self._visit.pick(view.index_of(int(key)), now)
        elif key in {"0", "right", "down", "pagedown"}:
            view.turn(1)
        elif key in {"left", "up", "pageup"}:
            view.turn(-1)
        elif key == "escape":
            deeds = self._visit.back(now)
        self._carry_out(deeds)

    async def _listen(self, reader: BadgeReader) -> None:
        async for event in reader.events():
            match event:
                case BadgeRead():
                    self._carry_out(self._visit.badge(self._badge(event)))
                case ReaderStateChanged(name, state, detail):
                    self._reader_states[name] = state
                    level = logging.INFO if state is ReaderState.READY else logging.WARNING
                    log.log(level, "reader-%s reader=%s %s", state.value, name, detail)
                    self._show_status()
                case Noise(name, count, detail):
                    log.info("reader-noise reader=%s bytes=%d %s", name, count, detail)

    def _badge(self, read: BadgeRead) -> Badge:
        now = self._clock.now()
        boottime_ns = now.boottime_ns - (now.monotonic_ns - read.monotonic_ns)
        return Badge(read.badge_number, read.reader, Moment(read.instant, read.monotonic_ns, boottime_ns, now.boot_id))

    def _carry_out(self, deeds: list[Deed]) -> None:
        for deed in deeds:
            self._begin_task(self._do(deed))
        if not deeds:
            self._show(self._visit.state)

    def _begin_task(self, work: Coroutine[None, None, None]) -> None:
        # Not a worker of Textual's: its messages would be handled between the badge and the answer.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fail(error)

    async def _do(self, deed: Deed) -> None:
        try:
            result = await self._at_desk(self._work_of(deed))
        except Exception as error:
            # The guest must hear that it did not happen, and the next one finds a terminal that works.
            log.critical("desk-failed error=%s", type(error).__name__, exc_info=error)
            result = NotRecorded(Refusal.STORAGE)
        now = time.monotonic()
        following = self._visit.offered(result, now) if isinstance(result, Offer) else self._visit.answered(result, now)
        self._show(self._visit.state)
        if isinstance(result, Recorded):
            self._courier_lives = ring(self._doorbells, "courier")
        if following:
            self._carry_out(following)

    def _work_of(self, deed: Deed) -> Callable[["Desk"], Answer | Offer]:
        match deed:
            case Clock():
                return lambda desk: desk.clock(deed)
            case MakeOffer():
                return lambda desk: desk.make_offer(deed)
            case RecordChoice():
                return lambda desk: desk.record_choice(deed)
            case Undo():
                return lambda desk: desk.undo(deed)

    async def _at_desk(self, work: Callable[["Desk"], T]) -> T:
        assert self._desk is not None  # noqa: S101 # opened before any reader or status is looked at
        return await asyncio.get_running_loop().run_in_executor(self._storage, work, self._desk)

    def _tick(self) -> None:
        self._carry_out(self._visit.tick(time.monotonic()))

    async def _watch_status(self) -> None:
        with Doorbell(self._doorbells, "kiosk") as bell:
            if bell.problem:
                log.warning("doorbell-missing %s", bell.problem)
            while True:
                self._status = await self._at_desk(lambda desk: desk.status())
                # A ring that nobody hears means that the courier does not run; a ring too many does no harm.
                self._courier_lives = ring(self._doorbells, "courier")
                self._show_status()
                if not isinstance(self._visit.state, Answering | Choosing):
                    await self._at_desk(lambda desk: desk.rest())
                await bell.wait(5.0)

    def _show(self, state: State) -> None:
        match state:
            case Answering():
                self._show_answer(state)
            case Choosing():
                self._show_choice(state)
            case _:
                self._show_idle(state)
        board = self.query_one(Board)
        board.display = not isinstance(state, Choosing)
        for choices in self.query(ChoiceView):
            choices.display = not board.display
        self._show_tiles(state)

    def _show_idle(self, state: Idle | AwaitingBadge) -> None:
        awaited = state.kind if isinstance(state, AwaitingBadge) else None
        local = self._clock.now().instant.astimezone(self._zone)
        blocks = idle_blocks(self._site, self._languages, local, awaited, self.size)
        self.query_one(Board).show(Tone.IDLE if awaited is None else Tone.AWAITING, blocks)

    def _show_answer(self, state: Answering) -> None:
        wording = wording_in(self._visit.language_of(state.answer.guest))
        text = answer_text(state.answer, wording, self._zone)
        self.query_one(Board).show(text.tone, answer_blocks(text, self.size))
        # One at a time: each would show the next guest's answer anew and set another, more and more in a queue.
        if self._answer_timer is not None:
            self._answer_timer.stop()
        self._answer_timer = self.set_timer(max(0.0, state.until - time.monotonic()) + _CLOSE_SECONDS, self._tick)

    def _show_choice(self, state: Choosing) -> None:
        person = state.offer.guest.person
        wording = wording_in(state.language)
        trail = (person.name if person else "", wording.choose[state.offer.kind], *(one.name for one in state.picked))
        names = [choice.name.in_language(state.language) for choice in state.choices]
        self.query_one(ChoiceView).show(" > ".join(trail), names, back=wording.back, page=wording.page)

    def _show_tiles(self, state: State) -> None:
        self.query_one("#tiles").display = not isinstance(state, Choosing)
        wording = wording_in(self._languages[0])
        # In the place of the tile that has just been done.
        undo = self._undo_text(state)
        for key, kind in TILES.items():
            if kind in self._kinds:
                tile = self.query_one(f"#tile-{key}", Tile)
                is_undo = undo is not None and kind is ClockingKind.IN_OUT
                tile.action = "f8" if is_undo else key
                tile.label(tile.action.upper(), undo if undo is not None and is_undo else wording.tiles[kind])
                tile.set_class(isinstance(state, AwaitingBadge) and state.kind is kind, "-chosen")

    def _undo_text(self, state: State) -> str | None:
        match state:
            case Answering(Recorded(guest)) if self._has_undo:
                return wording_in(self._visit.language_of(guest)).undo
            case _:
                return None

    def _show_status(self) -> None:
        if self._status is None:
            return
        text = status_text(
            wording_in(self._languages[0]),
            self._status,
            self._reader_states,
            courier_lives=self._courier_lives,
            now=self._clock.now().instant,
        )
        self.query_one(StatusLine).show(text)

    def _handle_exception(self, error: Exception) -> None:
        # Textual would print a traceback with local variables, names and badges among them, on the screen.
        self._fail(error)

    def _fail(self, error: BaseException) -> None:
        log.critical("kiosk-failed error=%s", type(error).__name__, exc_info=error)
        self.exit(return_code=1)
