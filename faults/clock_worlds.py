"""Simulated machines whose clocks drift, jump and lose their battery (docs/timekeeping.md), as a part of the suite."""

from faults.clocks import WAYS, Wrong
from faults.clocks import run as live_through
from faults.report import Report

_CONTROL_WORLDS = 200


def run(count: int, seed: int) -> Report:
    """`count` worlds; and a control that calls every clock good."""
    counts: dict[str, int] = {}
    faults: list[str] = []
    void: list[str] = []
    try:
        counts = live_through(count, seed)
        void += [f"no clocking was {name}" for name in WAYS if not counts[name]]
    except Wrong as wrong:
        faults.append(str(wrong))
    try:
        live_through(_CONTROL_WORLDS, seed, control=True)
    except Wrong:
        is_found = True
    else:
        is_found = False
        void.append("control, every clock is called good: not found")
    return Report(
        claim="after a synchronisation every clocking of that boot is right to 50 ms and the anchors' error, and what"
        " cannot be bounded is never called good",
        tried=f"{count} worlds",
        figures={**counts, "control, every clock is called good": "found" if is_found else "not found"},
        faults=faults,
        void=void,
    )
