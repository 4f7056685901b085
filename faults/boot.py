"""`./run boot-test [--count N]`: a Debian boots to the terminal on tty1, and lives through bad days (docs/proof.md).

Root, qemu, mmdebstrap and Debian's packages are needed, and an hour. Its report is kept in docs/proof/boot.json.
"""

import argparse
import random
import sys
import time
from pathlib import Path

from faults.boot_days import bad_upgrade, first_day, wrong_clock
from faults.guest_lives import control, kills, made_scene, report_of
from faults.keeping import keep, machine
from faults.report import CannotRun, Report, Verdict, as_json, as_text
from package.clean_root.sources import build_package, copy_of_checkout, make_newer, replace

_FAILED, _UNAVAILABLE = 1, 69
_KILLS = 20
_BROKEN, _GOOD = "0.1.1", "0.1.2"
_START = "    gc.disable()"


def main() -> int:
    """All days; gives the exit code."""
    parser = argparse.ArgumentParser(prog="./run boot-test", description=__doc__)
    parser.add_argument("--count", type=int, default=_KILLS, help=f"power cuts; default {_KILLS}")
    parser.add_argument("--seed", type=int, default=0, help="another course of chance")
    arguments = parser.parse_args()
    began = time.monotonic()
    try:
        report = run(arguments.count, arguments.seed)
    except CannotRun as why:
        report = Report(claim="a Debian boots to the terminal", tried="nothing", not_run=str(why))
    seconds = round(time.monotonic() - began)
    print(f"{as_text('boot', report)}\n  took: {seconds} s")
    if report.verdict is not Verdict.NOT_RUN:
        keep("boot.json", as_json("boot", report, run=f"{arguments.count} cuts", seconds=seconds, machine=machine()))
    return {Verdict.PROVEN: 0, Verdict.NOT_RUN: _UNAVAILABLE}.get(report.verdict, _FAILED)


def run(count: int, seed: int) -> Report:
    """The days of one machine after another, and `count` power cuts."""
    with made_scene(also=_packages) as scene:
        faults: list[str] = []
        image = scene.image.copy(scene.folder / "days.img")
        figures = dict(first_day(scene, image, faults))
        _told("first day", faults)
        figures |= wrong_clock(scene, image, faults)
        _told("wrong clock", faults)
        figures |= bad_upgrade(scene, image, faults, _BROKEN, f"{_GOOD}+deb12")
        _told("upgrade", faults)
        scene.simulator.reset()
        days, lost_or_doubled, recorded = kills(scene, count, random.Random(seed))
        of_lives = report_of(days, lost_or_doubled, recorded, control(scene))
    return Report(
        claim="a Debian with our package boots to the terminal on tty1, takes badges with and without a network and"
        " with a wrong clock, goes back from a bad upgrade; and whenever its power fails, what its screen confirmed is"
        " at the server exactly once",
        tried=of_lives.tried,
        figures={**figures, **of_lives.figures},
        faults=[*faults, *of_lives.faults],
        void=of_lives.void,
    )


def _packages(folder: Path) -> dict[str, Path]:
    """A version whose kiosk does not start and whose ledger the one before cannot read; and one that is well."""
    broken = copy_of_checkout(folder / "broken")
    make_newer(broken, _BROKEN)
    replace(broken / "terminal_app/cli/start_kiosk.py", _START, f"    raise SystemExit(1)\n{_START}")
    good = copy_of_checkout(folder / "good")
    make_newer(good, _GOOD)
    return {
        "/root/broken.deb": build_package(broken, folder / "broken package"),
        "/root/good.deb": build_package(good, folder / "good package"),
    }


def _told(what: str, faults: list[str]) -> None:
    for text in (f"{what} is over, {len(faults)} faults so far", *faults):
        print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
