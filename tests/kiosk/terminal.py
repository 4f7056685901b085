"""A kiosk on real files, with people and choices; the clock and, for pictures, the reader are the tests' own."""

import asyncio
import json
import math
import os
import re
import socket
import sqlite3
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from drivers.feedback import Signal
from drivers.reader import BadgeRead, BadgeReader, ReaderEvent, ReaderState, ReaderStateChanged
from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition, Text
from terminal_app.clocking.clocking import ClockingKind, Moment
from terminal_app.clocking.counters import Balance, DayClocking
from terminal_app.clocking.version import Versioned
from terminal_app.demo.svg import svg_of
from terminal_app.kiosk.admin.door import AdminRules
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.choices_at_desk import ChoiceRules
from terminal_app.kiosk.desk import Desk
from terminal_app.kiosk.display import Display
from terminal_app.kiosk.guest import WHOLE_NAME, Naming
from terminal_app.kiosk.listening import Listening
from terminal_app.kiosk.memory import Memory
from terminal_app.kiosk.palettes import SiteColours, palette_of
from terminal_app.kiosk.reception import Reception
from terminal_app.kiosk.signals.channel import Channel
from terminal_app.kiosk.site_messages import MessageFile
from terminal_app.kiosk.states import Times
from terminal_app.kiosk.tiles import TileSpec, usual_tiles
from terminal_app.kiosk.visit import Visit
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.roster.look_up import Roster
from terminal_app.roster.schema import APPLICATION_ID, FILE_NAME, SCHEMA, VERSION
from terminal_app.roster.tables import DAY_CLOCKING_COLUMNS, balance_row, day_clocking_row
from terminal_app.settings_choices import ThemeName
from terminal_app.timekeeping.watch import TimeWatch

RECEIPT = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
"""A receipt's code in a picture: another one each time."""
COUNTDOWN = re.compile(r">3(600|5\d\d)<")
"""The seconds that a tile still waits."""
ZONE = ZoneInfo("Europe/Brussels")
MORNING = datetime(2026, 7, 1, 6, 2, 7, tzinfo=UTC)
"""08:02:07 at the terminal, a Wednesday."""
BOOT = "3f1c5f0e-0000-4000-8000-000000000000"
ANNA, LUC, EVA, LEFT = "0600D507D0", "01026F6C3A", "0A0B0C0D0E", "0000000BAD"
UNKNOWN = "00DEADBEEF"


def card(badge_number: str) -> bytes:
    """The bytes of a card whose number is read as HEX."""
    return bytes.fromhex(badge_number)


class SetClock:
    """A clock that stands where it is set."""

    def __init__(self, instant: datetime = MORNING) -> None:
        self.instant = instant

    def now(self) -> Moment:
        """What it is set to; the monotonic clocks go on."""
        now_ns = time.monotonic_ns()
        return Moment(self.instant, now_ns, now_ns, BOOT)


@dataclass
class Roll:
    """What the roster's file holds."""

    people: list[tuple[int, str, str, str, str | None, date | None, date | None]] = field(default_factory=list)
    """Id, first and last name, badge number, language, in service from and until."""
    reasons: list[ReasonDefinition] = field(default_factory=list)
    activities: list[ActivityDefinition] = field(default_factory=list)
    groups: dict[int, int] = field(default_factory=dict)
    """Terminal group of a person, by id."""
    balances: list[Balance] = field(default_factory=list)
    day_clockings: list[DayClocking] = field(default_factory=list)


def reason(number: int, name: str, *, usable: bool = True, **translations: str) -> ReasonDefinition:
    return ReasonDefinition(number, f"R{number}", Text(name, translations), True, usable)


def activity(key: str, level: int, name: str, parent: str | None = None) -> ActivityDefinition:
    return ActivityDefinition(key, level, parent, Text(name, {}), key.upper(), None, None, None)


