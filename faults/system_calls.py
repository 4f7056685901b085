"""A fault at the first, second, third ... system call of a recording, until a run meets none (docs/proof.md)."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import count as count_from
from itertools import product
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

from benchmarks.site import person, scratch_folder, write_roster, write_settings
from faults.report import Report
from faults.saboteur import careless_record
from faults.tracing import forked_and_stopped, traced
from terminal_app.clocking.clocking import ClockingKind
from terminal_app.kiosk import desk as desk_module
from terminal_app.kiosk.deeds import Clock, Undo
from terminal_app.kiosk.desk import Desk
from terminal_app.kiosk.guest import Badge, Recorded, TakenBack
from terminal_app.kiosk.opening import open_desk
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import LedgerError, NotRecorded
from terminal_app.ledger.files import FILE_NAME
from terminal_app.settings import Settings
from terminal_app.settings_file import load_settings
from terminal_app.timekeeping.clock import SystemClock
from terminal_app.timekeeping.watch import TimeWatch

_CALLS = ("write", "pwrite64", "fdatasync", "fsync", "openat", "ftruncate", "rename", "unlink", "flock")
_ERRORS = ("EIO", "ENOSPC", "EINTR")
_KILLED = "SIGKILL"
_LONGEST_SECONDS = 2.0
_HANGS_SECONDS = 10.0
_TRIES_OF_A_SLOW_ONE = 3
"""A busy machine keeps anybody waiting: slow is what is slow each time."""
_PEOPLE = 50
_CLOCKINGS = 4
"""One after another; a checkpoint after the second, an undo after the third."""
_CONTROL_RUNS = 12
_CLOCK = SystemClock()
"""Made before the faults begin: it reads what is no file of the terminal's."""
_REFUSED_STARTS = "starts refused with what to do"
_STORED_ALL_THE_SAME = "told to try again, and stored all the same"


@dataclass(frozen=True, slots=True)
class _Fault:
    """One thing that goes wrong, at the nth of such calls."""

    what: str
    call: str
    nth: int

    @property
    def is_met_by_death(self) -> bool:
        return self.what == _KILLED

    @property
    def options(self) -> list[str]:
        """For strace."""
        what = f"signal={self.what}" if self.is_met_by_death else f"error={self.what}"
        return ["-e", f"trace={self.call}", "-e", f"inject={self.call}:{what}:when={self.nth}"]

    def __str__(self) -> str:
        return f"{self.what} at {self.call} {self.nth}"


@dataclass(slots=True)
class _Heard:
    """What the guests of one run were told, by badge number, and how long it took."""

    recorded: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    undone: set[int] = field(default_factory=set)
    slowest: float = 0.0
    hangs: bool = False
    did_not_start: bool = False
    crash: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    scratch: Path
    settings: Settings

    @property
    def tried(self) -> Path:
        return self.settings.storage.folder


def run(count: int, seed: int) -> Report:
    """`count` rounds over all calls and faults; and a control, a desk that says "done" whatever the disk says."""
    figures: Counter[str] = Counter()
    faults: list[str] = []
    slowest = 0.0
    with scratch_folder() as scratch:
        place = _Place(scratch, _template(scratch))
        for number, call, what in product(range(count), _CALLS, (*_ERRORS, _KILLED)):
            for fault, heard, found in _until_clean(place, call, what, seed + number):
                figures[f"{what} at {call}"] += 1
                figures[_REFUSED_STARTS] += heard.did_not_start
                figures[_STORED_ALL_THE_SAME] += len(heard.refused & _rows(place.tried).keys())
                slowest = max(slowest, heard.slowest)
                faults += [f"{fault}: {one}" for one in found]
        seen = _control(place, seed)
    runs = sum(number for name, number in figures.items() if " at " in name)
    return Report(
        claim="with a fault at any one system call of a recording there is no answer without a stored row, no stored"
        f" row without an answer or a wish to try again, and no answer takes {_LONGEST_SECONDS:g} s",
        tried=f"{runs} runs with one fault each, of {_CLOCKINGS} clockings",
        figures={
            **dict(sorted(figures.items())),
            "slowest answer, ms": round(slowest * 1000, 1),
            f"control, a desk that ignores errors: runs of {_CONTROL_RUNS} found": seen,
        },
        faults=faults,
        void=[] if seen else ["control, a desk that ignores errors: not found"],
    )


