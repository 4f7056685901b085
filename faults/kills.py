"""SIGKILL of kiosk and courier at random instants, while badges are held to the reader (docs/proof.md)."""

import itertools
import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from benchmarks.pty_process import PtyProcess
from benchmarks.site import RosterPerson, scratch_folder, write_roster, write_settings
from benchmarks.waiting import people_of_simulator
from drivers.rehearsal import VirtualReader
from faults.report import Report
from faults.terminal import Terminal, difference, sent_of
from terminal_app.simulator.server import SimulatorThread

_PEOPLE = 400
_DIE_AT_START = 0.2
_START_SECONDS, _WORK_SECONDS = 1.0, 2.0
"""The longest that a process lives, from its start or from its readiness."""
_EVERY_UNDER_WAY = 3
"""Every so many couriers die when the server has stored what they sent, and before it answers."""
_ANSWERED_SECONDS, _WITHHELD_SECONDS = 0.1, 5.0
"""How long the server takes for an answer; and then."""
_UNDER_WAY_SECONDS = 10.0
"""How long such a request is waited for."""
_MOST_BADGES = 300
_ANSWER_SECONDS = 0.5
_PATIENCE_SECONDS = 120.0
_READY_SECONDS = 30.0
_CONTROL_KILLS, _MOST_CONTROL_KILLS = 8, 64
_RECORDED = b"recorded at"


@dataclass(slots=True)
class _Day:
    """What happened."""

    kiosk_kills: int = 0
    courier_kills: int = 0
    under_way: int = 0
    """Those of the courier's kills with a request that was stored and not answered."""
    held: Counter[int] = field(default_factory=Counter)
    """How often each person's badge was held to the reader."""
    confirmed: Counter[int] = field(default_factory=Counter)
    """How often the screen said to each person that it is recorded."""


def run(count: int, seed: int) -> Report:
    """`count` kills of both together; then the ledger, the screen's bytes and the server are compared."""
    day, faults, recorded = _try(count, random.Random(seed), "")
    lost, kiosks = _control(seed, "answers_first", "the screen confirmed")
    doubled, couriers = _control(seed, "sends_interrupted_again", "at the server")
    return Report(
        claim="whenever kiosk or courier is killed, what the screen confirmed is in the ledger, and what is in the"
        " ledger is at the server exactly once",
        tried=f"{day.kiosk_kills} kills of the kiosk and {day.courier_kills} of the courier, {day.under_way} of them"
        " when the server had stored a request and not answered it",
        figures={
            "badges held to the reader": day.held.total(),
            "confirmed on the screen": day.confirmed.total(),
            "recorded": recorded,
            f"control, a kiosk that answers first, {kiosks} kills: lost": lost,
            f"control, a courier that sends again what was interrupted, {couriers} kills: doubled": doubled,
        },
        faults=faults,
        void=[
            *([] if day.confirmed else ["the screen confirmed nothing"]),
            *([] if day.under_way else ["no courier died with a request stored and not answered"]),
            *([] if lost else ["control, a kiosk that answers first: lost nothing"]),
            *([] if doubled else ["control, a courier that sends again: doubled nothing"]),
        ],
    )


def _control(seed: int, fault: str, told: str) -> tuple[int, int]:
    """How many wrongs were found, and in how many kills: a few more as long as chance spares all of them."""
    found = kills = 0
    while not found and kills < _MOST_CONTROL_KILLS:
        found = sum(told in one for one in _try(_CONTROL_KILLS, random.Random(seed + kills), fault)[1])
        kills += _CONTROL_KILLS
    return found, kills


def _try(count: int, chance: random.Random, fault: str) -> tuple[_Day, list[str], int]:
    """The day, what was wrong with it, and how many clockings it had."""
    people = _people()
    day = _Day()
    with scratch_folder() as folder, SimulatorThread(people=_PEOPLE) as simulator:
        write_roster(folder, people)
        settings = write_settings(folder, url=simulator.url)
        with settings.open("a", encoding="utf-8") as file:
            file.write('[synchronisation]\nmode = "off"\n')  # the names of the roster stay
            file.write(
                '[time]\nuntrusted = "send"\nwait_minutes = 0\n'
            )  # whether or not this machine's clock is synchronised
        terminal = Terminal(settings, fault)
        simulator.set_faults(probability=0.03, seed=chance.randrange(1_000_000), target="writes")
        with (
            VirtualReader("rdm6300", link=folder / "reader") as reader,
            _couriers_killed(terminal, simulator, day, random.Random(chance.random())),
        ):
            queue = itertools.cycle(people)
            while day.kiosk_kills + day.courier_kills < count:
                _live(terminal, reader, queue, day, chance)
        simulator.clear_faults()
        faults = Terminal(settings).deliver_the_rest(_PATIENCE_SECONDS)
        recorded = terminal.recorded()
        faults += _faults_of(day, Counter(person for person, _, _ in recorded))
        faults += difference(Counter(recorded), Counter(sent_of(simulator.received())))
        faults += terminal.damage()
    return day, faults, len(recorded)


