"""Two photos of one view laid over each other, or the reason why they cannot be.

Landmarks bring the faces near each other, common details bend one onto the other, dense flow does the rest.
For display and for the map of change only: F-Vitiligo is always counted on a photo's own grid.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.face.common_details import (
    agreeing,
    bend,
    expected,
    find_details,
    find_features,
)
from analysis.vision.face.crop import Box, Crop
from analysis.vision.face.dense_flow import refine
from analysis.vision.face.flattening import flatten, smooth
from analysis.vision.face.misfits import SENTENCES, Misfit
from analysis.vision.face.places import bring, bring_mask, extend, pixel_grid
from analysis.vision.face.pose import Pose
from analysis.vision.terms import Array, Image, Mask

Floats = NDArray[np.float32]

SIDE = 1024
"""Both faces are compared on squares of so many pixels, about one pixel a third of a millimetre."""
TURNED = 25.0
NODDED = 20.0
TILTED = 30.0
"""Degrees by which the poses may differ in yaw, pitch and roll."""
FEWEST_DETAILS = 80
"""Two people share up to about 60 by chance; one person's two photos 150 and more (docs/registration.md)."""
FIRST_DETAILS = 40
"""Of the first round, which sees the faces before they are bent."""
LARGEST_RESIDUAL = 1.5
SMALLEST_OVERLAP = 0.6
FOLDED = 0.15
"""Where an area of the first face would shrink to less than this share, the second face hides it."""
FADES_OVER = 0.05
"""Beyond the face the bending gives way to the plain affine map, over this share of the side."""


@dataclass(frozen=True)
class FaceInPhoto:
    """One side of a pair. Masks (H, W) on the photo's grid, values {0, 1}; landmarks (5, 2) in its pixels."""

    image: Image
    face: Mask
    vitiligo: Mask
    landmarks: Floats
    box: Box
    pose: Pose


@dataclass(frozen=True)
class NotAligned:
    """No alignment, and why. `value` and `limit` are of the judgement that failed, in `unit`."""

    reason: Misfit
    value: float
    limit: float
    unit: str

    @property
    def message(self) -> str:
        """A sentence a nurse understands."""
        return SENTENCES[self.reason]


@dataclass(frozen=True)
class Registration:
    """Where the second photo shows the skin of the first.

    first, second: the squares that were compared. places: (SIDE, SIDE, 2) float32, pixel indices in the
    second square for each pixel of the first. shared: (SIDE, SIDE), 1 where both faces show the skin.
    residual: median distance, in pixels of the square, after going to the second photo and back.
    overlap: share of the first face that the second shows, 0 to 1. details: how many bent the faces.
    """

    first: Crop
    second: Crop
    places: Floats
    face: Mask
    shared: Mask
    residual: float
    overlap: float
    details: int

    def bring_mask(self, mask: Mask) -> Mask:
        """A mask of the second photo on the first square, (SIDE, SIDE), values {0, 1}."""
        return bring_mask(self.second.sample_mask(mask, SIDE), self.places)

    def bring_photo(self, image: Image, shape: tuple[int, int], scale: float = 1.0) -> Image:
        """The second photo as the first would show it, on the first photo's grid times `scale`.

        shape: (H, W) of the result. Black where the second photo ends.
        """
        rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        x = ((columns + 0.5) / scale - self.first.x) * (SIDE / self.first.side) - 0.5
        y = ((rows + 0.5) / scale - self.first.y) * (SIDE / self.first.side) - 0.5
        at = np.stack([x, y], -1)
        flat = at @ self.affine[:, :2].T + self.affine[:, 2]
        offset = extend(self._bending, at)
        there = self.second.to_photo((flat + offset + 0.5).astype(np.float32), SIDE) - np.float32(0.5)
        return bring(image, there)

    @cached_property
    def affine(self) -> NDArray[np.float32]:
        """The affine map (2, 3) nearest to `places` over the face."""
        inside = self.face > 0
        corners = np.c_[pixel_grid(SIDE)[inside][::97], np.ones(len(np.flatnonzero(inside)[::97]))]
        factors, *_rest = np.linalg.lstsq(corners, self.places[inside][::97], rcond=None)
        return factors.T.astype(np.float32)

    @cached_property
    def _bending(self) -> Floats:
        """What `places` adds to the affine map: all of it in the face, fading to nothing away from it."""
        flat = pixel_grid(SIDE) @ self.affine[:, :2].T + self.affine[:, 2]
        weight = self.face.astype(np.float32)
        offset = (self.places - flat).astype(np.float32)
        width = FADES_OVER * SIDE
        faded = smooth(offset * weight[..., None], width) / (smooth(weight, width)[..., None] + 0.02)
        share = smooth(cv2.dilate(self.face, np.ones((9, 9), np.uint8)).astype(np.float32), 4)[..., None]
        return np.asarray(share * offset + (1 - share) * faded, np.float32)


