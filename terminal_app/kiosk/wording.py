"""What the screens say: in English here, in each other language by its catalogue (locales/LANGUAGE.po)."""

import string
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.direction import Direction, Doubt
from terminal_app.clocking.mark import Mark
from terminal_app.kiosk.admin_words import AdminText
from terminal_app.kiosk.catalogue import OURS, Catalogue, Counted, languages_in, load_catalogue
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.trouble import TroubleKind


def _tiles() -> dict[ClockingKind, str]:
    return {
        ClockingKind.IN_OUT: "In/out",
        ClockingKind.ACTIVITY: "Activity",
        ClockingKind.ACTIVITY_END: "End act.",
        ClockingKind.REASON: "Reason",
    }


def _directions() -> dict[Direction, str]:
    return {Direction.IN: "IN", Direction.OUT: "OUT"}


def _because_weak() -> dict[Direction, str]:
    return {
        Direction.IN: "IN? Because OUT at {time} ({doubt})",
        Direction.OUT: "OUT? Because IN at {time} ({doubt})",
    }


def _doubts() -> dict[Doubt, str]:
    return {
        Doubt.OVERNIGHT: "yesterday",
        Doubt.LONG_AGO: "long ago",
        Doubt.REASON: "with a reason",
        Doubt.EDITED: "changed in Protime",
        Doubt.ELSEWHERE: "elsewhere",
    }


def _marks() -> dict[Mark, str]:
    return {
        Mark.WAITS: "here only",
        Mark.CONFIRMED: "confirmed",
        Mark.CHANGED: "changed",
        Mark.DELETED: "deleted in Protime",
        Mark.REFUSED: "refused: HR",
        Mark.ELSEWHERE: "in Protime",
    }


def _refusals() -> dict[Refusal, str]:
    return {
        Refusal.UNKNOWN_BADGE: "Badge unknown. Nothing recorded: ask HR",
        Refusal.OUT_OF_SERVICE: "Not in service today. Nothing recorded: ask HR",
        Refusal.TOO_LATE_TO_UNDO: "Too late: sent already. Ask HR to correct it",
        Refusal.STORAGE: "NOT recorded. Please tell your supervisor",
        Refusal.NOT_FOR_YOU: "This button is not for you. Nothing recorded",
        Refusal.NO_DAY: "Badge unknown: no day to show. Ask HR",
        Refusal.CANCELLED: "Nothing recorded",
        Refusal.NOTHING_TO_CHOOSE: "Nothing to choose from. Nothing recorded",
        Refusal.NOTHING_TO_CHOOSE_BESIDES: "Nothing to choose from. Your in/out stays recorded",
    }


def _admin() -> dict[AdminText, str]:
    return {
        AdminText.TITLE: "Administration",
        AdminText.ASK_PIN: "Enter the PIN",
        AdminText.ASK_BADGE: "Hold the administrator's badge",
        AdminText.ASK_EITHER: "PIN or administrator's badge",
        AdminText.WRONG_PIN: "Wrong PIN",
        AdminText.PAUSE: "Wrong too often: {count} s to go",
        AdminText.NO_PIN_FILE: "PIN cannot be read: make it anew",
        AdminText.QUEUE: "Queue",
        AdminText.READERS: "Test reader",
        AdminText.SEND_NOW: "Send now",
        AdminText.RESTART: "Restart screen",
        AdminText.RESTART_COURIER: "Restart sending",
        AdminText.COURIER_RESTARTS: "Sending begins anew",
        AdminText.NO_COURIER: "Sending does not run",
        AdminText.LANGUAGES: "Languages",
        AdminText.RETRY: "Send again",
        AdminText.DISCARD: "Discard",
        AdminText.DISCARD_WHY: "Why discard it?",
        AdminText.WHY_MISTAKE: "By mistake",
        AdminText.WHY_TEST: "A test",
        AdminText.WHY_BY_HAND: "Entered in Protime",
        AdminText.WHY_OTHER: "Another reason",
        AdminText.NETWORK: "Network",
        AdminText.CLOCK: "Clock",
        AdminText.READER: "Reader",
        AdminText.VERSION: "Version",
        AdminText.NOTHING_WAITS: "Nothing waits",
        AdminText.CHOOSE_ONE: "Choose a clocking",
        AdminText.DONE: "Done",
        AdminText.CHANGED_MEANWHILE: "Changed meanwhile: nothing done",
        AdminText.FAILED: "Failed: storage fails",
        AdminText.HOLD_TEST_BADGE: "Hold a badge to the reader",
        AdminText.NOT_BOOKED: "TEST: badges are not booked",
        AdminText.ERASE: "Erase",
        AdminText.STATE_WAITS: "waits",
        AdminText.STATE_REFUSED: "refused",
        AdminText.STATE_AMBIGUOUS: "ambiguous",
        AdminText.STATE_HELD: "badge unknown",
        AdminText.CAUSE_NAMES: "Protime does not know the badge, reason, activity or terminal, or the period is closed",
        AdminText.CAUSE_PERSON_GONE: "The person is not in Protime (any more)",
        AdminText.CAUSE_GONE: "What the clocking names is gone in Protime",
        AdminText.CAUSE_TOO_LONG: "Protime found the clocking too long",
        AdminText.CAUSE_RULES: "Protime's rules forbid it",
        AdminText.CAUSE_OTHER: "Protime will not take it, however often it is sent",
        AdminText.AMBIGUOUS_HELP: "Look in Protime whether it is there; decide with: queue resolve",
    }


