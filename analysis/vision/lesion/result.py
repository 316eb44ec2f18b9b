"""What the analysis of one lesion says: masks, description, estimate, or the reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.vision.findings import Finding
from analysis.vision.lesion.reasons import SENTENCES, Reason
from analysis.vision.terms import Image, Mask

SEGMENTERS = ("lesion_unet", "lesion_deeplab")
"""Tasks of the releases that outline a lesion."""
CLASSIFIERS = ("lesion_resnet", "lesion_fusion")
"""Tasks of the releases that estimate malignancy: from the crop alone, and with age, sex and site."""
TASKS = SEGMENTERS + CLASSIFIERS
STAGES = ("gate", "segment", "describe", "classify")


class ToneClass(StrEnum):
    """Skin tone by the individual typology angle of the skin around the lesion."""

    VERY_LIGHT = "very_light"
    LIGHT = "light"
    INTERMEDIATE = "intermediate"
    TAN = "tan"
    BROWN = "brown"
    DARK = "dark"


class Band(StrEnum):
    """What a probability is called."""

    BENIGN = "benign"
    INDETERMINATE = "indeterminate"
    MALIGNANT = "malignant"


class Confidence(StrEnum):
    """How sure the estimate is within its band."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Description:
    """Image features of the lesion inside one mask; not the clinical ABCD score."""

    asymmetry: float
    """0 (mirror-symmetric about both principal axes) to 1."""
    border: float
    """Irregularity of the outline, 0 (an ellipse) upwards."""
    colours: tuple[str, ...]
    """Names of the colours that cover at least 2 % of the lesion."""
    colour_variation: float
    """Spread of the colour inside the lesion, CIELAB units."""
    area_px: int
    diameter_px: float
    """The longest extent."""
    diameter_mm: float | None
    """None where no scale was given."""
    ita_degrees: float | None
    """Individual typology angle of the skin outside the lesion; None where too little of it shows."""
    tone: ToneClass | None

    @property
    def area_mm2(self) -> float | None:
        """None where no scale was given."""
        if self.diameter_mm is None:
            return None
        return self.area_px * (self.diameter_mm / self.diameter_px) ** 2


@dataclass(frozen=True)
class Opinion:
    """What one classifier says about one crop: mean and SD over the seeded passes."""

    task: str
    """One of `CLASSIFIERS`."""
    probabilities: Mapping[str, float]
    """By class name of the release, calibrated, sum 1."""
    malignancy: float
    """Probability of the malignant classes together, 0 to 1."""
    sd: float
    """SD of `malignancy` over the passes: spread, not a confidence interval."""
    counts: bool = True
    """False where the card does not show that the classifier is better than chance: told, not counted."""


@dataclass(frozen=True)
class Estimate:
    """The classifiers that count, together."""

    opinions: tuple[Opinion, ...]
    malignancy: float
    sd: float
    band: Band
    confidence: Confidence
    disagree: bool
    """Whether the two classifiers are far apart; then the confidence is low."""

    @property
    def is_alone(self) -> bool:
        """Whether one classifier counts and no second one speaks for or against it."""
        return sum(opinion.counts for opinion in self.opinions) < 2


@dataclass(frozen=True)
class Reading:
    """Everything that follows from one mask: a clinician who picks the other mask gets its reading."""

    mask: Mask
    """(H, W) on the photo's grid, values {0, 1}."""
    stability: float
    """Mean Dice of the mask to those of the seeded passes, 0 to 1."""
    entropy: float
    """Mean entropy of the mask's pixels, bits: 0 sure, 1 undecided."""
    description: Description
    estimate: Estimate
    heat: Mapping[str, Image]
    """Explanation overlay by classifier task: (H, W, 3) RGB on the photo's grid."""


@dataclass(frozen=True)
class LesionResult:
    """A lesion that was outlined and judged."""

    readings: Mapping[str, Reading]
    """By task of `SEGMENTERS`; a segmenter that found no lesion has none."""
    picked: str
    """The task whose mask the pre-declared rule takes."""
    agreement: float
    """Dice of the two masks, 0 to 1; 0 where only one found a lesion."""
    needs_review: bool
    """Agreement below 0.70."""
    quality: tuple[Finding, ...]
    timings_ms: Mapping[str, float]
    """Milliseconds of every stage in `STAGES`, and `total`."""
    releases: Mapping[str, tuple[str, str]]
    """Name and sha256 of the release by task."""

    @property
    def reading(self) -> Reading:
        """The reading of the picked mask."""
        return self.readings[self.picked]


@dataclass(frozen=True)
class Withheld:
    """No estimate, and why."""

    reason: Reason
    quality: tuple[Finding, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong, and what to do next."""
        return SENTENCES[self.reason]
