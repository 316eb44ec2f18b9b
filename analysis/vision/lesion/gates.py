"""When a picture of a lesion gets no estimate: what is measured, against which limits (docs/lesions.md).

Pixels are judged at a fixed scale, so that a photo of 12 megapixels and one of 512 pixels meet the same
limits. Rates on real dermoscopy stand beside the limits.
"""

from collections.abc import Iterable

import cv2
import numpy as np

from analysis.vision.face.blur import blur_effect
from analysis.vision.findings import Finding, Limits, Verdict
from analysis.vision.lesion.close_up import close_up_score
from analysis.vision.lesion.models import LesionModels
from analysis.vision.lesion.reasons import Reason
from analysis.vision.lesion.result import CLASSIFIERS
from analysis.vision.lesion.scene import inside_ring
from analysis.vision.lesion.tone import FEWEST
from analysis.vision.terms import Image, Mask

SHAPE = 9 / 16
PIXELS = Limits(warn=720, fail=200)
"""Height in pixels of the largest picture of 16 x 9 that fits: 1280 x 720 is advised."""
DARK = Limits(warn=80, fail=40)
"""90th percentile of brightness, 0 to 255: that of the skin. Real pictures read 104 to 254."""
BURNT = Limits(warn=0.05, fail=0.40)
"""Share of the picture in which all three channels are clipped. 99 % of real pictures read below 0.05."""
CLIPPED = 250
REFUSED_BELOW = 0.4
CLOSE_UP = Limits(warn=0.6, fail=REFUSED_BELOW)
"""How surely the picture is skin seen close up, 0 to 1: on pictures that did not teach, 97 % of others fail
and 1 % of lesions."""
BLUR = Limits(warn=0.74, fail=0.82)
"""Blur effect, 0 (sharp) to 1. Real pictures read 0.35 to 0.73; blurred by a Gaussian of 4 of 512 pixels 81 %
fail, of 6 pixels 98 %."""
BLUR_SIDE = 512
"""Longer side at which focus is judged."""
FOUND = Limits(warn=1, fail=0.5)
"""Pixels of the lesion: any at all."""
AREA = Limits(warn=0.02, fail=0.01)
"""Share of the picture that the lesion covers."""
AREA_PIXELS = Limits(warn=5000, fail=1000)
"""Pixels of the lesion: 1000 are a disc 36 pixels wide, too coarse for a border or a structure."""
TONE = "ita_lowest"
"""Threshold in a classifier's card: degrees of ITA below which its pictures were too few to judge it."""
EVALUATED_FROM = 10.0
"""Where a card does not say: of 371 real pictures with a mask, 4 are below (brown or dark skin)."""
THIN = 18.0
"""Degrees above that limit within which the pictures are few (tan skin, 10 of 371)."""


def judge_picture(image: Image, shape: tuple[int, int]) -> list[Finding]:
    """Findings on size, exposure, content and focus.

    Image: (H, W, 3), at the working size; shape: (height, width) of the photo as it was taken.
    """
    short, long = sorted(shape)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return [
        PIXELS.judge(Reason.TOO_SMALL, min(short, SHAPE * long), "px"),
        DARK.judge(Reason.TOO_DARK, float(np.percentile(grey, 90)), "level"),
        BURNT.judge(Reason.BURNT_OUT, float(np.mean(image.min(axis=2) >= CLIPPED)), "share"),
        CLOSE_UP.judge(Reason.NOT_SKIN, close_up_score(image), "probability"),
        BLUR.judge(Reason.BLURRED, _blur(image), "ratio"),
    ]


def judge_lesion(mask: Mask) -> list[Finding]:
    """Findings on the size of the lesion: mask (H, W) on the photo's own grid, which may be empty."""
    pixels = int(np.count_nonzero(mask))
    found = FOUND.judge(Reason.NO_LESION, pixels, "px")
    if not pixels:
        return [found]
    return [
        found,
        AREA.judge(Reason.LESION_TOO_SMALL, pixels / mask.size, "share"),
        AREA_PIXELS.judge(Reason.LESION_TOO_SMALL, pixels, "px"),
    ]


def judge_tone(degrees: float | None, models: LesionModels) -> Finding:
    """Whether the skin is of a tone that the classifiers were evaluated on.

    A tone that cannot be told, for lack of skin about the lesion, is none that was evaluated: a mask that
    takes dark skin for lesion leaves no skin either.
    """
    if degrees is None:
        return Finding(Reason.TONE_NOT_EVALUATED, Verdict.FAIL, 0, FEWEST, "share of skin", FEWEST)
    lowest = max(models.releases[t].card.thresholds.get(TONE, EVALUATED_FROM) for t in CLASSIFIERS)
    limits = Limits(warn=lowest + THIN, fail=lowest)
    return limits.judge(Reason.TONE_NOT_EVALUATED, degrees, "degrees")


def refusal(findings: Iterable[Finding]) -> Reason | None:
    """The reason of the first finding that fails, if one does."""
    return next((Reason(f.code) for f in findings if f.verdict is Verdict.FAIL), None)


def _blur(image: Image) -> float:
    height, width = image.shape[:2]
    scale = min(1.0, BLUR_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return blur_effect(grey, inside_ring(small))
