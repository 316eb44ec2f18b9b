"""Vitiligo with exact truth, painted onto real faces.

A face is given a skin tone, lesions, a lamp and things that are no lesions; what was painted is known to the
pixel.
"""

from dataclasses import dataclass

import numpy as np

from analysis.vision.terms import Image, Mask, Modality
from analysis.vision.training import distractors
from analysis.vision.training.lesion_shapes import FaceFrame, draw_lesions, frame_of
from analysis.vision.training.looks import LAMPS
from analysis.vision.training.noise import Field, smooth_noise
from analysis.vision.training.optics import (
    Light,
    darken,
    depigment,
    depigmentation_ratio,
    median_light,
    soften,
    to_image,
    to_light,
)
from analysis.vision.training.parts import Parts, bare_skin, paintable

ROOM = 0.6
"""Linear light that a lesion in a median place of the face may have."""

LESION_THRESHOLD = 0.5
"""Depigmentation from which a pixel counts as vitiligo."""


@dataclass(frozen=True)
class Brush:
    """How often what is painted; the defaults are those of the training."""

    without_vitiligo: float = 0.22
    untouched: float = 0.1
    """Chance that a face is left as it was photographed, without vitiligo: what a clear face looks like."""
    darker_skin: float = 0.75
    modalities: tuple[tuple[Modality, float], ...] = (
        (Modality.VISIBLE, 0.5),
        (Modality.UV_REFLECTANCE, 0.42),
        (Modality.WOODS_LAMP, 0.08),
    )
    distractor: float = 0.12
    """Chance of each distractor."""


@dataclass(frozen=True)
class Painted:
    """A painted face and its truth."""

    image: Image
    vitiligo: Mask
    modality: Modality


def paint_face(rng: np.random.Generator, image: Image, parts: Parts, brush: Brush) -> Painted:
    """Paint one face.

    Args:
        rng: the only source of chance.
        image: (H, W, 3) RGB.
        parts: (H, W) labels on the same grid, with at least one face pixel.
        brush: what to paint how often.

    Returns:
        The picture and the pixels that are vitiligo: skin and lips with a depigmentation of at least one
        half. An eye, a brow or the inside of the mouth is never vitiligo.

    Raises:
        ValueError: there is no face in `parts`.
    """
    frame = frame_of(parts)
    if rng.random() < brush.untouched:
        return Painted(image, np.zeros(parts.shape, np.uint8), Modality.VISIBLE)
    skin = paintable(parts)
    soft_skin = soften(skin, 1.0)
    light = distractors.uneven_tone(rng, to_light(image), frame, soft_skin)
    melanin = float(rng.uniform(0.2, 1.9)) if rng.random() < brush.darker_skin else 0.0
    light = darken(light, np.float32(melanin) * soften(bare_skin(parts), 1.0))
    lesions = _lesions(rng, parts, brush)
    vitiligo = ((lesions >= LESION_THRESHOLD) & (skin == 1)).astype(np.uint8)
    shown = lesions * soft_skin * _strength(rng, frame)
    kinds, shares = zip(*brush.modalities, strict=True)
    modality = Modality(rng.choice(kinds, p=shares))
    if modality in LAMPS:
        light = LAMPS[modality](rng, light, parts, shown)
    else:
        ratio = depigmentation_ratio(rng, melanin)
        # Exposed for the lesions, as a photographer would: pale skin must not end in white.
        exposure = ROOM / max(ROOM, median_light(light, skin) * float(ratio.mean()))
        light = depigment(light * np.float32(exposure), shown, ratio)
    light = _distract(rng, light, parts, frame, soft_skin * (1 - shown), brush.distractor)
    return Painted(to_image(light), vitiligo, modality)


def _lesions(rng: np.random.Generator, parts: Parts, brush: Brush) -> Field:
    if rng.random() < brush.without_vitiligo:
        return np.zeros(parts.shape, np.float32)
    return draw_lesions(rng, parts)


def _strength(rng: np.random.Generator, frame: FaceFrame) -> Field:
    """How completely the pigment is gone, 0.6 to 1: complete in most lesions, uneven in some."""
    if rng.random() < 0.7:
        return np.ones(frame.size, np.float32)
    uneven: Field = np.clip(0.85 + 0.15 * smooth_noise(rng, frame.size, 6), 0.6, 1)
    return uneven


def _distract(
    rng: np.random.Generator, light: Light, parts: Parts, frame: FaceFrame, pigmented: Field, chance: float
) -> Light:
    if rng.random() < chance:
        light = distractors.dark_patches(rng, light, frame, pigmented)
    if rng.random() < chance:
        light = distractors.pale_lips(rng, light, parts)
    if rng.random() < chance:
        light = distractors.powder(rng, light, frame)
    if rng.random() < chance:
        light = distractors.scars(rng, light, frame)
    if rng.random() < 1.6 * chance:
        light = distractors.side_light(rng, light, frame)
    if rng.random() < chance:
        light = distractors.shine_spots(rng, light, frame)
    if rng.random() < 1.4 * chance:
        light = distractors.glare(rng, light, parts)
    return light
