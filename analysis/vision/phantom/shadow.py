"""Shadows of the lamp above: chin on neck, nose on lip, brow on lid."""

import cv2
import numpy as np

from analysis.vision.phantom.atlas import Atlas
from analysis.vision.phantom.light import TOP_LAMP
from analysis.vision.phantom.noise import smoothstep
from analysis.vision.phantom.raster import FAR, Camera, blank, draw, grid_mesh
from analysis.vision.terms import Array

STEP = 4
PICTURE = 320
BIAS = 4.0
TAPS = ((-2.0, -2.0), (2.0, -2.0), (0.0, 0.0), (-2.0, 2.0), (2.0, 2.0))


def lamp_visibility(atlas: Atlas, camera: Camera) -> Array:
    """How much of the top lamp each texel sees, 0 to 1, (H, W) as the atlas; soft, from one texel in STEP."""
    turned = camera.rotation.T.astype(np.float32)
    place = atlas.position[::STEP, ::STEP] @ turned + camera.shift.astype(np.float32)
    seen = (place - np.array(TOP_LAMP, np.float32)) @ _lamp_axes(camera).T
    distance = -seen[..., 2]
    lamp = Camera(PICTURE, PICTURE, 0, 0, 0, 0.0, 1.35, (0.5, 0.5))
    label, depth = blank(lamp)
    for patch in atlas.patches:
        rows, columns = (slice(-(-s.start // STEP), -(-s.stop // STEP)) for s in patch.window)
        draw(grid_mesh(seen[rows, columns], seen[rows, columns]), lamp, label, depth)
    scale = lamp.focal * PICTURE / np.maximum(distance, 1)
    column = (PICTURE / 2 + seen[..., 0] * scale - 0.5).astype(np.float32)
    row = (PICTURE / 2 - seen[..., 1] * scale - 0.5).astype(np.float32)
    total = np.zeros(distance.shape, np.float32)
    for across, down in TAPS:
        nearest = cv2.remap(depth, column + across, row + down, cv2.INTER_NEAREST, borderValue=FAR)
        total += smoothstep(BIAS + 5, BIAS, distance - nearest)
    soft = cv2.GaussianBlur(total / len(TAPS), (0, 0), 0.8)
    size = atlas.shade.shape[1], atlas.shade.shape[0]
    return cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR)


def _lamp_axes(camera: Camera) -> Array:
    """Rows: right, up and backward of a lamp that looks at the head, in camera axes."""
    backward = np.array(TOP_LAMP) - camera.shift
    backward = backward / np.linalg.norm(backward)
    right = np.cross([0.0, 1.0, 0.0], backward)
    right = right / np.linalg.norm(right)
    return np.stack([right, np.cross(backward, right), backward]).astype(np.float32)
