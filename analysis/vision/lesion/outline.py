"""From a map of probabilities to the outline of one lesion: the one place where masks are cleaned."""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Array, Mask

Probability = NDArray[np.float32]

SMOOTHING = 0.02
"""Sigma of the smoothing of the border, as a share of the radius of a disc of the lesion's area."""
OFF_CENTRE = 0.35
"""Distance from the middle, as a share of the diagonal, at which a part counts 60 % of its area."""


def outline(probability: Probability) -> Mask:
    """The lesion in a map (H, W) of 0 to 1: mask (H, W), values {0, 1}; empty where nothing reaches a half.

    One connected part without holes and with a smooth border. Of several parts the largest about the middle
    is taken: a lesion is photographed in the middle, and the dark corners of a dermatoscope are not.
    """
    parts = (probability >= 0.5).astype(np.uint8)
    chosen = _main_part(parts)
    if not chosen.any():
        return chosen
    return _smooth(_filled(chosen))


def enlarge_mask(mask: Mask, shape: tuple[int, int]) -> Mask:
    """A mask on a grid of (height, width), with a border as smooth as before."""
    if mask.shape == shape:
        return mask
    soft = cv2.resize(mask.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    enlarged: Mask = (soft >= 0.5).astype(np.uint8)
    return enlarged


def dice(first: Mask, second: Mask) -> float:
    """Dice coefficient of two masks of one shape, 0 to 1; 1 for two empty ones."""
    total = int(first.sum(dtype=np.int64)) + int(second.sum(dtype=np.int64))
    return 2 * int(np.count_nonzero(first & second)) / total if total else 1.0


def _main_part(parts: Mask) -> Mask:
    count, labels, stats, centres = cv2.connectedComponentsWithStats(parts, connectivity=8)
    if count < 2:
        return parts
    height, width = parts.shape
    away = np.hypot(centres[1:, 0] - width / 2, centres[1:, 1] - height / 2) / np.hypot(width, height)
    weight = stats[1:, cv2.CC_STAT_AREA] * np.exp(-0.5 * (away / OFF_CENTRE) ** 2)
    main: Mask = (labels == 1 + int(np.argmax(weight))).astype(np.uint8)
    return main


def _filled(mask: Mask) -> Mask:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros_like(mask), contours, -1, 1, cv2.FILLED).astype(np.uint8)


def _smooth(mask: Mask) -> Mask:
    radius = float(np.sqrt(np.count_nonzero(mask) / np.pi))
    # Beyond the picture the lesion is taken to go on: a border there would be rounded away from the edge.
    soft: Array = cv2.GaussianBlur(
        mask.astype(np.float32), (0, 0), max(0.5, SMOOTHING * radius), borderType=cv2.BORDER_REPLICATE
    )
    return _filled(_main_part((soft >= 0.5).astype(np.uint8)))
