"""What a probability of malignancy is called, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from analysis.vision.lesion.result import Band, Confidence, Estimate, Opinion


class Preset(StrEnum):
    """Tables of bands that a clinic may choose from."""

    STANDARD = "standard"
    """Between .15 and .60 the estimate is indeterminate."""
    REFERENCE = "reference"
    """The table of the reference web system, which has no such band and calls .59 benign."""


@dataclass(frozen=True)
class Step:
    """Up to, and for `closed` including, a probability: this band with this confidence."""

    upper: float
    closed: bool
    band: Band
    confidence: Confidence

    def holds(self, probability: float) -> bool:
        return probability < self.upper or (self.closed and probability == self.upper)


def _table(between: Band) -> tuple[Step, ...]:
    return (
        Step(0.05, False, Band.BENIGN, Confidence.HIGH),
        Step(0.15, False, Band.BENIGN, Confidence.MEDIUM),
        Step(0.60, True, between, Confidence.LOW),
        Step(0.85, False, Band.MALIGNANT, Confidence.LOW),
        Step(0.95, True, Band.MALIGNANT, Confidence.MEDIUM),
        Step(1.0, True, Band.MALIGNANT, Confidence.HIGH),
    )


TABLES = {
    Preset.STANDARD: _table(Band.INDETERMINATE),
    Preset.REFERENCE: _table(Band.BENIGN),
}
FAR_APART = 0.25
"""Two classifiers that differ by more disagree. It is about half the width of the indeterminate band: one of
the two has then left the band that their mean is in the middle of."""


def logistic(logit: float) -> float:
    """Probability of a logit: 1 / (1 + e^-x), without overflow at either end."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))


def band_of(probability: float, preset: Preset = Preset.STANDARD) -> tuple[Band, Confidence]:
    """The band of a probability of malignancy and the confidence within it.

    Raises ValueError outside 0 to 1.
    """
    for step in TABLES[preset]:
        if probability >= 0 and step.holds(probability):
            return step.band, step.confidence
    raise ValueError(f"A probability is 0 to 1, not {probability}.")


def meaning_of(estimate: Estimate, preset: Preset = Preset.STANDARD) -> tuple[Band, Confidence]:
    """What an estimate is called under a table.

    Where the classifiers disagree the confidence is low. A single one that counts calls nothing benign or
    malignant: nobody speaks for or against it, so a clinician decides.
    """
    if estimate.is_alone:
        return Band.INDETERMINATE, Confidence.LOW
    band, confidence = band_of(estimate.malignancy, preset)
    return band, Confidence.LOW if estimate.disagree else confidence


def disagree(opinions: Sequence[Opinion]) -> bool:
    """Whether two opinions that count lie more than `FAR_APART` from one another."""
    values = [opinion.malignancy for opinion in opinions if opinion.counts]
    return max(values) - min(values) > FAR_APART


def estimate_of(opinions: Sequence[Opinion], sd: float, preset: Preset = Preset.STANDARD) -> Estimate:
    """Opinions of the classifiers as one estimate: the mean of those that count, called by `meaning_of`.

    sd: of the mean over the seeded passes. Raises ValueError where no opinion counts.
    """
    counted = [opinion.malignancy for opinion in opinions if opinion.counts]
    if not counted:
        raise ValueError("An estimate needs at least one opinion that counts.")
    malignancy = sum(counted) / len(counted)
    plain = Estimate(tuple(opinions), malignancy, sd, *band_of(malignancy, preset), disagree(opinions))
    band, confidence = meaning_of(plain, preset)
    return replace(plain, band=band, confidence=confidence)
