"""Whether a picture shows skin close up: a logistic regression on a few numbers about colour and texture.

Close-up pictures of skin have warm colours that vary little, a border region of one tone, and no long sharp
edges; faces, rooms, pages, landscapes and noise have not. The coefficients were fitted by
`analysis.vision.training.close_up` on one half of the pictures and judged on the other (docs/lesions.md).
"""

import json
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.lesion.bands import logistic
from analysis.vision.lesion.colour import lab_of
from analysis.vision.lesion.scene import inside_ring
from analysis.vision.terms import Array, Image

COEFFICIENTS = Path(__file__).with_name("close_up.json")
SIDE = 192
"""Longer side in pixels at which pictures are judged."""
RIM = 0.18
"""Width of the border region, as a share of the shorter side: mostly skin when a lesion is in the middle."""
WARM = (5.0, 95.0)
"""Degrees of hue in CIELAB that skin has in visible light."""
FEATURES = (
    *("lightness", "lightness_spread", "red_green", "yellow_blue", "red_green_spread", "yellow_blue_spread"),
    *("warm_share", "green_share", "blue_share", "vivid_share", "grey_share"),
    *(
        "rim_lightness_spread",
        "rim_red_green_spread",
        "rim_yellow_blue_spread",
        "rim_slopes",
        "middle_darker",
    ),
    *("edges", "fine_edges", "coarse_share", "straightness", "colour_entropy", "seen"),
    *("ringed", "one_sided", "blobs", "colour_blobs", "rim_edges", "middle_red_green", "middle_yellow_blue"),
    *("spread_left", "darkest_middle", "hue", "hue_spread"),
)
Floats = NDArray[np.float64]


def close_up_score(image: Image) -> float:
    """Probability, 0 to 1, that a picture (H, W, 3) is skin seen close up."""
    mean, scale, weights, constant = _coefficients()
    values = (features(image) - mean) / scale
    return logistic(float(expanded(values) @ weights + constant))


def expanded(values: Floats) -> Floats:
    """Standardised features (..., F), cut at 4 standard deviations, and their products in pairs.

    (..., F + F (F + 1) / 2). A square lets a value be wrong on both sides: skin is neither as flat as paper
    nor as rough as hair; a product lets one value excuse another: edges are hairs where the rest is skin.
    """
    cut = np.clip(values, -4, 4)
    rows, columns = np.triu_indices(cut.shape[-1])
    return np.concatenate([cut, cut[..., rows] * cut[..., columns] / 2], axis=-1)


def features(image: Image) -> Floats:
    """`FEATURES` of a picture (H, W, 3): float64 (F,)."""
    height, width = image.shape[:2]
    scale = SIDE / max(height, width)
    size = max(8, round(width * scale)), max(8, round(height * scale))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(image, size, interpolation=interpolation).astype(np.uint8, copy=False)
    seen = cv2.erode(inside_ring(small), np.ones((5, 5), np.uint8)) > 0
    if np.count_nonzero(seen) < 0.05 * seen.size:
        seen = np.ones_like(seen)
    lab = lab_of(small)
    values = [*_colours(lab[seen]), *_rim(lab, seen), *_textures(lab, seen), float(seen.mean())]
    values += _layout(lab, seen)
    return np.array(values, np.float64)


def _colours(lab: Array) -> list[float]:
    """Of pixels (N, 3), CIELAB."""
    lightness, red_green, yellow_blue = lab.T
    chroma = np.hypot(red_green, yellow_blue)
    hue = np.degrees(np.arctan2(yellow_blue, red_green))
    told = chroma > 4
    return [
        float(np.median(lightness)),
        _spread(lightness),
        float(np.median(red_green)),
        float(np.median(yellow_blue)),
        _spread(red_green),
        _spread(yellow_blue),
        float(np.mean(told & (hue > WARM[0]) & (hue < WARM[1]))),
        float(np.mean(told & (red_green < -3))),
        float(np.mean(told & (yellow_blue < -5))),
        float(np.mean(chroma > 55)),
        float(np.mean(chroma < 5)),
    ]


