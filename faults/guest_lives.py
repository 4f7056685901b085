"""A guest's power fails again and again while people badge: what its screen confirmed is at the server exactly once.

Part `guest` of `./run faults`; `./run boot-test` has it too. The machine is a real Debian with real systemd and our
package, in software emulation; a life of it takes one to three minutes.
"""

import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.site import RosterPerson
from benchmarks.waiting import people_of_simulator
from faults.guest import IDLE, READY, Guest
from faults.guest_image import Image, build_image
from faults.report import Report
from faults.terminal import Sent, difference, sent_of
from terminal_app.simulator.server import SimulatorThread

PEOPLE = 200
BOOT_SECONDS = 900.0
ANSWER_SECONDS = 120.0
"""In software, beside other work, a start of a program takes its time; how long it took is in the report."""
DELIVERY_SECONDS = 600.0
_DIES_AT_START = 0.2
_LONGEST_START, _LONGEST_LAST = 60.0, 3.0
_MOST_ANSWERS = 12
_OFFLINE = 0.3
_CONTROL_LIVES = 1
_FOLDER = Path(__file__).parents[1] / "build" / "guest"
_CONTROL = {
    f"/usr/local/lib/control/faults/{name}": Path(__file__).with_name(name)
    for name in ("__init__.py", "without_sync.py")
}
_SABOTAGE = (
    "mkdir -p /etc/systemd/system/clocking-terminal-kiosk.service.d && printf '[Service]\\n"
    "Environment=PYTHONPATH=/usr/local/lib/control\\nExecStart=\\nExecStart=/opt/clocking-terminal/bin/python -m"
    " faults.without_sync kiosk --config /etc/clocking-terminal/terminal.toml\\n'"
    " > /etc/systemd/system/clocking-terminal-kiosk.service.d/control.conf && sync"
)
_PEOPLE_READ = """runuser -u clocking-terminal -- /usr/bin/python3.11 -c '
import sqlite3
try:
    roster = sqlite3.connect("file:/var/lib/clocking-terminal/roster.db?mode=ro", uri=True)
    print(roster.execute("SELECT count(*) FROM person").fetchone()[0])
except sqlite3.Error:
    print(0)
'"""
_LEDGER = """runuser -u clocking-terminal -- /opt/clocking-terminal/bin/python -I -c '
import json
from pathlib import Path
from terminal_app.ledger.reading import ledger_to_read
with ledger_to_read(Path("/var/lib/clocking-terminal")) as ledger:
    rows = ledger.execute("SELECT person_id, date, minute, state FROM clocking").fetchall()
    print(json.dumps({"rows": rows, "check": ledger.execute("PRAGMA integrity_check").fetchone()[0]}))
'"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A disk, a server people whose names are nobody else's, and a folder for what is made."""

    image: Image
    simulator: SimulatorThread
    people: list[RosterPerson]
    folder: Path

    def power(self, image: Image, *, network: bool = True, clock: str = "utc") -> Guest:
        """A machine with that disk, to be switched on."""
        return Guest(image, self.folder, self.simulator.port, network=network, clock=clock)


@dataclass(slots=True)
class Days:
    """What happened in all lives."""

    kills_at_start: int = 0
    kills_at_work: int = 0
    offline: int = 0
    boots: list[float] = field(default_factory=list)
    """Seconds of each from power to the screen that waits for a badge."""
    held: Counter[int] = field(default_factory=Counter)
    confirmed: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Held:
    """What a ledger has."""

    recorded: Counter[Sent]
    states: Counter[str]
    check: str


def run(count: int, seed: int) -> Report:
    """`count` lives that end in the middle, then one that delivers; and a control whose ledger syncs nothing."""
    with made_scene() as scene:
        days, faults, recorded = kills(scene, count, random.Random(seed))
        lost = control(scene)
    return report_of(days, faults, recorded, lost)


def report_of(days: Days, faults: list[str], recorded: int, lost: int) -> Report:
    """What the lives came to."""
    return Report(
        claim="whenever the power of a whole machine fails, what its screen confirmed is at the server exactly once",
        tried=f"{days.kills_at_work} power cuts while people badged, {days.kills_at_start} while it started",
        figures={
            "lives without a network": days.offline,
            "badges held to the reader": days.held.total(),
            "confirmed on the screen": days.confirmed.total(),
            "recorded, and at the server": recorded,
            "seconds from power to the idle screen, median": round(statistics.median(days.boots or [0.0]), 1),
            f"control, a ledger that syncs nothing, {_CONTROL_LIVES} life: lost": lost,
        },
        faults=faults,
        void=[
            *([] if days.confirmed else ["the screen confirmed nothing"]),
            *([] if lost else ["control, a ledger that syncs nothing: lost nothing"]),
        ],
    )


