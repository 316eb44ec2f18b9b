"""An oval lesion as the pipeline would read it, with the estimate that a page is to show."""

from __future__ import annotations

import cv2
import numpy as np

from analysis.vision.findings import Finding, Verdict
from analysis.vision.lesion.bands import estimate_of
from analysis.vision.lesion.reasons import Reason
from analysis.vision.lesion.result import Description, LesionResult, Opinion, Reading, ToneClass
from analysis.vision.terms import Mask

SHAPE = (300, 400)
SHARP = Finding(Reason.BLURRED, Verdict.PASS, 0.21, 0.5, "ratio", 0.8)
NARROW = Finding(Reason.TOO_SMALL, Verdict.WARN, 400, 1280, "px", 200)


def oval_result(
    *,
    malignancy: float = 0.02,
    apart: float = 0.0,
    agreement: float = 0.93,
    radius: int = 60,
    scale: float | None = None,
    quality: tuple[Finding, ...] = (SHARP,),
) -> LesionResult:
    """An oval in the middle of a picture of 400 x 300 pixels, judged `malignancy` by both networks together.

    `apart`: how far the two opinions lie from one another; `scale`: millimetres of a pixel.
    """
    readings = {
        "lesion_unet": _reading(radius, malignancy, apart, scale),
        "lesion_deeplab": _reading(radius + 8, min(malignancy + 0.01, 1), apart, scale),
    }
    return LesionResult(
        readings=readings,
        picked="lesion_unet",
        agreement=agreement,
        needs_review=agreement < 0.7,
        quality=quality,
        timings_ms={"total": 1800.0},
        releases={},
    )


def _reading(radius: int, malignancy: float, apart: float, scale: float | None) -> Reading:
    mask = oval(radius)
    opinions = tuple(
        Opinion(task, {"benign": 1 - p, "malignant": p}, p, 0.03)
        for task, p in (
            ("lesion_resnet", max(malignancy - apart / 2, 0)),
            ("lesion_fusion", min(malignancy + apart / 2, 1)),
        )
    )
    heat = np.full((*SHAPE, 3), 120, np.uint8)
    return Reading(
        mask=mask,
        stability=0.96,
        entropy=0.04,
        description=_description(mask, radius, scale),
        estimate=estimate_of(opinions, 0.03),
        heat={"lesion_resnet": heat, "lesion_fusion": heat},
    )


def _description(mask: Mask, radius: int, scale: float | None) -> Description:
    return Description(
        asymmetry=0.08,
        border=0.11,
        colours=("light_brown", "dark_brown"),
        colour_variation=9.4,
        area_px=int(mask.sum()),
        diameter_px=2.0 * radius,
        diameter_mm=None if scale is None else 2.0 * radius * scale,
        ita_degrees=38.0,
        tone=ToneClass.INTERMEDIATE,
    )


def oval(radius: int) -> Mask:
    mask = np.zeros(SHAPE, np.uint8)
    cv2.ellipse(mask, (SHAPE[1] // 2, SHAPE[0] // 2), (radius, round(radius * 0.7)), 20, 0, 360, 1, -1)
    return mask
