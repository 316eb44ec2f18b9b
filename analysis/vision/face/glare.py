"""Glare: burnt-out highlights on the skin, which look like vitiligo and hide it."""

import cv2
import numpy as np

from analysis.vision.terms import Image, Mask

BURNT = 250
"""A channel at this value (of 255) carries no more information."""
BRIGHT = 200
"""Mean of the three channels from which a burnt channel means glare rather than a saturated colour."""


def glare_mask(image: Image, face: Mask) -> Mask:
    """Burnt-out pixels of the face.

    Image (H, W, 3) and mask (H, W) on one grid; returns a mask (H, W), a subset of `face`. Single pixels,
    which are sensor noise, are dropped.
    """
    glare = np.zeros_like(face)
    x, y, width, height = cv2.boundingRect(face)
    here = slice(y, y + height), slice(x, x + width)
    if width > 0:
        burnt = _burnt(image[here]) & face[here]
        glare[here] = cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return glare


def _burnt(image: Image) -> Mask:
    red, green, blue = cv2.split(image)
    strongest = cv2.max(cv2.max(red, green), blue)
    brightness = cv2.transform(image, np.full((1, 3), 1 / 3))
    return ((strongest >= BURNT) & (brightness >= BRIGHT)).astype(np.uint8)