@contextmanager
def made_scene(also: Callable[[Path], Mapping[str, Path]] | None = None) -> Iterator[Scene]:
    """One, while the context lasts; `also` makes further files for the disk, by their paths there, in a folder."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=_FOLDER) as name, SimulatorThread(people=PEOPLE) as simulator:
        folder = Path(name)
        everybody = people_of_simulator(PEOPLE)
        names = [one.painted for one in everybody]
        # Whose name is seen on the screen is nobody else, and Debian's console font has every letter of it.
        people = [one for one in everybody if one.painted.isascii() and sum(one.painted in name for name in names) == 1]
        yield Scene(build_image(folder, also={**_CONTROL, **(also(folder) if also else {})}), simulator, people, folder)


def kills(scene: Scene, count: int, chance: random.Random) -> tuple[Days, list[str], int]:
    """What happened, what was wrong, and how many clockings there were."""
    image = scene.image.copy(scene.folder / "lives.img")
    days = Days()
    queue = itertools.cycle(scene.people)
    fetch_people(scene, image)
    for number in range(count):
        _live(scene, image, queue, days, chance)
        at_server = len(scene.simulator.received())
        print(
            f"  life {number + 1}: {days.held.total()} held, {days.confirmed.total()} confirmed, {at_server} delivered",
            file=sys.stderr,
            flush=True,
        )
    held, faults = deliver_the_rest(scene, image)
    by_person = Counter(person for person, _, _ in held.recorded.elements())
    for person in sorted(days.held | by_person):
        if by_person[person] < days.confirmed[person]:
            faults.append(
                f"person {person}: confirmed {days.confirmed[person]} times, {by_person[person]} in the ledger"
            )
        if by_person[person] > days.held[person]:
            faults.append(f"person {person}: {days.held[person]} badges, {by_person[person]} in the ledger")
    faults += difference(held.recorded, Counter(sent_of(scene.simulator.received())))
    return days, faults, held.recorded.total()


def fetch_people(scene: Scene, image: Image) -> None:
    """A first life, ended as one should, in which the courier reads the people."""
    with scene.power(image) as guest:
        if guest.shows(IDLE, within_seconds=BOOT_SECONDS) is None:
            raise RuntimeError(f"the guest shows nothing: {guest.screens[-1:]}")
        wait_for_people(guest)
        guest.power_off()


def wait_for_people(guest: Guest) -> None:
    """Until the roster has all of them."""
    end = time.monotonic() + DELIVERY_SECONDS
    while int(guest.do(_PEOPLE_READ).split()[-1]) < PEOPLE:
        if time.monotonic() > end:
            raise RuntimeError(f"the courier reads no people: {guest.do('clocking-terminal status || true')}")
        time.sleep(3)


def _live(scene: Scene, image: Image, queue: Iterator[RosterPerson], days: Days, chance: random.Random) -> None:
    """From power to the cut of it."""
    network = chance.random() >= _OFFLINE
    days.offline += not network
    with scene.power(image, network=network) as guest:
        if chance.random() < _DIES_AT_START:
            time.sleep(chance.uniform(0.0, _LONGEST_START))
            guest.cut()
            days.kills_at_start += 1
            return
        wait_until_ready(guest, days)
        badge(guest, queue, days, chance.randrange(_MOST_ANSWERS), chance.uniform(0.0, _LONGEST_LAST))
        days.kills_at_work += 1


def wait_until_ready(guest: Guest, days: Days) -> None:
    """The screen waits for a badge, and the reader is there."""
    began = time.monotonic()
    if guest.shows(IDLE, within_seconds=BOOT_SECONDS) is None:
        raise RuntimeError(f"the guest shows nothing: {guest.screens[-1:]}")
    days.boots.append(time.monotonic() - began)
    while not any(guest.screens[-1].has(word) for word in READY):
        time.sleep(0.1)


def badge(guest: Guest, queue: Iterator[RosterPerson], days: Days, answers: int, more_seconds: float) -> None:
    """So many badges, each answered before the next; then one more, and the power fails so long after it was held."""
    held = list(itertools.islice(queue, answers + 1))
    for who in held:
        days.held[who.id] += 1
        since = len(guest.screens)
        guest.hold(who.card)
        if who is not held[-1]:
            guest.shows(who.painted.decode(), "recorded at", within_seconds=ANSWER_SECONDS, since=since)
    time.sleep(more_seconds)
    guest.cut()
    time.sleep(0.5)  # the last lines that it told
    for who in held:
        days.confirmed[who.id] += any(screen.has(who.painted.decode(), "recorded at") for screen in guest.screens)


def deliver_the_rest(scene: Scene, image: Image) -> tuple[Held, list[str]]:
    """A life in which nobody badges: the ledger at its end, and what was not delivered."""
    faults = []
    with scene.power(image) as guest:
        guest.shows(IDLE, within_seconds=BOOT_SECONDS)
        end = time.monotonic() + DELIVERY_SECONDS
        while set((held := ledger_of(guest)).states) - {"confirmed"} and time.monotonic() < end:
            time.sleep(5)
        if set(held.states) - {"confirmed"}:
            faults.append(f"not delivered within {DELIVERY_SECONDS:g} s: {dict(held.states)}")
        if held.check != "ok":
            faults.append(f"integrity_check: {held.check}")
        guest.power_off()
    return held, faults


def ledger_of(guest: Guest) -> Held:
    """As the guest's own program reads it."""
    said = json.loads(guest.do(_LEDGER))
    return Held(
        recorded=Counter((person, date, minute) for person, date, minute, _ in said["rows"]),
        states=Counter(state for *_, state in said["rows"]),
        check=said["check"],
    )


def control(scene: Scene) -> int:
    """How many confirmed clockings a kiosk loses whose ledger syncs nothing."""
    image = scene.image.copy(scene.folder / "control.img")
    days = Days()
    with scene.power(image) as guest:
        guest.shows(IDLE, within_seconds=BOOT_SECONDS)
        wait_for_people(guest)
        guest.do(_SABOTAGE)
        guest.power_off()
    for _ in range(_CONTROL_LIVES):
        # Without a network: the courier's own syncs would save the kiosk's rows.
        with scene.power(image, network=False) as guest:
            wait_until_ready(guest, days)
            badge(guest, iter(scene.people), days, _MOST_ANSWERS, 0.0)
    with scene.power(image, network=False) as guest:
        guest.shows(IDLE, within_seconds=BOOT_SECONDS)
        recorded = ledger_of(guest).recorded.total()
    return days.confirmed.total() - recorded
