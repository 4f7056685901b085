"""Samples to figures, figures to a table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles

_HEADINGS = ("what", "unit", "median", "p95", "p99", "n", "floor", "ratio", "goal", "within")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    unit: str
    median: float
    p95: float | None
    p99: float | None
    samples: int
    floor: float | None
    """Median of the floor, or the sum of the medians of several."""
    ratio: float | None
    """Median over floor."""
    goal: str
    within: bool | None
    """None: no goal is set for this line."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A benchmark, or a line of one, that could not be measured here; says why."""

    what: str
    why: str


Outcome = Figure | Skipped


def figure(
    what: str,
    samples: Sequence[float],
    *,
    unit: str = "ms",
    floor: float | None = None,
    most_ratio: float | None = None,
    most_median: float | None = None,
    most_p99: float | None = None,
) -> Figure:
    """Sum samples up; the goals that are given must all be kept."""
    middle, p95, p99 = median(samples), percentile(samples, 95), percentile(samples, 99)
    ratio = middle / floor if floor else None
    goals = [
        ("ratio", most_ratio, ratio, "x"),
        ("median", most_median, middle, f" {unit}"),
        ("p99", most_p99, p99, f" {unit}"),
    ]
    told = [f"{name} <= {most:g}{mark}" for name, most, _, mark in goals if most is not None]
    kept = [value is not None and value <= most for _, most, value, _ in goals if most is not None]
    return Figure(
        what, unit, middle, p95, p99, len(samples), floor, ratio, ", ".join(told), all(kept) if kept else None
    )


def percentile(samples: Sequence[float], rank: int) -> float:
    """The sample that `rank` percent are not above."""
    return quantiles(samples, n=100, method="inclusive")[rank - 1] if len(samples) > 1 else samples[0]


def table(outcomes: Sequence[Outcome]) -> str:
    """All lines in aligned columns, as a Markdown table; what was skipped below it."""
    rows = [_HEADINGS, *(_cells(one) for one in outcomes if isinstance(one, Figure))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    skipped = [f"not measured: {one.what}: {one.why}" for one in outcomes if isinstance(one, Skipped)]
    return "\n".join([*lines, *skipped])


def as_json(outcome: Outcome) -> dict[str, object]:
    """For --json."""
    return asdict(outcome)


def _cells(one: Figure) -> tuple[str, ...]:
    within = {True: "yes", False: "NO", None: ""}[one.within]
    numbers = [_number(value) for value in (one.median, one.p95, one.p99)]
    return one.what, one.unit, *numbers, str(one.samples), _number(one.floor), _number(one.ratio), one.goal, within


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
