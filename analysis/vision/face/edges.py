"""Borders that follow the picture: a probability, drawn to the edges that the skin shows.

The network answers on a grid that is coarser than the photo. A guided filter (He, Sun and Tang: Guided image
filtering, TPAMI 2013) writes the probability as a locally linear function of the picture's brightness, so
that its steps fall on those of the skin. It reads and writes inside of the face alone.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Image, Mask

Floats = NDArray[np.float32]

REACH = 0.0125
"""Radius of the windows as a share of the picture's side. Chosen with `FLATNESS` on held-out faces."""
FLATNESS = 3e-4
"""Variance of brightness (of 0 to 1) below which a window counts as flat, and the probability is only
smoothed."""
LEVEL = 0.45
"""Mean brightness that the face is brought to, so that `FLATNESS` means the same in dark and light photos."""


def drawn_to_edges(probability: Floats, picture: Image, face: Mask) -> Floats:
    """Probability (N, N), 0 to 1, on the finer grid of a picture (M, M, 3) and its face mask (M, M).

    Returns (M, M), 0 to 1; outside of the face 0.
    """
    side = picture.shape[0]
    enlarged = cv2.resize(probability, (side, side), interpolation=cv2.INTER_CUBIC)
    p = np.clip(enlarged, 0, 1).astype(np.float32)
    inside = face.astype(np.float32)
    guide = _brightness(picture, inside)
    size = (2 * max(1, round(REACH * side)) + 1,) * 2
    weight = cv2.blur(inside, size).clip(min=1e-6)

    def mean(values: Floats) -> Floats:
        averaged: Floats = (cv2.blur(values * inside, size) / weight).astype(np.float32, copy=False)
        return averaged

    guide_mean, p_mean = mean(guide), mean(p)
    slope = (mean(guide * p) - guide_mean * p_mean) / (mean(guide * guide) - guide_mean**2 + FLATNESS)
    offset = p_mean - slope * guide_mean
    drawn: Floats = np.clip(mean(slope) * guide + mean(offset), 0, 1) * inside
    return drawn


def _brightness(picture: Image, inside: Floats) -> Floats:
    grey = picture.mean(axis=2, dtype=np.float32) / 255 * inside
    level = grey.sum() / max(1.0, float(inside.sum()))
    levelled: Floats = (grey * (LEVEL / max(level, 1 / 255))).astype(np.float32)
    return levelled