def _template(scratch: Path) -> Settings:
    """Settings for the folder `tried`, and a folder `template` as a crash leaves it: the log is there, and grown."""
    template, tried = scratch / "template", scratch / "tried"
    template.mkdir()
    tried.mkdir()
    write_roster(template, map(person, range(1, _PEOPLE + 1)))
    with closing(LedgerDatabase(template)):
        for name in (FILE_NAME, f"{FILE_NAME}-wal"):
            shutil.copy(template / name, tried / name)
    settings = load_settings(write_settings(scratch))
    for path in tried.iterdir():
        path.rename(template / path.name)
    return replace(settings, storage=replace(settings.storage, folder=tried))


def _until_clean(place: _Place, call: str, what: str, seed: int) -> Iterator[tuple[_Fault, _Heard, list[str]]]:
    for nth in count_from(1):
        fault = _Fault(what, call, nth)
        is_met, heard, found = _one_run(place, fault, seed)
        tries = 1
        while tries < _TRIES_OF_A_SLOW_ONE and (heard.hangs or heard.slowest >= _LONGEST_SECONDS):
            is_met, heard, found = _one_run(place, fault, seed)
            tries += 1
        if is_met or found:
            yield fault, heard, found
        if not is_met:
            return


def _control(place: _Place, seed: int) -> int:
    with patch.object(desk_module, "record", careless_record):
        runs = [_one_run(place, _Fault("EIO", "fdatasync", nth), seed) for nth in range(1, _CONTROL_RUNS + 1)]
    return sum(any("no row" in one for one in found) for _, _, found in runs)


