"""Serves the guests: badges, keys and touches go to the visit, its deeds are done at the desk, its state is shown."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from textual.timer import Timer

from drivers.feedback import Signal
from drivers.reader import BadgeRead, Noise, ReaderEvent, ReaderState, ReaderStateChanged
from terminal_app.clocking.clocking import ClockingKind, Moment
from terminal_app.clocking.combination import Combination
from terminal_app.doorbell import Doorbell, ask_to_end, ring
from terminal_app.kiosk.admin.door import AdminRules, Attempts
from terminal_app.kiosk.choosing import Choice, name_of
from terminal_app.kiosk.darkness import Darkness
from terminal_app.kiosk.deeds import BookDirect, Clock, Deed, MakeOffer, NoteRepeat, RecordChoice, ShowDay, Undo
from terminal_app.kiosk.desk import Desk, DeskStatus
from terminal_app.kiosk.display import AnswerKeys, Display, room_beside_buttons
from terminal_app.kiosk.guest import AlreadyClocked, Answer, Badge, Day, Guest, NotRecorded, Offer, Recorded
from terminal_app.kiosk.listening import Listening
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.signals.channel import Channel
from terminal_app.kiosk.signals.outcome import Outcome, outcome_of
from terminal_app.kiosk.site_messages import Message, MessageFile, SiteMessages
from terminal_app.kiosk.states import (
    AdminDoor,
    AdminOpen,
    Answering,
    AwaitingBadge,
    Choosing,
    Idle,
    LookingAtDay,
    Waiting,
)
from terminal_app.kiosk.tiles import MOST, MY_DAY_KEY, UNDO_KEY, TileSpec
from terminal_app.kiosk.trouble import Trouble, trouble_of
from terminal_app.kiosk.views.answer import answer_blocks, answer_text, wait_text
from terminal_app.kiosk.views.choice import ChoicePage, ChoiceView, Item
from terminal_app.kiosk.views.day import day_page
from terminal_app.kiosk.views.status import status_text
from terminal_app.kiosk.visit import Visit
from terminal_app.kiosk.widgets.drawing import Button
from terminal_app.kiosk.wishes import Look
from terminal_app.kiosk.wording import Wording, wording_in
from terminal_app.reader_states import write_reader_states
from terminal_app.timekeeping.clock import Clock as ClockSource

if TYPE_CHECKING:
    from terminal_app.kiosk.admin.counter import AdminCounter
    from terminal_app.kiosk.app import KioskApp

log = logging.getLogger(__name__)

T = TypeVar("T")

_LANGUAGE_KEYS = ("f10", "0")
_UNDO_KEYS = (UNDO_KEY, "8", "backspace", "delete")
_MY_DAY_KEYS = (MY_DAY_KEY, "9")
_ADMIN_KEY = "f12"
_ON = {"right", "down", "pagedown", "plus"}
_BACK = {"left", "up", "pageup", "minus"}
_TAP_SECONDS = 0.25
"""A second touch so soon after one is the same finger: it must not fall on what the first one brought."""
_CLOSE_SECONDS = 0.1
_AFTER_PAINTING_SECONDS = 0.1
_SIGNAL_SECONDS = 0.03
_SLOW_SECONDS = 0.8
"""An answer that takes longer keeps the guest waiting, who has to know that nothing is recorded yet."""
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
        listening: Listening,
        storage: Executor,
        clock: ClockSource,
        doorbells: Path,
        languages: tuple[str, ...],
        zone: ZoneInfo,
        tiles: Sequence[TileSpec],
        has_undo: bool,
        look_seconds: float = 5.0,
        tap_seconds: float = _TAP_SECONDS,
        admin: AdminRules = AdminRules(),  # noqa: B008 # frozen
        dim_seconds: float = math.inf,
        channels: Sequence[Channel] = (),
        messages: MessageFile | None = None,
        message_seconds: float = 8.0,
    ) -> None:
        """The desk is opened and used on the one thread of `storage` only.

        The status is read anew when the doorbell rings, and after `look_seconds` in any case. A touch within
        `tap_seconds` after one is ignored. The screen is dimmed after `dim_seconds` without anybody. What becomes of a
        badge is told to the `channels` too.
        """
        self._app = app
        self._display = display
        self.visit = visit
        self._open_desk = open_desk
        self._listening = listening
        self._storage = storage
        self._clock = clock
        self._doorbells = doorbells
        self._languages = languages
        self._language = languages[0]
        self._zone = zone
        self._tiles = {key: spec for spec in tiles for key in (spec.key, spec.key.removeprefix("f"))}
        self._recent_keys = tuple(str(number) for number in range(len(tiles) + 1, MOST + 1))
        self._tap_seconds = tap_seconds
        self._admin_rules = admin
        self._admin_attempts = Attempts()
        self._admin: AdminCounter | None = None
        self._touched = -math.inf
        self._has_undo = has_undo
        self._look_seconds = look_seconds
        self._channels = channels
        self._message_file = messages
        self._message_seconds = message_seconds
        self._told: tuple[Answer, Message] | None = None
        self._darkness = Darkness(dim_seconds, time.monotonic())
        self._desk: Desk | None = None
        self._choices: ChoiceView | None = None
        self._listed: tuple[tuple[Choice, ...], tuple[Item, ...]] | None = None
        self.is_open = False
        """Files are open, guests are served."""
        self.reader_states: dict[str, ReaderState] = {}
        """By the reader's name, as far as they have said."""
        self.status: DeskStatus | None = None
        """As last read; None until then."""
        self._courier_lives = True
        self._answer_timer: Timer | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Open the files and begin to serve. Raises LedgerError."""
        self._choices = ChoiceView()
        await self._display.add_choices(self._choices)
        await asyncio.get_running_loop().run_in_executor(self._storage, self._open)
        self.is_open = True
        self.show()
        self._app.run_worker(self._watch_status(), name="status")
        if self._message_file is not None:
            self._app.run_worker(self._watch_messages(self._message_file), name="messages")
        self._listening.begin_telling(self._heard)

    def _open(self) -> None:
        self._desk = self._open_desk()

    def ring_courier(self) -> None:
        """Have it look at the outbox now."""
        self._courier_lives = ring(self._doorbells, "courier")

    def local_now(self) -> datetime:
        """The time at the site."""
        return self._clock.now().instant.astimezone(self._zone)

    def restart_courier(self) -> bool:
        """Ask the courier to end, so that it is started anew; False where it does not run."""
        return ask_to_end(self._doorbells, "courier")

    def overhear(self, tell: Callable[[str, bytes], None] | None) -> None:
        """Have the readers tell the bytes of their lines too; None: not any more."""
        self._listening.overhear(tell)

    def restart(self) -> None:
        """Begin the screen anew, in the same process."""
        self._app.begin_anew()

    async def end(self) -> None:
        """Nobody is served any more; who stands before a list has clocked, and what is under way is finished."""
        if self._telling is not None:
            self._telling.cancel()
        for deed in self.visit.tick(math.inf):
            self.begin_task(self._finish(deed))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_END_SECONDS)

    async def _finish(self, deed: Deed) -> None:
        # Nothing is shown of it: the screen may be what broke.
        if not isinstance(deed, NoteRepeat):
            await self.at_desk(self._work_of(deed))

    def close(self) -> None:
        """Close the files; on the thread of `storage`, after the kiosk has ended."""
        if self._desk is not None:
            self._desk.close()

    def touch(self, action: str, now: float) -> None:
        """A tile or a button was touched: it does what its key does."""
        if now - self._touched >= self._tap_seconds:
            self._touched = now
            self.press(action, now)

    def press(self, key: str, now: float) -> None:
        """A key, or a touch that does what the key does; one that means nothing now does nothing."""
        if self.wake(now):
            return
        if key == _ADMIN_KEY and self._admin_rules.is_there:
            self._carry_out(self.visit.ask_admin(now))
            return
        match self.visit.state:
            case AdminDoor() | AdminOpen():
                self._press_at_admin(key, now)
            case Choosing():
                self._carry_out(self._press_while_choosing(key, now))
            case LookingAtDay():
                if key in _ON or key in _BACK or key == "0":
                    self._display.turn_sheet(-1 if key in _BACK else 1)
                    self._carry_out(self.visit.stay(now))
                elif key == "escape":
                    self._carry_out(self.visit.back(now))
            case Answering():
                self._press_at_answer(key, now)
            case _:
                self._press_tile(key, now)

    def _press_at_admin(self, key: str, now: float) -> None:
        counter = self._admin_counter()
        if key != "escape":
            if key in _ON or key in _BACK or (key == "0" and isinstance(self.visit.state, AdminOpen)):
                self._display.turn_sheet(-1 if key in _BACK else 1)
            counter.press(key, now)
        elif not counter.back():
            self._carry_out(self.visit.back(now))

    def _admin_counter(self) -> "AdminCounter":
        if self._admin is None:
            from terminal_app.kiosk.admin.counter import AdminCounter  # noqa: PLC0415 # seldom

            self._admin = AdminCounter(self.visit, self._admin_rules, self, self._admin_attempts)
        return self._admin

    def _press_at_answer(self, key: str, now: float) -> None:
        if key in _UNDO_KEYS and self._has_undo:
            self._carry_out(self.visit.undo())
        elif key in _MY_DAY_KEYS:
            self._carry_out(self.visit.tile(Look.MY_DAY, now))
        elif key in _LANGUAGE_KEYS:
            self._next_language(now)
        elif (plain := key.removeprefix("f")) in self._recent_keys:
            self._carry_out(self.visit.recent(self._recent_keys.index(plain), now))
        else:
            self._press_tile(key, now)

    def _press_tile(self, key: str, now: float) -> None:
        tile = self._tiles.get(key)
        if tile is not None and self._is_there(tile):
            self._carry_out(self.visit.tile(tile.wish, now, tile.only_for))
        elif key == "escape":
            self._carry_out(self.visit.back(now))

    def _is_there(self, tile: TileSpec) -> bool:
        state = self.visit.state
        if isinstance(state, Answering) and not tile.is_for(state.answer.guest.person if state.answer.guest else None):
            return False
        return tile.is_shown(self.local_now())

    def _press_while_choosing(self, key: str, now: float) -> list[Deed]:  # noqa: PLR0911 # one for each kind of key
        view = self._choices
        if view is None:
            return []
        if key.isdecimal() and (key != "0" or view.has_two_digits):
            return self._pick(view, key, now)
        if key in _ON or key in _BACK or key == "0":
            view.turn(-1 if key in _BACK else 1)
            return self.visit.stay(now)
        if key == "escape":
            return self.visit.back(now)
        if key in ("backspace", "delete"):
            return self.visit.erase(now)
        if len(key) == 1 and key.isalpha():
            return self.visit.letter(key, now)
        return self.visit.letter(" ", now) if key == "space" else []

    def _pick(self, view: ChoiceView, digits: str, now: float) -> list[Deed]:
        # A touch brings the whole number, a key a digit of it.
        index = view.digit(digits) if len(digits) == 1 else view.index_of(int(digits))
        return self.visit.stay(now) if index is None else self.visit.pick(index, now)

    def wake(self, now: float) -> bool:
        """Somebody is here; whether it was dark. Whatever lit the screen does nothing else."""
        was_dark = self._darkness.is_dark(now)
        self._darkness.awake(now)
        if was_dark:
            self.show()
        return was_dark

    def tick(self, now: float) -> None:
        """Time has passed."""
        self._carry_out(self.visit.tick(now))

    def _heard(self, event: ReaderEvent) -> None:
        if self._admin is not None:
            self._admin.heard(event)
        match event:
            case BadgeRead():
                self._darkness.awake(time.monotonic())
                self._carry_out(self.visit.badge(self._badge(event)))
            case ReaderStateChanged(name, state, detail):
                self.reader_states[name] = state
                level = logging.INFO if state is ReaderState.READY else logging.WARNING
                log.log(level, "reader-%s reader=%s %s", state.value, name, detail)
                self._show_status()
                self.begin_task(self._tell_reader_states())
                if isinstance(self.visit.state, Idle):
                    self.show()
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
            self.begin_task(self._note(deed) if isinstance(deed, NoteRepeat) else self._do(deed))
        if all(isinstance(deed, NoteRepeat) for deed in deeds):
            self.show()

    async def _note(self, deed: NoteRepeat) -> None:
        await self.at_desk(lambda desk: desk.note_repeat(deed))

    def begin_task(self, work: Coroutine[None, None, None]) -> None:
        """Do this beside what goes on; what it raises ends the kiosk."""
        # Not a worker of Textual's: its messages would be handled between the badge and the answer.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._app.fail(error)

    async def _do(self, deed: "WorkDeed") -> None:
        try:
            result = await self._answer_to(deed)
        except Exception as error:
            # The guest must hear that it did not happen, and the next one finds a terminal that works.
            log.critical("desk-failed error=%s", type(error).__name__, exc_info=error)
            result = NotRecorded(Refusal.STORAGE)
        now = time.monotonic()
        match result:
            case Offer():
                following = self.visit.offered(result, now)
            case Day():
                following = self.visit.day_shown(result, now)
            case _:
                following = self.visit.answered(result, now)
        self.show()
        if not isinstance(result, Offer | Day):
            self._signal(outcome_of(result))
            self._have_the_reader_tell(result)
        if isinstance(result, Recorded):
            self._tell_of_recording(result)
        if following:
            self._carry_out(following)

    async def _answer_to(self, deed: "WorkDeed") -> "Answer | Offer | Day":
        work = asyncio.ensure_future(self.at_desk(self._work_of(deed)))
        while not (await asyncio.wait({work}, timeout=_SLOW_SECONDS))[0]:
            # Asked again: what another guest was told meanwhile has had its time.
            if self.visit.kept_waiting(deed):
                self.show()
        return await work

    def _signal(self, outcome: Outcome) -> None:
        # Once the answer is painted: what plays a tone needs the processor too.
        for channel in self._channels:
            asyncio.get_running_loop().call_later(_SIGNAL_SECONDS, channel.say, outcome)

    def _have_the_reader_tell(self, answer: Answer) -> None:
        """Where it can: its beep or light, after the screen, holds up nothing."""
        guest = answer.guest
        if guest is not None and (reader := self._listening.readers.get(guest.badge.reader)) is not None:
            reader.signal(Signal.REFUSED if isinstance(answer, NotRecorded) else Signal.ACCEPTED)

    def _tell_of_recording(self, recorded: Recorded) -> None:
        # Once the answer is painted and nobody else badges: the courier and the status line look by themselves too.
        if self._telling is not None:
            self._telling.cancel()
        self._telling = asyncio.get_running_loop().call_later(_AFTER_PAINTING_SECONDS, self._after_painting, recorded)

    def _after_painting(self, recorded: Recorded) -> None:
        if not self._app.is_running:
            return
        self.begin_task(self._learn_habits(recorded))
        self.begin_task(self._tell(recorded))
        self._ring_both()

    async def _learn_habits(self, recorded: Recorded) -> None:
        habits = await self.at_desk(lambda desk: desk.habits(recorded))
        self.visit.learned(recorded, habits)
        if isinstance(self.visit.state, Answering) and self.visit.state.answer is recorded:
            self.show()

    def _ring_both(self) -> None:

        self._courier_lives = ring(self._doorbells, "courier")
        ring(self._doorbells, "kiosk")

    def _work_of(self, deed: "WorkDeed") -> Callable[[Desk], "Answer | Offer | Day"]:
        match deed:
            case Clock():
                return lambda desk: desk.clock(deed)
            case MakeOffer():
                return lambda desk: desk.make_offer(deed)
            case BookDirect():
                return lambda desk: desk.book_direct(deed)
            case ShowDay():
                return lambda desk: desk.show_day(deed)
            case RecordChoice():
                return lambda desk: desk.record_choice(deed)
            case Undo():
                return lambda desk: desk.undo(deed)

    async def at_desk(self, work: Callable[[Desk], T]) -> T:
        """Do this on the storage thread."""
        assert self._desk is not None  # noqa: S101 # opened before any reader or status is looked at
        return await asyncio.get_running_loop().run_in_executor(self._storage, work, self._desk)

    async def _watch_status(self) -> None:
        with Doorbell(self._doorbells, "kiosk") as bell:
            if bell.problem:
                log.warning("doorbell-missing %s", bell.problem)
            while True:
                self.status = await self.at_desk(lambda desk: desk.status())
                # A ring that nobody hears means that the courier does not run; a ring too many does no harm.
                self._courier_lives = ring(self._doorbells, "courier")
                self._show_status()
                if not isinstance(self.visit.state, Answering | Choosing | LookingAtDay | Waiting):
                    await self.at_desk(lambda desk: desk.rest())
                await bell.wait(self._look_seconds)

    async def _watch_messages(self, file: MessageFile) -> None:
        known: SiteMessages | None = None
        while True:
            # Not on the storage thread: the file may lie somewhere slow.
            messages = self._display.messages = await asyncio.to_thread(file.look)
            if messages is not known and file.is_there:
                known = messages
                await self.at_desk(partial(Desk.forget_messages, messages=messages))
            await asyncio.sleep(self._look_seconds)

    async def _tell(self, answer: Recorded) -> None:
        """What the guest has to be told, once the answer is painted; it stays longer then."""
        guest, messages = answer.guest, self._display.messages
        if messages is None or guest.person is None:
            return
        waiting = messages.for_badge(guest.badge.number, guest.badge.moment.instant.astimezone(self._zone))
        if not waiting:
            return
        person_id = guest.person.id
        message = await self.at_desk(lambda desk: desk.unseen(waiting, person_id))
        if message is not None:
            self._told = answer, message
            self.visit.prolong(answer, time.monotonic() + self._message_seconds)
            self.show()

    @property
    def languages(self) -> tuple[str, ...]:
        """What the site speaks."""
        return self._languages

    def speak(self, languages: tuple[str, ...]) -> None:
        """Speak these languages from now on, the first one first."""
        self._languages, self._language = languages, languages[0]
        self.visit.speak_first(languages[0])
        self._display.speak(languages)
        self.show()
        self._show_status()

    def _next_language(self, now: float) -> None:
        guest = self.visit.state.answer.guest if isinstance(self.visit.state, Answering) else None
        if guest is None or guest.person is None or len(self._languages) == 1:
            return
        person_id, language = guest.person.id, self._language_after(self.visit.language_of(guest))
        self.visit.speak(language, now)
        self.begin_task(self.at_desk(lambda desk: desk.remember_language(person_id, language)))
        self.show()

    def _language_after(self, language: str) -> str:
        place = self._languages.index(language) if language in self._languages else -1
        return self._languages[(place + 1) % len(self._languages)]

    def show(self) -> None:
        """Show the state of the visit."""
        if not isinstance(self.visit.state, Choosing):
            self._listed = None
        if self._admin is not None and not isinstance(self.visit.state, AdminDoor | AdminOpen):
            self._admin.close()
            self._admin = None  # the next one begins at the door
        match self.visit.state:
            case Answering() as answering:
                self._show_answer(answering)
            case Choosing() as choosing:
                self._show_choice(choosing)
            case LookingAtDay() as looking:
                self._show_day(looking)
            case Waiting() as waiting:
                self._show_wait(waiting)
            case AdminDoor() | AdminOpen():
                self._show_admin()
                return
            case AwaitingBadge(wish, until):
                self._display.idle(wish, math.ceil(until - time.monotonic()), self._trouble())
            case Idle() if self._darkness.is_dark(time.monotonic()) and self._all_is_well():
                self._display.dim()
            case _:
                self._display.idle(trouble=self._trouble())

    def _trouble(self) -> Trouble | None:
        storage_fails = self.status is not None and self.status.waiting is None
        return trouble_of(self.reader_states, storage_fails=storage_fails)

    def _show_admin(self) -> None:
        page = self._admin_counter().page(wording_in(self._language), self._display.size.width)
        if page is not None:
            self._display.sheet(page)

    def _all_is_well(self) -> bool:
        # Whoever has to mend a reader must see it from afar.
        return self._trouble() is None and all(one is ReaderState.READY for one in self.reader_states.values())

    def _show_answer(self, state: Answering) -> None:
        guest, answer = state.answer.guest, state.answer
        language = self.visit.language_of(guest)
        wording = wording_in(language)
        text = answer_text(answer, wording, self._zone)
        person = guest.person if guest else None
        keys = AnswerKeys(
            language,
            person,
            has_undo=self._has_undo and isinstance(answer, Recorded),
            again=answer.kind if isinstance(answer, AlreadyClocked) else None,
            recent=self._recent_buttons(state),
            keeps_room=person is not None and isinstance(answer, Recorded) and answer.kind is ClockingKind.IN_OUT,
        )
        width, height = room_beside_buttons(self._display.answer_room, keys)
        code = state.habits.receipt if state.habits else None
        last = (wording.receipt.format(code=code) if code else "", self._other_language(guest))
        told = self._told[1] if self._told is not None and _same(self._told[0], answer) else None
        blocks = answer_blocks(
            text,
            width,
            height,
            last=" · ".join(filter(None, last)),
            message=told.in_language(language) if told else "",
        )
        self._display.answer(text.tone, blocks, keys)
        # One at a time: each would show the next guest's answer anew and set another, more and more in a queue.
        if self._answer_timer is not None:
            self._answer_timer.stop()
        seconds = max(0.0, state.until - time.monotonic()) + _CLOSE_SECONDS
        self._answer_timer = self._app.set_timer(seconds, lambda: self.tick(time.monotonic()))

    def _show_wait(self, state: Waiting) -> None:
        text = wait_text(wording_in(self._language), is_recorded_later=state.is_recorded_later)
        keys = AnswerKeys(self._language, None)
        width, height = room_beside_buttons(self._display.answer_room, keys)
        self._display.answer(text.tone, answer_blocks(text, width, height), keys)

    def _other_language(self, guest: Guest | None) -> str:
        if guest is None or guest.person is None or len(self._languages) == 1:
            return ""
        return f"F10 {wording_in(self._language_after(self.visit.language_of(guest))).language}"

    def _recent_buttons(self, state: Answering) -> tuple[Button, ...]:
        found = state.habits.recent if state.habits else ()
        return tuple(Button(key, f"F{key}", one.label) for key, one in zip(self._recent_keys, found, strict=False))

    def _show_choice(self, state: Choosing) -> None:
        wording, offer = wording_in(state.language), state.offer
        usual = offer.usual.label if offer.usual else wording.tiles[ClockingKind.IN_OUT]
        name = offer.guest.name
        trail = (*((name,) if name else ()), *([one.name for one in state.picked] or [wording.choose[offer.kind]]))
        self._display.choice(
            ChoicePage(
                trail,
                state.listing.typed,
                wording.without_choice.format(what=usual) if offer.after is None else "",
                self._items_of(state, wording),
                wording.back,
                wording.page,
            )
        )

    def _items_of(self, state: Choosing, wording: Wording) -> tuple[Item, ...]:
        # Of thousands only when there are others: a turned page shows the same ones.
        if self._listed is None or self._listed[0] is not state.listing.choices:
            items = tuple(
                Item(name_of(one, state.language), _mark(one, state, wording)) for one in state.listing.choices
            )
            self._listed = state.listing.choices, items
        return self._listed[1]

    def _show_day(self, state: LookingAtDay) -> None:
        wording = wording_in(self.visit.language_of(state.day.guest))
        self._display.sheet(day_page(state.day, wording, self._zone, self._display.size.width))

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


def _same(one: Answer, other: Answer) -> bool:
    """Whether both are of one clocking: its guest may have chosen another language since."""
    return isinstance(one, Recorded) and isinstance(other, Recorded) and one.sequence == other.sequence


WorkDeed = Clock | MakeOffer | BookDirect | RecordChoice | ShowDay | Undo
"""A deed that has an answer."""


def _mark(choice: object, state: Choosing, wording: Wording) -> str:
    if not isinstance(choice, Combination):
        return ""
    return wording.recent if choice in state.offer.recent else wording.favourite
