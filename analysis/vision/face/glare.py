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
    brightness = cv2.transform(image, np.full((1, 3), 1 / 3))
    burnt = (image.max(axis=2) >= BURNT) & (brightness >= BRIGHT) & (face > 0)
    opened = cv2.morphologyEx(burnt.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return opened.astype(np.uint8, copy=False)
