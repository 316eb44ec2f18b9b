"""Ears, neck and clothes: sheets of their own beside the head's surface."""

import numpy as np

from analysis.vision.phantom.head import throat_ring
from analysis.vision.phantom.noise import bump, grid_noise, smoothstep
from analysis.vision.phantom.person import Person
from analysis.vision.terms import Array


def _disc(shape: tuple[int, int]) -> tuple[Array, Array]:
    """A square grid laid onto the unit disc (elliptical mapping), (H, W) each."""
    down = np.linspace(1, -1, shape[0], dtype=np.float32)
    across = np.linspace(-1, 1, shape[1], dtype=np.float32)
    q, p = np.meshgrid(down, across, indexing="ij")
    return p * np.sqrt(1 - q * q / 2), q * np.sqrt(1 - p * p / 2)


def _relief(back: Array, up: Array, radius: Array) -> Array:
    """Height in mm of the ear's folds over its plane; back and up in mm from the ear's middle."""
    angle = np.arctan2(up, back)
    rim = (
        smoothstep(-2.5, -1.6, angle)
        * smoothstep(3.0, 2.3, angle)
        * (1 - 0.75 * smoothstep(-0.6, -1.4, angle))
    )
    height = 4.2 * rim * bump(((radius - 0.87) / 0.085) ** 2)
    fold = bump(((np.hypot(back + 2, (up - 1) * 0.8) - 10.5) / 2.3) ** 2) * smoothstep(-1.5, -0.6, angle)
    height += 3.4 * fold * smoothstep(2.3, 1.6, np.abs(angle))
    height -= 7.5 * bump(((back + 4) / 5.8) ** 2 + ((up + 4) / 7.5) ** 2)
    height -= 2.2 * bump(((back + 1) / 5) ** 2 + ((up - 14) / 4) ** 2)
    height += 5.5 * bump(((back + 13) / 2.8) ** 2 + ((up + 5) / 4.2) ** 2)
    height += 3.4 * bump(((back + 1) / 3.5) ** 2 + ((up + 14) / 2.6) ** 2)
    height += 2.0 * bump((back / 8) ** 2 + ((up + 22) / 6) ** 2)
    return height - 5.0 * smoothstep(0.93, 1.0, radius)


def sculpt_ear(person: Person, side: int, shape: tuple[int, int], root: Array) -> Array:
    """The ear on a grid, (H, W, 3) mm; side +1 is the patient's left. root: the head at the canal."""
    p, q = _disc(shape)
    radius = np.hypot(p, q)
    width = np.where(p > 0, 16.5 - 6.5 * smoothstep(-0.1, -0.95, q), 14.5)
    size = person.shape.ear_size
    back, up = p * width * size, q * 31 * size
    height = _relief(back / size, up / size, radius) + 6.0
    flare = 0.42 * person.shape.ear_flare
    lean = 0.2
    backwards = np.array([np.sin(flare) * side, 0, -np.cos(flare)])
    upwards = np.array([0.1 * side, np.cos(lean), -np.sin(lean)])
    outwards = np.cross(upwards, backwards) * -side
    outwards *= np.sign(outwards[0] * side)
    sunk = height - 9.0 * smoothstep(-9, -15, back / size)
    origin = root + 13.5 * size * backwards + np.array([0, 2.0, 0])
    place = back[..., None] * backwards + up[..., None] * upwards + sunk[..., None] * outwards
    ear: Array = (origin + place).astype(np.float32)
    return ear


def sculpt_neck(person: Person, shape: tuple[int, int]) -> Array:
    """A column from inside the jaw down to the collar, (H, W, 3) mm; columns go around from the back."""
    rows, around = _ring_grid(shape)
    top = throat_ring(around)
    y = -52 - 150 * rows
    thick = person.shape.neck * (1 + 0.1 * smoothstep(0.55, 1, rows))
    muscle = 3.0 * bump(((np.abs(around) - 0.5 - 0.35 * (1 - rows)) / 0.2) ** 2)
    apple = (3.5 if person.sex == "male" else 1.0) * bump((around / 0.22) ** 2 + ((rows - 0.62) / 0.1) ** 2)
    out = thick * 52 + muscle + apple - 1.5
    x = out * np.sin(around)
    z = (out + 2) * np.cos(around) - 14 - 20 * rows
    return np.stack([x, np.minimum(y, top[..., 1] + 45), z], -1).astype(np.float32)


def sculpt_clothes(person: Person, seed: int, shape: tuple[int, int]) -> Array:
    """Collar, shoulders and chest with folds, (H, W, 3) mm."""
    rows, around = _ring_grid(shape)
    broad = 178 * person.shape.neck / 0.93
    sideways = 59 + (broad - 59) * smoothstep(0, 0.5, rows) + 12 * smoothstep(0.5, 1, rows)
    forward = 59 + 55 * smoothstep(0.05, 0.9, rows)
    slope = 44 * smoothstep(0.02, 0.45, rows) * np.abs(np.sin(around)) + 215 * smoothstep(0.32, 1, rows)
    y = -150 - 18 * np.cos(around) - slope + 9 * bump(((rows - 0.03) / 0.03) ** 2)
    folds = 5 * grid_noise(shape, (9, 26), seed) * smoothstep(0.1, 0.4, rows)
    x = (sideways + folds) * np.sin(around)
    z = (forward + folds) * np.cos(around) - 32
    return np.stack([x, y, z], -1).astype(np.float32)


def _ring_grid(shape: tuple[int, int]) -> tuple[Array, Array]:
    rows = np.linspace(0, 1, shape[0], dtype=np.float32)
    around = np.linspace(-np.pi, np.pi, shape[1], dtype=np.float32)
    grid = np.meshgrid(rows, around, indexing="ij")
    return grid[0], grid[1]
