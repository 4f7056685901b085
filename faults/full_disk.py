"""The real kiosk on a disk of 16 MB that fills up, and has room again (docs/proof.md)."""

import itertools
import os
import random
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.pty_process import PtyProcess
from benchmarks.site import RosterPerson, person, scratch_folder, write_roster, write_settings
from drivers.rehearsal import VirtualReader
from faults.loop_disk import loop_disk
from faults.report import Report
from faults.terminal import Terminal

_MEBIBYTES = 16
_PEOPLE = 1_000
_LONGEST_SECONDS = 2.0
_START_SECONDS = 30.0
_MOST_BADGES = 600
_REFUSED_BADGES = 3
_GOOD_BADGES = 5
_RECORDED, _REFUSED = b"recorded at", b"NOT recorded"


@dataclass(slots=True)
class _Found:
    recorded: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> Report:
    """Fills the disk `count` times, with another rest of room each time; and a control, a kiosk that answers first."""
    chance = random.Random(seed)
    found = _Found()
    with scratch_folder() as scratch:
        for number in range(count):
            one = _fill(scratch, chance, "")
            found.recorded |= {number * _PEOPLE + who for who in one.recorded}
            found.refused |= {number * _PEOPLE + who for who in one.refused}
            found.faults += [f"fill {number + 1}: {fault}" for fault in one.faults]
        seen = _fill(scratch, chance, "ignores_errors").faults
    return Report(
        claim="on a full disk the screen never says recorded without a row, says so in time, and the kiosk records"
        " again by itself when there is room",
        tried=f"{count} disks of {_MEBIBYTES} MB filled",
        figures={
            "told recorded": len(found.recorded),
            "told not recorded": len(found.refused),
            "control, a kiosk that ignores errors: faults found": len(seen),
        },
        faults=found.faults,
        void=[
            *([] if found.refused else ["no recording met the full disk"]),
            *([] if seen else ["control, a kiosk that ignores errors: not found"]),
        ],
    )


def _fill(scratch: Path, chance: random.Random, fault: str) -> _Found:
    found = _Found()
    people = map(person, itertools.count(1))
    with loop_disk(scratch, _MEBIBYTES) as disk:
        folder = disk.mounted_at
        write_roster(folder, map(person, range(1, _PEOPLE + 1)))
        terminal = Terminal(write_settings(folder), fault)
        ballast = folder / "ballast"
        with (
            VirtualReader("rdm6300", link=folder / "reader") as reader,
            PtyProcess(*terminal.command("kiosk")) as kiosk,
        ):
            kiosk.painted_ns(b"reader ready")
            at_desk = _AtDesk(kiosk, reader, found)
            for who in itertools.islice(people, _GOOD_BADGES):
                at_desk.serve(who, wanted=_RECORDED)
            _fill_up(ballast, leave=chance.randrange(0, 300_000))
            for who in itertools.islice(people, _MOST_BADGES):
                if len(found.refused) == _REFUSED_BADGES:
                    break
                at_desk.serve(who)
            ballast.unlink()
            for who in itertools.islice(people, _GOOD_BADGES):
                at_desk.serve(who, wanted=_RECORDED)
        found.faults += terminal.damage()
        _compare(found, [row[0] for row in terminal.recorded()])
    return found


def _compare(found: _Found, rows: list[int]) -> None:
    found.faults += [f"person {who}: told recorded, and there is no row" for who in sorted(found.recorded - set(rows))]
    unanswered = set(rows) - found.recorded - found.refused
    found.faults += [f"person {who}: a row, and no answer" for who in sorted(unanswered)]
    if len(rows) != len(set(rows)):
        found.faults.append("a clocking is there twice")


@dataclass(frozen=True, slots=True)
class _AtDesk:
    kiosk: PtyProcess
    reader: VirtualReader
    found: _Found

    def serve(self, who: RosterPerson, wanted: bytes | None = None) -> None:
        """Hold a badge, and keep what the screen says to it."""
        self.kiosk.forget()
        self.reader.hold(who.card)
        if not self.kiosk.seen(who.painted, _LONGEST_SECONDS):
            self.found.faults.append(f"person {who.id}: no answer within {_LONGEST_SECONDS:g} s")
            return
        self.kiosk.drain(0.02)  # the rest of the painting
        told = self.kiosk.everything.partition(who.painted)[2]
        for word, people in ((_RECORDED, self.found.recorded), (_REFUSED, self.found.refused)):
            if word in told:
                people.add(who.id)
        if wanted is not None and wanted not in told:
            self.found.faults.append(f"person {who.id}: there was room, and it was not {wanted.decode()}")


def _fill_up(ballast: Path, *, leave: int) -> None:
    """Take all the room that a file can have, then give back some of it."""
    with ballast.open("wb", buffering=0) as file:
        size = 0
        for step in (65536, 4096, 512):
            with suppress(OSError):
                while True:
                    size += file.write(bytes(step))
        os.fsync(file.fileno())
        file.truncate(max(0, size - leave))
        os.fsync(file.fileno())
