"""Real vitiligo that may teach: photos of hands, arms, backs and a few faces, outlined by coarse polygons.

The polygons run over eyes and over islands of pigment and miss the exact border, so only what brightness and
outline agree about counts; the rest is doubtful: seen, and left out of every loss.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Image, Mask
from analysis.vision.training.parts import Part, Parts

TEACHING_GROUPS = frozenset(
    {"rv02", "rv03", "rv05", "rv10", "rv14", "rv15", "rv20", "rv21", "rv24", "rv27", "rv34", "rv37", "rv38"}
)
"""Sources whose outlines were looked at and are good enough. Left out are those that are in `vitiligo_faces`
(rv25, rv31), one that may show a person of it (rv22), montages and pasted patches."""

REACH = 0.12
"""How far around a lesion the skin is taken, as a share of the picture's longer side."""

BORDER = 0.008
"""Half the width of the doubtful band along the polygons, as a share of the longer side."""

Brightness = NDArray[np.float32]


def outlined_skin(image: Image, lesion: Mask) -> Parts:
    """Parts (H, W) of a photo (H, W, 3) with a coarse lesion mask (H, W), values {0, 1}.

    Skin is what looks like skin within `REACH` of a lesion; doubtful is the band along the outline, what is
    dark inside of it and what is as bright as a lesion outside.
    """
    side = max(lesion.shape)
    near = np.asarray(cv2.dilate(lesion, _disc(REACH * side)), np.uint8)
    coloured = ((_skin_coloured(image) & near) | lesion).astype(np.uint8)
    skin = np.asarray(cv2.morphologyEx(coloured, cv2.MORPH_OPEN, _disc(0.01 * side)), np.uint8)
    parts = np.where(skin > 0, Part.SKIN, Part.BACKGROUND).astype(np.uint8)
    doubtful = cv2.morphologyEx(lesion, cv2.MORPH_GRADIENT, _disc(BORDER * side)) > 0
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    brightness = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.5), np.float32)
    middle = _middle(brightness, lesion, skin)
    doubtful |= (lesion == 1) & (brightness < middle)
    doubtful |= (lesion == 0) & (brightness > middle)
    parts[doubtful & (skin > 0)] = Part.DOUBTFUL
    return parts


def _skin_coloured(image: Image) -> Mask:
    """Chroma of human skin from very fair to very dark (Chai and Ngan, 1999, a little widened), {0, 1}."""
    ycrcb = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    return np.asarray(cv2.inRange(ycrcb, (35, 130, 75), (255, 180, 135)) > 0, np.uint8)


def _middle(brightness: Brightness, lesion: Mask, skin: Mask) -> Brightness:
    """Halfway between lesion and skin, from place to place (H, W)."""
    sigma = 0.08 * max(lesion.shape)
    inside, outside = (
        _local_mean(brightness, lesion, sigma),
        _local_mean(brightness, skin & (1 - lesion), sigma),
    )
    middle: Brightness = (inside + outside) / np.float32(2)
    return middle


def _local_mean(brightness: Brightness, mask: Mask, sigma: float) -> Brightness:
    weight = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma)
    mean = cv2.GaussianBlur(brightness * mask, (0, 0), sigma) / np.maximum(weight, 1e-3)
    return np.asarray(mean, np.float32)


def _disc(radius: float) -> Mask:
    size = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
