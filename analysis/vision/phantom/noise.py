"""Smooth random fields: in space (on the skin of the head) and on a grid (the skin atlas, a picture)."""

from functools import lru_cache

import cv2
import numpy as np
import torch
from numpy.typing import ArrayLike
from torch.nn import functional

from analysis.vision.terms import Array

LATTICE = 32


def vector(values: ArrayLike) -> Array:
    """A float32 array of a few numbers: a colour, a direction, a scale."""
    return np.array(values, np.float32)


@lru_cache(maxsize=64)
def _lattice(seed: int) -> torch.Tensor:
    values = np.random.default_rng((seed, 3)).uniform(-1, 1, (LATTICE,) * 3).astype(np.float32)
    wrapped = np.pad(values, ((0, 1),) * 3, mode="wrap")
    return torch.from_numpy(wrapped)[None, None]


def value_noise(points: Array, cell: float, seed: int) -> Array:
    """Value noise in space, about -1 to 1, period LATTICE cells.

    points: (..., 3) positions in mm. cell: size of one lattice cell in mm. The same point gives the same
    value whatever the other points are, so every view agrees. On a large grid (H, W, 3) of a smooth surface,
    noise that is coarse against the grid is computed on every few rows and columns and interpolated.
    """
    step = _stride(points, cell)
    if step > 1:
        return _enlarge(value_noise(points[::step, ::step], cell, seed), points.shape[:2], step)
    flat = np.ascontiguousarray(points, np.float32).reshape(-1, 3)
    scaled = torch.from_numpy(flat) * (1 / cell)
    whole = torch.floor(scaled)
    part = scaled.sub_(whole)
    where = whole.add_(part * part * (3 - 2 * part)).mul_(1 / LATTICE)
    where.sub_(torch.floor(where)).mul_(2).sub_(1)
    found = functional.grid_sample(
        _lattice(seed), where[None, None, None], mode="bilinear", align_corners=True
    )
    return found.numpy().reshape(points.shape[:-1])


def _stride(points: Array, cell: float) -> int:
    """Rows and columns that may be skipped on the atlas, whose texels are about 280 mm / width apart."""
    if points.ndim != 3 or points.shape[1] < 256:
        return 1
    return int(np.clip(cell * points.shape[1] / (280 * 5), 1, 8))


def _enlarge(coarse: Array, shape: tuple[int, ...], step: int) -> Array:
    matrix = vector([[1 / step, 0, 0], [0, 1 / step, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(coarse, matrix, (shape[1], shape[0]), flags=flags, borderMode=cv2.BORDER_REPLICATE)


def fractal_noise(points: Array, cell: float, seed: int, octaves: int = 4) -> Array:
    """Octaves of value noise, each half as large and half as strong; about -1 to 1, shape (...)."""
    total: Array = np.zeros(points.shape[:-1], np.float32)
    for octave in range(octaves):
        total += value_noise(points, cell / 2**octave, seed + 101 * octave) * np.float32(0.5**octave)
    return total * np.float32(1 / 1.3)


def grid_noise(shape: tuple[int, int], cells: tuple[float, float], seed: int) -> Array:
    """A smooth field on a grid, about -1 to 1: `cells` bumps down and across, at any resolution the same.

    shape: (height, width) of the result, float32.
    """
    rows, columns = max(2, round(cells[0])), max(2, round(cells[1]))
    coarse = np.random.default_rng((seed, 2)).uniform(-1, 1, (rows, columns)).astype(np.float32)
    return cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def smoothstep(low: float, high: float, value: Array | float) -> Array:
    """0 below `low`, 1 above `high`, smooth between (low may be the greater one)."""
    part = np.clip((value - low) / (high - low), 0, 1)
    smooth: Array = part * part * (3 - 2 * part)
    return smooth


def smooth_max(first: Array, second: Array, blend: float) -> Array:
    """The greater of two heights in mm, with the corner between them filleted over `blend` mm."""
    part = np.clip(0.5 + 0.5 * (first - second) / blend, 0, 1)
    return second + (first - second) * part + blend * part * (1 - part)


def bump(distance_squared: Array) -> Array:
    """A Gaussian of a squared, already scaled, distance."""
    return np.exp(-0.5 * distance_squared)


@lru_cache(maxsize=16)
def _seeds_of(seed: int) -> Array:
    return np.random.default_rng((seed, 4)).random((LATTICE, LATTICE, LATTICE, 4), dtype=np.float32)


def nearest_seed(points: Array, cell: float, seed: int) -> tuple[Array, Array]:
    """Distance in mm to the nearest of points strewn in space, one a cell, and that point's number 0 to 1.

    points: (N, 3) mm. Only the eight cells around are searched: distances over half a cell may be too long.
    """
    scaled = points.astype(np.float32) / np.float32(cell)
    base = np.floor(scaled - 0.5).astype(np.int32)
    best = np.full(len(points), np.inf, np.float32)
    number = np.zeros(len(points), np.float32)
    table = _seeds_of(seed)
    for corner in np.ndindex(2, 2, 2):
        index = base + np.array(corner, np.int32)
        found = table[index[:, 0] % LATTICE, index[:, 1] % LATTICE, index[:, 2] % LATTICE]
        offset = index + found[:, :3] - scaled
        distance = np.einsum("nc,nc->n", offset, offset)
        nearer = distance < best
        best = np.where(nearer, distance, best)
        number = np.where(nearer, found[:, 3], number)
    return np.sqrt(best) * cell, number
