"""Photographs of made-up moles through a dermatoscope, with exact masks: for the demo, tests and documents.

Colours follow the light: what skin throws back is dimmed by the melanin and blood in its way (the law of
Lambert and Beer, one density for each), and deep pigment adds the blue-grey of scattered light.
"""

from dataclasses import dataclass

import numpy as np

from analysis.vision.phantom.dermoscope import develop, draw_bubbles, draw_hair, draw_ruler, light_up
from analysis.vision.phantom.mole import Course, Pigment, draw_mole, pigment
from analysis.vision.phantom.noise import smoothstep, vector
from analysis.vision.phantom.patch import Patch, field, lay_patch, mesh
from analysis.vision.terms import Array, Image, Mask

BLOODLESS = vector([0.97, 0.88, 0.80])
"""What skin without melanin throws back, red, green and blue."""
MELANIN = vector([0.52, 1.0, 1.42])
HAEMOGLOBIN = vector([0.12, 0.80, 0.66])
"""How strongly each dims red, green and blue for one unit of density."""
BLUE_GREY = vector([0.42, 0.45, 0.54])
SKIN_MELANIN = {1: 0.03, 2: 0.11, 3: 0.24, 4: 0.46, 5: 0.80, 6: 1.25}
"""Density of the skin's melanin by phototype."""
SPAN = 16.0
"""Millimetres across the picture."""


@dataclass(frozen=True)
class LesionPhotograph:
    """A picture (H, W, 3), the exact mask of the lesion (H, W) and the width of a pixel."""

    image: Image
    mask: Mask
    mm_per_pixel: float


def photograph_lesion(
    seed: int,
    *,
    size: tuple[int, int] = (1024, 768),
    phototype: int = 2,
    course: Course = Course.STABLE,
    months: float = 0.0,
    span: float = SPAN,
    scale: float = 1.0,
    hair: float = 0.0,
    ring: bool = False,
    bubbles: bool = False,
    ruler: bool = False,
) -> LesionPhotograph:
    """Photograph the mole number `seed`; the same arguments give the same bytes.

    Args:
        seed: which mole, on which skin.
        size: (width, height) in pixels, at least 128 each.
        phototype: of the skin, Fitzpatrick 1 to 6.
        course: what becomes of the lesion.
        months: since it was first seen; a later visit holds the camera a little differently.
        span: millimetres across the picture.
        scale: of the lesion's size; 0.1 makes a tiny one.
        hair: 0 (none) to 1 (dense).
        ring: whether the tube of the dermatoscope shows as a dark ring.
        bubbles: whether there are bubbles in the gel.
        ruler: whether there is a scale with a tick each millimetre.

    Raises:
        ValueError: an unknown phototype, a size below 128, hair outside of 0 to 1, months below 0.
    """
    if phototype not in SKIN_MELANIN or min(size) < 128 or not 0 <= hair <= 1 or scale <= 0:
        raise ValueError(
            "Phototype 1 to 6, at least 128 pixels, hair 0 to 1 and a positive scale are needed."
        )
    visit = seed * 1009 + round(months * 10)
    rng = np.random.default_rng((visit, 51))
    turn, shift = rng.normal(0, 0.06), rng.normal(0, 0.02 * span, 2)
    patch = lay_patch(size, span / size[0], turn, (float(shift[0]), float(shift[1])))
    mole = draw_mole(seed, scale)
    lesion = pigment(mole, patch, course, months)
    picture = _skin(patch, SKIN_MELANIN[phototype], seed, lesion)
    if hair:
        draw_hair(picture, patch, hair, visit)
    if ruler:
        draw_ruler(picture, patch)
    if bubbles:
        draw_bubbles(picture, patch, visit)
    light_up(picture, patch, ring=ring, seed=visit)
    return LesionPhotograph(develop(picture, visit), (lesion.inside > 0).astype(np.uint8), patch.pixel)


def _skin(patch: Patch, melanin: float, seed: int, lesion: Pigment) -> Array:
    """The lesion in its skin, (H, W, 3) float32, 0 to 1."""
    number = seed * 17 + 5
    mottle = 1 + 0.16 * field(patch, 3.0, number + 1, 3)
    cells = mesh(patch, 0.75, number + 2, 0.10)
    lines = mesh(patch, 0.34, number + 5, 0.10)
    patterned = float(smoothstep(0.1, 0.5, melanin))
    dense = melanin * mottle * (1 + 0.30 * lines * patterned)
    dense = (
        dense * (1 + 0.10 * field(patch, 0.12, number + 6)) - 0.03 * cells * (0.4 + melanin) + lesion.density
    )
    red = (
        0.17
        + 0.10 * field(patch, 2.2, number + 3, 3)
        + 0.05 * field(patch, 0.25, number + 7)
        + 0.12 * _vessels(patch, number + 4)
    )
    blood = np.clip(red, 0.03, None) * np.exp(-0.7 * melanin) + lesion.blood
    dimmed = np.exp(-(np.maximum(dense, 0)[..., None] * MELANIN + blood[..., None] * HAEMOGLOBIN))
    seen = BLOODLESS * dimmed
    share = lesion.veil[..., None]
    picture: Array = (seen * (1 - share) + share * BLUE_GREY * (0.55 + 0.45 * dimmed)).astype(np.float32)
    return picture


def _vessels(patch: Patch, seed: int) -> Array:
    """Thin branching lines where a smooth field crosses zero, 0 to 1."""
    lines = np.exp(-((field(patch, 1.6, seed, 2) / 0.045) ** 2))
    vessels: Array = lines * smoothstep(0.0, 0.5, field(patch, 2.6, seed + 50))
    return vessels
