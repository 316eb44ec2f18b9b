"""The sums behind the scores. Exact, in decimals; no Django and no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

THRESHOLDS = (25, 50, 75, 90)


def f_vasi(parts: Iterable[tuple[Decimal, int]]) -> Decimal:
    """The sum over regions of hand units x depigmentation in per cent / 100."""
    return sum((units * grade / 100 for units, grade in parts), Decimal(0))


def percent_improvement(baseline: Decimal, value: Decimal) -> Decimal | None:
    """100 (baseline - value) / baseline; None at a baseline of 0, where it is undefined."""
    return None if baseline == 0 else 100 * (baseline - value) / baseline


@dataclass(frozen=True, slots=True)
class Threshold:
    """F-VASI25, 50, 75 or 90: when the clinician's score first showed it, and whether it still does."""

    percent: int
    reached_on: date | None
    holds: bool


def thresholds(values: Sequence[tuple[date, Decimal]]) -> tuple[Threshold, ...]:
    """Over F-VASI values in the order of their days; the first one is the baseline.

    Empty without a second value, or at a baseline of 0, where no improvement is defined.
    """
    if len(values) < 2 or values[0][1] == 0:
        return ()
    baseline = values[0][1]
    improved = [(day, percent_improvement(baseline, value)) for day, value in values[1:]]
    return tuple(_threshold(percent, improved) for percent in THRESHOLDS)


def _threshold(percent: int, improved: Sequence[tuple[date, Decimal | None]]) -> Threshold:
    reached = [day for day, gain in improved if gain is not None and gain >= percent]
    latest = improved[-1][1]
    return Threshold(percent, reached[0] if reached else None, latest is not None and latest >= percent)