def _people() -> list[RosterPerson]:
    """Those of the simulator, with names that are nobody else's: the screen tells who was greeted."""
    return [
        RosterPerson(one.id, "Anna", f"Peeters {one.id:06d}", one.badge_number) for one in people_of_simulator(_PEOPLE)
    ]


@contextmanager
def _couriers_killed(
    terminal: Terminal, simulator: SimulatorThread, day: _Day, chance: random.Random
) -> Iterator[None]:
    """Couriers at work while the context lasts, each for a short life."""
    stop = threading.Event()
    with ThreadPoolExecutor(1) as thread:
        couriers = thread.submit(_kill_couriers, terminal, simulator, day, chance, stop)
        try:
            yield
        finally:
            stop.set()
        couriers.result()


def _kill_couriers(
    terminal: Terminal, simulator: SimulatorThread, day: _Day, chance: random.Random, stop: threading.Event
) -> None:
    log = terminal.folder / "courier.log"
    for number in itertools.count(1):
        if stop.is_set():
            return
        # Answers that take a while, so that many requests are under way at an instant of chance.
        simulator.set_faults(slow_answer_seconds=_ANSWERED_SECONDS)
        begins = log.stat().st_size if log.exists() else 0
        courier = terminal.start_courier()
        if number % _EVERY_UNDER_WAY == 0:
            day.under_way += _wait_for_one_under_way(simulator, stop)
        elif chance.random() < _DIE_AT_START:
            stop.wait(chance.uniform(0.0, _START_SECONDS))
        else:
            end = time.monotonic() + _READY_SECONDS
            while b"courier-started" not in log.read_bytes()[begins:] and time.monotonic() < end:
                time.sleep(0.01)
            stop.wait(chance.uniform(0.0, _WORK_SECONDS))
        courier.kill()
        courier.wait()
        day.courier_kills += 1


def _wait_for_one_under_way(simulator: SimulatorThread, stop: threading.Event) -> bool:
    """Whether a request came that the server has stored and will not answer for a while."""
    simulator.set_faults(slow_answer_seconds=_WITHHELD_SECONDS)
    before, end = len(simulator.received()), time.monotonic() + _UNDER_WAY_SECONDS
    while len(simulator.received()) == before:
        if time.monotonic() > end or stop.wait(0.01):
            return False
    return True


def _live(
    terminal: Terminal, reader: VirtualReader, queue: Iterator[RosterPerson], day: _Day, chance: random.Random
) -> None:
    """One life of a kiosk, from its start to its kill: badge after badge, each as soon as the former is answered."""
    held = []
    with PtyProcess(*terminal.command("kiosk")) as kiosk:
        dies_at_start = chance.random() < _DIE_AT_START
        if not dies_at_start:
            kiosk.seen(b"reader ready", _READY_SECONDS)
        seconds = chance.uniform(0.0, _START_SECONDS if dies_at_start else _WORK_SECONDS)
        death = threading.Timer(seconds, os.kill, (kiosk.pid, signal.SIGKILL))
        death.start()
        with suppress(ChildProcessError):
            if dies_at_start:
                kiosk.drain(_READY_SECONDS)
            for who in itertools.islice(queue, _MOST_BADGES):  # nobody twice in one life
                held.append(who)
                reader.hold(who.card)
                kiosk.seen(who.painted, _ANSWER_SECONDS)
            kiosk.drain(_READY_SECONDS)
        death.join()
        day.held.update(who.id for who in held)
        day.confirmed.update(confirmed(kiosk.everything, held))
    day.kiosk_kills += 1


def confirmed(screen: bytes, held: Sequence[RosterPerson]) -> Iterator[int]:
    """Whom the bytes of the screen told that it is recorded: the word comes after a name and before the next one."""
    by_name = {who.painted: who.id for who in held}
    if not by_name:
        return
    parts = re.split(b"(" + b"|".join(map(re.escape, by_name)) + b")", screen)
    told = {name for name, after in zip(parts[1::2], parts[2::2], strict=True) if _RECORDED in after}
    yield from (by_name[name] for name in told)


def _faults_of(day: _Day, recorded: Counter[int]) -> Iterator[str]:
    for person in sorted(day.held | recorded):
        if recorded[person] < day.confirmed[person]:
            yield f"person {person}: the screen confirmed {day.confirmed[person]}, the ledger has {recorded[person]}"
        if recorded[person] > day.held[person]:
            yield f"person {person}: {day.held[person]} badges, the ledger has {recorded[person]}"
