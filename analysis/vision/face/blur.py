"""How blurred a picture is, without a sharp one to compare with.

After Crete et al., "The blur effect: perception and estimation with a new no-reference perceptual blur
metric", SPIE 2007: blur the picture once more and see how much the differences between neighbours shrink. A
sharp picture loses much, a blurred one little. It is a ratio and does not depend on brightness or contrast.

Beyond the paper, sensor noise and rounding are smoothed away first. In a dark UV picture they outweigh the
skin, and a blurred picture would read sharp.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Array, Mask

WINDOW = 13
"""Width of the averaging filter in pixels; wider than the paper's 9, to span the smoothing."""
NOISE_SIGMA = 1.5
"""Of the Gaussian that removes noise, in pixels."""


def blur_effect(grey: NDArray[np.float32], inside: Mask) -> float:
    """0 (sharp) to 1 (blurred) for the pixels of a grey picture (H, W) where the mask (H, W) is set.

    The worse of the two directions, since movement blurs one only. A mask without interior reads 1.
    """
    # The outline of the face is an edge of the head, not a sign of focus on the skin.
    interior = cv2.erode(inside, np.ones((WINDOW, WINDOW), np.uint8), borderValue=0) > 0
    levels = cv2.GaussianBlur(grey, (0, 0), NOISE_SIGMA)
    return max(_along(levels, interior, axis) for axis in (0, 1))


def _along(levels: Array, interior: NDArray[np.bool_], axis: int) -> float:
    blurred = cv2.blur(levels, (1, WINDOW) if axis == 0 else (WINDOW, 1))
    before = np.abs(np.diff(levels, axis=axis))
    after = np.abs(np.diff(blurred, axis=axis))
    here = interior[1:] if axis == 0 else interior[:, 1:]
    total = float(before[here].sum())
    lost = float(np.maximum(before - after, 0)[here].sum())
    return 1 - lost / total if total > 0 else 1.0
