"""How far a face is tilted to one side, from the symmetry of its picture.

The five landmarks do not tell: those of a detector that learnt upright faces stay level when the picture is
turned. A face from the front is its own mirror image about the line through nose and chin (after the
symmetry search of Reisfeld and Yeshurun, 1992): the picture is turned until it resembles that image most.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.face.crop import Box, Crop
from analysis.vision.terms import Image

Floats = NDArray[np.float32]

SIDE = 64
ANGLES = tuple(range(-42, 43, 6))
SHIFTS = range(-8, 9, 2)
"""Pixels by which the axis may lie beside the middle of the box, twice over."""
OFFSET = 12
"""Levels added before the logarithm: contrast counts, not exposure."""
LEAST_LIKENESS = 0.35
"""Correlation with the mirror image from which on the angle means something."""
DISC = np.hypot(*(np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2)) < 0.42 * SIDE


def tilt_of(image: Image, box: Box) -> float | None:
    """Degrees by which the top of a face that looks at the camera leans to the picture's right.

    Image (H, W, 3), box in its pixels. None where no angle between -36 and 36 stands out: a face that is
    turned away, covered, lit from one side, or tilted further.
    """
    grey = Crop.around(box, margin=0.0).sample_grey(image, SIDE)
    levels = np.log(cv2.GaussianBlur(grey, (0, 0), 1.0) + OFFSET)
    likeness = [_likeness(levels, angle) for angle in ANGLES]
    best = int(np.argmax(likeness))
    if best in {0, len(ANGLES) - 1} or likeness[best] < LEAST_LIKENESS:
        return None
    before, here, after = likeness[best - 1 : best + 2]
    step = ANGLES[1] - ANGLES[0]
    return ANGLES[best] + step * 0.5 * (before - after) / (before - 2 * here + after)


def _likeness(levels: Floats, angle: float) -> float:
    """Correlation, -1 to 1, of the picture turned by `angle` with its mirror image, at the best axis."""
    middle = (SIDE - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), angle, 1)
    turned = cv2.warpAffine(levels, turn, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    across, down = (cv2.Sobel(turned, cv2.CV_32F, dx, 1 - dx) * DISC for dx in (1, 0))
    # Eyes, brows and mouth are level lines: what changes downwards tells more than what changes across.
    total = float(2 * (down * down).sum() + (across * across).sum())
    if total == 0:
        return 0.0
    scores = [
        float((2 * down * np.roll(down[:, ::-1], s, 1) - across * np.roll(across[:, ::-1], s, 1)).sum())
        for s in SHIFTS
    ]
    return max(scores) / total