def _rim(lab: Array, seen: NDArray[np.bool_]) -> list[float]:
    """How even the border region is, and how much darker the middle: pixels (H, W, 3), CIELAB."""
    away = cv2.distanceTransform(np.pad(seen.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    rim = seen & (away < RIM * min(seen.shape))
    middle = seen & (away > 0.6 * away.max())
    corners = [_part(lab[..., 0], rim, down, across) for down in (0, 1) for across in (0, 1)]
    return [
        *(_spread(lab[..., channel][rim]) for channel in range(3)),
        float(np.std(corners)),
        float(np.median(lab[..., 0][rim]) - np.median(lab[..., 0][middle])),
    ]


def _part(values: Array, chosen: NDArray[np.bool_], down: int, across: int) -> float:
    """Median of the chosen pixels in one quarter of the picture; of all that are chosen where it has none."""
    rows, columns = chosen.shape[0] // 2, chosen.shape[1] // 2
    here = slice(down * rows, (down + 1) * rows), slice(across * columns, (across + 1) * columns)
    inside = values[here][chosen[here]]
    return float(np.median(inside if inside.size else values[chosen]))


def _textures(lab: Array, seen: NDArray[np.bool_]) -> list[float]:
    lightness = lab[..., 0]
    slopes = []
    for sigma in (0.8, 2.5):
        soft = cv2.GaussianBlur(lightness, (0, 0), sigma)
        slopes.append((cv2.Sobel(soft, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(soft, cv2.CV_32F, 0, 1) / 8))
    fine, coarse = (np.hypot(*slope) for slope in slopes)
    # One direction within a window means a long edge: a roof, a shelf, a line of text, a jaw.
    dx, dy = slopes[0]
    xx, yy, xy = (cv2.GaussianBlur(one, (0, 0), 4) for one in (dx * dx, dy * dy, dx * dy))
    aligned = np.hypot(xx - yy, 2 * xy) / (xx + yy + 1e-3)
    red_green, yellow_blue = np.floor(lab[seen][:, 1:].T / 5).clip(-12, 11).astype(int) + 12
    histogram = np.bincount(24 * red_green + yellow_blue)
    shares = histogram[histogram > 0] / histogram.sum()
    return [
        float(np.log1p(fine[seen].mean())),
        float(np.mean(fine[seen] > 5)),
        float(coarse[seen].mean() / (fine[seen].mean() + 1e-3)),
        float(np.average(aligned[seen], weights=fine[seen] + 1e-6)),
        float(-(shares * np.log2(shares)).sum()),
    ]


def _layout(lab: Array, seen: NDArray[np.bool_]) -> list[float]:
    """How the light and the colours are spread over the picture: pixels (H, W, 3), CIELAB."""
    height, width = seen.shape
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    away = np.hypot(rows, columns)[seen]
    pixels = lab[seen]
    lightness = pixels[:, 0] - pixels[:, 0].mean()
    total = float(np.sqrt(np.mean(lightness**2))) + 1e-3
    # What rings about the middle, and what a plane, explain of the lightness.
    rings = np.minimum((away * 5).astype(int), 6)
    counts = np.bincount(rings, minlength=7) + 1e-9
    ringed = np.sqrt(np.sum(np.bincount(rings, lightness, 7) ** 2 / counts) / len(pixels)) / total
    plane = np.stack([rows[seen], columns[seen], np.ones(len(pixels))], -1)
    slope = np.linalg.lstsq(plane, lightness, rcond=None)[0]
    one_sided = float(np.hypot(*slope[:2])) / total
    soft = cv2.GaussianBlur(lab, (0, 0), 8)
    blobs = [_spread(soft[..., channel][seen]) / (_spread(pixels[:, channel]) + 0.5) for channel in (0, 1)]
    fine = lab[..., 0] - cv2.GaussianBlur(lab[..., 0], (0, 0), 1.5)
    border = seen & (np.maximum(np.abs(rows), np.abs(columns)) > 0.75)
    middle = seen & (np.hypot(rows, columns) < 0.45)
    if not (border.any() and middle.any()):
        border = middle = seen
    hue = np.degrees(np.arctan2(pixels[:, 2], pixels[:, 1]))
    return [
        float(ringed),
        one_sided,
        *map(float, blobs),
        float(np.log1p(np.abs(fine[border]).mean())),
        *(float(np.median(lab[..., c][middle]) - np.median(lab[..., c][border])) for c in (1, 2)),
        float(np.sqrt(np.mean((pixels[:, 0] - np.median(pixels[:, 0])).clip(0) ** 2)) / total),
        float(np.mean(away[pixels[:, 0] <= np.percentile(pixels[:, 0], 15)])),
        float(np.clip(np.median(hue), -60, 150)),
        _spread(np.clip(hue, -90, 180)),
    ]


def _spread(values: Array) -> float:
    """Half the distance between the 16th and the 84th percentile: an SD that single pixels do not move."""
    low, high = np.percentile(values, (16, 84))
    return float(high - low) / 2


@lru_cache(maxsize=1)
def _coefficients() -> tuple[Floats, Floats, Floats, float]:
    """Mean and scale (F,), weights and constant. Raises ValueError where the file is for others."""
    value = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    if tuple(value["features"]) != FEATURES:
        raise ValueError(f"{COEFFICIENTS.name} was fitted on other features.")
    return (
        np.array(value["mean"]),
        np.array(value["scale"]),
        np.array(value["weights"]),
        float(value["constant"]),
    )
