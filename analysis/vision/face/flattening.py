"""A face as detail alone: the same skin looks alike under another light and after repigmentation."""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Mask

Floats = NDArray[np.float32]

NEIGHBOURHOOD = 0.012
"""Standard deviation of the window that light is judged in, as a share of the picture's side."""
DARKEST = 8.0
"""Added before the logarithm, so that the noise of near-black pixels is no detail."""
FAINTEST = 0.05
"""Contrast (of the logarithm) below which detail is not stretched any more."""
LARGEST = 3.0
BACKGROUND = -1.0
"""Outside the face, so that its outline is a detail too."""


def flatten(grey: Floats, face: Mask, vitiligo: Mask) -> Floats:
    """Local detail of a face, about -3 to 3, on its own grid; BACKGROUND outside the face.

    Each pixel is compared with its neighbours of the same kind, lesion with lesion and other skin with other
    skin, in the logarithm of brightness: neither light and shadow nor the step at the border of a lesion
    remains, so that a lesion that has shrunk does not pull the alignment with it.

    grey: (H, W) brightness 0 to 255. face, vitiligo: (H, W), values {0, 1}.
    """
    inside = face.astype(np.float32)
    lesion = inside * vitiligo
    brightness = np.log(grey + np.float32(DARKEST))
    width = NEIGHBOURHOOD * max(grey.shape)
    detail = _standardised(brightness, lesion, width) + _standardised(brightness, inside - lesion, width)
    return np.where(face > 0, detail, np.float32(BACKGROUND))


def as_bytes(detail: Floats) -> NDArray[np.uint8]:
    """The detail as a picture of bytes, which OpenCV's feature and flow methods expect."""
    return np.clip(128 + 40 * detail, 0, 255).astype(np.uint8)


def smooth(values: Floats, width: float) -> Floats:
    """The Gaussian mean of (H, W) or (H, W, C) with a standard deviation of `width` pixels."""
    return np.asarray(cv2.GaussianBlur(values, (0, 0), width), np.float32)


def _standardised(brightness: Floats, kind: Floats, width: float) -> Floats:
    weight = smooth(kind, width) + np.float32(1e-4)
    rest = brightness - smooth(brightness * kind, width) / weight
    spread = np.sqrt(smooth(rest * rest * kind, width) / weight)
    return np.asarray(kind * np.clip(rest / (spread + FAINTEST), -LARGEST, LARGEST), np.float32)
