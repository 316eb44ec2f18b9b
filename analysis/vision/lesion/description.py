"""Image features of a lesion inside its mask: asymmetry, border, colours, size. Not the clinical ABCD score.

Shape is measured on a grid on which every lesion covers the same area, so that a photo of more pixels, or
from nearer, gives the same values.
"""

import cv2
import numpy as np
from scipy import ndimage

from analysis.vision.lesion.colour import lab_of
from analysis.vision.lesion.result import Description
from analysis.vision.lesion.scene import find_hair, inside_ring
from analysis.vision.lesion.tone import skin_about, tone_of, typology_angle
from analysis.vision.terms import Array, Image, Mask

RADIUS = 64
"""Pixels of the radius of a disc of the lesion's area on the grid for shapes."""
GRID = 512
"""Side of that grid: even a lesion four times as long as wide fits."""
BORDER_SMOOTHING = 1.5
"""Sigma in pixels of that grid: steps of the original pixels are no irregularity."""
ALONG = 2.0
"""Sigma of the smoothing along the outline, in the same pixels."""
COLOURS = {
    "white": (232, 222, 214),
    "red": (186, 84, 80),
    "light_brown": (172, 118, 82),
    "dark_brown": (96, 54, 38),
    "blue_grey": (104, 108, 128),
    "black": (32, 24, 24),
}
"""The six colours of dermoscopy (RGB), each a mark that a pixel is nearest to in CIELAB."""
PIXELS = 20_000
"""Pixels of a lesion, evenly taken, that colours are read from."""
LEAST_SHARE = 0.02
"""Share of the lesion from which a colour counts."""


def bare_skin(image: Image) -> Mask:
    """Pixels of a picture (H, W, 3) that show skin or lesion, not hair or the dermatoscope: mask (H, W)."""
    return inside_ring(image) & (1 - find_hair(image))


def describe(image: Image, mask: Mask, bare: Mask, *, mm_per_pixel: float | None = None) -> Description:
    """Measure a lesion.

    Args:
        image: RGB (H, W, 3) in visible light.
        mask: (H, W), values {0, 1}, not empty.
        bare: from `bare_skin`; colours are read there alone.
        mm_per_pixel: scale of the photo, where it is known.

    Raises:
        ValueError: an empty mask, or a scale that is not positive.
    """
    if not mask.any():
        raise ValueError("A lesion without pixels has no description.")
    if mm_per_pixel is not None and not mm_per_pixel > 0:
        raise ValueError(f"A scale is a positive number of millimetres, not {mm_per_pixel}.")
    shown = mask & bare
    # A lesion all under hair still has a colour, that of the hair; it is no worse than none.
    lab = lab_of(_some(image[(shown if shown.any() else mask) > 0]))
    angle = typology_angle(image, skin_about(image, mask, bare))
    diameter = longest_extent(mask)
    return Description(
        asymmetry=asymmetry(mask),
        border=irregularity(mask),
        colours=colours_of(lab),
        colour_variation=float(np.sqrt(np.mean(np.sum((lab - lab.mean(axis=0)) ** 2, axis=1)))),
        area_px=int(np.count_nonzero(mask)),
        diameter_px=diameter,
        diameter_mm=None if mm_per_pixel is None else diameter * mm_per_pixel,
        ita_degrees=angle,
        tone=None if angle is None else tone_of(angle),
    )


def asymmetry(mask: Mask) -> float:
    """0 (mirror-symmetric) to 1: the share that misses its mirror image, mean of both principal axes.

    The axes go through the lesion's own centroid, wherever in the picture it lies.
    """
    shape = _on_grid(mask, upright=True)
    total = 2 * float(shape.sum())
    folds = [float(np.abs(shape - np.flip(shape, axis)).sum()) / total for axis in (0, 1)]
    return float(np.mean(folds))


def irregularity(mask: Mask) -> float:
    """0 (an ellipse) upwards: how much longer the outline is than that of the ellipse of equal moments."""
    shape = cv2.GaussianBlur(_on_grid(mask, upright=False), (0, 0), BORDER_SMOOTHING)
    contours, _ = cv2.findContours((shape >= 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    line = max(contours, key=len)[:, 0].astype(np.float32)
    # Along the outline, as across it: a line of pixels is longer than the line that it stands for.
    smooth = ndimage.gaussian_filter1d(line, ALONG, axis=0, mode="wrap")
    length = float(np.hypot(*(smooth - np.roll(smooth, 1, axis=0)).T).sum())
    return max(0.0, length / _ellipse_length(shape) - 1)


def longest_extent(mask: Mask) -> float:
    """The longest distance between two pixels of a mask, their width included, in pixels."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(np.concatenate(contours))[:, 0].astype(np.float64)
    return float(np.hypot(*(hull[:, None] - hull[None]).transpose(2, 0, 1)).max()) + 1


def colours_of(lab: Array) -> tuple[str, ...]:
    """Names of `COLOURS` that at least `LEAST_SHARE` of pixels (N, 3), CIELAB, are nearest to."""
    marks = lab_of(np.array(list(COLOURS.values()), np.uint8))
    nearest = np.argmin(((lab[:, None] - marks[None]) ** 2).sum(axis=2), axis=1)
    shares = np.bincount(nearest, minlength=len(COLOURS)) / len(lab)
    return tuple(name for name, share in zip(COLOURS, shares, strict=True) if share >= LEAST_SHARE)


def _some(pixels: Array) -> Array:
    return pixels[:: max(1, len(pixels) // PIXELS)]


def _on_grid(mask: Mask, *, upright: bool) -> Array:
    """The lesion (GRID, GRID), 0 to 1, with its centroid in the middle and the area of a disc of `RADIUS`.

    upright: whether its longer principal axis is turned down the grid.
    """
    centre, spread = _moments(mask.astype(np.float32))
    scale = RADIUS / np.sqrt(np.count_nonzero(mask) / np.pi)
    turn = np.linalg.eigh(spread)[1].T if upright else np.eye(2)
    matrix = scale * turn
    middle = np.full(2, (GRID - 1) / 2)
    matrix = np.hstack([matrix, (middle - matrix @ centre)[:, None]])
    soft: Array = mask.astype(np.float32)
    if scale < 1:
        # What is made smaller is averaged first; otherwise single pixels of the border decide.
        soft = cv2.GaussianBlur(soft, (0, 0), 0.5 / scale)
    shape: Array = cv2.warpAffine(soft, matrix, (GRID, GRID), flags=cv2.INTER_LINEAR)
    return shape


def _moments(weight: Array) -> tuple[Array, Array]:
    """Centroid (x, y) and covariance (2, 2) of a map (H, W) of weights."""
    found = cv2.moments(weight)
    centre = np.array([found["m10"], found["m01"]]) / found["m00"]
    spread = np.array([[found["mu20"], found["mu11"]], [found["mu11"], found["mu02"]]]) / found["m00"]
    return centre, spread


def _ellipse_length(weight: Array) -> float:
    """Outline of the ellipse of the same moments (Ramanujan's approximation)."""
    _, spread = _moments(weight)
    short, long = 2 * np.sqrt(np.maximum(np.linalg.eigvalsh(spread), 0))
    root = np.sqrt((3 * long + short) * (long + 3 * short))
    return float(np.pi * (3 * (long + short) - root))