def register(first: FaceInPhoto, second: FaceInPhoto) -> Registration | NotAligned:
    """Lay the second photo over the first.

    Both are RGB pictures of bytes of any size, in the same view. Returns NotAligned when the poses differ by
    more than TURNED, NODDED or TILTED degrees, when fewer than FEWEST_DETAILS agree, when the median
    residual exceeds LARGEST_RESIDUAL pixels, or when less than SMALLEST_OVERLAP of the first face is shared.
    The same photos give the same answer. Raises ValueError for an empty face mask or box.
    """
    if not (first.face.any() and second.face.any()):
        raise ValueError("An empty face cannot be laid over another.")
    if (turned := _turned(first.pose, second.pose)) is not None:
        return turned
    crops = Crop.around(first.box), Crop.around(second.box)
    sides = first, second
    details = [_flat(side, crop) for side, crop in zip(sides, crops, strict=True)]
    masks = crops[0].sample_mask(first.face, SIDE), crops[1].sample_mask(second.face, SIDE)
    start = _by_landmarks(*(crop.to_crop(s.landmarks, SIDE) for s, crop in zip(sides, crops, strict=True)))
    bent = _by_details(details[0], details[1], masks, start)
    if isinstance(bent, NotAligned):
        return bent
    places, distance = refine(details[0], details[1], masks, bent[0])
    shared = (masks[0] > 0) & (bring_mask(masks[1], places) > 0) & (_areas(places) > FOLDED)
    overlap = float(shared.sum() / max(1, int(masks[0].sum())))
    residual = float(np.median(distance[shared])) if shared.any() else float(SIDE)
    if overlap < SMALLEST_OVERLAP:
        return NotAligned(Misfit.OVERLAP, overlap, SMALLEST_OVERLAP, "share")
    if residual > LARGEST_RESIDUAL:
        return NotAligned(Misfit.RESIDUAL, residual, LARGEST_RESIDUAL, "pixels")
    return Registration(*crops, places, masks[0], shared.astype(np.uint8), residual, overlap, bent[1])


def _turned(first: Pose, second: Pose) -> NotAligned | None:
    for name, limit in (("yaw", TURNED), ("pitch", NODDED), ("roll", TILTED)):
        difference = abs(getattr(first, name) - getattr(second, name))
        if difference > limit:
            return NotAligned(Misfit.TURNED, difference, limit, "degrees")
    return None


def _flat(side: FaceInPhoto, crop: Crop) -> Floats:
    face, vitiligo = crop.sample_mask(side.face, SIDE), crop.sample_mask(side.vitiligo, SIDE)
    return flatten(crop.sample_grey(side.image, SIDE), face, vitiligo)


def _by_landmarks(first: Floats, second: Floats) -> Floats:
    """The similarity that fits the landmarks best, as places (SIDE, SIDE, 2)."""
    here, there = (points.astype(np.float64) @ [1, 1j] for points in (first, second))
    turn = np.vdot(here - here.mean(), there - there.mean()) / np.vdot(here - here.mean(), here - here.mean())
    moved = (pixel_grid(SIDE) @ np.array([1, 1j]) - here.mean()) * turn + there.mean()
    return np.stack([moved.real, moved.imag], -1).astype(np.float32)


def _by_details(
    first: Floats, second: Floats, masks: tuple[Mask, Mask], places: Floats
) -> tuple[Floats, int] | NotAligned:
    """Places bent to the common details, in two rounds: the second finds more, where the first has led."""
    features = find_features(first, masks[0])
    found = agreeing(find_details(features, second, masks[1], places), SIDE)
    if len(found.first) >= FIRST_DETAILS:
        places = bend(found, SIDE, degree=2)
        found = expected(find_details(features, second, masks[1], places), places)
    if len(found.first) < FEWEST_DETAILS:
        return NotAligned(Misfit.NO_DETAILS, len(found.first), FEWEST_DETAILS, "details")
    return bend(found, SIDE, degree=3), len(found.first)


def _areas(places: Floats) -> Array:
    """How much larger each pixel of the first square is in the second."""
    down, across = (np.diff(places, axis=axis, append=places.take([-1], axis)) for axis in (0, 1))
    return np.asarray(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0])
