"""How good probabilities of malignancy are: whether they order lesions, and whether they come true.

Rows are (n, 2): truth, 0 or 1, and the probability. Every statistic is NaN where only one class is there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import rankdata

from analysis.vision.cards import Metric
from analysis.vision.training.figures.resampling import measured

Table = NDArray[np.float64]

SPECIFICITY = 0.8
BINS = 5
"""Of equally many lesions: with a hundred of them, ten bins would measure chance alone."""


@dataclass(frozen=True)
class Bin:
    """Lesions of about the same probability."""

    n: int
    said: float
    """Their mean probability."""
    came: float
    """The share of them that is malignant."""


def auc(rows: Table) -> float:
    """Area under the receiver operating characteristic."""
    bad, good = _sides(rows)
    if not len(bad) or not len(good):
        return float("nan")
    ranks = rankdata(rows[:, 1])[rows[:, 0] == 1]
    return float((ranks.sum() - len(bad) * (len(bad) + 1) / 2) / (len(bad) * len(good)))


def sensitivity(rows: Table) -> float:
    """The share of malignant lesions above the threshold that leaves `SPECIFICITY` of the benign below."""
    bad, good = _sides(rows)
    if not len(bad) or not len(good):
        return float("nan")
    alarms = int(len(good) * (1 - SPECIFICITY) + 1e-9)
    return float((bad > np.sort(good)[len(good) - 1 - alarms]).mean())


def brier(rows: Table) -> float:
    """Mean squared difference of probability and truth."""
    return float(((rows[:, 1] - rows[:, 0]) ** 2).mean())


def calibration_error(rows: Table) -> float:
    """Expected calibration error (Naeini et al., 2015) over `reliability`."""
    bins = reliability(rows)
    return sum(one.n * abs(one.said - one.came) for one in bins) / len(rows)


def reliability(rows: Table) -> list[Bin]:
    """At most `BINS` bins of equally many lesions, by rising probability."""
    ordered = rows[np.argsort(rows[:, 1], kind="stable")]
    parts = [part for part in np.array_split(ordered, BINS) if len(part)]
    return [Bin(len(part), float(part[:, 1].mean()), float(part[:, 0].mean())) for part in parts]


def chance_calibration_error(rows: Table, *, draws: int = 500) -> float:
    """The calibration error that so few lesions would show on average if every probability came true."""
    rng = np.random.default_rng(0)
    drawn = (rng.random((draws, len(rows))) < rows[:, 1]).astype(float)
    return float(np.mean([calibration_error(np.stack([truth, rows[:, 1]], axis=1)) for truth in drawn]))


STATISTICS: Mapping[str, Callable[[Table], float]] = {
    "auc": auc,
    "sensitivity_at_80": sensitivity,
    "ece": calibration_error,
    "brier": brier,
}


def scored(rows: Table, people: Sequence[str]) -> dict[str, Metric]:
    """Every statistic with its 95 % interval by resampling patients; without the undefined ones."""
    found = {name: measured(rows, people, statistic) for name, statistic in STATISTICS.items()}
    return {name: metric for name, metric in found.items() if not np.isnan(metric.value)}


def write_reliability(path: Path, curves: Mapping[str, Table]) -> None:
    """The reliability diagram: what was said against what came true, one line for each classifier."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle="--", label="comes true")
    for name, rows in curves.items():
        bins = reliability(rows)
        axes.plot([one.said for one in bins], [one.came for one in bins], marker="o", label=name)
    axes.set(xlabel="mean probability", ylabel="share malignant", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _sides(rows: Table) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities of the malignant and of the benign lesions."""
    return rows[rows[:, 0] == 1, 1], rows[rows[:, 0] == 0, 1]
