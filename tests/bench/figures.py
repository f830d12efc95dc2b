"""Medians, ratios and goals, and how they are shown."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


def median(values: Sequence[float]) -> float:
    """The middle one, or the mean of the middle two. Raises StatisticsError where there is none."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 values don't exceed, between two values in proportion; a single value is its own."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[94]


@dataclass(frozen=True)
class Goal:
    """What a ratio is to be: at most, or at least, so much."""

    limit: float
    is_least: bool = False

    def is_met_by(self, ratio: float) -> bool:
        return ratio >= self.limit if self.is_least else ratio <= self.limit

    def __str__(self) -> str:
        return f"{'at least' if self.is_least else 'at most'} {_number(self.limit)}"


@dataclass(frozen=True)
class Figure:
    """One measure. `median` and `p95` are in `unit`; `ratio` is a number without one; None: not measured."""

    name: str
    median: float | None = None
    p95: float | None = None
    unit: str = "ms"
    ratio: float | None = None
    goal: Goal | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """“met” or “missed”, “absent” where nothing could be measured; nothing without a goal."""
        if self.median is None and self.ratio is None:
            return "absent"
        if self.goal is None or self.ratio is None:
            return ""
        return "met" if self.goal.is_met_by(self.ratio) else "MISSED"

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "goal": str(self.goal) if self.goal else None, "verdict": self.verdict}


def times(name: str, seconds: Sequence[float], **more: object) -> Figure:
    """The figure of some times, in milliseconds."""
    return Figure(name, median(seconds) * 1000, p95(seconds) * 1000, **more)  # type: ignore[arg-type]


def absent(name: str, reason: str) -> Figure:
    """A measure that could not be taken, and why."""
    return Figure(name, note=reason)


def line(figure: Figure) -> str:
    """One line of the table."""
    goal = str(figure.goal) if figure.goal else ""
    cells = [
        f"{figure.name:<58}",
        f"{_with_unit(figure.median, figure.unit):>12}",
        f"{_with_unit(figure.p95, figure.unit):>12}",
        f"{'' if figure.ratio is None else _number(figure.ratio):>8}",
        f"  {goal:<14}",
        f"{figure.verdict:<7}",
        figure.note,
    ]
    return " ".join(cells).rstrip()


HEADING = f"{'':<58} {'median':>12} {'p95':>12} {'ratio':>8}   {'goal':<14}"


def _with_unit(value: float | None, unit: str) -> str:
    return "" if value is None else f"{_number(value)} {unit}"


def _number(value: float) -> str:
    """Three digits that count: 0.0123, 1.23, 123, 12345."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"
