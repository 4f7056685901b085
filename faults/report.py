"""What a part of the suite found, printed and kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

_MOST_FAULTS = 20


class Verdict(StrEnum):
    """How a part ended."""

    PROVEN = "proven"
    FAILED = "failed"
    """A fault of the product was found."""
    VOID = "void"
    """A control that had to fail did not: the part sees nothing, so it proves nothing."""
    NOT_RUN = "not run"
    """This machine lacks what it needs: not proven."""


class CannotRun(Exception):
    """This machine lacks something; the text says what, and how to get it."""


@dataclass(frozen=True, slots=True)
class Report:
    """One part's result."""

    claim: str
    """What is proven if it is."""
    tried: str
    """How many of what, in words: "100 kills"."""
    figures: Mapping[str, int | float | str] = field(default_factory=dict)
    faults: Sequence[str] = ()
    """What the product did wrong, each with what it takes to see it again."""
    void: Sequence[str] = ()
    """Controls that did not fail."""
    not_run: str = ""
    """Why it could not be run."""

    @property
    def verdict(self) -> Verdict:
        """A fault found counts even where a control is void."""
        if self.not_run:
            return Verdict.NOT_RUN
        if self.faults:
            return Verdict.FAILED
        return Verdict.VOID if self.void else Verdict.PROVEN


def as_text(name: str, report: Report) -> str:
    """For people."""
    lines = [f"{name}: {report.verdict.upper()} - {report.claim}", f"  tried: {report.tried}"]
    lines += [f"  {what}: {figure}" for what, figure in report.figures.items()]
    lines += [f"  FAULT: {fault}" for fault in report.faults[:_MOST_FAULTS]]
    if len(report.faults) > _MOST_FAULTS:
        lines.append(f"  ... and {len(report.faults) - _MOST_FAULTS} more")
    lines += [f"  VOID: {what}" for what in report.void]
    if report.not_run:
        lines.append(f"  not run: {report.not_run}")
    return "\n".join(lines)


def as_json(name: str, report: Report, **about: object) -> str:
    """For docs/proof/."""
    kept = {
        "part": name,
        "verdict": report.verdict,
        "claim": report.claim,
        "tried": report.tried,
        "figures": dict(report.figures),
        "faults": list(report.faults[:_MOST_FAULTS]),
        "void": list(report.void),
        "not run": report.not_run,
        **about,
    }
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"
