"""Small multiples of the clinical scores: a panel for each, on its own scale, over one time axis.

Never on the axis of F-Vitiligo: a score is a clinician's or a patient's judgement, not a share of pixels.
Places are fractions of the panel, 0 to 1 from the left and from the bottom, so that the page and the report
draw the same panel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor, log10

MOST_STEPS = 10


@dataclass(frozen=True, slots=True)
class ScorePoint:
    on: date
    value: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSeries:
    """One score of one patient in the order of its days; `lowest` and `highest` are the ends of its scale.

    `summary` says the latest value and its change in words; `note` what else there is to know.
    """

    key: str
    name: str
    lowest: float
    highest: float
    points: tuple[ScorePoint, ...]
    whole: bool = False
    more_is_worse: bool = True
    summary: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """`places` are (x, y) of the points; `low` and `high` are the values at the bottom and the top."""

    series: ScoreSeries
    low: float
    high: float
    places: tuple[tuple[float, float], ...]


def span_of(all_series: Iterable[ScoreSeries]) -> tuple[date, date] | None:
    """The days from the first point of any series to the last, with a margin; None without a point."""
    days = [point.on for series in all_series for point in series.points]
    if not days:
        return None
    margin = max(timedelta(days=14), (max(days) - min(days)) / 25)
    return min(days) - margin, max(days) + margin


def panels_of(all_series: Sequence[ScoreSeries]) -> tuple[Panel, ...]:
    """A panel for each series with a point, all over the same days."""
    span = span_of(all_series)
    if span is None:
        return ()
    return tuple(_panel(series, *span) for series in all_series if series.points)


def _panel(series: ScoreSeries, first: date, last: date) -> Panel:
    low, high = value_range(series)
    places = tuple(
        ((point.on - first) / (last - first), (point.value - low) / (high - low)) for point in series.points
    )
    return Panel(series, low, high, places)


def value_range(series: ScoreSeries) -> tuple[float, float]:
    """A scale of few steps is shown whole; a long one from its bottom to a round value over the highest."""
    if series.whole and series.highest - series.lowest <= MOST_STEPS:
        return series.lowest, series.highest
    top = max(point.value for point in series.points)
    return series.lowest, min(_round_up(max(top, series.highest / 100)), series.highest)


def _round_up(value: float) -> float:
    power = 10.0 ** floor(log10(value))
    return next(factor * power for factor in (1, 2, 3, 5, 10) if factor * power >= value - 1e-9)
