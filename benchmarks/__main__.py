"""`./run bench [NAME ...] [--json FILE]`: measures, prints the table, judges nothing by its exit code."""

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from benchmarks.figures import Outcome, as_json, table

NAMES = (
    "recording",
    "wear",
    "badge_to_paint",
    "under_load",
    "start_up",
    "memory",
    "protime_client",
    "delivery",
    "choosing",
    "long_list",
    "synchronisation",
    "readers",
)
LONG = ("soak",)
"""Measured by name only."""


def main() -> None:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="./run bench", description="Each figure beside a floor of the same run.")
    parser.add_argument(
        "name",
        nargs="*",
        metavar="NAME",
        choices=[[], *NAMES, *LONG],
        help=f"of: {', '.join(NAMES)}; none: all of them; by name only: {', '.join(LONG)}",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    outcomes: list[Outcome] = []
    for name in arguments.name or NAMES:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        measure = cast("Callable[[], list[Outcome]]", import_module(f"benchmarks.{name}").measure)
        outcomes += measure()
    print(table(outcomes))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps([as_json(one) for one in outcomes], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
