"""Readings of lesions as the pipeline would give them, made by hand: these tests need no network."""

from __future__ import annotations

import numpy as np

from analysis.models import ModelRelease
from analysis.vision.findings import Finding, Verdict
from analysis.vision.lesion.reasons import Reason
from analysis.vision.lesion.result import (
    Band,
    Confidence,
    Description,
    Estimate,
    LesionResult,
    Opinion,
    Reading,
    ToneClass,
    Withheld,
)
from analysis.vision.terms import Mask

SHAPE = (400, 320)
UNET, DEEPLAB = "lesion_unet", "lesion_deeplab"
SHARP = Finding(Reason.BLURRED, Verdict.PASS, 0.6, 0.68, "ratio", 0.8)


def square(side: int) -> Mask:
    mask = np.zeros(SHAPE, np.uint8)
    mask[100 : 100 + side, 100 : 100 + side] = 1
    return mask


def reading(side: int, malignancy: float, band: Band, confidence: Confidence) -> Reading:
    """A square lesion; the second classifier says twice what the first says."""
    opinions = tuple(
        Opinion(task, {"benign": 1 - share, "malignant": share}, share, 0.02)
        for task, share in (("lesion_resnet", malignancy * 2 / 3), ("lesion_fusion", malignancy * 4 / 3))
    )
    heat = np.full((*SHAPE, 3), 90, np.uint8)
    return Reading(
        mask=square(side),
        stability=0.94,
        entropy=0.08,
        description=Description(
            asymmetry=0.12,
            border=0.05,
            colours=("light_brown", "dark_brown"),
            colour_variation=7.5,
            area_px=side * side,
            diameter_px=float(side),
            diameter_mm=side * 0.05,
            ita_degrees=44.0,
            tone=ToneClass.LIGHT,
        ),
        estimate=Estimate(opinions, malignancy, 0.03, band, confidence, disagree=False),
        heat={one.task: heat for one in opinions},
    )


def lesion_result(*, agreement: float = 0.8) -> LesionResult:
    """The U-Net outlines 100 x 100 pixels and is picked, DeepLabV3 80 x 80; 12 % and 30 % malignant."""
    return LesionResult(
        readings={
            UNET: reading(100, 0.12, Band.BENIGN, Confidence.MEDIUM),
            DEEPLAB: reading(80, 0.30, Band.INDETERMINATE, Confidence.LOW),
        },
        picked=UNET,
        agreement=agreement,
        needs_review=agreement < 0.7,
        quality=(SHARP,),
        timings_ms={"gate": 5.0, "total": 900.0},
        releases={},
    )


def withheld() -> Withheld:
    finding = Finding(Reason.NOT_SKIN, Verdict.FAIL, 0.1, 0.5, "score")
    return Withheld(Reason.NOT_SKIN, (finding,), {"gate": 5.0})


def active_lesion_rows() -> dict[str, ModelRelease]:
    """One active release for each task of lesions, in the database alone."""
    return {
        task.value: ModelRelease.objects.get_or_create(
            name=f"{task}-1", task=task, sha256=f"{number}" * 64, is_active=True
        )[0]
        for number, task in enumerate(ModelRelease.LESION_TASKS)
    }
