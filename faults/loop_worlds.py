"""The simulated worlds around the courier's own loop, as a part of the suite: `faults.worlds.run_loop`."""

from faults.worlds import run_loop as run

__all__ = ["run"]
