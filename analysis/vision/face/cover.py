"""How much of the middle of a face from the front is hidden, by hair, a scarf or what else the mask omits."""

import cv2
import numpy as np

from analysis.vision.face.crop import Box
from analysis.vision.terms import Mask

HALF_AXES = (0.40, 0.40)
"""Of the ellipse about the middle of the box that is face on every face from the front, in widths and heights
of the box. On `faces_parsing` the part of it that the mask leaves out follows the labelled hair and hats
(correlation 0.89, 292 pictures)."""


def hidden_share(face: Mask, box: Box) -> float:
    """Share, 0 to 1, of the middle of a face that its mask (H, W) leaves out; box in the mask's pixels."""
    x0, y0, x1, y1 = box
    left, top = int(np.floor(x0)), int(np.floor(y0))
    width, height = int(np.ceil(x1)) - left, int(np.ceil(y1)) - top
    middle = np.zeros((height, width), np.uint8)
    centre = round(width / 2), round(height / 2)
    half = max(1, round(HALF_AXES[0] * width)), max(1, round(HALF_AXES[1] * height))
    cv2.ellipse(middle, centre, half, 0, 0, 360, 1, -1)
    seen = np.zeros_like(middle)
    rows = slice(max(0, top), max(0, min(face.shape[0], top + height)))
    columns = slice(max(0, left), max(0, min(face.shape[1], left + width)))
    part = face[rows, columns]
    y, x = rows.start - top, columns.start - left
    seen[y : y + part.shape[0], x : x + part.shape[1]] = part
    return float(1 - np.count_nonzero(seen & middle) / np.count_nonzero(middle))
