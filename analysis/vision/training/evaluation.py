"""How good masks are: counts, the usual ratios, intervals over people, and the error of F-Vitiligo.

Pooled ratios add up the pixels of all pictures first, so large faces count more; per-image means count
every picture alike. Intervals resample people, not pictures: two pictures of one person are no independent
evidence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.vision.terms import Mask


@dataclass(frozen=True)
class Confusion:
    """Pixel counts of one picture."""

    hits: int
    false_alarms: int
    misses: int
    rest: int

    def __add__(self, other: "Confusion") -> "Confusion":
        return Confusion(
            self.hits + other.hits,
            self.false_alarms + other.false_alarms,
            self.misses + other.misses,
            self.rest + other.rest,
        )

    @property
    def iou(self) -> float:
        """Intersection over union; 1 where neither side has a pixel."""
        return _ratio(self.hits, self.hits + self.false_alarms + self.misses)

    @property
    def mean_iou(self) -> float:
        """The mean of the IoU of the foreground and of the background."""
        return (self.iou + _ratio(self.rest, self.rest + self.false_alarms + self.misses)) / 2

    @property
    def dice(self) -> float:
        """Dice, the same as F1 of the pixels; 1 where neither side has a pixel."""
        return _ratio(2 * self.hits, 2 * self.hits + self.false_alarms + self.misses)

    @property
    def precision(self) -> float:
        """Share of the marked pixels that are right; 1 where none is marked."""
        return _ratio(self.hits, self.hits + self.false_alarms)

    @property
    def recall(self) -> float:
        """Share of the true pixels that are marked; 1 where there is none."""
        return _ratio(self.hits, self.hits + self.misses)


def confusion(predicted: Mask, truth: Mask, known: Mask | None = None) -> Confusion:
    """Count a predicted mask against the truth, both (H, W) of {0, 1}, where `known` is 1.

    Raises ValueError when the shapes differ.
    """
    if predicted.shape != truth.shape:
        raise ValueError(f"The masks differ in shape: {predicted.shape} and {truth.shape}.")
    codes = 2 * truth.astype(np.int64) + predicted
    counts = np.bincount(codes[known.astype(bool)] if known is not None else codes.ravel(), minlength=4)
    return Confusion(
        hits=int(counts[3]), false_alarms=int(counts[1]), misses=int(counts[2]), rest=int(counts[0])
    )


RATIOS: Mapping[str, Callable[[Confusion], float]] = {
    "iou": lambda c: c.iou,
    "miou": lambda c: c.mean_iou,
    "dice": lambda c: c.dice,
    "f1": lambda c: c.dice,
    "precision": lambda c: c.precision,
    "recall": lambda c: c.recall,
}


def summarise(counts: Sequence[Confusion]) -> dict[str, float]:
    """Each ratio pooled (`<name>`) and as a mean over the pictures (`<name>_mean`).

    The mean of recall, IoU and Dice leaves out pictures without any true or marked pixel, which would
    count as a perfect 1. Raises ValueError for no pictures.
    """
    if not counts:
        raise ValueError("There is nothing to summarise.")
    pooled = sum(counts[1:], counts[0])
    telling = [c for c in counts if c.hits + c.false_alarms + c.misses > 0] or list(counts)
    ratios = {name: ratio(pooled) for name, ratio in RATIOS.items()}
    return ratios | {
        f"{name}_mean": float(np.mean([ratio(c) for c in telling])) for name, ratio in RATIOS.items()
    }


def bootstrap_interval(
    values: Sequence[float], people: Sequence[str], *, draws: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """The 95 % interval of a mean by resampling people with all their pictures (percentile bootstrap).

    Raises ValueError when there are no values or the lengths differ.
    """
    if not values or len(values) != len(people):
        raise ValueError("Give one person for each of at least one value.")
    groups: dict[str, list[float]] = {}
    for value, person in zip(values, people, strict=True):
        groups.setdefault(person, []).append(value)
    sums = np.array([sum(group) for group in groups.values()])
    sizes = np.array([len(group) for group in groups.values()])
    chosen = np.random.default_rng(seed).integers(len(sums), size=(draws, len(sums)))
    means = sums[chosen].sum(axis=1) / sizes[chosen].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def bootstrap_pooled(
    counts: Sequence[Confusion],
    people: Sequence[str],
    ratio: Callable[[Confusion], float],
    *,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """The 95 % interval of a ratio of summed pixels, by resampling people with all their pictures.

    Raises ValueError when there are no counts or the lengths differ.
    """
    if not counts or len(counts) != len(people):
        raise ValueError("Give one person for each of at least one picture.")
    groups: dict[str, Confusion] = {}
    for one, person in zip(counts, people, strict=True):
        groups[person] = groups[person] + one if person in groups else one
    table = np.array([[c.hits, c.false_alarms, c.misses, c.rest] for c in groups.values()])
    chosen = np.random.default_rng(seed).integers(len(table), size=(draws, len(table)))
    values = [ratio(Confusion(*map(int, row))) for row in table[chosen].sum(axis=1)]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


@dataclass(frozen=True)
class Agreement:
    """How measured percentages agree with the true ones, in points."""

    n: int
    mean_absolute_error: float
    bias: float
    """Measured minus true, mean."""
    worst: float


def agreement(measured: Sequence[float], true: Sequence[float]) -> Agreement:
    """Compare measured F-Vitiligo with the truth, both in percent. Raises ValueError for none or unequal
    lengths.
    """
    if not measured or len(measured) != len(true):
        raise ValueError("Give one true value for each of at least one measured value.")
    differences = np.asarray(measured, float) - np.asarray(true, float)
    absolute = np.abs(differences)
    return Agreement(len(measured), float(absolute.mean()), float(differences.mean()), float(absolute.max()))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
