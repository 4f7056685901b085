"""The parts by name: a new one joins by one line here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A module with `run(count, seed) -> Report`, and how often it tries."""

    module: str
    what: str
    bounded: int
    """In CI."""
    long: int


PARTS = {
    "kills": Part("faults.kills", "kiosk and courier killed at work", 100, 1_000),
    "cut_disk": Part("faults.cut_disk", "power cuts of a real ext4", 100, 1_000),
    "cut_writes": Part("faults.cut_writes", "power cuts that keep any part of what was not synced", 10_000, 1_000_000),
    "guest": Part("faults.guest_lives", "power cuts of a whole machine, in software", 3, 50),
    "system_calls": Part("faults.system_calls", "a fault at every system call of a recording", 1, 10),
    "full_disk": Part("faults.full_disk", "a disk that fills up", 3, 50),
    "bad_day": Part("faults.bad_day", "delivery through a bad day of the network", 3_000, 100_000),
    "waiting": Part("faults.waiting", "very many clockings that wait", 100_000, 1_000_000),
    "clocks": Part("faults.clock_worlds", "clocks that drift, jump and lose their battery", 5_000, 100_000),
    "worlds": Part("faults.worlds", "delivery's rules in simulated worlds", 100_000, 10_000_000),
    "loop_worlds": Part("faults.loop_worlds", "the courier's own loop in simulated worlds", 200, 20_000),
    "mutants": Part("faults.mutants", "deliberate faults in the rules, which the tests must find", 20, 1_000),
    "services": Part(
        "faults.services", "the shipped units under a real systemd, their processes stopped and killed", 6, 60
    ),
    "fuzz": Part("faults.fuzz", "any bytes to decoders, settings, answers and the ledger's file", 40_000, 4_000_000),
    "readers": Part("faults.readers", "noise and damaged frames to every serial driver", 60_000, 10_000_000),
}
