"""From a photo of a lesion to two readings of it: gate, segment, describe, classify; or why there is none."""

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np

from analysis.vision.face.crop import Crop
from analysis.vision.findings import Finding
from analysis.vision.lesion.bands import estimate_of
from analysis.vision.lesion.crop import crop_of, square_of
from analysis.vision.lesion.description import bare_skin, describe
from analysis.vision.lesion.gates import judge_lesion, judge_picture, judge_tone, refusal
from analysis.vision.lesion.heat import heat_of, lay_over
from analysis.vision.lesion.metadata import Metadata
from analysis.vision.lesion.models import LesionModels
from analysis.vision.lesion.outline import enlarge_mask
from analysis.vision.lesion.passes import Floats, Outlined, classify, outline_lesion
from analysis.vision.lesion.picking import agreement_of, needs_review, pick
from analysis.vision.lesion.result import (
    Description,
    Estimate,
    LesionResult,
    Opinion,
    Reading,
    Withheld,
)
from analysis.vision.stopwatch import OnStage, Stopwatch
from analysis.vision.terms import Image, Mask

WORKING_SIDE = 512
"""Longer side in pixels of the picture that is analysed, which is that of the pictures that taught; masks are
enlarged to the photo's own grid."""


def analyse_lesion(
    image: Image,
    models: LesionModels,
    *,
    metadata: Metadata,
    mm_per_pixel: float | None = None,
    on_stage: OnStage | None = None,
) -> LesionResult | Withheld:
    """Judge one photo of one lesion.

    Args:
        image: RGB (H, W, 3) bytes in visible light, upright.
        models: from `load_lesion_models`.
        metadata: age, sex and site, as far as they are known.
        mm_per_pixel: scale of the photo; without it no length is given in millimetres.
        on_stage: called with the name of each of `STAGES` as it begins.

    Returns:
        A LesionResult, or Withheld with its reason. The same arguments and releases give the same answer.

    Raises:
        ValueError: the array is no RGB picture of bytes, or the scale is not positive.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f"A photo is (H, W, 3) bytes, not {image.shape} of {image.dtype}.")
    if mm_per_pixel is not None and not mm_per_pixel > 0:
        raise ValueError(f"A scale is a positive number of millimetres, not {mm_per_pixel}.")
    watch = Stopwatch(on_stage)
    shape = image.shape[:2]
    findings: list[Finding] = []

    def withheld() -> Withheld | None:
        reason = refusal(findings)
        return None if reason is None else Withheld(reason, tuple(findings), watch.read())

    with watch.stage("gate"):
        picture = _reduced(image)
        findings += judge_picture(picture, shape)
    if (refused := withheld()) is not None:
        return refused
    with watch.stage("segment"):
        every = {task: outline_lesion(picture, one) for task, one in models.segmenters.items()}
        found = {task: one for task, one in every.items() if one.mask.any()}
        picked = pick(found or every)
        masks = {task: enlarge_mask(one.mask, shape) for task, one in found.items()}
        findings += judge_lesion(masks.get(picked, np.zeros(shape, np.uint8)))
    if (refused := withheld()) is not None:
        return refused
    with watch.stage("describe"):
        bare = bare_skin(picture)
        described = {
            task: _describe(picture, found[task].mask, mask, bare, mm_per_pixel)
            for task, mask in masks.items()
        }
        findings.append(judge_tone(described[picked].ita_degrees, models))
    if (refused := withheld()) is not None:
        return refused
    with watch.stage("classify"):
        judged = _judge(image, picture, found, models, metadata)
        agreement = agreement_of({task: one.mask for task, one in found.items()})
    return LesionResult(
        readings={
            task: Reading(
                mask=masks[task],
                stability=found[task].stability,
                entropy=found[task].entropy,
                description=described[task],
                estimate=judged[task][0],
                heat=judged[task][1],
            )
            for task in found
        },
        picked=picked,
        agreement=agreement,
        needs_review=needs_review(agreement),
        quality=tuple(findings),
        timings_ms=watch.read(),
        releases={task: (release.name, release.sha256) for task, release in models.releases.items()},
    )


def _reduced(image: Image) -> Image:
    height, width = image.shape[:2]
    scale = WORKING_SIDE / max(height, width)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _describe(picture: Image, small: Mask, mask: Mask, bare: Mask, mm_per_pixel: float | None) -> Description:
    """The description at the working size, with lengths and areas in pixels of the photo."""
    description = describe(picture, small, bare)
    diameter = description.diameter_px * max(mask.shape) / max(small.shape)
    return replace(
        description,
        area_px=int(np.count_nonzero(mask)),
        diameter_px=diameter,
        diameter_mm=None if mm_per_pixel is None else diameter * mm_per_pixel,
    )


def _judge(
    image: Image,
    picture: Image,
    found: Mapping[str, Outlined],
    models: LesionModels,
    metadata: Metadata,
) -> dict[str, tuple[Estimate, dict[str, Image]]]:
    """Estimate and heat by segmenter. Crops that are the same are judged once."""
    squares = {task: square_of(one.mask) for task, one in found.items()}
    distinct = list(dict.fromkeys(squares.values()))
    chosen = {square: next(t for t, other in squares.items() if other == square) for square in distinct}
    crops = [crop_of(picture, found[chosen[square]].mask) for square in distinct]
    answers = {task: classify(crops, one, metadata) for task, one in models.classifiers.items()}
    heats = {task: heat_of(crops, one, metadata) for task, one in models.classifiers.items()}
    height, width = image.shape[:2]
    scale = max(height, width) / max(picture.shape[:2])
    judged = {}
    for number, square in enumerate(distinct):
        estimate = _estimate(models, {task: values[number] for task, values in answers.items()})
        placed = Crop(round(square.x * scale), round(square.y * scale), max(1, round(square.side * scale)))
        overlays = {task: lay_over(image, maps[number], placed) for task, maps in heats.items()}
        judged[square] = estimate, overlays
    return {task: judged[square] for task, square in squares.items()}


def _estimate(models: LesionModels, answers: Mapping[str, Floats]) -> Estimate:
    """Both classifiers on one crop: answers (passes, classes) by task."""
    opinions: list[Opinion] = []
    counted: list[Floats] = []
    for task, values in answers.items():
        classifier = models.classifiers[task]
        chosen = [classifier.classes.index(name) for name in classifier.malignant]
        malignant = values[:, chosen].sum(axis=1)
        shares = dict(zip(classifier.classes, values.mean(axis=0).tolist(), strict=True))
        mean, spread = _within(malignant.mean()), float(malignant.std())
        opinions.append(Opinion(task, shares, mean, spread, classifier.proven))
        counted += [malignant] if classifier.proven else []
    return estimate_of(opinions, float(np.mean(counted, axis=0).std()))


def _within(probability: float) -> float:
    """Rounding of sums must not leave 0 to 1."""
    return float(np.clip(probability, 0, 1))
