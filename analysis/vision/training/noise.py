"""Smooth random fields, the raw material of lesion outlines, freckles and uneven light."""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""(H, W) float32."""


def smooth_noise(rng: np.random.Generator, size: tuple[int, int], cells: float) -> Field:
    """Noise with about `cells` bumps across the longer side of `size` (height, width); deviation about 1."""
    longer = max(size)
    # Bumps smaller than two pixels can't be drawn, and tiny patches would ask for very many of them.
    cells = min(cells, longer / 2)
    grid = tuple(max(2, round(cells * side / longer) + 2) for side in size)
    coarse = rng.standard_normal(grid).astype(np.float32)
    field = cv2.resize(coarse, (size[1], size[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(field * np.float32(1.3), np.float32)


def fractal_noise(
    rng: np.random.Generator,
    size: tuple[int, int],
    cells: float,
    *,
    octaves: int = 4,
    roughness: float = 0.55,
) -> Field:
    """Octaves of smooth noise, each twice as fine and `roughness` times as strong; deviation about 1."""
    total = np.zeros(size, np.float32)
    weight, power = 1.0, 0.0
    for octave in range(octaves):
        total += np.float32(weight) * smooth_noise(rng, size, cells * 2**octave)
        power += weight**2
        weight *= roughness
    return total / np.float32(np.sqrt(power))
