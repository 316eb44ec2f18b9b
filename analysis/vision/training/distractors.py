"""What is bright or dark on a face and is not vitiligo: the pictures that teach a network to keep still."""

import cv2
import numpy as np

from analysis.vision.training.lesion_shapes import FaceFrame, Point, patch
from analysis.vision.training.looks import highlights
from analysis.vision.training.noise import Field, fractal_noise, smooth_noise
from analysis.vision.training.optics import Light, darken, soften
from analysis.vision.training.parts import Part, Parts


def side_light(rng: np.random.Generator, light: Light, frame: FaceFrame) -> Light:
    """One half of the face in the light and one in shadow, with a soft or rather hard edge."""
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[: frame.size[0], : frame.size[1]].astype(np.float32)
    along = (
        np.cos(angle) * (columns - frame.centre[0]) + np.sin(angle) * (rows - frame.centre[1])
    ) / frame.unit
    along = along + np.float32(0.12) * smooth_noise(rng, frame.size, 5) + np.float32(rng.uniform(-0.3, 0.3))
    edge = 1 / (1 + np.exp(-along * rng.uniform(3, 22)))
    shaded: Light = light * (1 - np.float32(rng.uniform(0.3, 0.85)) * edge[..., None]).astype(np.float32)
    return shaded


def glare(rng: np.random.Generator, light: Light, parts: Parts) -> Light:
    """Highlights that burn out: white, without the texture of the skin below."""
    brightness: Field = light.mean(axis=2, dtype=np.float32)
    gloss = highlights(rng, brightness, parts)[..., None] * np.float32(rng.uniform(0.3, 1.0))
    return np.asarray(light + gloss * (np.float32(1) - np.minimum(light, np.float32(1))), np.float32)


def shine_spots(rng: np.random.Generator, light: Light, frame: FaceFrame) -> Light:
    """A few small reflections anywhere."""
    total = np.zeros(frame.size, np.float32)
    for _ in range(int(rng.integers(1, 6))):
        spot = patch(rng, frame, _near_centre(rng, frame), frame.unit * rng.uniform(0.006, 0.035))
        total = np.maximum(total, np.clip(spot / (0.02 * frame.unit), 0, 1))
    blurred = cv2.GaussianBlur(total, (0, 0), max(0.8, 0.012 * frame.unit))[..., None]
    spotted: Light = light + blurred * np.float32(rng.uniform(0.2, 0.9)) * (1 - np.minimum(light, 1))
    return spotted


def powder(rng: np.random.Generator, light: Light, frame: FaceFrame) -> Light:
    """A pale film, thin and without a border."""
    where = np.clip(fractal_noise(rng, frame.size, 5) * 0.4 + 0.3, 0, 1)[..., None]
    film = np.float32(rng.uniform(0.03, 0.14))
    powdered: Light = light + where * film * (np.float32(light.mean() + 0.2) - light).clip(0)
    return powdered


def scars(rng: np.random.Generator, light: Light, frame: FaceFrame) -> Light:
    """Thin pale lines."""
    lines = np.zeros(frame.size, np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        start = np.array(frame.centre) + rng.normal(0, 0.3, 2) * frame.unit
        steps = rng.normal(0, 0.03, (6, 2)) * frame.unit + rng.normal(0, 0.05, 2) * frame.unit
        points = np.rint(start + np.cumsum(steps, axis=0)).astype(np.int32)
        cv2.polylines(lines, [points], False, 1, max(1, round(0.008 * frame.unit)), cv2.LINE_AA)
    return light * (1 + np.float32(rng.uniform(0.15, 0.6)) * soften(lines, 0.7)[..., None])


def dark_patches(rng: np.random.Generator, light: Light, frame: FaceFrame, skin: Field) -> Light:
    """Sunscreen under UV, melasma, a mole or a shadow: darker regions, whose pigmented skin is no
    vitiligo.
    """
    total = np.zeros(frame.size, np.float32)
    for _ in range(int(rng.integers(1, 5))):
        radius = frame.unit * float(np.exp(rng.uniform(np.log(0.02), np.log(0.4))))
        softness = frame.unit * rng.uniform(0.01, 0.08)
        total = np.maximum(
            total, np.clip(patch(rng, frame, _near_centre(rng, frame), radius) / softness, 0, 1)
        )
    return darken(light, np.float32(rng.uniform(0.15, 0.9)) * total * skin)


def _near_centre(rng: np.random.Generator, frame: FaceFrame) -> Point:
    x, y = frame.centre
    return x + float(rng.normal(0, 0.3)) * frame.unit, y + float(rng.normal(0, 0.35)) * frame.unit


def pale_lips(rng: np.random.Generator, light: Light, parts: Parts) -> Light:
    """Lips lightened as a whole, by make-up or by light."""
    lips = soften((parts == Part.LIP).astype(np.uint8), 1.5)[..., None]
    return light * (1 + np.float32(rng.uniform(0.1, 0.8)) * lips)


def uneven_tone(rng: np.random.Generator, light: Light, frame: FaceFrame, skin: Field) -> Light:
    """Ordinary skin is mottled: cheeks redder, forehead darker."""
    amount = np.float32(rng.uniform(0.03, 0.14)) * fractal_noise(rng, frame.size, rng.uniform(3, 8))
    return darken(light, amount * skin)
