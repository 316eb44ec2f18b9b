"""The bare head: a surface over (longitude, row) in millimetres, sculpted feature by feature.

Axes: x to the patient's left, y up, z out of the face; the origin lies between the ear canals at the height
of the pupils. Measures follow adult anthropometry; `Shape` scales them. Rows run from the crown (0) over
the pupils (0.55) and the lower border of the jaw (JAW_ROW) to the throat (1), so the border between face
and neck is a row and the same for every view.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from analysis.vision.phantom.noise import bump, fractal_noise, smooth_max, smoothstep, vector
from analysis.vision.phantom.person import Person, Shape
from analysis.vision.terms import Array

JAW_ROW = 0.9
EYE_DEPTH = 74.8
EYEBALL = 12.2


@dataclass(frozen=True)
class Expression:
    """What moves between two pictures. lids: 0 closed to 1 open; smile and brows about -1 to 1."""

    lids: float = 1.0
    smile: float = 0.0
    brows: float = 0.0


@dataclass(frozen=True)
class Head:
    """The sculpted head on its (rows, columns) grid.

    position: (H, W, 3) mm. canonical: (H, W, 3) mm, the same skin on the average head, before this person's
    proportions; patterns of the skin are functions of it. frontal: (H, W, 2), where features are placed.
    eye: signed distance in mm into the lid opening (positive is eyeball); lips, nostril: 0 to 1;
    mouth_line: mm above it; rows: the row coordinate 0 to 1; longitude: radians, 0 in front;
    front: 1 on the front half, 0 behind the ears.
    """

    position: Array
    canonical: Array
    frontal: Array
    eye: Array
    lips: Array
    mouth_line: Array
    nostril: Array
    front: Array
    rows: Array
    longitude: Array


def _curve(knots: list[tuple[float, float]], at: Array) -> Array:
    places, values = zip(*sorted(knots), strict=True)
    value: Array = PchipInterpolator(places, values)(np.clip(at, places[0], places[-1]))
    return value.astype(np.float32, copy=False)


def longitude_of(column: Array) -> Array:
    """Longitude in radians of column coordinates -1 to 1; two thirds of the columns look forward."""
    degrees = _curve([(0, 0), (0.62, 64), (0.84, 108), (1, 180)], np.abs(column))
    return np.sign(column) * np.deg2rad(degrees).astype(np.float32)


def _jaw_height(longitude: Array) -> Array:
    knots = [
        (0, -113),
        (20, -111),
        (40, -104),
        (58, -93),
        (72, -79),
        (84, -60),
        (97, -46),
        (118, -44),
        (180, -44),
    ]
    return _curve([(float(a), float(b)) for a, b in knots], np.abs(np.rad2deg(longitude)))


_UPPER = [(0.0, 0.0), (0.05, 1.2), (0.1, 4.9), (0.15, 11), (0.2, 19.6), (0.25, 30.6), (0.3, 44), (0.55, 114)]
_WIDTH = [(0.0, 74), (0.2, 72.5), (0.45, 69), (0.7, 64), (0.9, 58.5), (1.0, 54.5)]
_FRONT_UPPER = [(-5.0, 88), (0, 88.5), (8, 91.5), (20, 97), (40, 97.5)]
_FRONT_LOWER = [(0.0, 88.5), (0.3, 90.5), (0.6, 92.5), (0.85, 90), (1.0, 84)]


def _base(longitude: Array, rows: Array) -> Array:
    """The skull with soft tissue, without eyes, nose, lips and ears."""
    jaw = _jaw_height(longitude)
    down = np.clip((rows - 0.55) / (JAW_ROW - 0.55), 0, 1)
    y = np.where(rows < 0.55, 114 - _curve(_UPPER, rows), jaw * down)
    vault = np.power(np.clip(1 - np.power(np.clip((y - 20) / 94.5, 0, 1), 2.3), 1e-4, 1), 1 / 2.3)
    half_width = np.where(down > 0, _curve(_WIDTH, down), 74 + 2.5 * smoothstep(0, 24, y)) * vault**1.12
    front = np.where(down > 0, _curve(_FRONT_LOWER, down), _curve(_FRONT_UPPER, y)) * vault
    back = (92 - 24 * smoothstep(0, 1, down)) * vault
    cosine = np.cos(longitude)
    surface = np.stack([half_width * np.sin(longitude), y, np.where(cosine > 0, front, back) * cosine], -1)
    return _tuck_under_jaw(surface.astype(np.float32), longitude, rows)


def throat_ring(longitude: Array) -> Array:
    """Where the underside of the jaw meets the neck, (..., 3) mm."""
    height = _curve([(0, -114), (60, -96), (90, -74), (180, -58)], np.abs(np.rad2deg(longitude)))
    return np.stack([45 * np.sin(longitude), height, 45 * np.cos(longitude) - 13], -1).astype(np.float32)


def _tuck_under_jaw(surface: Array, longitude: Array, rows: Array) -> Array:
    border = int(np.searchsorted(rows[:, 0], JAW_ROW)) - 1
    jaw = surface[border]
    corner = jaw * vector([0.95, 1, 0.95]) - vector([0, 7, 0])
    ring = throat_ring(longitude[border])
    part = np.clip((rows[border + 1 :] - JAW_ROW) / (1 - JAW_ROW), 0, 1)[..., None].astype(np.float32)
    surface[border + 1 :] = (1 - part) ** 2 * jaw + 2 * part * (1 - part) * corner + part**2 * ring
    return surface


def _fullness(x: Array, y: Array, shape: Shape, age: float) -> Array:
    """Outward displacement in mm: cheekbones, temples, cheeks, jaw corners."""
    side = np.abs(x)
    old = np.clip((age - 40) / 40, 0, 1)
    out = (4.5 + shape.cheek) * bump(((side - 43) / 17) ** 2 + ((y + 23) / 13) ** 2)
    out -= (3.0 + 1.5 * old) * bump(((side - 65) / 10) ** 2 + ((y - 26) / 18) ** 2)
    out += (shape.fullness - 1.5 * old) * bump(((side - 46) / 15) ** 2 + ((y + 58) / 17) ** 2)
    out += 2.0 * old * bump(((side - 34) / 9) ** 2 + ((y + 94) / 9) ** 2)
    return out + 1.5 * bump(((side - 24) / 18) ** 2 + ((y - 52) / 18) ** 2)


def _profile(x: Array, y: Array, shape: Shape) -> Array:
    """Forward displacement in mm: brow ridge, sockets, chin."""
    side = np.abs(x)
    out = shape.brow * bump(((side - 22) / 15) ** 2 + ((y - 19 - 0.08 * side) / 5.5) ** 2)
    out -= 2.6 * bump(((side - 29) / 13) ** 2 + ((y - 10.5) / 4.6) ** 2)
    out -= 4.5 * bump(((side - 16.5) / 5.5) ** 2 + ((y - 1) / 9) ** 2)
    out -= 1.6 * bump(((side - 24) / 8) ** 2 + ((y + 14) / 4) ** 2)
    out += 5.0 * bump((x / 21) ** 2 + ((y + 56) / 12) ** 2)
    out += shape.chin * bump((x / 14) ** 2 + ((y + 101) / 8.5) ** 2)
    return out - 2.4 * bump((x / 17) ** 2 + ((y + 87) / 4.2) ** 2)


def lid_opening(x: Array, y: Array, shape: Shape, lids: float) -> tuple[Array, Array, Array]:
    """Signed distance in mm into the lid opening, the height of the upper lid margin, and eye-local x.

    Eye-local x runs from the inner corner (-1) to the outer corner (+1).
    """
    local = (np.abs(x) - shape.eye_gap) / (14.6 * shape.eye_size)
    inside = np.clip(1 - local**2, 0, 1)
    tilt = shape.eye_tilt * local
    lower = -4.4 * inside**0.75 + tilt
    upper = lower + (
        0.15 + lids * (9.8 * shape.eye_size * np.power(inside, 0.62) * (1 - 0.14 * local)) - 0.05
    )
    distance = np.minimum(upper - y, y - lower) - 3 * np.clip(np.abs(local) - 1, 0, None)
    return np.where(np.abs(local) < 1.02, distance, -5.0).astype(np.float32), upper, local


def _eyes(height: Array, x: Array, y: Array, shape: Shape, lids: float) -> tuple[Array, Array]:
    across, down = (np.abs(x) - shape.eye_gap) / 1.12, y
    far = across**2 + down**2
    ball = EYE_DEPTH + EYEBALL
    lid = ball + 1.9 - far / (2 * 14.0) * (1 + far / 600)
    height = smooth_max(height, lid, 5.5)
    opening, upper, local = lid_opening(x, y, shape, lids)
    near = bump((local / 0.75) ** 4)
    height = height - shape.lid_fold * near * bump(((y - upper - 5.2 + 2.5 * lids) / 1.1) ** 2)
    height = height - 0.5 * near * bump(((y + 8.5) / 1.3) ** 2)
    globe = EYE_DEPTH + np.sqrt(np.clip(EYEBALL**2 - (np.abs(x) - shape.eye_gap) ** 2 - y**2, 4, None))
    inner = smoothstep(-0.35, 0.55, opening)
    return height + (np.minimum(globe, height) - height) * inner, opening


_RIDGE = [(-60.0, 84), (-54, 90), (-48, 100.5), (-45, 107), (-42, 113.5), (-38, 118.6), (-34, 118.6)]
_RIDGE += [(-26, 113), (-14, 104.5), (-4, 97), (4, 93.5), (14, 95), (22, 95.5), (34, 90)]


def _nose(height: Array, middle: Array, x: Array, y: Array, shape: Shape) -> tuple[Array, Array]:
    """Raise the nose over the face; returns the new height and the nostrils (0 to 1)."""
    side, y = np.abs(x) / shape.nose_width, (y - 4) / shape.nose_length + 4
    ridge = _curve(_RIDGE, y)
    ridge = middle + (ridge - middle) * shape.nose_height
    ridge = ridge + shape.bridge * bump(((y + 2) / 11) ** 2) + shape.hump * bump(((y + 13) / 6) ** 2)
    slope = _curve([(-48, 1.5), (-38, 1.9), (-14, 1.75), (4, 1.2), (20, 0.8)], y)
    rounding = _curve([(-48, 6), (-36, 9.5), (-22, 7), (-10, 5), (6, 6), (22, 10)], y)
    wedge = ridge - slope * (np.hypot(side, rounding) - rounding)
    wedge = wedge - 0.06 * np.clip(side - 14, 0, None) ** 2 - 3 * np.clip(y - 22, 0, None)
    height = smooth_max(height, wedge, 4.0)
    drop = (shape.nose_height - 1) * 18
    tip = 1 - (side / 9.0) ** 2 - ((y + 36.5 + shape.tip) / 8.2) ** 2
    height = smooth_max(height, 108 + drop + 11.2 * np.sqrt(np.clip(tip, 0, 1)) - 300 * (tip <= 0), 5.5)
    wing = 1 - ((side - 12.0) / 6.0) ** 2 - ((y + 39.6) / 7.4) ** 2
    height = smooth_max(
        height, 92.0 + drop / 2 + 12.5 * np.sqrt(np.clip(wing, 0, 1)) - 300 * (wing <= 0), 4.2
    )
    leaning = (y + 45.2) + 0.45 * (side - 7)
    nostril = smoothstep(1.35, 0.55, ((side - 7.2) / 4.3) ** 2 + (leaning / 2.5) ** 2)
    return height - 6 * nostril, nostril


def _mouth(height: Array, x: Array, y: Array, shape: Shape, smile: float) -> tuple[Array, Array, Array]:
    """Lips and philtrum; returns height, vermilion (0 to 1) and the distance above the mouth line in mm."""
    half = 25.0 * shape.mouth * (1 + 0.08 * smile)
    across = np.abs(x) / half
    arch = np.clip(1 - across**2, 0, 1)
    line = -68 + 0.9 * bump(((np.abs(x) - 9) / 6) ** 2) - 0.8 * across**2 + 3.0 * smile * across**2
    bow = 1 - 0.17 * bump((x / 3.2) ** 2)
    upper = 8.8 * shape.lip * np.power(arch, 0.75) * bow + 0.01
    lower = 10.2 * shape.lip * np.power(arch, 0.62) + 0.01
    above = y - line
    part = np.where(above > 0, above / upper, -above / lower)
    edge = smoothstep(1.1, 0.92, part) * (across < 1)
    taper = np.power(arch, 0.5)
    swell = (
        np.where(above > 0, 3.6, 4.6) * np.clip(np.sin(np.pi * np.clip(part * 0.8 + 0.2, 0, 1)), 0, 1) ** 0.9
    )
    height = height + swell * shape.lip * taper * (part < 1)
    height = height - 3.0 * bump((above / 0.85) ** 2) * taper * (1 - 0.3 * np.clip(across, 0, 1))
    height = height - 1.8 * bump(((np.abs(x) - half) / 3.2) ** 2 + (above / 3.2) ** 2)
    groove = bump((x / 2.6) ** 2) - 0.55 * bump(((np.abs(x) - 5.2) / 2) ** 2)
    height = height - 1.1 * groove * smoothstep(-62, -57, y) * smoothstep(-46, -50, y)
    return height, edge, above


def nasolabial_distance(x: Array, y: Array) -> Array:
    """Millimetres outside the fold that runs from the wing of the nose to the corner of the mouth."""
    fold: Array = np.abs(x) - 18 - np.clip(-40 - y, -6, 40) * 0.5
    return fold * np.float32(0.89)


def _fold(x: Array, y: Array, depth: float) -> Array:
    off = nasolabial_distance(x, y)
    along = smoothstep(-38, -46, y) * smoothstep(-80, -68, y)
    return depth * along * (1.3 * bump(((off - 6) / 5) ** 2) - bump((off / 1.7) ** 2))


def _proportions(surface: Array, shape: Shape) -> Array:
    """From the average head to this person's."""
    x, y, z = surface[..., 0], surface[..., 1], surface[..., 2]
    low = smoothstep(-20, -95, y) * smoothstep(-20, 40, z + 20)
    wide = shape.width * (1 + (shape.jaw - 1) * low)
    tall = np.where(y > 0, shape.upper, shape.lower)
    return np.stack([x * wide, y * tall, z * shape.length], -1).astype(np.float32)