def _not_now() -> dict[TroubleKind, str]:
    return {
        TroubleKind.NO_READER: "No badge can be read now. Tell your supervisor",
        TroubleKind.STORAGE: "Nothing can be recorded now. Tell your supervisor",
    }


def _choose() -> dict[ClockingKind, str]:
    return {ClockingKind.REASON: "Choose a reason", ClockingKind.ACTIVITY: "Choose an activity"}


class Wording(NamedTuple):
    """One language; as it stands here, English.

    A field's name is its context in the catalogues; of a dict, with the key's name behind a dot, of a tuple, with its
    number from 1. A new field needs a line in each catalogue: `./run catalogues` makes room for it.
    """

    weekdays: tuple[str, ...] = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    months: tuple[str, ...] = (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    )  # fmt: skip
    """As they stand beside a day."""
    date_form: str = "{weekday} {day} {month}"
    first_of_month_form: str = "{weekday} {day} {month}"
    """Where the first of a month is written another way."""
    time_form: str = "{hour}:{minute}"
    """Both of two digits, hours from 00 to 23."""
    time_with_seconds_form: str = "{hour}:{minute}:{second}"

    language: str = "English"
    """Its own name."""
    hold_badge: str = "Hold your badge to the reader"
    now_badge: str = "Now hold your badge to the reader"
    tile_waits: str = "{count} s left"
    not_now: dict[TroubleKind, str] = _not_now()
    tiles: dict[ClockingKind, str] = _tiles()
    directions: dict[Direction, str] = _directions()
    recorded_at: str = "recorded at {time}"
    because_in: str = "OUT, because IN here at {time}"
    because_out: str = "IN, because OUT here at {time}"
    because_weak: dict[Direction, str] = _because_weak()
    doubts: dict[Doubt, str] = _doubts()
    first_today: str = "first one here today"
    unknown_recorded: str = "Badge unknown: recorded, please tell HR"
    undo: str = "Undo"
    undone: str = "Undone"
    receipt: str = "receipt {code}"
    taken_back: str = "{what}: not recorded"
    already: str = "Already"
    already_at: str = "already recorded at {time}, nothing added"
    book_anyway: str = "Book anyway"
    my_day: str = "My day"
    nothing_today: str = "nothing today yet"
    marks: dict[Mark, str] = _marks()
    changed_from: str = "changed, was {time}"
    flextime: str = "Flextime"
    as_of: str = "on {day}"
    refusals: dict[Refusal, str] = _refusals()
    choose: dict[ClockingKind, str] = _choose()
    without_choice: str = "without a choice: {what}"
    recent: str = "recent"
    favourite: str = "favourite"
    back: str = "back"
    page: str = "page"

    admin: dict[AdminText, str] = _admin()
    one_moment: str = "One moment, please"
    not_recorded_yet: str = "not recorded yet"
    all_sent: str = "all sent"
    waiting: Counted = Counted(("{count} to send {age}", "{count} to send {age}"))
    minutes_old: str = "{count}'"
    hours_old: str = "{count} h"
    days_old: str = "{count} d"
    storage_fails: str = "storage fails"
    online: str = "online"
    offline: str = "no network"
    server_refuses: str = "no access"
    courier_stopped: str = "not sending"
    reader_missing: str = "reader missing"
    port_taken: str = "port taken"
    reader_ready: str = "reader ready"
    clock_unverified: str = "clock not verified"
    clock_unsure: str = "clock unsure"
    ledger_damaged: str = "data damaged"
    disk_full: str = "disk {percent}%"
    mirror_missing: str = "no mirror"

    def day(self, day: date) -> str:
        """A date in words."""
        form = self.first_of_month_form if day.day == 1 else self.date_form
        return form.format(weekday=self.weekdays[day.weekday()], day=day.day, month=self.months[day.month - 1])

    def time(self, minute: int) -> str:
        """A time of the day, given as its minute."""
        return self.time_form.format(hour=f"{minute // 60:02d}", minute=f"{minute % 60:02d}")

    def time_with_seconds(self, time: datetime) -> str:
        """The time of a day to the second."""
        return self.time_with_seconds_form.format(
            hour=f"{time.hour:02d}", minute=f"{time.minute:02d}", second=f"{time.second:02d}"
        )


