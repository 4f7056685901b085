"""`./run faults [NAME ...] [--long] [--count N] [--seed S]`: breaks things on purpose and says what held.

Ends with 0 when all that was asked for is proven, 1 when a part failed or is void, 69 when none did but one could not
be run here.
"""

import argparse
import logging
import sys
import time
import traceback
from importlib import import_module
from typing import Protocol, cast

from faults.keeping import keep, machine
from faults.parts import PARTS
from faults.report import CannotRun, Report, Verdict, as_json, as_text

_FAILED, _UNAVAILABLE = 1, 69


class PartModule(Protocol):
    """What the module of a part has."""

    def run(self, count: int, seed: int) -> Report:
        """Try `count` times, the same way for the same seed. Raises CannotRun."""


def main() -> int:
    """Run what was asked for, or every part; gives the exit code."""
    arguments = _arguments()
    logging.getLogger().addHandler(logging.NullHandler())  # what is damaged on purpose is logged, thousands of times
    names = [name for name in arguments.name or PARTS if name not in arguments.without]
    verdicts = []
    for name in names:
        part = PARTS[name]
        count = arguments.count or (part.long if arguments.long else part.bounded)
        print(f"running {name} ({count}, seed {arguments.seed}) ...", file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            report = cast("PartModule", import_module(part.module)).run(count, arguments.seed)
        except CannotRun as why:
            report = Report(claim=part.what, tried="nothing", not_run=str(why))
        except Exception as error:  # noqa: BLE001 # told, and the other parts still run
            traceback.print_exc()
            report = Report(
                claim=part.what, tried="all, and it broke", faults=[f"the part itself: {type(error).__name__}: {error}"]
            )
        seconds = round(time.monotonic() - began)
        print(f"{as_text(name, report)}\n  took: {seconds} s\n", flush=True)
        verdicts.append(report.verdict)
        if arguments.keep or (arguments.count is None and arguments.seed == 0):
            length = str(count) if arguments.count else "long" if arguments.long else "bounded"
            keep(f"{name}.{length}.json", as_json(name, report, run=length, seconds=seconds, machine=machine()))
    proven = verdicts.count(Verdict.PROVEN)
    print(f"{proven} proven, {len(verdicts) - proven} not proven", flush=True)
    for verdict in (Verdict.FAILED, Verdict.VOID, Verdict.NOT_RUN):
        if of_it := [name for name, one in zip(names, verdicts, strict=True) if one is verdict]:
            print(f"{verdict.upper()}: {', '.join(of_it)}", flush=True)
    if Verdict.FAILED in verdicts or Verdict.VOID in verdicts:
        return _FAILED
    return _UNAVAILABLE if Verdict.NOT_RUN in verdicts else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument(
        "name",
        nargs="*",
        metavar="NAME",
        choices=[[], *PARTS],
        help="; ".join(f"{name}: {part.what}" for name, part in PARTS.items()),
    )
    parser.add_argument(
        "--without", action="append", default=[], choices=PARTS, metavar="NAME", help="every part but this; repeatable"
    )
    parser.add_argument("--long", action="store_true", help="the numbers of a release; hours")
    parser.add_argument("--count", type=int, help="so many instead; nothing is kept in docs/proof")
    parser.add_argument("--seed", type=int, default=0, help="another course of chance; nothing is kept in docs/proof")
    parser.add_argument("--keep", action="store_true", help="keep the report of another count too, by that count")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
