"""The facts of a clinical note about a lesion, for an application to put into sentences.

Everything comes from measurements and the release's estimate. No language model writes or completes a note,
and a note says that it was composed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from analysis.vision.lesion.result import Band, Confidence, Description, Estimate, ToneClass

ASYMMETRY_STEPS = (0.06, 0.10)
BORDER_STEPS = (0.03, 0.09)
"""Values from which a feature is moderate, and marked: about the median and the upper fifth of 124 real
outlines. They sort lesions by their look; they are no limits of disease."""


class Degree(StrEnum):
    """How strong a feature of the image is."""

    SLIGHT = "slight"
    MODERATE = "moderate"
    MARKED = "marked"


@dataclass(frozen=True)
class NoteFacts:
    """What a note may say. Percentages are 0 to 100; None stands for what is not known and is left out."""

    segmenter: str
    asymmetry: Degree
    border: Degree
    colours: tuple[str, ...]
    diameter_mm: float | None
    diameter_px: float
    area_mm2: float | None
    area_px: int
    tone: ToneClass | None
    ita_degrees: float | None
    malignancy_percent: float
    sd_percent: float
    band: Band
    confidence: Confidence
    disagree: bool
    agreement: float
    needs_review: bool
    releases: tuple[str, ...]
    """Names of the releases that measured, in the order of the tasks."""


def note_facts(
    description: Description,
    estimate: Estimate,
    *,
    segmenter: str,
    agreement: float,
    needs_review: bool,
    releases: Iterable[str],
) -> NoteFacts:
    """The facts of one reading, fresh from the pipeline or from where an application keeps it.

    `segmenter` is the task whose mask counts: the rule's, or the clinician's; `agreement` and `needs_review`
    are those of the whole result, `releases` their names.
    """
    return NoteFacts(
        segmenter=segmenter,
        asymmetry=degree(description.asymmetry, ASYMMETRY_STEPS),
        border=degree(description.border, BORDER_STEPS),
        colours=description.colours,
        diameter_mm=description.diameter_mm,
        diameter_px=description.diameter_px,
        area_mm2=description.area_mm2,
        area_px=description.area_px,
        tone=description.tone,
        ita_degrees=description.ita_degrees,
        malignancy_percent=100 * estimate.malignancy,
        sd_percent=100 * estimate.sd,
        band=estimate.band,
        confidence=estimate.confidence,
        disagree=estimate.disagree,
        agreement=agreement,
        needs_review=needs_review,
        releases=tuple(releases),
    )


def degree(value: float, steps: tuple[float, float]) -> Degree:
    """The degree of a value by the two steps from which it is moderate and marked."""
    moderate, marked = steps
    if value >= marked:
        return Degree.MARKED
    return Degree.MODERATE if value >= moderate else Degree.SLIGHT
