"""The square around a face: what the mask and vitiligo networks see, and the way back to the photo's pixels.

Training cuts with the same functions as serving, so the crop that trains is the crop that serves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Array, Image, Mask

MARGIN = 0.35
"""Space on every side as a share of the longer side of the box. Chosen on `faces_multiview`: forehead, chin
and ears stay inside from -90 to +90 degrees, where an ear lies up to 0.85 box heights from the centre."""

Floats = NDArray[np.float32]

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the photo."""


@dataclass(frozen=True)
class Crop:
    """A square of whole pixels on a photo; parts outside of the photo read as black."""

    x: int
    """Left edge, in pixels of the photo; may be negative."""
    y: int
    """Top edge."""
    side: int

    def __post_init__(self) -> None:
        if self.side < 1:
            raise ValueError(f"A crop needs at least one pixel, not {self.side}.")

    @classmethod
    def around(cls, box: Box, *, margin: float = MARGIN) -> Self:
        """The square around a face box (x0, y0, x1, y1 in pixels) with `margin` on every side.

        Raises ValueError for a box without area.
        """
        x0, y0, x1, y1 = box
        if not (x1 > x0 and y1 > y0):
            raise ValueError(f"The box {box} has no area.")
        side = max(1, round(max(x1 - x0, y1 - y0) * (1 + 2 * margin)))
        return cls(round((x0 + x1 - side) / 2), round((y0 + y1 - side) / 2), side)

    def cut(self, picture: Array) -> Array:
        """The square at the photo's own resolution: (H, W, ...) to (side, side, ...), zero outside.

        A square that lies inside the photo is a view of it and not a copy: do not write into it.
        """
        inside, target = self._overlap(picture.shape[:2])
        if picture[inside].shape[:2] == (self.side, self.side):
            return picture[inside]
        square = np.zeros((self.side, self.side, *picture.shape[2:]), picture.dtype)
        square[target] = picture[inside]
        return square

    def sample(self, image: Image, size: int) -> Image:
        """The square resampled to (size, size, 3); averaged when it shrinks, lest fine detail alias."""
        return _resample(self.cut(image), size)

    def sample_grey(self, image: Image, size: int) -> Floats:
        """The square's brightness (size, size), 0 to 255, with the fractions that averaging gives."""
        grey: Floats = cv2.cvtColor(self.cut(image), cv2.COLOR_RGB2GRAY).astype(np.float32)
        return _resample(grey, size)

    def sample_mask(self, mask: Mask, size: int) -> Mask:
        """The square of a mask as (size, size), values {0, 1}: a pixel is set when half of it was."""
        return (_resample(self.cut(mask).astype(np.float32), size) >= 0.5).astype(np.uint8)

    def place(self, values: Floats, shape: tuple[int, int]) -> Floats:
        """Values on a network's grid (size, size), 0 to 1, on the photo's grid (H, W); zero outside."""
        photo = np.zeros(shape, np.float32)
        inside, source = self._overlap(shape)
        photo[inside] = self._enlarge(values)[source]
        return photo

    def place_mask(self, values: Floats, shape: tuple[int, int], *, threshold: float) -> Mask:
        """Where the values are at least `threshold`, on the photo's grid (H, W).

        The values are resampled first and cut afterwards, so that the outline is smooth at full resolution.
        """
        return self.place_masks(values, shape, (threshold,))[0]

    def place_masks(self, values: Floats, shape: tuple[int, int], thresholds: Sequence[float]) -> list[Mask]:
        """`place_mask` at several thresholds; the values are resampled once."""
        inside, source = self._overlap(shape)
        enlarged = self._enlarge(values)[source]
        masks = [np.zeros(shape, np.uint8) for _ in thresholds]
        for mask, threshold in zip(masks, thresholds, strict=True):
            mask[inside] = enlarged >= threshold
        return masks

    def to_crop(self, points: Floats, size: int) -> Floats:
        """Points (N, 2) from the photo's pixels to the network's grid of `size`."""
        moved: Floats = (points - np.array([self.x, self.y], np.float32)) * np.float32(size / self.side)
        return moved

    def to_photo(self, points: Floats, size: int) -> Floats:
        """Points (N, 2) from the network's grid of `size` to the photo's pixels."""
        moved: Floats = points * np.float32(self.side / size) + np.array([self.x, self.y], np.float32)
        return moved

    def _enlarge(self, values: Floats) -> Floats:
        # Cubic, since linear interpolation draws the outline as a polygon with corners at the network's grid.
        resampled: Floats = _resample(values, self.side, enlarge=cv2.INTER_CUBIC)
        return np.clip(resampled, 0, 1)

    def _overlap(self, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Where photo and square meet: as slices of the photo, and as slices of the square."""
        rows = _meet(self.y, self.side, shape[0])
        columns = _meet(self.x, self.side, shape[1])
        return (rows[0], columns[0]), (rows[1], columns[1])


def _meet(start: int, length: int, limit: int) -> tuple[slice, slice]:
    low = min(max(start, 0), limit)
    high = min(max(start + length, low), limit)
    return slice(low, high), slice(low - start, high - start)


def _resample(square: Array, size: int, *, enlarge: int = cv2.INTER_LINEAR) -> Array:
    if square.shape[0] == size:
        return square
    method = cv2.INTER_AREA if square.shape[0] > size else enlarge
    resampled: Array = cv2.resize(square, (size, size), interpolation=method)
    return resampled