def usual_roll() -> Roll:
    """Three people who speak three languages, one who left; seven reasons and two levels of activities."""
    names = ("Dokter", "Vakbond", "Opleiding", "Dienstreis", "Telewerk", "Pauze", "Overmacht")
    return Roll(
        people=[
            (1, "Anna", "Peeters", ANNA, "nl", None, None),
            (2, "Luc", "Dubois", LUC, "fr", None, None),
            (3, "Eva", "Schmidt", EVA, "de", date(2020, 1, 1), None),
            (4, "Piet", "Vertrokken", LEFT, "nl", None, date(2025, 12, 31)),
        ],
        reasons=[
            *(reason(number, name) for number, name in enumerate(names, start=1)),
            reason(99, "Niet kiesbaar", usable=False),
        ],
        activities=[
            activity("a", 1, "Productie"),
            activity("b", 1, "Onderhoud"),
            activity("c", 1, "Magazijn"),
            activity("a1", 2, "Lijn 1", "a"),
            activity("a2", 2, "Lijn 2", "a"),
            activity("a3", 2, "Verpakking", "a"),
            activity("b1", 2, "Elektriciteit", "b"),
        ],
    )


def write_roster(folder: Path, roll: Roll | None = None, *, link: str | None = "up") -> None:
    """Make the roster's file as the courier would; `link` is the state of the way to the server."""
    one = usual_roll() if roll is None else roll
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        file.executescript(
            f"{SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
            " PRAGMA journal_mode = WAL;"
        )
        file.executemany(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, '')",
            [
                (*person[:5], *(day.isoformat() if day else None for day in person[5:]), one.groups.get(person[0]))
                for person in one.people
            ],
        )
        file.executemany(
            "INSERT INTO reason VALUES (?, ?, ?, ?, ?, ?, '')",
            [
                (each.id, each.code, each.name.default, json.dumps(dict(each.name.translations)),
                 each.is_enabled, each.is_reason_for_clocking)
                for each in one.reasons
            ],
        )  # fmt: skip
        file.executemany(
            "INSERT INTO activity VALUES (?, ?, ?, ?, '{}', ?, NULL, NULL, NULL, NULL, NULL, '')",
            [(each.id, each.level, each.parent_id, each.name.default, each.data_entry_code) for each in one.activities],
        )
        file.executemany("INSERT INTO balance VALUES (?, ?, ?, ?, ?, ?)", map(balance_row, one.balances))
        file.executemany(
            f"INSERT INTO day_clocking VALUES ({', '.join('?' * len(DAY_CLOCKING_COLUMNS))})",
            [day_clocking_row(Versioned(each, "")) for each in one.day_clockings],
        )
        file.commit()
    if link is not None:
        write_link(folder, link)


def write_link(folder: Path, state: str) -> None:
    """Tell the screen how the server can be reached."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        file.execute("INSERT OR REPLACE INTO link VALUES (1, ?, ?, NULL)", (state, MORNING.isoformat()))
        file.commit()


class ScriptedReader:
    """A reader that reports what it is told, with the moments that it is told."""

    def __init__(self, name: str = "front door") -> None:
        self._name = name
        self._events: asyncio.Queue[ReaderEvent] = asyncio.Queue()
        self._monotonic_ns = time.monotonic_ns()
        self.signals: list[Signal] = []
        """What it was to say to the guests."""

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._name

    def hold(self, badge_number: str, instant: datetime = MORNING, *, seconds_ago: float | None = None) -> None:
        """A badge is laid down at `instant`, three seconds after the one before, or so long ago."""
        self._monotonic_ns += 3_000_000_000
        if seconds_ago is not None:
            self._monotonic_ns = time.monotonic_ns() - int(seconds_ago * 1e9)
        self._events.put_nowait(BadgeRead(badge_number, self._name, instant, self._monotonic_ns))

    def turn(self, state: ReaderState) -> None:
        """The reader comes into this state."""
        self._events.put_nowait(ReaderStateChanged(self._name, state, "said the test"))

    def signal(self, signal: Signal) -> bool:
        """As a reader with light and tone."""
        self.signals.append(signal)
        return True

    async def events(self) -> AsyncGenerator[ReaderEvent, None]:
        """What was told, for ever."""
        yield ReaderStateChanged(self._name, ReaderState.READY, "it is there")
        while True:
            yield await self._events.get()


class DrawnKiosk(KioskApp):
    """The kiosk, drawn cell by cell: block glyphs have no seams, and no font is fetched."""

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """As Textual's own, which the snapshots ask for."""
        del title, simplify
        picture = svg_of(self.screen._compositor.render_strips(self.size))
        return COUNTDOWN.sub(">3600<", RECEIPT.sub("7K3M-Q2XD", picture))


