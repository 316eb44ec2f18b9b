"""What else is in a picture through a dermatoscope: the dark ring of its tube, and hair."""

import cv2
import numpy as np

from analysis.vision.terms import Array, Image, Mask

RING = 0.35
"""Brightness below which a pixel may belong to the ring, as a share of the picture's bright skin (90th
percentile)."""
CORNER = 0.015
"""Side of the squares in the corners in which the ring is looked for, as a share of the longer side."""
HAIR_WIDTH = 0.02
"""Widest hair, as a share of the longer side."""
HAIR_LENGTH = 0.07
"""Shortest straight piece of a hair, as a share of the longer side: the lines of a pigment network bend and
end sooner."""
HAIR_DEPTH = 14.0
"""Levels by which a hair is darker than what is under it, all along the piece."""
DIRECTIONS = 12
SCALE = 384
"""Longer side at which hair is looked for."""


def inside_ring(image: Image) -> Mask:
    """Pixels of a picture (H, W, 3) that are not the dark corners of a dermatoscope: mask (H, W).

    The ring, or a dark bar, comes near a corner; a dark lesion in the middle is not touched.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    dark = (grey < RING * np.percentile(grey, 90)).astype(np.uint8)
    _, labels = cv2.connectedComponents(dark, connectivity=4)
    near = max(1, round(CORNER * max(grey.shape)))
    ends = slice(None, near), slice(-near, None)
    corners = np.unique(np.concatenate([labels[rows, columns].ravel() for rows in ends for columns in ends]))
    ring = np.isin(labels, corners[corners > 0])
    return (~ring).astype(np.uint8)


def find_hair(image: Image) -> Mask:
    """Dark hairs of a picture (H, W, 3): mask (H, W).

    After Lee et al., "DullRazor", 1997: what a closing takes away is dark and thin. Of that, only what goes
    on in one direction is hair; dots and the lines of a pigment network do not.
    """
    height, width = image.shape[:2]
    scale = min(1.0, SCALE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    found = _lines(_thin_and_dark(small), max(size))
    # The rim of the ring is dark and thin where it is cut by the edge of the picture.
    far = cv2.erode(inside_ring(small), np.ones((7, 7), np.uint8), borderValue=1)
    grown = cv2.dilate(cv2.bitwise_and(found, far), np.ones((3, 3), np.uint8))
    return cv2.resize(grown, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def _thin_and_dark(image: Image) -> Array:
    """Levels by which pixels are darker than what lies beside them, in the channel that shows it best."""
    wide = 2 * max(1, round(HAIR_WIDTH * max(image.shape) / 2)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    depth: Array = cv2.morphologyEx(image, cv2.MORPH_BLACKHAT, kernel).max(axis=2)
    return depth


def _lines(depth: Array, side: int) -> Mask:
    """Where the depth stays high along a straight piece, in any direction: mask (H, W)."""
    reach = max(3, round(HAIR_LENGTH * side / 2))
    found = np.zeros_like(depth)
    for turn in np.arange(DIRECTIONS) * np.pi / DIRECTIONS:
        kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.uint8)
        across, down = round(reach * np.cos(turn)), round(reach * np.sin(turn))
        cv2.line(kernel, (reach - across, reach - down), (reach + across, reach + down), 1)
        found = np.maximum(found, cv2.morphologyEx(depth, cv2.MORPH_OPEN, kernel))
    lines: Mask = (found >= HAIR_DEPTH).astype(np.uint8)
    return lines
