"""How a part ends, and that the table names what there is."""

from importlib import import_module

import pytest

from benchmarks.site import person
from faults.kills import confirmed
from faults.parts import PARTS
from faults.report import Report, Verdict, as_text


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (Report("c", "t"), Verdict.PROVEN),
        (Report("c", "t", faults=["lost"]), Verdict.FAILED),
        (Report("c", "t", void=["control"]), Verdict.VOID),
        (Report("c", "t", faults=["lost"], void=["control"]), Verdict.FAILED),
        (Report("c", "t", not_run="no strace"), Verdict.NOT_RUN),
    ],
)
def test_a_control_that_does_not_fail_is_no_proof(report: Report, verdict: Verdict) -> None:
    assert report.verdict is verdict
    assert verdict.upper() in as_text("part", report)


@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_there(name: str) -> None:
    assert callable(import_module(PARTS[name].module).run)
    assert 0 < PARTS[name].bounded < PARTS[name].long


def test_who_was_told_on_the_screen() -> None:
    anna, luc, eve = map(person, (1, 2, 3))
    screen = anna.painted + b" recorded at 08:00 \x1b[H" + luc.painted + b" NOT recorded" + eve.painted
    assert list(confirmed(screen, [anna, luc, eve])) == [anna.id]
    assert list(confirmed(screen, [])) == []
