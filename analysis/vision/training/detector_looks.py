"""How a face may look to the detector: ultraviolet light, vitiligo, glare, casts, blur, noise.

The looks only have to be wide enough that real pictures lie among them; their truth is the box alone. The
looks that teach the segmentation, with exact truth, are made elsewhere.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from analysis.vision.terms import Image

Floats = NDArray[np.float32]
Box = NDArray[np.float32]
"""x0, y0, x1, y1 in pixels."""

DARKEST_FACE = 0.1
"""Mean brightness of a face, 0 to 1."""


def vary(rng: Generator, image: Image, boxes: Box) -> Image:
    """One random look of a picture with faces in `boxes` (F, 4)."""
    light: Floats = image.astype(np.float32) / np.float32(255)
    for box in boxes:
        for chance, look in FACE_LOOKS:
            if rng.random() < chance:
                light = look(rng, light, box)
    for chance, picture_look in PICTURE_LOOKS:
        if rng.random() < chance:
            light = picture_look(rng, light)
    changed: Image = (np.clip(visible(light, boxes), 0, 1) * 255).astype(np.uint8)
    return compressed(rng, changed) if rng.random() < 0.3 else changed


def visible(light: Floats, boxes: Box) -> Floats:
    """The picture, brightened where a face became so dark that nobody could find it."""
    for x0, y0, x1, y1 in boxes.astype(int):
        face = light[y0 : y1 + 1, x0 : x1 + 1]
        light = light * max(1.0, DARKEST_FACE / max(1e-3, float(face.mean())))
    return light


def smooth_noise(rng: Generator, shape: tuple[int, int], cells: int) -> Floats:
    """Noise of (H, W) with about `cells` bumps a side, mean 0."""
    coarse = rng.standard_normal((cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def spot(shape: tuple[int, int], centre: tuple[float, float], radius: tuple[float, float]) -> Floats:
    """A Gaussian hill of height 1, radius in x and y."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    exponent = ((x - centre[0]) / radius[0]) ** 2 + ((y - centre[1]) / radius[1]) ** 2
    hill: Floats = np.exp(-exponent).astype(np.float32)
    return hill


def vitiligo(rng: Generator, light: Floats, box: Box) -> Floats:
    """Bright patches somewhere in the box, with soft or sharp borders."""
    width, height = box[2] - box[0], box[3] - box[1]
    centre = float(box[0] + width / 2), float(box[1] + height / 2)
    inside = spot(light.shape[:2], centre, (max(1, 0.45 * width), max(1, 0.5 * height)))
    field = smooth_noise(rng, light.shape[:2], int(rng.integers(6, 24)))
    patches = np.clip((field - rng.uniform(0, 0.9)) * rng.uniform(2, 20), 0, 1) * (inside > 0.35)
    brighter = np.clip(light * rng.uniform(1.3, 3) + rng.uniform(0, 0.2), 0, 1)
    return np.asarray(light + (brighter - light) * patches[..., None], np.float32)


def glare(rng: Generator, light: Floats, box: Box) -> Floats:
    """Highlights on forehead, nose and cheeks."""
    width, height = box[2] - box[0], box[3] - box[1]
    for _ in range(int(rng.integers(1, 5))):
        centre = float(rng.uniform(box[0], box[2])), float(rng.uniform(box[1], box[3]))
        radius = max(1.0, width * rng.uniform(0.02, 0.15)), max(1.0, height * rng.uniform(0.02, 0.15))
        light = light + rng.uniform(0.2, 0.8) * spot(light.shape[:2], centre, radius)[..., None]
    return light


def booth(rng: Generator, light: Floats, box: Box) -> Floats:
    """Darkness around the head, as in a closed booth."""
    width, height = box[2] - box[0], box[3] - box[1]
    centre = float(box[0] + width / 2), float(box[1] + height / 2)
    reach = rng.uniform(0.7, 1.6)
    lamp = spot(light.shape[:2], centre, (max(1, reach * width), max(1, reach * height)))
    return np.asarray(light * np.clip(lamp * rng.uniform(1, 2), rng.uniform(0, 0.3), 1)[..., None])


def ultraviolet(rng: Generator, light: Floats) -> Floats:
    """Nearly one channel, dark skin, more local contrast, a blue, violet or grey cast."""
    mix = np.array([rng.uniform(0, 0.3), rng.uniform(0.2, 0.7), rng.uniform(0.3, 1)], np.float32)
    grey = light @ (mix / mix.sum())
    grey = grey + rng.uniform(0, 1.2) * (grey - cv2.GaussianBlur(grey, (0, 0), 6))
    grey = np.clip(grey, 0, 1) ** rng.uniform(0.8, 2.0) * rng.uniform(0.4, 1.1)
    cast = np.array([rng.uniform(0.3, 1), rng.uniform(0.3, 1), rng.uniform(0.8, 1.2)], np.float32)
    keep = rng.uniform(0, 0.4)
    dimmed = light * grey.mean() / max(0.05, float(light.mean()))
    return np.asarray(grey[..., None] * cast * (1 - keep) + dimmed * keep, np.float32)


def cast(rng: Generator, light: Floats) -> Floats:
    """Another white balance, exposure and tone curve."""
    gains = rng.uniform(0.7, 1.3, 3).astype(np.float32) * np.float32(rng.uniform(0.5, 1.4))
    return np.clip(light * gains, 0, 1) ** np.float32(rng.uniform(0.6, 1.7))


def uneven_light(rng: Generator, light: Floats) -> Floats:
    """A light that comes from one side."""
    field = smooth_noise(rng, light.shape[:2], 3)
    return np.asarray(light * np.exp(rng.uniform(0.1, 0.5) * field)[..., None], np.float32)


def greyscale(_rng: Generator, light: Floats) -> Floats:
    """Without colour."""
    return np.repeat(light.mean(axis=2, keepdims=True), 3, axis=2)


def exchanged_channels(rng: Generator, light: Floats) -> Floats:
    """Colour channels exchanged: skin has no fixed colour under special light."""
    return light[..., rng.permutation(3)]


def blur(rng: Generator, light: Floats) -> Floats:
    """Out of focus."""
    return np.asarray(cv2.GaussianBlur(light, (0, 0), float(rng.uniform(0.5, 2.2))), np.float32)


def noise(rng: Generator, light: Floats) -> Floats:
    """Sensor noise."""
    return light + rng.standard_normal(light.shape, dtype=np.float32) * np.float32(rng.uniform(0.01, 0.07))


def compressed(rng: Generator, image: Image) -> Image:
    """Through JPEG and back."""
    quality = int(rng.integers(25, 90))
    _, stored = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_UNCHANGED))


FaceLook = Callable[[Generator, Floats, Box], Floats]
PictureLook = Callable[[Generator, Floats], Floats]

FACE_LOOKS: tuple[tuple[float, FaceLook], ...] = ((0.35, vitiligo), (0.15, glare), (0.2, booth))
PICTURE_LOOKS: tuple[tuple[float, PictureLook], ...] = (
    (0.3, ultraviolet),
    (0.5, cast),
    (0.25, uneven_light),
    (0.12, greyscale),
    (0.06, exchanged_channels),
    (0.2, blur),
    (0.3, noise),
)
