"""What stands between the camera and a face, or cuts it off: hands, and the edge of the picture."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Mask
from analysis.vision.training.augmentation import Cut
from analysis.vision.training.data import FaceSample
from analysis.vision.training.noise import smooth_noise
from analysis.vision.training.parts import Part, face_of

LEAST_FACE = 0.4
"""The share of the face that must stay in sight, or the picture is left as it was."""


def cut_off(rng: np.random.Generator, sample: FaceSample) -> FaceSample:
    """The face as in a close-up: one to three sides of the picture end within it."""
    x0, y0, x1, y1 = sample.box
    height, width = sample.parts.shape
    edges = [0.0, 0.0, float(width), float(height)]
    for side in rng.choice(4, size=int(rng.integers(1, 4)), replace=False):
        inwards = rng.uniform(0.02, 0.35) * (x1 - x0 if side % 2 == 0 else y1 - y0)
        edges[side] = sample.box[side] + (inwards if side < 2 else -inwards)
    left, top, right, bottom = (max(0, round(edge)) for edge in edges)
    seen = np.s_[top:bottom, left:right]
    if face_of(sample.parts[seen]).sum() < LEAST_FACE * face_of(sample.parts).sum():
        return sample
    vitiligo = None if sample.vitiligo is None else sample.vitiligo[seen]
    return replace(sample, image=sample.image[seen], parts=sample.parts[seen], vitiligo=vitiligo)


def hand_before(rng: np.random.Generator, cut: Cut) -> Cut:
    """The face behind fingers or a hand of the same complexion: skin that is not the face."""
    face = face_of(cut.parts)
    if not face.any():
        return cut
    shape = _fingers(rng, face)
    skin = cut.image[face.astype(bool)]
    colour = np.median(skin, axis=0) * rng.uniform(0.7, 1.25) + rng.normal(0, 6, 3)
    inside = cv2.distanceTransform(shape, cv2.DIST_L2, 3)
    roundness = np.clip(inside / max(2.0, 0.5 * float(inside.max())), 0, 1)
    shade = (0.72 + 0.28 * np.sqrt(roundness)) * (1 + 0.05 * smooth_noise(rng, face.shape, 12))
    hand = colour * shade[..., None] + rng.normal(0, 3, cut.image.shape)
    soft = cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 0.8)[..., None]
    shadow = 1 - 0.35 * cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 0.02 * face.shape[0])[..., None]
    image = np.clip(cut.image * shadow * (1 - soft) + hand * soft, 0, 255).astype(np.uint8)
    kept = (1 - shape).astype(np.uint8)
    if (face & kept).sum() < LEAST_FACE * face.sum():
        return cut
    parts = np.where(kept > 0, cut.parts, Part.BACKGROUND).astype(np.uint8)
    return replace(cut, image=image, parts=parts, vitiligo=cut.vitiligo & kept)


def _fingers(rng: np.random.Generator, face: Mask) -> Mask:
    """A fan of rounded strokes that starts outside of the face and ends on it, {0, 1}."""
    rows, columns = np.nonzero(face)
    unit = float(np.sqrt(rows.size))
    centre = np.array([columns.mean(), rows.mean()])
    angle = rng.uniform(0, 2 * np.pi)
    direction = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-direction[1], direction[0]])
    tip = centre + direction * unit * rng.uniform(0.15, 0.55) + across * unit * rng.normal(0, 0.2)
    thickness = max(2, round(unit * rng.uniform(0.08, 0.18)))
    shape = np.zeros_like(face)
    for finger in range(int(rng.integers(1, 6))):
        offset = across * thickness * (1.05 * finger) + direction * unit * rng.normal(0, 0.06)
        start = tip + offset
        end = start + direction * unit * 1.5 + across * unit * rng.normal(0, 0.1)
        cv2.line(shape, _point(start), _point(end), 1, thickness, cv2.LINE_8)
    return shape


def _point(at: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(at[0])), round(float(at[1]))