def sculpt_head(person: Person, expression: Expression, size: int) -> Head:
    """The head of `person` on a grid of size x size; the same surface at every size."""
    shape = person.shape
    centre = (np.arange(size, dtype=np.float32) + 0.5) / size
    rows, columns = np.meshgrid(centre, centre * 2 - 1, indexing="ij")
    longitude = longitude_of(columns)
    surface = _base(longitude, rows)
    x, y = surface[..., 0].copy(), surface[..., 1].copy()
    front = smoothstep(0.02, 0.3, np.cos(longitude)) * smoothstep(0.955, 0.91, rows)
    outward = np.stack([np.sin(longitude), np.zeros_like(rows), np.cos(longitude)], -1)
    swelling = _fullness(x, y, shape, person.age) + 2.0 * expression.smile * bump(
        ((np.abs(x) - 40) / 11) ** 2 + ((y + 38) / 11) ** 2
    )
    surface += outward * (swelling * smoothstep(0.97, 0.9, rows))[..., None]
    middle = np.repeat(surface[:, size // 2, 2][:, None], size, 1)
    height = surface[..., 2] + _profile(x, y, shape)
    height, eye = _eyes(height, x, y, shape, expression.lids)
    height, nostril = _nose(height, middle, x, y, shape)
    height, lips, above = _mouth(height, x, y, shape, expression.smile)
    height = height + _fold(x, y, 0.4 + 1.1 * person.skin.wrinkles + 0.7 * max(expression.smile, 0))
    surface[..., 2] += (height - surface[..., 2]) * front
    surface += outward * (0.9 * fractal_noise(surface, 55, person.seed * 7 + 11, 2))[..., None]
    faces_front = front > 0.5
    return Head(
        position=_proportions(surface, shape),
        canonical=surface,
        frontal=np.stack([x, y], -1),
        eye=np.where(faces_front, eye, -5),
        lips=lips * faces_front,
        mouth_line=np.where(faces_front, above, 50),
        nostril=nostril * faces_front,
        front=front,
        rows=rows,
        longitude=longitude,
    )
