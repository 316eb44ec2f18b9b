"""The regions of a photographed face: an average head is turned like it and laid over it.

Region borders follow landmarks, pose and outline of the face, not creases of the skin. Every pixel of the
face belongs to exactly one region, so that the regions add up to the whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares

from analysis.vision.face.head_template import FRAME, Region, Template, head_template
from analysis.vision.face.measure import Counts
from analysis.vision.face.pose import Pose
from analysis.vision.terms import Mask

__all__ = ["NotDivisible", "Region", "count_regions", "divide_face"]

Floats = NDArray[np.float64]

WORKING_SIDE = 640
"""Longer side of the face, in pixels, at which it is divided."""
SLIVER = 0.004
"""A region with a smaller share of the face is hardly seen: it goes to its neighbours and is not reported."""
LANDMARK_DOUBT = 0.04
OUTLINE_DOUBT = 0.02
"""Standard deviations as shares of the size of the face."""
TOWARDS = np.array([[1, 0], [0.94, 0.34], [0.77, 0.64], [0, 1], [-0.77, 0.64], [-0.94, 0.34], [-1, 0]]).T
"""Directions in which the outlines are compared: to the sides and down, for hair hides the top."""
HIDDEN_DOUBT = 6.0
"""How much less a landmark counts that the head itself hides: the detector guesses it."""
POSE_DOUBT = 15.0
"""Degrees by which the pose may be wrong. A profile is read too frontal, see `pose.YAW_SHARES`."""
STRETCH_DOUBT = 0.06
"""How far a head's width and height depart from the average one's."""


class NotDivisible(ValueError):
    """The average head does not meet the face."""


@dataclass(frozen=True)
class _Fit:
    """How the average head lies in the picture: turned in degrees, then drawn, then mapped (2, 3)."""

    yaw: float
    pitch: float
    affine: Floats


def divide_face(landmarks: ArrayLike, face: Mask, pose: Pose) -> Mask:
    """The region of every pixel of a face.

    Args:
        landmarks: (5, 2) in pixels: image-left and image-right eye, nose, image-left and -right mouth corner.
        face: (H, W), values {0, 1}, with at least one pixel.
        pose: of the head, as `estimate_pose` gives it.

    Returns:
        (H, W) uint8: a `Region` for each pixel of the face, 0 elsewhere. A region that the view hides does
        not occur.

    Raises:
        NotDivisible: outline and landmarks do not belong to one face.
        ValueError: the face is empty, or the landmarks are not five finite points.
    """
    points = np.asarray(landmarks, np.float64)
    if points.shape != (5, 2) or not np.isfinite(points).all():
        raise ValueError("Regions need five landmarks with finite coordinates.")
    x, y, width, height = cv2.boundingRect(face)
    if not width:
        raise ValueError("A face without a pixel has no regions.")
    window = slice(y, y + height), slice(x, x + width)
    scale = min(1.0, WORKING_SIDE / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(face[window], size, interpolation=cv2.INTER_NEAREST), np.uint8)
    corner, step = np.array([x, y]), np.array([size[0] / width, size[1] / height])
    fit = _lay_over(head_template(), (points - corner) * step, small, pose)
    shown = head_template().draw(fit.yaw, fit.pitch)
    laid = cv2.warpAffine(shown, fit.affine, size, flags=cv2.INTER_NEAREST)
    whole = _filled(np.asarray(laid, np.uint8), small)
    regions = np.zeros_like(face)
    regions[window] = cv2.resize(whole, (width, height), interpolation=cv2.INTER_NEAREST) * (face[window] > 0)
    return regions


def count_regions(regions: Mask, vitiligo: Mask) -> Mapping[Region, Counts]:
    """Pixels of each region that occurs, and of vitiligo in it; they add up to those of the whole face.

    regions: (H, W) of `divide_face`; vitiligo: (H, W), values {0, 1}. Raises ValueError for two sizes.
    """
    if regions.shape != vitiligo.shape:
        raise ValueError(f"The masks do not lie on one grid: {regions.shape} and {vitiligo.shape}.")
    face = np.bincount(regions.ravel(), minlength=len(Region) + 1)
    lesion = np.bincount(regions[vitiligo > 0], minlength=len(Region) + 1)
    return {region: Counts(int(face[region]), int(lesion[region])) for region in Region if face[region]}


def _lay_over(template: Template, landmarks: Floats, face: Mask, pose: Pose) -> _Fit:
    """Turn, stretch and move the average head until landmarks and outline meet those of the face."""
    height, width = face.shape
    unit = float(np.hypot(width, height)) / 1.4
    outline = np.argwhere(face)[::5, ::-1] @ TOWARDS

    def misses(values: Floats) -> Floats:
        fit = _fit_of(values, unit)
        camera = template.camera(fit.yaw, fit.pitch)
        away = (_mapped(camera.project(template.landmarks), fit) - landmarks) / unit / LANDMARK_DOUBT
        facing = (template.landmark_normals @ camera.rotation.T)[:, 2] > 0
        away /= np.where(facing, 1.0, HIDDEN_DOUBT)[:, None]
        seen = _mapped(camera.project(template.points), fit)
        edges = ((seen @ TOWARDS).max(0) - outline.max(0)) / unit / OUTLINE_DOUBT
        turned = np.array([fit.yaw - pose.yaw, fit.pitch - pose.pitch]) / POSE_DOUBT
        return np.concatenate([away.ravel(), edges, turned, values[3:4] / STRETCH_DOUBT])

    start = np.array([pose.yaw / 10, pose.pitch / 10, 0.0, 0.0, 0.0, 0.5 * width / unit, 0.5 * height / unit])
    found = least_squares(misses, start, loss="soft_l1", max_nfev=60)
    return _fit_of(found.x, unit)


def _fit_of(values: Floats, unit: float) -> _Fit:
    """values: yaw and pitch in tens of degrees, tilt in radians, stretch, log size, middle in units."""
    yaw, pitch, tilt, stretch, size, x, y = values
    scale = np.exp(size) * unit / (0.62 * FRAME)
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    linear = turn * (scale * np.exp([stretch / 2, -stretch / 2]))
    shift = np.array([x, y]) * unit - linear @ np.array([FRAME / 2, FRAME / 2])
    return _Fit(10 * yaw, float(np.clip(10 * pitch, -60, 60)), np.c_[linear, shift])


def _mapped(points: Floats, fit: _Fit) -> Floats:
    return np.asarray(points @ fit.affine[:, :2].T + fit.affine[:, 2])


def _filled(laid: Mask, face: Mask) -> Mask:
    """Every pixel with a region: those without take the nearest one's, and slivers are given away."""
    sizes = np.bincount(laid[face > 0], minlength=len(Region) + 1)
    kept = [region for region in Region if sizes[region] >= SLIVER * np.count_nonzero(face)]
    if not kept:
        raise NotDivisible("No region of the average head meets the face.")
    sure = np.isin(laid, kept)
    _distance, number = cv2.distanceTransformWithLabels(
        (~sure).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    region_of = np.zeros(int(number.max()) + 1, np.uint8)
    region_of[number[sure]] = laid[sure]
    return np.asarray(region_of[number], np.uint8)
