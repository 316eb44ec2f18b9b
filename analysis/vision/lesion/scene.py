"""What else is in a picture through a dermatoscope: the dark ring of its tube, and hair."""

import cv2
import numpy as np

from analysis.vision.terms import Array, Image, Mask

RING = 0.35
"""Brightness below which a pixel may belong to the ring, as a share of the picture's bright skin (90th
percentile)."""
CORNER = 0.015
"""Side of the squares in the corners in which the ring is looked for, as a share of the longer side."""
HAIR_WIDTH = 0.018
"""Widest hair, as a share of the longer side."""
HAIR_DEPTH = 22.0
"""Levels by which a hair is darker than what is under it."""
HAIR_LENGTH = 5.0
"""Times its width that a hair is long at least: globules and meshes of a lesion are not."""
SCALE = 512
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

    After Lee et al., "DullRazor", 1997: what a closing takes away is dark and thin. Of that, long and narrow
    pieces are hair; dots and the short lines of a pigment network stay.
    """
    height, width = image.shape[:2]
    scale = min(1.0, SCALE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    thin = max(3, 2 * round(HAIR_WIDTH * max(size) / 2) + 1)
    depth = np.max([_black_hat(small[..., channel], thin) for channel in range(3)], axis=0)
    found = _long_pieces((depth > HAIR_DEPTH).astype(np.uint8), thin)
    grown = cv2.dilate(found, np.ones((3, 3), np.uint8))
    if grown.shape == (height, width):
        return grown.astype(np.uint8)
    return cv2.resize(grown, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def _black_hat(channel: Array, thin: int) -> Array:
    """How much darker than a straight neighbourhood a pixel is, whatever way the hair runs."""
    line = 2 * thin + 1
    kernels = np.zeros((4, line, line), np.uint8)
    kernels[0, thin] = kernels[1][:, thin] = 1
    kernels[2], kernels[3] = np.eye(line, dtype=np.uint8), np.eye(line, dtype=np.uint8)[::-1]
    closed = np.max([cv2.morphologyEx(channel, cv2.MORPH_BLACKHAT, one) for one in kernels], axis=0)
    depth: Array = cv2.GaussianBlur(closed, (3, 3), 0.8)
    return depth


def _long_pieces(pieces: Mask, thin: int) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pieces, connectivity=8)
    kept = np.zeros(count, bool)
    for piece in range(1, count):
        extent = float(np.hypot(stats[piece, cv2.CC_STAT_WIDTH], stats[piece, cv2.CC_STAT_HEIGHT]))
        width = stats[piece, cv2.CC_STAT_AREA] / extent
        kept[piece] = extent > 4 * thin and extent > HAIR_LENGTH * width
    long: Mask = kept[labels].astype(np.uint8)
    return long
