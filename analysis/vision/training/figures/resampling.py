"""Any statistic with its bootstrap interval over people, and the intraclass correlation."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.vision.cards import Metric

Table = NDArray[np.float64]
Statistic = Callable[[Table], float]


def measured(rows: Table, people: Sequence[str], statistic: Statistic, *, draws: int = 1000) -> Metric:
    """A statistic of rows (n, k) with its 95 % percentile interval by resampling people with all their rows.

    Resamples for which the statistic is not defined (NaN) are left out of the interval. Raises ValueError
    where the lengths differ or nothing is given.
    """
    if not len(rows) or len(rows) != len(people):
        raise ValueError("Give one person for each of at least one row.")
    _, groups = np.unique(np.asarray(people), return_inverse=True)
    members = [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]
    rng = np.random.default_rng(0)
    values = []
    for _ in range(draws):
        chosen = rng.integers(len(members), size=len(members))
        values.append(statistic(rows[np.concatenate([members[one] for one in chosen])]))
    known = np.asarray(values)[~np.isnan(values)]
    low, high = np.quantile(known, [0.025, 0.975]) if known.size else (np.nan, np.nan)
    return Metric(float(statistic(rows)), float(low), float(high))


def mean(rows: Table) -> float:
    """The mean of the first column."""
    return float(rows[:, 0].mean())


def median(rows: Table) -> float:
    """The median of the first column."""
    return float(np.median(rows[:, 0]))


def percentile_95(rows: Table) -> float:
    """The 95th percentile of the first column."""
    return float(np.quantile(rows[:, 0], 0.95))


def share(rows: Table) -> float:
    """The sum of the first column over that of the second, in percent; NaN for nothing."""
    total = float(rows[:, 1].sum())
    return 100 * float(rows[:, 0].sum()) / total if total else float("nan")


def agreement_icc(table: Table) -> float:
    """ICC(2,1), absolute agreement of k raters (columns) on n subjects (rows); NaN where nothing varies.

    Two-way random effects, single measurement (Shrout and Fleiss, 1979).
    """
    n, k = table.shape
    if n < 2 or k < 2:
        return float("nan")
    grand = table.mean()
    subjects = k * float(((table.mean(axis=1) - grand) ** 2).sum()) / (n - 1)
    raters = n * float(((table.mean(axis=0) - grand) ** 2).sum()) / (k - 1)
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0, keepdims=True) + grand
    error = float((rest**2).sum()) / ((n - 1) * (k - 1))
    bottom = subjects + (k - 1) * error + k * (raters - error) / n
    return (subjects - error) / bottom if bottom > 0 else float("nan")
