"""What lies between a dermatoscope and the lesion: hair, bubbles, a ruler, the dark ring, the light."""

import cv2
import numpy as np

from analysis.vision.phantom.noise import grid_noise, smoothstep, vector
from analysis.vision.phantom.patch import Patch
from analysis.vision.terms import Array, Image

STEPS = 24


def draw_hair(picture: Array, patch: Patch, amount: float, seed: int) -> None:
    """Hairs over the picture (H, W, 3) of 0 to 1, in place. amount: 0 (none) to 1 (dense)."""
    rng = np.random.default_rng((seed, 41))
    height, width = patch.shape
    cover = np.zeros(patch.shape, np.uint8)
    lean = rng.uniform(0, np.pi)
    for _ in range(round(34 * amount)):
        length, bend = rng.uniform(0.3, 0.9) * width, rng.normal(0, 0.9)
        direction = lean + rng.normal(0, 0.35)
        steps = direction + bend * np.linspace(-0.5, 0.5, STEPS)
        way = np.cumsum(np.stack([np.cos(steps), np.sin(steps)], -1), 0) * length / STEPS
        start = rng.uniform([-0.1 * width, -0.1 * height], [1.1 * width, 1.1 * height]) - way.mean(0)
        points = np.rint(16 * (way + start)).astype(np.int32)
        thick = max(1, round(rng.uniform(0.04, 0.10) / patch.pixel))
        cv2.polylines(
            cover, [points], isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=4
        )
    share = (cover.astype(np.float32) / 255)[..., None]
    colour = vector(rng.uniform([0.05, 0.04, 0.03], [0.22, 0.14, 0.10]))
    shine = cv2.GaussianBlur(cover.astype(np.float32) / 255, (0, 0), 0.8)[..., None] ** 6 * 0.10
    picture *= 1 - 0.92 * share
    picture += share * (0.92 * colour + shine)


def draw_bubbles(picture: Array, patch: Patch, seed: int) -> None:
    """Bubbles in the gel: a dark and a bright rim, in place."""
    rng = np.random.default_rng((seed, 42))
    height, width = patch.shape
    light = np.zeros(patch.shape, np.float32)
    for _ in range(rng.integers(4, 14)):
        centre = rng.uniform([0, 0], [width, height])
        radius = max(3, round(rng.uniform(0.08, 0.35) / patch.pixel))
        at = round(centre[0]), round(centre[1])
        line = max(1, radius // 7)
        cv2.circle(light, at, radius, -0.22, line, cv2.LINE_AA)
        cv2.circle(light, at, max(1, radius - line), 0.16, line, cv2.LINE_AA)
        glint = round(centre[0] - 0.4 * radius), round(centre[1] - 0.4 * radius)
        cv2.circle(light, glint, max(1, radius // 6), 0.8, -1, cv2.LINE_AA)
    picture += cv2.GaussianBlur(light, (0, 0), 0.8)[..., None]


def draw_ruler(picture: Array, patch: Patch) -> None:
    """A scale at the right edge with a tick each millimetre, longer each five, in place."""
    height, width = patch.shape
    line = max(1, round(width / 500))
    column = round(0.94 * width)
    count = int(0.8 * height * patch.pixel)
    top = height / 2 - count / 2 / patch.pixel
    cover = np.zeros(patch.shape, np.uint8)
    for tick in range(count + 1):
        row = round(top + tick / patch.pixel)
        length = round((0.030 if tick % 5 == 0 else 0.016) * width)
        cv2.line(cover, (column - length, row), (column, row), 255, line, cv2.LINE_AA)
    cv2.line(cover, (column, round(top)), (column, round(top + count / patch.pixel)), 255, line, cv2.LINE_AA)
    picture *= 1 - 0.85 * (cover.astype(np.float32) / 255)[..., None]


def light_up(picture: Array, patch: Patch, *, ring: bool, seed: int) -> None:
    """Light that falls off to the edges, a cast of colour, and the dark ring of the tube, in place."""
    rng = np.random.default_rng((seed, 43))
    height, width = patch.shape
    down = (np.linspace(-1, 1, height, dtype=np.float32) * height / width)[:, None]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None]
    off_x, off_y = rng.normal(0, 0.05, 2).astype(np.float32)
    radius = np.hypot(across - off_x, down - off_y)
    falloff = 1 - rng.uniform(0.08, 0.3) * radius**2 + 0.02 * grid_noise(patch.shape, (4, 5), seed + 7)
    picture *= (falloff * rng.uniform(0.94, 1.04))[..., None] * vector(rng.normal(1, 0.02, 3))
    if ring:
        edge = rng.uniform(0.93, 1.04)
        picture *= smoothstep(edge + 0.03, edge - 0.06, radius)[..., None]
        picture += vector([0.035, 0.03, 0.03])


def develop(picture: Array, seed: int) -> Image:
    """The lens's blur, sensor noise and rounding: bytes (H, W, 3) from 0 to 1."""
    rng = np.random.default_rng((seed, 44))
    sharp = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.6, 0.9))
    grain = cv2.GaussianBlur(rng.standard_normal(picture.shape, np.float32), (0, 0), 0.6)
    return np.clip(255 * (sharp + 0.010 * grain) + 0.5, 0, 255).astype(np.uint8)
