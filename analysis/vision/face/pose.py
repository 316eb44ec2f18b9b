"""Which way a face looks, from five landmarks and the box.

Scaled orthography (POS, DeMenthon and Davis, IJCV 1995): the landmarks of a mean head, turned, scaled and
projected along the line of sight, are fitted to the landmarks in the picture. One person's nose is longer
than another's, so the angles are estimates; they tell views apart and do not measure heads.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import View

Floats = NDArray[np.float64]

MEAN_HEAD = np.array(
    [[-0.5, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, -0.54, 0.52], [-0.45, -1.05, 0.21], [0.45, -1.05, 0.21]]
)
"""Eyes, tip of the nose, corners of the mouth: x to the image's right, y up, z to the camera; the distance of
the eyes is 1. Fitted to the known yaws of four subjects of `faces_multiview`."""
CENTRED_HEAD = MEAN_HEAD - MEAN_HEAD.mean(axis=0)
LEAST_SQUARES = np.linalg.pinv(CENTRED_HEAD)

NOSE = 2
YAW_SHARES = 0.53, 0.35
"""Of the yaw from the landmarks and of the one from the box; least squares over the detections in pictures of
known yaw (four people of `faces_multiview`, 25 phantoms). They add up to less than 1: both estimates
overshoot between 30 and 60 degrees. A full profile therefore reads as about 70 degrees."""

FRONT_WITHIN = 22.5
"""Degrees of yaw up to which a face counts as seen from the front."""


@dataclass(frozen=True)
class Pose:
    """Rotation of a head in degrees; all zero when it looks straight into the camera.

    The head is turned by yaw, then lifted by pitch, then tilted by roll.
    """

    yaw: float
    """Positive when the face turns to the image's right, which shows the patient's right cheek."""
    pitch: float
    """Positive when the chin is lifted."""
    roll: float
    """Positive when the top of the head tilts to the image's right."""


def estimate_pose(landmarks: NDArray[np.floating], box: tuple[float, float, float, float]) -> Pose:
    """The pose of a face from its landmarks (5, 2) and box in pixels, as a `Detection` holds them.

    In profile the far eye and the far corner of the mouth are guesses of the detector; there the place of the
    nose in the box steadies the yaw, so the two estimates are combined by `YAW_SHARES`. Raises ValueError
    when the landmarks are not five finite points, or all coincide, or the box is empty.
    """
    pose = landmark_pose(landmarks)
    estimates = pose.yaw, offset_yaw(float(landmarks[NOSE][0]), box)
    yaw = sum(share * estimate for share, estimate in zip(YAW_SHARES, estimates, strict=True))
    return replace(pose, yaw=yaw)


def offset_yaw(nose_x: float, box: tuple[float, float, float, float]) -> float:
    """Yaw in degrees from where the tip of the nose lies between the sides of the box: a head seen as a disc,
    with the nose on its rim. Raises ValueError for a box without width.
    """
    x0, _, x1, _ = box
    if x1 <= x0:
        raise ValueError("The box of the face is empty.")
    return float(np.degrees(np.arcsin(np.clip((2 * nose_x - x0 - x1) / (x1 - x0), -1, 1))))


def landmark_pose(landmarks: NDArray[np.floating]) -> Pose:
    """The pose from the landmarks (5, 2) alone.

    Raises ValueError when the landmarks are not five finite points, or all coincide.
    """
    points = np.asarray(landmarks, np.float64)
    if points.shape != CENTRED_HEAD[:, :2].shape or not np.isfinite(points).all():
        raise ValueError("A pose needs five landmarks with finite coordinates.")
    rotation = rotation_of(points * np.array([1, -1]))
    return Pose(
        yaw=degrees(-rotation[2, 0], rotation[2, 2]),
        pitch=degrees(-rotation[2, 1], float(np.hypot(rotation[2, 0], rotation[2, 2]))),
        roll=degrees(rotation[0, 1], rotation[1, 1]),
    )


def rotation_of(points: Floats) -> Floats:
    """The rotation (3, 3) of the mean head that fits points (5, 2), y up, best."""
    affine = (LEAST_SQUARES @ (points - points.mean(axis=0))).T
    left, scales, right = np.linalg.svd(affine, full_matrices=False)
    if scales[0] <= np.finfo(np.float64).eps:
        raise ValueError("The landmarks coincide.")
    across, up = left @ right
    return np.stack([across, up, np.cross(across, up)])


def degrees(sine: float, cosine: float) -> float:
    """The angle of a sine and a cosine, both up to one factor."""
    return float(np.degrees(np.arctan2(sine, cosine)))


def view_of(pose: Pose) -> View:
    """The view that a pose shows; left is the patient's, seen when the nose points to the image's left."""
    if abs(pose.yaw) <= FRONT_WITHIN:
        return View.FRONT
    return View.LEFT if pose.yaw < 0 else View.RIGHT
