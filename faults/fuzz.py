"""Any bytes, and nearly right ones, to whatever reads what comes from outside (docs/proof.md).

By hypothesis: what fails is shrunk to its simplest form, and told with the seed.
"""

import re
from unittest.mock import patch

from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import HypothesisException

from drivers.frames import rdm6300
from faults.fuzz_targets import NOT_THERE, TARGETS, Target, of_ledgers
from faults.report import Report

_BATCH = 5_000
"""Hypothesis keeps what it has tried: a new one after so many keeps memory flat."""
_CONTROL = 2_000
_CONTROLLED = "frames of an RDM6300"


def run(count: int, seed: int) -> Report:
    """`count` inputs in all; and a control, a decoder that takes any checksum."""
    faults: list[str] = []
    figures: dict[str, int | str] = {}
    for name, target in TARGETS.items():
        inputs = max(1, round(count * target.share))
        figures[name] = inputs
        for begin in range(0, inputs, _BATCH):
            fault = _fault_of(target, min(_BATCH, inputs - begin), seed * 1_000_000 + begin)
            if fault:
                faults.append(f"{name}: {fault}")
                break
    with patch.object(rdm6300, "_card", lambda body: bytes.fromhex(body[:10].decode()) if _is_hex(body) else None):
        seen = NOT_THERE in _fault_of(TARGETS[_CONTROLLED], _CONTROL, seed)
    return Report(
        claim="whatever comes to decoders, settings, answers of Protime and the ledger's file: a result or an error of"
        " the documented kinds, and no number that was not there",
        tried=f"{sum(inputs for inputs in figures.values() if isinstance(inputs, int))} inputs",
        figures={
            **figures,
            "rows of damaged ledgers that read otherwise, unnoticed by SQLite": of_ledgers["unnoticed"],
            "damaged ledgers that were refused": of_ledgers["refused"],
            "damaged ledgers that were opened": of_ledgers["opened"],
            "control, a decoder that takes any checksum": "found" if seen else "not found",
        },
        faults=faults,
        void=[] if seen else ["control, a decoder that takes any checksum: not found"],
    )


def _is_hex(body: bytes) -> bool:
    return re.fullmatch(rb"[0-9A-Fa-f]{12}(?:\r\n)?", body) is not None


def _fault_of(target: Target, inputs: int, number: int) -> str:
    """What went wrong, with the simplest input; nothing when nothing did."""
    checks = list(HealthCheck)
    limits = settings(max_examples=inputs, database=None, deadline=None, suppress_health_check=checks)
    test = seed(number)(limits(given(**target.values)(target.try_one)))
    try:
        test()
    except HypothesisException:
        raise
    except BaseException as error:  # noqa: BLE001 # whatever it is, it is the fault that was looked for
        notes = " ".join(getattr(error, "__notes__", []))
        return f"seed {number}: {type(error).__name__}: {error} {notes}"[:600]
    return ""