@contextmanager
def kiosk(
    folder: Path,
    readers: Sequence[BadgeReader],
    *,
    clock: SetClock | None = None,
    site: str = "Hoofdingang",
    languages: tuple[str, ...] = ("nl", "fr", "de", "en"),
    times: Times | None = None,
    keep_unknown: bool = True,
    same_booking_seconds: float = 0.0,
    has_activities: bool = True,
    has_undo: bool = True,
    few_colours: bool = False,
    theme: ThemeName = ThemeName.DARK,
    site_colours: SiteColours | None = None,
    look_seconds: float = 5.0,
    watch: TimeWatch | None = None,
    kinds_of_readers: Mapping[str, ClockingKind] = MappingProxyType({}),
    dim_seconds: float = math.inf,
    channels: Sequence[Channel] = (),
    messages: MessageFile | None = None,
    naming: Naming = WHOLE_NAME,
    tiles: Sequence[TileSpec] | None = None,
    rules: ChoiceRules | None = None,
    levels: int = 2,
    tap_seconds: float = 0.0,
    admin: AdminRules | None = None,
) -> Iterator[KioskApp]:
    """The app on the files in `folder`; its answers stay until the next badge unless `times` says otherwise."""
    own_clock = clock or SetClock()
    rules_of_admin = admin or AdminRules()

    def desk() -> Desk:
        return Desk(
            LedgerDatabase(folder),
            Roster(folder),
            own_clock,
            ZONE,
            keep_unknown=keep_unknown,
            same_booking_seconds=same_booking_seconds,
            watch=watch,
            fullness=lambda _: 0,  # whatever this machine's disk is
            naming=naming,
            memory=Memory(folder),
            choices=rules or ChoiceRules(languages),
        )

    def is_time_doubtful() -> bool:
        return watch is not None and watch.quality().is_doubtful

    with ThreadPoolExecutor(1, thread_name_prefix="storage") as storage:
        specs = usual_tiles(has_activities=has_activities) if tiles is None else tiles
        make_display = partial(
            Display,
            site=site,
            languages=languages,
            zone=ZONE,
            clock=own_clock,
            tiles=specs,
            is_time_doubtful=is_time_doubtful,
        )

        async def make_reception(app: KioskApp, display: Display) -> Reception:
            listening = Listening(readers)
            for reader in readers:
                app.run_worker(listening.to(reader))
            return Reception(
                app,
                display,
                Visit(
                    times or Times(3600, 3600, 3600, 3600),
                    first_language=languages[0],
                    kinds_of_readers=kinds_of_readers,
                    levels=levels,
                    admin_badges=rules_of_admin.badges,
                ),
                open_desk=desk,
                listening=listening,
                storage=storage,
                clock=own_clock,
                doorbells=folder,
                languages=languages,
                zone=ZONE,
                tiles=specs,
                has_undo=has_undo,
                tap_seconds=tap_seconds,
                admin=rules_of_admin,
                look_seconds=look_seconds,
                dim_seconds=dim_seconds,
                channels=channels,
                messages=messages,
            )

        palette = palette_of(theme, site_colours, few_colours=few_colours)
        app = DrawnKiosk(make_display=make_display, make_reception=make_reception, tiles=specs, palette=palette)
        try:
            yield app
        finally:
            if app.reception is not None:
                storage.submit(app.reception.close).result()


@contextmanager
def listening_courier(folder: Path) -> Iterator[None]:
    """A courier's doorbell that is heard, by a name short enough for any folder."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as bell:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            bell.bind(f"/proc/self/fd/{opened}/courier.doorbell")
        finally:
            os.close(opened)
        yield


def recorded(folder: Path) -> list[tuple[str, str, str]]:
    """Badge number, kind and state of every clocking in the ledger's file, in order."""
    with closing(sqlite3.connect(folder / "ledger.db")) as file:
        return file.execute("SELECT badge_number, kind, state FROM clocking ORDER BY sequence").fetchall()
