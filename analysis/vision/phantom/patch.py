"""A flat piece of skin under a dermatoscope: where each pixel lies on it, and patterns fixed to the skin.

Patterns are functions of the place in millimetres. The same mole, photographed again with the camera turned
and shifted, shows the same dots and meshes.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from analysis.vision.phantom.noise import grid_noise
from analysis.vision.terms import Array

LATTICE = 64
REACH = 14.0
"""Millimetres about the middle of the lesion in which points are strewn: beyond any picture's corner."""


@dataclass(frozen=True)
class Patch:
    """x, y: places of the pixels in mm from the middle of the lesion, (H, W) float32. pixel: mm a pixel.

    place: (2, 3), from mm to pixels (across, down).
    """

    x: Array
    y: Array
    pixel: float
    place: Array

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the picture in pixels."""
        return self.x.shape[0], self.x.shape[1]

    def across(self, x: float, y: float) -> tuple[float, float]:
        """Pixel coordinates (across, down) of a place in mm."""
        column, row = self.place @ np.array([x, y, 1.0])
        return float(column), float(row)


def lay_patch(
    size: tuple[int, int], pixel: float, turn: float = 0.0, shift: tuple[float, float] = (0, 0)
) -> Patch:
    """A picture of `size` (width, height) with `pixel` mm a pixel, turned by radians, shifted by mm."""
    width, height = size
    cos, sin = np.cos(turn), np.sin(turn)
    turned = np.array([[cos, -sin], [sin, cos]]) / pixel
    offset = np.array([width / 2, height / 2]) + np.array(shift) / pixel
    place = np.hstack([turned, offset[:, None]])
    back = cv2.invertAffineTransform(place)
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    x = (back[0, 0] * columns + back[0, 1] * rows + back[0, 2]).astype(np.float32)
    y = (back[1, 0] * columns + back[1, 1] * rows + back[1, 2]).astype(np.float32)
    return Patch(x, y, pixel, place)


def field(patch: Patch, cell: float, seed: int, octaves: int = 1) -> Array:
    """Smooth noise on the skin, about -1 to 1, (H, W) float32; `cell` mm between its bumps."""
    total: Array = np.zeros(patch.shape, np.float32)
    for octave in range(octaves):
        lattice = grid_noise((LATTICE, LATTICE), (LATTICE, LATTICE), seed + 101 * octave)
        scale = np.float32(2**octave / cell)
        across, down = patch.x * scale + LATTICE / 2, patch.y * scale + LATTICE / 2
        found = cv2.remap(lattice, across, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_WRAP)
        total += found * np.float32(0.5**octave)
    return total / np.float32(2 - 0.5 ** (octaves - 1))


def strewn(spacing: float, seed: int, reach: float = REACH) -> Array:
    """Points in mm, about one for each square of `spacing`, no two together: (N, 2)."""
    steps = np.arange(-reach, reach, spacing)
    grid = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    grid[:, 0] += np.where(np.arange(len(grid)) // len(steps) % 2 == 0, 0, spacing / 2)
    jitter = np.random.default_rng((seed, 21)).uniform(-0.34, 0.34, grid.shape) * spacing
    points: Array = grid + jitter
    return points


def mesh(patch: Patch, spacing: float, seed: int, width: float) -> Array:
    """Lines between cells of about `spacing` mm, like a honeycomb: 1 on a line, 0 off it, (H, W) float32.

    width: of a line in mm.
    """
    height, across = patch.shape
    points = strewn(spacing, seed) @ patch.place[:, :2].T + patch.place[:, 2]
    columns, rows = np.rint(points).astype(int).T
    seen = (columns >= 0) & (columns < across) & (rows >= 0) & (rows < height)
    away = np.ones((height, across), np.uint8)
    away[rows[seen], columns[seen]] = 0
    _, cells = cv2.distanceTransformWithLabels(away, cv2.DIST_L2, 5)
    between = np.ones((height, across), np.uint8)
    between[:, 1:][cells[:, 1:] != cells[:, :-1]] = 0
    between[1:][cells[1:] != cells[:-1]] = 0
    distance = cv2.distanceTransform(between, cv2.DIST_L2, 3) * patch.pixel
    lines: Array = np.exp(-((distance / (0.6 * width)) ** 2))
    return lines


def dots(patch: Patch, spacing: float, seed: int, radius: tuple[float, float], share: float) -> Array:
    """Round spots, 1 inside and 0 outside: a `share` of points strewn `spacing` mm apart, radii in mm."""
    points = strewn(spacing, seed)
    rng = np.random.default_rng((seed, 22))
    radii, there = rng.uniform(*radius, len(points)), rng.random(len(points)) < share
    picture = np.zeros(patch.shape, np.uint8)
    for (x, y), r in zip(points[there], radii[there], strict=True):
        column, row = patch.across(x, y)
        centre = round(16 * column), round(16 * row)
        cv2.circle(picture, centre, max(8, round(16 * r / patch.pixel)), 255, -1, cv2.LINE_AA, shift=4)
    return cv2.GaussianBlur(picture.astype(np.float32) / 255, (0, 0), max(0.6, 0.02 / patch.pixel))