_PLURALS_TRIED = 200

_ENGLISH = Wording()
_FALLBACK = "en"

_cache: dict[str, Wording] = {}
_folders: list[Path] = [OURS]


def wording_in(language: str) -> Wording:
    """The wording of a language, English where there is no catalogue of it; reads the catalogue the first time."""
    wording = _cache.get(language)
    if wording is None:
        wording = _cache[language] = _read(language)
    return wording


def load_wordings() -> None:
    """Read the catalogues of all languages, so that no badge waits for one."""
    for language in {language for folder in _folders for language in languages_in(folder)}:
        wording_in(language)


def add_catalogues(folder: Path) -> None:
    """Use the catalogues of this folder too: what is in them goes before what comes with the program."""
    _folders.append(folder)
    _cache.clear()


def translated(catalogue: Catalogue) -> Wording:
    """The wording that a catalogue makes; what it has not is in English."""
    return Wording(**{name: _translated(name, value, catalogue) for name, value in _fields()})


def messages() -> Iterator[tuple[str, str | Counted]]:
    """Every text, in English, with its context."""
    for name, value in _fields():
        yield from _messages(name, value)


def faults_of(catalogue: Catalogue) -> list[str]:
    """What is wrong with what it has: placeholders that the program does not fill, or fills in vain."""
    faults = []
    try:
        if any(catalogue.form_of(count) < 0 for count in range(_PLURALS_TRIED)):
            faults.append("Plural-Forms gives a form below 0")
    except ArithmeticError as error:
        faults.append(f"Plural-Forms cannot be calculated: {error}")
    for context, english in messages():
        source = english if isinstance(english, str) else english.forms[0]
        wanted = _placeholders(source)
        for text in catalogue.texts.get((context, source), ()):
            if _placeholders(text) != wanted:
                names = " ".join(sorted(f"{{{name}}}" for name in wanted)) or "no placeholder"
                faults.append(f"{context} must have {names}, as in English")
    return faults


def _read(language: str) -> Wording:
    catalogue = Catalogue()
    for folder in _folders:
        if (path := languages_in(folder).get(language)) is not None:
            catalogue = catalogue.with_changes(load_catalogue(path))
    return translated(catalogue) if catalogue.texts else _ENGLISH if language == _FALLBACK else wording_in(_FALLBACK)


def _fields() -> Iterator[tuple[str, Any]]:
    return zip(Wording._fields, _ENGLISH, strict=True)


def _messages(context: str, value: Any) -> Iterator[tuple[str, str | Counted]]:  # noqa: ANN401 # as the fields are
    if isinstance(value, str | Counted):
        yield context, value
    else:
        for name, one in _parts(value):
            yield f"{context}.{name}", one


def _translated(context: str, value: Any, catalogue: Catalogue) -> Any:  # noqa: ANN401 # as the fields are
    match value:
        case str():
            return catalogue.text(context, value)
        case Counted():
            return catalogue.counted(context, value)
        case dict():
            return {key: catalogue.text(f"{context}.{key.name.lower()}", one) for key, one in value.items()}
        case _:
            return tuple(catalogue.text(f"{context}.{name}", one) for name, one in _parts(value))


def _parts(several: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 # as the fields are
    if isinstance(several, dict):
        return ((key.name.lower(), text) for key, text in several.items())
    return ((str(number), text) for number, text in enumerate(several, start=1))


def _placeholders(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {"a brace without its other"}
