"""The looks of a clinic's lamps, made from a photo in visible light.

There are no ultraviolet photographs of patients to learn from. These looks follow what such photographs are
described to look like: dark skin, uneven pigment and freckles strongly visible, lesions two to three times
brighter in every channel, a blue or grey cast, a dark background, fluorescing teeth and clothes,
highlights on nose and forehead.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Modality
from analysis.vision.training.noise import Field, fractal_noise, smooth_noise
from analysis.vision.training.optics import Light, median_light, soften
from analysis.vision.training.parts import Part, Parts, face_of, paintable

TINTS = {
    "grey": (1.0, 1.0, 1.0),
    "blue": (0.55, 0.75, 1.3),
    "violet": (0.95, 0.65, 1.3),
    "cyan": (0.6, 1.05, 1.1),
    "warm": (1.2, 0.95, 0.75),
}


def ultraviolet(rng: np.random.Generator, light: Light, parts: Parts, lesions: Field) -> Light:
    """The face as under UV reflectance, with its lesions (H, W, 0 to 1) as bright as UV shows them."""
    mono = light @ _short_wave_weights(rng)
    skin = paintable(parts)
    mono = _contrast(mono, rng.uniform(1.0, 1.7), skin)
    pigment = _freckles(rng, mono.shape) * rng.uniform(0.0, 0.8) + 0.12 * fractal_noise(rng, mono.shape, 7)
    mono = mono * np.exp(-np.maximum(pigment, -0.3) * soften(skin, 1.0) * (1 - 0.8 * lesions))
    mono = mono * np.float32(rng.uniform(0.03, 0.16) / max(1e-3, median_light(mono[..., None], skin)))
    ratio = float(np.exp(rng.normal(np.log(2.5), 0.25)))
    mono = mono * np.exp(lesions * np.log(np.float32(ratio)))
    mono = mono * _surroundings(rng, parts) * vignette(rng, mono.shape)
    mono = mono + highlights(rng, mono, parts) ** 2 * np.float32(rng.uniform(0.0, 0.2))
    return _tinted(rng, mono, light)


def woods_lamp(rng: np.random.Generator, light: Light, parts: Parts, lesions: Field) -> Light:
    """The face under a Wood's lamp: nearly dark, violet skin, lesions that fluoresce blue-white."""
    mono = light @ _short_wave_weights(rng)
    skin = paintable(parts)
    mono = mono * np.float32(rng.uniform(0.03, 0.1) / max(1e-3, median_light(mono[..., None], skin)))
    mono = mono * _surroundings(rng, parts) * vignette(rng, mono.shape)
    skin_tint = np.array([0.75, 0.4, 1.6], np.float32) * rng.uniform(0.85, 1.15, 3).astype(np.float32)
    ratio = np.array([2.0, 4.0, 2.6], np.float32) * np.float32(np.exp(rng.normal(0, 0.2)))
    picture: Light = mono[..., None] * skin_tint * np.exp(lesions[..., None] * np.log(ratio))
    return picture


LAMPS = {Modality.UV_REFLECTANCE: ultraviolet, Modality.WOODS_LAMP: woods_lamp}


def vignette(rng: np.random.Generator, size: tuple[int, ...]) -> Field:
    """A fall of light towards the corners and to one side, values about 0.3 to 1.2."""
    rows = np.linspace(-1, 1, size[0], dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, size[1], dtype=np.float32)[None, :]
    slope = rng.normal(0, 0.15, 2)
    fall = 1 - np.float32(rng.uniform(0, 0.35)) * (rows**2 + columns**2)
    falloff: Field = np.clip(fall + np.float32(slope[0]) * rows + np.float32(slope[1]) * columns, 0.2, 1.4)
    return falloff


def highlights(rng: np.random.Generator, brightness: Field, parts: Parts) -> Field:
    """Specular light where the face already catches most of it: nose, forehead, cheeks. Values 0 to 1."""
    skin = face_of(parts)
    blurred = cv2.GaussianBlur(brightness, (0, 0), max(1.0, 0.01 * brightness.shape[0]))
    inside = blurred[skin.astype(bool)]
    if inside.size == 0:
        return np.zeros_like(brightness)
    high, top = np.quantile(inside, [rng.uniform(0.85, 0.97), 0.999])
    gloss: Field = np.clip((blurred - high) / max(1e-4, top - high), 0, 1) * skin
    return gloss


def _short_wave_weights(rng: np.random.Generator) -> NDArray[np.float32]:
    weights = np.array([0.15, 0.35, 0.5]) * rng.uniform(0.6, 1.4, 3)
    shares: NDArray[np.float32] = (weights / weights.sum()).astype(np.float32)
    return shares


def _contrast(mono: Field, gamma: float, skin: NDArray[np.uint8]) -> Field:
    level = np.float32(max(1e-3, median_light(mono[..., None], skin)))
    raised: Field = level * np.power(mono / level, np.float32(gamma))
    return raised


def _freckles(rng: np.random.Generator, size: tuple[int, ...]) -> Field:
    """Small dark spots, denser in some regions; 0 to about 1."""
    fine = smooth_noise(rng, (size[0], size[1]), rng.uniform(35, 80))
    where = smooth_noise(rng, (size[0], size[1]), 4)
    return np.clip(fine - 1.2 + 0.5 * where, 0, 1)


def _surroundings(rng: np.random.Generator, parts: Parts) -> Field:
    """What is not skin, brighter or darker than in visible light."""
    factors = np.ones(256, np.float32)
    factors[Part.BACKGROUND] = rng.uniform(0.02, 0.5)
    factors[Part.HAIR] = rng.uniform(0.2, 1.0)
    factors[Part.CLOTHES] = rng.choice([rng.uniform(0.1, 1.0), rng.uniform(1.0, 4.0)])
    factors[Part.MOUTH] = rng.uniform(0.8, 2.5)
    factors[Part.EYE] = rng.uniform(0.6, 1.6)
    factors[Part.BROW] = rng.uniform(0.4, 1.0)
    factors[Part.LIP] = rng.uniform(0.6, 1.0)
    return np.asarray(cv2.GaussianBlur(factors[parts], (0, 0), 1.2), np.float32)


def _tinted(rng: np.random.Generator, mono: Field, light: Light) -> Light:
    tint = np.array(TINTS[str(rng.choice(list(TINTS)))]) * rng.uniform(0.9, 1.1, 3)
    colour_left = light / np.maximum(light.mean(axis=2, keepdims=True), 1e-3)
    faded = np.power(colour_left, np.float32(rng.uniform(0, 0.35)))
    tinted: Light = mono[..., None] * tint.astype(np.float32) * faded
    return tinted
