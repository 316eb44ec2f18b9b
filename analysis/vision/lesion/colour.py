"""CIELAB of pictures, the one conversion of this package."""

import cv2
import numpy as np

from analysis.vision.terms import Array


def lab_of(pixels: Array) -> Array:
    """L* (0 to 100), a*, b* as float32 of sRGB bytes, (..., 3), D65."""
    levels = np.ascontiguousarray(pixels, np.float32).reshape(1, -1, 3) / 255
    return cv2.cvtColor(levels, cv2.COLOR_RGB2Lab).reshape(pixels.shape).astype(np.float32)
