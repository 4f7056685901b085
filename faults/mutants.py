"""`python -m faults.mutants [NAME ...]`: spoils the delivery's rules one line at a time; the suite has to notice.

Each mutant is a copy of the checkout with one text replaced, and is killed by the first of these that fails: the unit
and property tests of the rules, simulated worlds, the stateful test. Ends with 0 when enough of them die and every
survivor is explained.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from faults.mutant_list import MUTANTS, Mutant
from faults.report import Report, Verdict, as_text

ENOUGH_PERCENT = 95
_ROOT = Path(__file__).parents[1]
_COPIED = ("terminal_app", "drivers", "faults", "tests", "pyproject.toml")
_LIMIT_SECONDS = 600
_WORLDS = 400
_PYTEST = (sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:xdist", "-p", "no:cov")
_RULES = (
    *(f"tests/clocking/test_{name}.py" for name in ("delivery_state", "matching", "schedule", "settling", "backoff")),
    "tests/protime/test_outcomes.py",
)
_KILLERS: dict[str, tuple[str, ...]] = {
    "the tests of the rules": (*_PYTEST, *_RULES),
    "simulated worlds": (sys.executable, "-m", "faults.worlds", "--worlds", str(_WORLDS), "--no-controls"),
    "the stateful test": (*_PYTEST, "tests/delivery/test_model.py", "-k", "OnTheModel"),
}


def run(count: int, seed: int) -> Report:
    """The first `count` mutants; `seed` is of no use to them."""
    del seed
    return report_of(MUTANTS[:count])


def report_of(mutants: tuple[Mutant, ...]) -> Report:
    """Try them all, and the unspoilt copy first: it has to pass, or nothing is proven."""
    void = [f"the unspoilt checkout is killed by {killer}" for killer in [killer_of(None)] if killer]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        killers = list(pool.map(killer_of, mutants)) if not void else []
    survivors = [mutant for mutant, killer in zip(mutants, killers, strict=False) if killer is None]
    by_killer = {f"killed by {name}": killers.count(name) for name in _KILLERS}
    died = len(killers) - len(survivors)
    percent = 100 * died / len(killers) if killers else 0.0
    faults = [f"{one.name} lives: {one.explained}" for one in survivors if not one.explained]
    if killers and percent < ENOUGH_PERCENT:
        faults.append(f"only {percent:.1f} % die")
    return Report(
        claim=f"at least {ENOUGH_PERCENT} % of the mutants of the delivery's rules die",
        tried=f"{len(mutants)} mutants",
        figures={
            "died": died,
            "percent": round(percent, 1),
            **by_killer,
            "survivors": ", ".join(f"{one.name} ({one.explained})" for one in survivors) or "none",
        },
        faults=faults,
        void=void,
    )


def killer_of(mutant: Mutant | None) -> str | None:
    """What notices it; None: nothing does."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        folder = Path(name)
        for one in _COPIED:
            source = _ROOT / one
            if source.is_dir():
                shutil.copytree(source, folder / one, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / one)
        if mutant is not None:
            _spoil(folder / mutant.path, mutant)
        return next((killer for killer, command in _KILLERS.items() if not _passes(command, folder)), None)


def _spoil(path: Path, mutant: Mutant) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.before) != 1:
        raise ValueError(f"{mutant.name}: {mutant.before!r} is {text.count(mutant.before)} times in {mutant.path}")
    path.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")


def _passes(command: tuple[str, ...], folder: Path) -> bool:
    try:
        ended = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False  # it hangs: noticed
    return ended.returncode == 0


def main() -> int:
    """Run from the command line; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m faults.mutants", description=__doc__)
    parser.add_argument("name", nargs="*")
    chosen = parser.parse_args().name
    began = time.monotonic()
    report = report_of(tuple(one for one in MUTANTS if not chosen or one.name in chosen))
    print(f"{as_text('mutants', report)}\n  took: {time.monotonic() - began:.0f} s")
    return report.verdict is not Verdict.PROVEN


if __name__ == "__main__":
    sys.exit(main())
