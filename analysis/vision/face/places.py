"""Places: for each pixel of one picture, where another shows the same; indices x and y, (H, W, 2) float32."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from analysis.vision.terms import Array

Floats = NDArray[np.float32]


def pixel_grid(side: int) -> Floats:
    """The places of a square picture on itself, (side, side, 2)."""
    index = np.arange(side, dtype=np.float32)
    return np.stack(np.meshgrid(index, index), -1)


def bring(picture: Array, places: Array, *, outside: float = 0.0) -> Array:
    """What `picture` (H, W) or (H, W, C) shows at `places` (h, w, 2); `outside` where these leave it."""
    x, y = _axes(places)
    return np.asarray(
        cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=outside)
    )


def bring_mask(mask: Array, places: Array) -> Array:
    """A mask (H, W), values {0, 1}, at `places`: set where half of it or more is."""
    return (bring(mask.astype(np.float32), places) >= 0.5).astype(np.uint8)


def extend(values: Array, places: Array) -> Array:
    """Values (H, W, C) at `places` (h, w, 2); beyond the edge, those of the edge."""
    x, y = _axes(places)
    return np.asarray(cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def sample(values: Array, points: Array) -> Floats:
    """Values (H, W, C) at points (N, 2), between the pixels too; beyond the edge, those of the edge."""
    at = points[:, 1], points[:, 0]
    channels = [
        map_coordinates(channel, at, order=1, mode="nearest") for channel in np.moveaxis(values, -1, 0)
    ]
    return np.stack(channels, -1).astype(np.float32)


def _axes(places: Array) -> tuple[Floats, Floats]:
    x, y = (np.ascontiguousarray(places[..., axis], np.float32) for axis in (0, 1))
    return x, y
