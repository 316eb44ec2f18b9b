"""Glare: white highlights on the skin, which look like vitiligo and hide it."""

import cv2
import numpy as np

from analysis.vision.terms import Image, Mask

WHITE = 220
"""Glare is white light thrown back: the weakest of the three channels reaches this value (of 255). Bright
lesions under UV burn out in blue first and stay below it in red. Chosen on the phantom, whose highlights are
known."""


def glare_mask(image: Image, face: Mask) -> Mask:
    """White highlights on the face.

    Image (H, W, 3) and mask (H, W) on one grid; returns a mask (H, W), a subset of `face`. Single pixels,
    which are sensor noise, are dropped.
    """
    glare = np.zeros_like(face)
    x, y, width, height = cv2.boundingRect(face)
    here = slice(y, y + height), slice(x, x + width)
    if width > 0:
        red, green, blue = cv2.split(image[here])
        white = (cv2.min(cv2.min(red, green), blue) >= WHITE).astype(np.uint8) & face[here]
        glare[here] = cv2.morphologyEx(white, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return glare
