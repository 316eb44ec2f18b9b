"""How pigment changes the light that skin sends back: in linear light, so that shading and texture stay.

Melanin absorbs, and absorbs more towards the blue (Beer and Lambert): skin with more of it is the same skin
multiplied by exp(-amount * absorption). Vitiligo is the reverse of that, which is why a lesion keeps the
shading, the pores and the highlights of the skin around it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Image, Mask
from analysis.vision.training.noise import Field

Light = NDArray[np.float32]
"""(H, W, 3) linear light, 0 black to 1 white; values above 1 are possible until `to_image`."""

MELANIN = np.array([0.55, 1.0, 1.25], np.float32)
"""Relative absorption in red, green and blue: brown, as the skin of phototypes V and VI beside that of I."""

_LEVELS = 65536
_DECODE = (np.linspace(0, 1, 256) ** 2.2).astype(np.float32)
_ENCODE = np.rint(255 * np.linspace(0, 1, _LEVELS) ** (1 / 2.2)).astype(np.uint8)


def to_light(image: Image) -> Light:
    """Linear light of an 8-bit picture, with the usual gamma of 2.2."""
    return _DECODE[image]


def to_image(light: Light) -> Image:
    """The 8-bit picture; highlights are compressed and not cut, as cameras do."""
    shoulder = np.where(light > 0.75, 0.75 + 0.25 * np.tanh((light - 0.75) / 0.25), light)
    return _ENCODE[(np.clip(shoulder, 0, 1) * (_LEVELS - 1) + 0.5).astype(np.int32)]


def soften(mask: Mask, sigma: float) -> Field:
    """A mask with its edge blurred by `sigma` pixels, values 0 to 1."""
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma), np.float32)


def darken(light: Light, amount: Field) -> Light:
    """Skin with `amount` more melanin, in optical densities of the green channel (H, W); negative
    lightens.
    """
    darkened: Light = light * np.exp(-amount[..., None] * MELANIN)
    return darkened


def depigment(light: Light, lesions: Field, ratio: NDArray[np.float32]) -> Light:
    """Lesions (0 to 1) sent back `ratio` times the light, a factor for each channel; between, the
    geometric mean.
    """
    brighter: Light = light * np.exp(lesions[..., None] * np.log(ratio))
    return brighter


def depigmentation_ratio(rng: np.random.Generator, melanin: float) -> NDArray[np.float32]:
    """How much brighter vitiligo is than the skin around it in visible light, by channel (3,).

    `melanin` is what the skin has above the fairest. Fair skin gives little contrast, very dark skin up to
    six times in blue; what is left is pale to pink.
    """
    depth = melanin * rng.uniform(0.6, 1.05) + rng.uniform(0.15, 0.6)
    tint = rng.normal(0, 0.06, 3) + np.array([0.04, -0.02, 0.0])
    ratio: NDArray[np.float32] = np.exp(depth * MELANIN + tint).astype(np.float32)
    return ratio


def median_light(light: Light, mask: Mask) -> float:
    """The median brightness inside a mask, mean of the channels; 0.2 where the mask is empty."""
    inside = light[mask.astype(bool)]
    return float(np.median(inside.mean(axis=1))) if len(inside) else 0.2
