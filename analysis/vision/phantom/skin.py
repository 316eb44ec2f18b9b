"""What is painted on the atlas: pigment, blood, relief, oil, brows, lashes, beard, eyes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.vision.phantom.atlas import Atlas, Part, Rest, head_field, rest_atlas
from analysis.vision.phantom.head import JAW_ROW, lid_opening
from analysis.vision.phantom.noise import bump, fractal_noise, nearest_seed, smoothstep, value_noise, vector
from analysis.vision.phantom.person import Person
from analysis.vision.terms import Array

NAPE = np.deg2rad(104)


@dataclass(frozen=True)
class SkinMaps:
    """Fields over the atlas, (H, W) float32.

    melanin: absorbing pigment, about 0.03 to 1. freckle: extra pigment relative to it. blood, oil: 0 to 1.
    relief: mm. hair: cover of brow and beard hairs 0 to 1. lips: 0 to 1.
    face: 1 where the surface belongs to the face mask.
    """

    melanin: Array
    freckle: Array
    blood: Array
    relief: Array
    oil: Array
    hair: Array
    lips: Array
    face: Array


@lru_cache(maxsize=4)
def skin_maps(person: Person, size: int) -> SkinMaps:
    """Paint the skin of `person` on an atlas of `size`."""
    atlas = rest_atlas(person, size)
    place, head = atlas.canonical, atlas.head
    x = head_field(size, head.frontal[..., 0], 60)
    y = head_field(size, head.frontal[..., 1], -140)
    front = head_field(size, head.front)
    lips = head_field(size, head.lips)
    freckle = _freckles(person, place, x, y)
    return SkinMaps(
        melanin=_melanin(person, place, x, y, lips, front),
        freckle=freckle,
        blood=_blood(person, place, x, y, lips, front),
        relief=_relief(person, place, x, y, front, lips),
        oil=_oil(person, place, x, y, front, lips),
        hair=np.maximum(_brows(person, x, y, place) * front, _beard(person, atlas, place, x, y, lips)),
        lips=lips,
        face=_face(atlas),
    )


def _face(atlas: Rest) -> Array:
    """All skin in front of the ears and above the jaw; a bald crown counts, the nape does not."""
    head = atlas.head
    nape = (np.abs(head.longitude) > NAPE) & (head.canonical[..., 1] < 25)
    face = head_field(atlas.size, ((head.rows < JAW_ROW + 0.004) & ~nape).astype(np.float32))
    for patch in atlas.patches:
        if patch.part is Part.EAR:
            face[patch.window] = 1
    return face


def _freckles(person: Person, place: Array, x: Array, y: Array) -> Array:
    seed = person.seed * 11
    sun = 0.35 + bump(((np.abs(x) - 30) / 26) ** 2 + ((y + 18) / 17) ** 2) + 0.5 * bump(((y - 50) / 22) ** 2)
    fine = smoothstep(0.28, 0.62, value_noise(place, 2.1, seed + 1) + 0.3 * value_noise(place, 9, seed + 2))
    broad = smoothstep(0.3, 0.75, fractal_noise(place, 7, seed + 3, 3))
    spots = smoothstep(0.6, 0.72, value_noise(place, 8, seed + 4) + 0.15 * value_noise(place, 2.5, seed + 5))
    return (
        np.clip(sun, 0, 1.2) * (0.75 * fine + 0.35 * broad) * person.skin.freckles
        + spots * person.skin.spots * 0.5
    )


def _melanin(person: Person, place: Array, x: Array, y: Array, lips: Array, front: Array) -> Array:
    seed = person.seed * 11
    uneven = 0.05 + 0.09 * person.skin.freckles + 0.04 * person.skin.spots
    mottle = 0.10 * fractal_noise(place, 30, seed + 6, 3) + uneven * fractal_noise(place, 4.5, seed + 7, 3)
    around_eye = bump(((np.abs(x) - 31) / 17) ** 2 + ((y + 3) / 12) ** 2) * front
    sun = 0.12 * bump(((y - 55) / 25) ** 2) - 0.10 * smoothstep(-80, -120, y)
    return person.skin.melanin * (1 + mottle + 0.22 * around_eye + sun + 0.1 * lips)


def _blood(person: Person, place: Array, x: Array, y: Array, lips: Array, front: Array) -> Array:
    seed = person.seed * 11
    cheek = bump(((np.abs(x) - 42) / 16) ** 2 + ((y + 30) / 15) ** 2) * front
    nose = bump((x / 15) ** 2 + ((y + 38) / 10) ** 2) * front
    rim = bump(((np.abs(x) - 31) / 16) ** 2 + ((y + 2) / 6) ** 2) * front
    uneven = 0.5 + 0.35 * fractal_noise(place, 12, seed + 8, 4)
    redness = person.skin.redness * (0.35 + 0.8 * cheek + 0.8 * nose + 0.35 * rim) * uneven
    return np.clip(redness * 0.6 + 0.9 * lips, 0, 1.5)


def _relief(person: Person, place: Array, x: Array, y: Array, front: Array, lips: Array) -> Array:
    seed = person.seed * 11
    pores = 0.06 * person.skin.pores * fractal_noise(place, 1.6, seed + 9, 2)
    uneven = 0.10 * fractal_noise(place, 7, seed + 10, 2)
    wobble = 3.0 * value_noise(place, 20, seed + 12)
    lines = -np.power(np.clip(np.cos((y + wobble + 0.003 * x * x) * 2 * np.pi / 10.5), 0, 1), 4)
    forehead = lines * bump(((y - 48) / 14) ** 2) * bump((x / 38) ** 4) * front
    outer = np.hypot(np.abs(x) - 44, y)
    fan = np.arctan2(y, np.abs(x) - 44) + 0.1 * value_noise(place, 9, seed + 13)
    crow = -np.power(np.clip(np.cos(fan * 9), 0, 1), 4) * bump(((outer - 12) / 6) ** 2) * (np.abs(fan) < 1)
    under = -bump(((y + 10.5 + 0.004 * (np.abs(x) - 30) ** 2) / 0.9) ** 2) * bump(
        ((np.abs(x) - 29) / 12) ** 4
    )
    old = person.skin.wrinkles * (0.26 * forehead + 0.3 * crow * front + 0.3 * under * front)
    furrow = -0.12 * lips * np.power(np.clip(np.cos(x * 2 * np.pi / 1.9 + 2 * wobble), 0, 1), 3)
    relief: Array = (pores + uneven + old + furrow).astype(np.float32)
    return relief


def _oil(person: Person, place: Array, x: Array, y: Array, front: Array, lips: Array) -> Array:
    zone = bump((x / 20) ** 2 + ((y - 52) / 20) ** 2) + bump((x / 11) ** 2 + ((y + 25) / 22) ** 2)
    zone += 0.6 * bump(((np.abs(x) - 42) / 14) ** 2 + ((y + 22) / 12) ** 2) + 0.5 * bump(
        (x / 14) ** 2 + ((y + 101) / 9) ** 2
    )
    uneven = 0.75 + 0.35 * fractal_noise(place, 8, person.seed * 11 + 14, 3)
    return np.clip((0.25 + person.skin.oil * zone * front + 0.3 * lips) * uneven, 0, 1.4)


def _strokes(along: Array, across: Array, z: Array, length: float, width: float, seed: int) -> Array:
    """Hairs drawn out along one coordinate, about 0 to 1."""
    points = np.stack([along / length, across / width, z / 30], -1)
    return 0.5 + 0.75 * value_noise(points, 1.0, seed)


def _brows(person: Person, x: Array, y: Array, place: Array) -> Array:
    hair = person.hair
    side = np.abs(x)
    part = np.clip((side - 13) / 39, 0, 1)
    middle = 16.5 + hair.brow_height + 7.5 * np.sin(np.pi * np.clip(part * 0.78, 0, 1)) ** 1.2 - 3.5 * part**3
    half = (
        (4.3 - 3.1 * part**1.5) * (0.75 + 0.4 * hair.brow_density) * (0.85 if person.sex == "female" else 1.1)
    )
    ends = smoothstep(10.5, 16, side) * smoothstep(55, 46, side)
    band = smoothstep(1.25, 0.35, np.abs(y - middle) / half) * ends
    slant = (y - middle) * (0.55 + 0.35 * part) - (side - 13) * (0.75 - 0.6 * part)
    strands = _strokes(
        side * 0.9 + y * 0.5, slant, place[..., 2] * 0 + np.sign(x) * 40, 5.0, 0.62, person.seed * 11 + 15
    )
    brows: Array = band * (0.35 + 1.1 * hair.brow_density) * smoothstep(0.15, 0.85, strands + 0.25 * band)
    return brows.clip(0, 1)


def _beard(person: Person, atlas: Rest, place: Array, x: Array, y: Array, lips: Array) -> Array:
    amount = person.hair.beard
    if amount <= 0:
        return np.zeros(x.shape, np.float32)
    jaw = smoothstep(-76, -90, y)
    moustache = bump(((y + 53.5) / 4.5) ** 4) * bump((x / 27) ** 6)
    around = bump(((np.abs(x)) / 11) ** 4 + ((y + 83) / 5) ** 4)
    cheek = (
        smoothstep(30, 62, np.abs(x) + 0.55 * (-y - 60))
        * smoothstep(-10, -40, y)
        * smoothstep(-20, 10, place[..., 2])
    )
    zone = np.clip(np.maximum(np.maximum(moustache, around * 0.8), np.maximum(jaw, cheek)), 0, 1)
    zone = (
        zone
        * (1 - smoothstep(0.1, 0.6, lips))
        * smoothstep(-0.02, 0.2, head_field(atlas.size, atlas.head.front))
    )
    zone *= smoothstep(-0.5, 0.2, value_noise(place, 9, person.seed * 11 + 16) + 0.5)
    distance, _ = nearest_seed(place.reshape(-1, 3), 1.5, 77)
    dots = smoothstep(0.75, 0.35, distance.reshape(x.shape))
    around = head_field(atlas.size, atlas.head.longitude) * 74
    seed = person.seed * 11 + 17
    strands = np.maximum(
        _strokes(y - 0.25 * around, around + 0.2 * y, 0 * y, 3.4, 0.4, seed),
        _strokes(y + 0.2 * around, around - 0.35 * y, 0 * y + 9, 3.0, 0.36, seed + 1),
    )
    long = float(np.clip((amount - 0.3) / 0.3, 0, 1))
    cover = (1 - long) * dots * 0.55 + long * smoothstep(0.9 - 0.5 * amount, 1.15 - 0.4 * amount, strands)
    beard: Array = np.clip(zone * cover * (0.25 + 0.85 * amount), 0, 1)
    return beard


@dataclass(frozen=True)
class EyeMaps:
    """Per-picture fields over the atlas: eye 0 to 1, its colour (H, W, 3), lashes 0 to 1, wet: 0 to 1."""

    eye: Array
    colour: Array
    lashes: Array


def eye_maps(person: Person, atlas: Atlas, lids: float, gaze: tuple[float, float]) -> EyeMaps:
    """Paint eyeballs and lashes for this picture's lids. gaze: degrees to image right and up."""
    head, shape = atlas.head, person.shape
    x, y = head.frontal[..., 0], head.frontal[..., 1]
    opening, upper, local = lid_opening(x, y, shape, lids)
    eye = smoothstep(-0.1, 0.35, np.where(head.front > 0.5, opening, -5))
    away_x = np.abs(x) - shape.eye_gap - np.sign(x) * gaze[0] * 0.21
    away = np.hypot(away_x, y - gaze[1] * 0.21)
    angle = np.arctan2(y, away_x)
    fibre = 0.75 + 0.45 * value_noise(
        np.stack([np.cos(angle) * 9, np.sin(angle) * 9, away / 2.5], -1), 1.0, person.seed + 3
    )
    iris = vector(person.iris) * fibre[..., None]
    white = vector([0.46, 0.415, 0.39]) * (1 - 0.25 * smoothstep(0.5, 1.0, np.abs(local)))[..., None]
    corner = smoothstep(-0.8, -0.97, local)[..., None]
    white = white * (1 - corner) + vector([0.36, 0.17, 0.15]) * corner
    disc = smoothstep(6.0, 5.5, away)[..., None]
    rim = (1 - 0.6 * bump(((away - 5.6) / 0.5) ** 2))[..., None]
    pupil = smoothstep(1.9, 1.5, away)[..., None]
    colour = (white * (1 - disc) + iris * disc) * rim * (1 - 0.95 * pupil)
    shadow = 1 - 0.55 * smoothstep(2.4, 0.2, upper - y)
    colour = colour * np.where(opening > 0, shadow, 1)[..., None]
    edge = np.maximum(bump(((y - upper) / 0.75) ** 2), 0.35 * bump(((y - upper + 10 * lids) / 0.5) ** 2))
    lashes = edge * (np.abs(local) < 0.98) * (head.front > 0.5) * (0.9 if person.sex == "female" else 0.65)
    full = np.zeros((*atlas.shade.shape, 3), np.float32)
    full[: atlas.size] = colour
    return EyeMaps(head_field(atlas.size, eye), full, head_field(atlas.size, lashes))


def eye_centres(person: Person) -> Array:
    """The pupils on the average head, patient's right then left, (2, 2) frontal coordinates in mm."""
    gap = person.shape.eye_gap
    return np.array([[-gap, 0.0], [gap, 0.0]])
