"""How sure F-Vitiligo is: the probabilities between which a pixel may or may not be vitiligo.

For every picture with a known truth there is a threshold that would have marked exactly the true share. The
two ends of the band are quantiles of these thresholds over many pictures, so that the shares at both ends
hold the truth in a wanted part of new pictures (split conformal prediction: Papadopoulos et al., 2002). One
band serves all pictures; a picture with blurred borders, or one that the network hesitates about, gets a
wider interval of F-Vitiligo by itself.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.vision.cards import EvaluationSet, Metric
from analysis.vision.face.vitiligo import Band
from analysis.vision.training.evaluation import bootstrap_interval

Floats = NDArray[np.float32]

COVERAGE = 0.9
"""The part of the pictures whose interval is to hold the truth; what misses is shared by both ends."""
FOLDS = 5
STEPS = 10_000
"""Probabilities that are kept of a picture: F-Vitiligo is then known to a hundredth of a point."""
LOWEST, HIGHEST = 1e-3, 1 - 1e-3
"""A band never reaches 0 or 1: everything, or nothing, would be uncertain."""


@dataclass(frozen=True)
class Exam:
    """What a network said about the face of one picture, and what is true."""

    name: str
    source: str
    subject: str
    true_percent: float
    ranked: Floats
    """Probabilities of the face's pixels (n,), ascending."""
    spread: float
    """Mean standard deviation of the answers over the face, where the network was asked several times."""

    def percent_at(self, threshold: float) -> float:
        """F-Vitiligo in percent when the probability is cut at a threshold."""
        below = int(np.searchsorted(self.ranked, np.float32(threshold)))
        return 100 * (len(self.ranked) - below) / len(self.ranked)

    @property
    def sufficient(self) -> float:
        """The highest threshold that marks no less than the truth; infinite where there is none to mark."""
        wanted = _ceil(self.true_percent * len(self.ranked) / 100)
        return float(self.ranked[len(self.ranked) - wanted]) if wanted > 0 else float("inf")

    @property
    def excessive(self) -> float:
        """The highest threshold that still marks more than the truth; minus infinity where none does."""
        allowed = int(self.true_percent * len(self.ranked) / 100 + 1e-6)
        marked_by_one_more = len(self.ranked) - allowed - 1
        return float(self.ranked[marked_by_one_more]) if marked_by_one_more >= 0 else float("-inf")

    def is_covered(self, band: Band) -> bool:
        """Whether the interval of a band holds the truth."""
        return self.excessive < band.high and band.low <= self.sufficient

    def width(self, band: Band) -> float:
        """Points between both ends of the interval."""
        return self.percent_at(band.low) - self.percent_at(band.high)


def ranked(probabilities: Floats) -> Floats:
    """Probabilities (n,) in ascending order, thinned to `STEPS` values. Raises ValueError for none."""
    if probabilities.size == 0:
        raise ValueError("A face without pixels says nothing.")
    ordered = np.sort(probabilities.astype(np.float32))
    if len(ordered) <= STEPS:
        return ordered
    return ordered[np.rint(np.linspace(0, len(ordered) - 1, STEPS)).astype(np.int64)]


def choose_band(exams: Sequence[Exam], *, threshold: float = 0.5, coverage: float = COVERAGE) -> Band:
    """The narrowest pair of probabilities around the threshold that covers pictures like these.

    Each end may miss half of what is not covered. Pictures that an end can't miss (nothing to mark below,
    nothing but vitiligo above) say nothing about it and are left out of its quantile, so that faces without
    vitiligo do not hide misses on those with it. Raises ValueError for too few pictures to say anything.
    """
    lower = np.sort([exam.sufficient for exam in exams if np.isfinite(exam.sufficient)])
    upper = -np.sort([-exam.excessive for exam in exams if np.isfinite(exam.excessive)])
    tail = (1 - coverage) / 2
    ends = []
    for values in (lower, upper):
        # The usual correction: of n pictures and the next one, each is the most extreme equally often.
        missed = int(tail * (len(values) + 1))
        if missed < 1:
            raise ValueError(f"{len(values)} pictures are too few for an interval that holds {coverage:.0%}.")
        ends.append(float(values[missed - 1]))
    low, high = min(ends[0], threshold), max(ends[1], threshold)
    # The upper end is the first probability that does not mark too much any more.
    return Band(float(np.clip(low, LOWEST, HIGHEST)), float(np.clip(np.nextafter(high, 1), LOWEST, HIGHEST)))


def held_out_bands(exams: Sequence[Exam], *, threshold: float = 0.5) -> list[Band]:
    """For each picture a band that was chosen without its person: five folds of people.

    What these cover is an honest estimate; what a band covers of the pictures that chose it is not.
    """
    folds = [_fold(exam.subject) for exam in exams]
    bands = {
        fold: choose_band([e for e, f in zip(exams, folds, strict=True) if f != fold], threshold=threshold)
        for fold in sorted(set(folds))
    }
    return [bands[fold] for fold in folds]


def coverage_set(name: str, exams: Sequence[Exam], bands: Sequence[Band], *, note: str = "") -> EvaluationSet:
    """How often the truth lay inside, and how wide the intervals were, with 95 % intervals over people."""
    people = [exam.subject for exam in exams]
    pairs = list(zip(exams, bands, strict=True))
    return EvaluationSet(
        name,
        len(exams),
        {
            "interval_coverage": _mean([float(exam.is_covered(band)) for exam, band in pairs], people),
            "interval_width": _mean([exam.width(band) for exam, band in pairs], people),
        },
        note,
    )


def _mean(values: Sequence[float], people: Sequence[str]) -> Metric:
    return Metric(float(np.mean(values)), *bootstrap_interval(values, people))


def _fold(subject: str) -> int:
    return int(hashlib.sha1(subject.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def _ceil(count: float) -> int:
    return int(np.ceil(count - 1e-6))