def _one_run(place: _Place, fault: _Fault, seed: int) -> tuple[bool, _Heard, list[str]]:
    """Whether the fault was met, what was heard, what is wrong."""
    shutil.rmtree(place.tried)
    shutil.copytree(place.scratch / "template", place.tried)
    log = place.scratch / "strace.log"
    ours, theirs = socket.socketpair()
    child = forked_and_stopped(partial(_serve, place.settings, theirs, seed))
    theirs.close()
    with traced(child, fault.options, log):
        os.kill(child, signal.SIGCONT)
        heard = _listen(ours)
        if heard.hangs:
            os.killpg(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
    was_killed = os.WIFSIGNALED(status)
    is_met = was_killed if fault.is_met_by_death else b"(INJECTED)" in log.read_bytes()
    found = _faults_in(place.tried, heard, was_killed=was_killed)
    if heard.hangs:
        found.append("it hangs")
    elif not was_killed and os.waitstatus_to_exitcode(status) and not heard.crash:
        found.append("it ended, and nobody heard why")
    return is_met, heard, found


def _serve(settings: Settings, out: socket.socket, seed: int) -> NoReturn:
    """The child: a desk as the kiosk opens it, and its guests. Tells by a socket: its calls are not tampered with."""

    def tell(*what: object) -> None:
        out.send(json.dumps(what).encode() + b"\n")

    def badge(number: int) -> Badge:
        return Badge(person((seed + number) % _PEOPLE + 1).badge_number, "door", _CLOCK.now())

    code = 0
    try:
        began = time.monotonic()
        with patch("terminal_app.kiosk.opening.SystemClock", lambda: _CLOCK):
            desk = open_desk(settings, TimeWatch(_CLOCK, largest_error=timedelta(seconds=2)))
        tell("opened", time.monotonic() - began)
        for number in range(_CLOCKINGS):
            _serve_one(desk, badge(number), tell, is_undone=number == 2)
            if number == 1:
                desk.status()
                with suppress(NotRecorded):
                    desk._ledger.checkpoint()  # noqa: SLF001 # what `rest` does after 50
        desk.close()
    except LedgerError as error:
        tell("did not start", str(error))
    except BaseException as error:  # noqa: BLE001 # told: it is the fault that is looked for
        tell("crash", f"{type(error).__name__}: {error}")
        code = 1
    finally:
        os._exit(code)


def _serve_one(desk: Desk, badge: Badge, tell: Callable[..., None], *, is_undone: bool) -> None:
    tell("asked", badge.number)
    began = time.monotonic()
    answer = desk.clock(Clock(badge, ClockingKind.IN_OUT))
    seconds = time.monotonic() - began
    if isinstance(answer, Recorded):
        tell("recorded", badge.number, answer.sequence, seconds)
        if is_undone and isinstance(desk.undo(Undo(answer)), TakenBack):
            tell("undone", answer.sequence)
    else:
        tell("refused", badge.number, seconds)


def _listen(ours: socket.socket) -> _Heard:
    """What is told until nobody is there to tell any more, or for too long."""
    raw, heard = b"", _Heard()
    ours.settimeout(_HANGS_SECONDS)
    with ours:
        try:
            while some := ours.recv(65536):
                raw += some
        except TimeoutError:
            heard.hangs = True
    for line in raw.splitlines():
        _hear(heard, json.loads(line))
    return heard


def _hear(heard: _Heard, told: list[Any]) -> None:
    what, *values = told
    match what:
        case "asked":
            heard.asked.append(values[0])
        case "recorded":
            heard.recorded[values[0]] = values[1]
        case "refused":
            heard.refused.add(values[0])
        case "undone":
            heard.undone.add(values[0])
        case "did not start":
            heard.did_not_start = True
        case "crash":
            heard.crash = values[0]
    if what in ("opened", "recorded", "refused"):
        heard.slowest = max(heard.slowest, values[-1])


def _rows(folder: Path) -> dict[str, tuple[int, str]]:
    """Sequence and state by badge number."""
    try:
        with closing(LedgerDatabase(folder)) as ledger:
            return {
                badge: (sequence, state)
                for badge, sequence, state in ledger.rows("SELECT badge_number, sequence, state FROM clocking")
            }
    except (LedgerError, sqlite3.Error):
        return {}


def _faults_in(folder: Path, heard: _Heard, *, was_killed: bool) -> list[str]:
    try:
        with closing(LedgerDatabase(folder)) as ledger:
            verdict = ledger.connection.execute("PRAGMA integrity_check").fetchone()[0]
    except (LedgerError, sqlite3.Error) as error:
        return [f"the ledger does not open afterwards: {error}"]
    faults = [] if verdict == "ok" else [f"integrity_check: {verdict}"]
    rows = _rows(folder)
    if heard.crash:
        faults.append(f"an error that nobody foresaw: {heard.crash}")
    if heard.slowest >= _LONGEST_SECONDS:
        faults.append(f"an answer took {heard.slowest:.1f} s")
    faults += [
        f"clocking {sequence} was answered, and there is no row"
        for number, sequence in heard.recorded.items()
        if rows.get(number, (0, ""))[0] != sequence
    ]
    answered = heard.recorded.keys() | heard.refused
    under_way = set(heard.asked[-1:]) if was_killed else set()
    faults += [f"row {rows[number][0]} without an answer" for number in rows.keys() - answered - under_way]
    if heard.asked and not was_killed and set(heard.asked) - answered:
        faults.append("a guest got no answer")
    if len(heard.refused) > 1:
        faults.append(f"one fault, and {len(heard.refused)} clockings were not recorded: it does not recover")
    faults += [f"undone {one} was told, and is not" for one in heard.undone if (one, "undone") not in rows.values()]
    return faults
