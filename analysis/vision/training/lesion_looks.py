"""What may lie over a lesion or change its colours: hair, darker skin, another lamp, another dermatoscope.

All pictures are (H, W, 3) RGB of 0 to 255, and stay on their grid.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from analysis.vision.terms import Image, Mask

ABSORPTION = np.array([1.0, 1.38, 2.42], np.float32)
"""How strongly melanin darkens red, green and blue (600, 545 and 460 nm), red 1: wavelength to the power of
-3.33 (Jacques, "Origins of tissue optical properties in the UVA, visible, and NIR regions", 1996)."""
DISPLAY = np.float32(2.2)
"""Exponent between stored values and light."""


@dataclass(frozen=True)
class Dermatoscope:
    """How far an unknown dermatoscope, and the skin below it, may be from the ones in the sets."""

    brightness: float = 0.3
    contrast: float = 0.3
    cast: float = 0.08
    dark: float = 0.35
    """Chance of darker skin."""
    melanin: float = 0.9
    """The darkest, for `darkened`."""
    hair: float = 0.3
    blur: float = 0.25
    corners: float = 0.2
    noise: float = 0.2

    def take(self, rng: np.random.Generator, image: Image) -> Image:
        """The picture as such an instrument would have stored it."""
        if rng.random() < self.hair:
            image = haired(rng, image, int(rng.integers(3, 40)))
        if rng.random() < self.dark:
            image = darkened(image, rng.uniform(0.1, self.melanin))
        image = self._develop(rng, image)
        if rng.random() < self.corners:
            image = dark_corners(image, rng.uniform(0.85, 1.3))
        if rng.random() < self.blur:
            image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.5)), np.uint8)
        if rng.random() < self.noise:
            grain = rng.normal(0, rng.uniform(2, 8), image.shape).astype(np.float32)
            image = np.clip(image + grain, 0, 255).astype(np.uint8)
        return image

    def _develop(self, rng: np.random.Generator, image: Image) -> Image:
        """Brightness, contrast and colour cast as one table a channel."""
        gain = 1 + rng.uniform(-self.contrast, self.contrast)
        shift = rng.uniform(-self.brightness, self.brightness) * 128
        casts = np.exp(rng.normal(0, self.cast, 3))
        middle = float(image.mean())
        levels = np.arange(256)
        curves = (levels[None] - middle) * gain + middle + shift
        tables = np.clip(curves * casts[:, None], 0, 255).astype(np.uint8)
        return np.stack([tables[channel][image[..., channel]] for channel in range(3)], axis=2)


def darkened(image: Image, melanin: float) -> Image:
    """The picture as if the skin held more melanin: 0 changes nothing, 0.5 takes light skin to brown.

    Light is weakened as melanin weakens it, blue most. A stress test and not a patient: real dark skin also
    differs in the patterns and colours of its lesions.
    """
    levels = (np.arange(256, dtype=np.float32) / 255) ** DISPLAY
    tables = (levels[None] * np.exp(-np.float32(melanin) * ABSORPTION[:, None])) ** (1 / DISPLAY)
    stored = np.rint(255 * tables).astype(np.uint8)
    return np.stack([stored[channel][image[..., channel]] for channel in range(3)], axis=2)


def haired(rng: np.random.Generator, image: Image, hairs: int) -> Image:
    """The picture under `hairs` curved hairs, mostly dark, of one direction with some disorder."""
    height, width = image.shape[:2]
    unit = max(height, width)
    cover = np.zeros((height, width), np.uint8)
    direction = rng.uniform(0, np.pi)
    steps = np.linspace(-0.5, 0.5, 12)
    for _ in range(hairs):
        angle = direction + rng.normal(0, 0.4)
        length, bend = unit * rng.uniform(0.2, 0.9), unit * rng.normal(0, 0.12)
        along = np.stack([length * steps, bend * (1 - 4 * steps**2)], axis=1)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        points = along @ turn + rng.uniform(0, 1, 2) * (width, height)
        # Four more bits of place, so that thin hairs are smooth.
        fixed = np.rint(16 * points).astype(np.int32)
        thickness = max(1, round(unit * rng.uniform(0.002, 0.008)))
        cv2.polylines(cover, [fixed[:, None]], False, 255, thickness, cv2.LINE_AA, shift=4)
    alpha = (cover.astype(np.float32) / 255 * np.float32(rng.uniform(0.6, 0.95)))[..., None]
    white = rng.random() < 0.15
    colour = (rng.uniform(170, 230) if white else rng.uniform(15, 75)) * np.array([1.0, 0.86, 0.72])
    mixed = image * (1 - alpha) + colour.astype(np.float32) * alpha
    return np.asarray(mixed, np.float32).round().astype(np.uint8)


def stickered(rng: np.random.Generator, image: Image, lesion: Mask) -> Image:
    """The picture with one or two large coloured discs at its edge, none on the lesion (H, W).

    Such stickers lie beside benign lesions of children in the archive and nowhere else: an outline must not
    run into them, and a class must not be read from them.
    """
    height, width = lesion.shape
    unit = max(height, width)
    picture = image.copy()
    for _ in range(int(rng.integers(1, 3))):
        along, beyond = rng.uniform(0, 1), rng.uniform(-0.12, 0.02)
        edge = [(along, beyond), (along, 1 - beyond), (beyond, along), (1 - beyond, along)]
        x, y = edge[rng.integers(4)]
        centre, radius = (round(x * width), round(y * height)), round(unit * rng.uniform(0.1, 0.3))
        disc = np.asarray(cv2.circle(np.zeros_like(lesion), centre, radius, 1, cv2.FILLED), np.uint8)
        if (disc & lesion).any():
            continue
        hue = np.array([[[rng.integers(180), rng.integers(140, 256), rng.integers(120, 256)]]], np.uint8)
        colour = np.asarray(cv2.cvtColor(hue, cv2.COLOR_HSV2RGB), np.float32)[0, 0]
        felt = colour * (1 + rng.normal(0, 0.06, (*lesion.shape, 1)).astype(np.float32))
        picture = np.where(disc[..., None] > 0, np.clip(felt, 0, 255).astype(np.uint8), picture)
    return picture


def dark_corners(image: Image, radius: float) -> Image:
    """The picture through a round opening: black beyond `radius`, in halves of the shorter side."""
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    distance = np.hypot(x - (width - 1) / 2, y - (height - 1) / 2) / (min(height, width) / 2)
    light = np.clip((radius - distance) * 20 + 0.5, 0, 1)[..., None]
    return np.asarray(image * light, np.float32).astype(np.uint8)
