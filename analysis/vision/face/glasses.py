"""Glasses on a face from the front, found by their frame.

After Jiang, Binaghi, Vega and Goshtasby, "Detecting eyeglasses in facial images", 2000: a frame draws a line
across the bridge of the nose and one below each eye, where skin has none. The face is brought to a standard
place by its eyes, and the strongest such lines are measured against the contrast of the face.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.face.crop import Crop
from analysis.vision.terms import Array, Image

Floats = NDArray[np.float32]

SIDE = 192
EYES = 64
"""Distance of the eyes in pixels once the face is in its place; they lie level about the middle."""
BRIDGE = (-0.28, 0.22, -0.12, 0.12)
"""Top, bottom, left and right about the middle between the eyes, in distances of the eyes; y down."""
BELOW = ((0.28, 0.75, -0.72, -0.38), (0.28, 0.75, 0.38, 0.72))
"""The same below each eye."""
FACE = (-0.5, 1.1, -0.78, 0.78)
CLOSEST = 8.0
"""Pixels between the eyes on the crop; closer ones belong to a face in profile."""
SCALE = 256


def frame_strength(image: Image, crop: Crop, landmarks: Floats) -> float | None:
    """Strength of the lines that a frame would draw, as a share of the face's contrast a pixel.

    Image (H, W, 3); `crop` around the face; landmarks (5, 2) in the photo's pixels. Skin reads 0.02 to 0.08,
    a frame 0.1 to 0.35; a rimless pair reads as skin. None where the eyes lie too close together to tell.
    """
    eyes = crop.to_crop(landmarks[:2].astype(np.float32), SCALE)
    if np.hypot(*(eyes[1] - eyes[0])) < CLOSEST:
        return None
    face = cv2.GaussianBlur(_in_place(crop.sample_grey(image, SCALE), eyes), (0, 0), 1.0)
    down = cv2.Sobel(face, cv2.CV_32F, 0, 1, ksize=3) / 8
    dark, bright = np.percentile(face[_window(FACE)], (10, 90))
    below = min(_line(down, window) for window in BELOW)
    return float(np.sqrt(_line(down, BRIDGE) * below) / (bright - dark + 8))


def _in_place(grey: Floats, eyes: Floats) -> Floats:
    """The picture turned, scaled and moved until the eyes lie level, `EYES` apart, about the middle."""
    middle, way = eyes.mean(axis=0), eyes[1] - eyes[0]
    scale = EYES / float(np.hypot(*way))
    cosine, sine = scale * way / np.hypot(*way)
    turn = np.array([[cosine, sine], [-sine, cosine]])
    matrix = np.column_stack([turn, SIDE / 2 - turn @ middle])
    placed: Floats = cv2.warpAffine(grey, matrix, (SIDE, SIDE)).astype(np.float32)
    return placed


def _window(bounds: tuple[float, float, float, float]) -> tuple[slice, slice]:
    top, bottom, left, right = (SIDE // 2 + int(EYES * bound) for bound in bounds)
    return slice(top, bottom), slice(left, right)


def _line(down: Array, bounds: tuple[float, float, float, float]) -> float:
    """The strongest level line in a window: the mean change downwards along a row."""
    return float(np.abs(down[_window(bounds)].mean(axis=1)).max())
