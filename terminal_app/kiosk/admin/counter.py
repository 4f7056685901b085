"""Serves an administrator at the terminal: keys and touches to pages and decisions, in the app's event loop."""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.reader import ReaderEvent
from terminal_app.admin_pin import LONGEST, BadPinFile, is_right, read_pin_file
from terminal_app.kiosk.admin import pages
from terminal_app.kiosk.admin.desk import Facts, QueueEntry, discard, retry
from terminal_app.kiosk.admin.door import AdminRules, Attempts
from terminal_app.kiosk.admin.language_preview import MOST, language_page
from terminal_app.kiosk.admin.pages import WHYS, Page
from terminal_app.kiosk.admin.trying_readers import Seen, with_bytes, with_event
from terminal_app.kiosk.admin_words import AdminText as A
from terminal_app.kiosk.desk import Desk
from terminal_app.kiosk.states import AdminDoor, AdminOpen
from terminal_app.kiosk.views.sheet import SheetPage
from terminal_app.kiosk.visit import Visit
from terminal_app.kiosk.wording import Wording, wording_in
from terminal_app.ledger.errors import LedgerError

if TYPE_CHECKING:
    from terminal_app.kiosk.reception import Reception

log = logging.getLogger(__name__)


class AdminCounter:
    """From F12 on, until it is left."""

    def __init__(self, visit: Visit, rules: AdminRules, reception: "Reception", attempts: Attempts) -> None:
        self._visit = visit
        self._rules = rules
        self._reception = reception
        self._attempts = attempts
        self._typed = ""
        self._note = ""
        self._language = ""
        """Of the texts that are looked at; empty: the site's first."""
        self._page = Page.OVERVIEW
        self._facts: Facts | None = None
        self._entry: QueueEntry | None = None
        self._seen: tuple[Seen, ...] = ()
        self._is_open = False

    def page(self, wording: Wording, width: int) -> SheetPage | None:
        """What stands on the screen; None while it is being looked up."""
        if isinstance(self._visit.state, AdminDoor):
            return self._door(wording)
        if not self._is_open:
            self._is_open = True
            self._attempts.was_right()
            self._reception.begin_task(self._look())
        return None if self._facts is None else self._inside(self._facts, wording, width)

    def _inside(self, facts: Facts, wording: Wording, width: int) -> SheetPage:
        entry = self._entry
        match self._page:
            case Page.QUEUE:
                return pages.queue_page(facts, wording, self._said(wording))
            case Page.ENTRY if entry is not None:
                return pages.entry_page(entry, wording, self._said(wording), width)
            case Page.DISCARD if entry is not None:
                return pages.discard_page(entry, wording)
            case Page.LANGUAGES:
                spoken = [wording_in(one) for one in self._reception.languages]
                shown = wording_in(self._language) if self._language else wording
                return language_page(shown, spoken, width, self._reception.local_now())
            case Page.READERS:
                return pages.readers_page(self._seen, wording, width)
            case _:
                return pages.overview_page(facts, self._reception.reader_states, wording, self._said(wording))

    def _said(self, wording: Wording) -> str:
        return wording.admin[A[self._note]] if self._note else ""

    def _door(self, wording: Wording) -> SheetPage:
        wait = math.ceil(self._attempts.seconds_to_wait(time.monotonic()))
        note = wording.admin[A.PAUSE].format(count=wait) if wait else self._said(wording)
        asks = A.ASK_PIN if not self._rules.badges else A.ASK_BADGE if self._rules.pin_file is None else A.ASK_EITHER
        return pages.door_page(wording, typed=len(self._typed), note=note, asks=asks)

    def press(self, key: str, now: float) -> None:
        """A key, or what does the same."""
        state = self._visit.state
        if isinstance(state, AdminDoor):
            self._press_at_door(key, now)
        elif isinstance(state, AdminOpen):
            self._note = ""
            self._press_inside(key, state.operator)
        self._visit.admin_busy(now, is_testing=self._page is Page.READERS)
        self._reception.show()

    def _press_at_door(self, key: str, now: float) -> None:
        if self._rules.pin_file is None or self._attempts.seconds_to_wait(now):
            self._typed = ""
        elif key.isdecimal() and len(key) == 1 and len(self._typed) < LONGEST:
            self._typed, self._note = self._typed + key, ""
        elif key in ("backspace", "delete"):
            self._typed = self._typed[:-1]
        elif key == "enter" and self._typed:
            pin, self._typed = self._typed, ""
            # Before it is looked at, so that no number of quick ones is free.
            self._attempts.was_wrong(now)
            self._reception.begin_task(self._try(pin, self._rules.pin_file))

    async def _try(self, pin: str, file: Path) -> None:
        try:
            # Hashing takes its time on purpose: not on the storage thread, where badges wait.
            right = await asyncio.get_running_loop().run_in_executor(None, lambda: is_right(pin, read_pin_file(file)))
            self._note = A.WRONG_PIN.name
        except BadPinFile as error:
            log.warning("admin-pin-unusable %s", error)
            right, self._note = False, A.NO_PIN_FILE.name
        if right:
            self._note = ""
            self._visit.open_admin("PIN", time.monotonic())
        log.info("admin-pin right=%s", right)
        self._reception.show()

    def _press_inside(self, key: str, operator: str) -> None:
        match self._page, key:
            case Page.OVERVIEW, _:
                self._press_at_overview(key, operator)
            case Page.LANGUAGES, digit if digit.isdecimal() and 1 <= int(digit) <= len(
                self._reception.languages[:MOST]
            ):
                self._language = self._reception.languages[int(digit) - 1]
            case Page.QUEUE, digit if digit.isdecimal() and self._facts and 1 <= int(digit) <= len(self._facts.listed):
                self._page, self._entry = Page.ENTRY, self._facts.listed[int(digit) - 1]
            case Page.ENTRY, "1" if self._entry is not None and self._entry.cause is not None:
                self._decide(lambda desk, sequence: retry(desk.ledger, sequence, operator))
            case Page.ENTRY, "2" if self._entry is not None:
                self._page = Page.DISCARD
            case Page.DISCARD, ("1" | "2" | "3" | "4") as digit:
                why = WHYS[int(digit) - 1].name.removeprefix("WHY_").replace("_", " ").lower()
                self._decide(lambda desk, sequence: discard(desk.ledger, sequence, operator, why))
            case _:
                pass

    def _press_at_overview(self, key: str, operator: str) -> None:
        match key:
            case "1":
                self._page = Page.QUEUE
                self._reception.begin_task(self._look())
            case "2":
                self._page, self._seen = Page.READERS, ()
                self._reception.overhear(self._overheard)
            case "3":
                self._reception.ring_courier()
                self._note = A.DONE.name
            case "4":
                self._reception.restart()
            case "5":
                heard = self._reception.restart_courier()
                log.info("admin-courier-restart heard=%s operator=%s", heard, operator)
                self._note = (A.COURIER_RESTARTS if heard else A.NO_COURIER).name
            case "6":
                self._page, self._language = Page.LANGUAGES, ""
            case _:
                pass

    def back(self) -> bool:
        """One page back; False where there is none."""
        self._note = ""
        former = self._page
        self.close()
        self._page = {Page.ENTRY: Page.QUEUE, Page.DISCARD: Page.ENTRY}.get(former, Page.OVERVIEW)
        if not self._is_open or former is Page.OVERVIEW:
            return False
        self._visit.admin_busy(time.monotonic())
        self._reception.show()
        return True

    def _decide(self, decide: Callable[[Desk, int], bool]) -> None:
        entry, self._entry, self._page = self._entry, None, Page.QUEUE
        if entry is not None:
            self._reception.begin_task(self._carry_out(decide, entry.sequence))

    async def _carry_out(self, decide: Callable[[Desk, int], bool], sequence: int) -> None:
        try:
            done = await self._reception.at_desk(lambda desk: decide(desk, sequence))
            note = A.DONE if done else A.CHANGED_MEANWHILE
        except LedgerError as error:
            log.warning("admin-decision-failed %s", error)
            note = A.FAILED
        self._reception.ring_courier()
        await self._look()
        self._note = note.name
        self._reception.show()

    async def _look(self) -> None:
        try:
            self._facts = await self._reception.at_desk(lambda desk: desk.admin_facts())
        except LedgerError as error:
            log.warning("admin-facts-failed %s", error)
            self._note = A.FAILED.name
        self._reception.show()

    def heard(self, event: ReaderEvent) -> None:
        """A reader said something."""
        if self._page is not Page.READERS:
            return
        self._seen = with_event(self._seen, time.strftime("%H:%M:%S"), event)
        self._reception.show()

    def _overheard(self, reader: str, data: bytes) -> None:
        self._seen = with_bytes(self._seen, time.strftime("%H:%M:%S"), reader, data)
        self._reception.show()

    def close(self) -> None:
        """Nobody tries the readers any more."""
        self._reception.overhear(None)
