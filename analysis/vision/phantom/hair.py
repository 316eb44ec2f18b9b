"""Scalp hair as shells: the scalp again, a little larger each time, cut to strands by a texture.

Shells give the soft, ragged outline and the depth of hair at the price of a few more meshes.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from scipy.interpolate import PchipInterpolator

from analysis.vision.phantom.atlas import Atlas, rest_atlas, surface_normals
from analysis.vision.phantom.noise import bump, grid_noise, smoothstep, value_noise
from analysis.vision.phantom.person import HairStyle, Person
from analysis.vision.phantom.raster import Mesh, grid_mesh
from analysis.vision.terms import Array

MESH_TEXELS = 256
_SIDES = [(60.0, 42.0), (68, 15), (74, -6), (80, -18), (88, -20), (97, -40), (112, -54), (180, -58)]
_HAIRLINES: dict[HairStyle, list[tuple[float, float]]] = {
    "short": [(0, 70), (20, 73), (36, 69), (48, 58), *_SIDES],
    "crop": [(0, 72), (20, 77), (36, 74), (48, 60), *_SIDES],
    "fringe": [(0, 40), (20, 38), (36, 36), (48, 30), (58, 18), (68, 0), (74, -16), (80, -26), *_SIDES[5:]],
    "long": [(0, 76), (20, 74), (36, 68), (48, 56), *_SIDES],
    "receding": [(0, 95), (18, 103), (34, 101), (48, 74), (57, 55), *_SIDES[1:]],
    "bald": [(0, 200), (55, 200), (64, 90), (72, 22), (78, -8), *_SIDES[4:]],
}
_THICKNESS: dict[HairStyle, float] = {
    "bald": 2.5, "receding": 6, "short": 12, "crop": 3.0, "fringe": 12, "long": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One layer of hair. level: 0 at the scalp to 1 at the tips; labels (column, row) point into the maps."""

    mesh: Mesh
    level: float


@dataclass(frozen=True)
class Hairs:
    """Layers from the scalp outwards, and maps (1.5 R, R): cover 0 to 1, strand 0 to 1, normal."""

    layers: tuple[Layer, ...]
    cover: Array
    strand: Array
    position: Array
    normal: Array


@dataclass(frozen=True)
class Scalp:
    """What does not change between pictures, (R, R): lift in mm, cover and strand 0 to 1."""

    lift: Array
    cover: Array
    strand: Array


@lru_cache(maxsize=4)
def scalp_of(person: Person, size: int) -> Scalp:
    """The hair of the head's surface, without what hangs down."""
    head, hair = rest_atlas(person, size).head, person.hair
    degrees, y = np.abs(np.rad2deg(head.longitude[0])), head.canonical[..., 1]
    inside = _above_hairline(person, degrees, head.canonical)
    strand = _strands(person, (size, size), (16.0, 380.0))
    around_ear = bump(((degrees - 92) / 15) ** 4) * smoothstep(45, 18, y)
    under_ear = bump(((degrees - 93) / 9) ** 4) * bump(((y + 14) / 26) ** 2)
    ragged = 8.0 if hair.style == "fringe" else 4.0
    cover = smoothstep(-3.0, 8.0, inside + ragged * (strand - 0.5)) * (1 - under_ear)
    lift = _THICKNESS[hair.style] * hair.thickness * smoothstep(-6, 24, inside) + 0.5
    lumps = grid_noise((size, size), (7, 11), person.seed * 5 + 35)
    clumps = cv2.blur(strand, (max(3, size // 48),) * 2)
    lift = lift * (0.8 + 0.4 * clumps + 0.22 * lumps) * (1 - 0.72 * around_ear)
    return Scalp(lift.astype(np.float32), cover.astype(np.float32), strand)


def grow_hair(person: Person, atlas: Atlas) -> Hairs:
    """Hair of `person` on this picture's head."""
    size = atlas.size
    step = max(1, round(size / MESH_TEXELS))
    scalp = scalp_of(person, size)
    skin, normal = atlas.position[:size, :size], atlas.normal[:size, :size]
    sheets = [(skin, normal, scalp.lift, scalp.cover, 0)]
    position, normals, strands, covers = [skin], [normal], [scalp.strand], [scalp.cover]
    if person.hair.style == "long":
        hanging, grows = _curtain(person, atlas)
        out = surface_normals(hanging)
        sheets.append((hanging, out, np.full(grows.shape, 7, np.float32), grows, size))
        position, normals = [skin, hanging], [normal, out]
        strands, covers = [scalp.strand, _strands(person, grows.shape, (7.0, 320.0))], [scalp.cover, grows]
    count = 3 if person.hair.style in ("bald", "crop") else 6
    layers = [
        Layer(_layer_mesh(base, out, high * np.float32(level), grown, top, step), float(level))
        for level in np.linspace(0.12, 1, count)
        for base, out, high, grown, top in sheets
    ]
    return Hairs(
        tuple(layers),
        np.concatenate(covers),
        np.concatenate(strands),
        np.concatenate(position),
        np.concatenate(normals),
    )


def _above_hairline(person: Person, degrees: Array, canonical: Array) -> Array:
    """Millimetres above the hairline; degrees (R,) of longitude."""
    places, heights = zip(*_HAIRLINES[person.hair.style], strict=True)
    loose = 0.5 if person.hair.style == "fringe" else 1.0
    line = PchipInterpolator(places, heights)(degrees)
    line = line + person.hair.hairline * loose * smoothstep(75, 45, degrees)
    ragged = 3.5 * value_noise(canonical, 11, person.seed + 21)
    above: Array = (canonical[..., 1] - line.astype(np.float32) + ragged).astype(np.float32)
    return above


def _strands(person: Person, shape: tuple[int, ...], cells: tuple[float, float]) -> Array:
    seed, wave = person.seed * 5 + 31, person.hair.wave
    size = (shape[0], shape[1])
    fine = grid_noise(size, (cells[0] * (1 + wave), cells[1]), seed)
    middle = grid_noise(size, (cells[0] * (0.8 + wave), cells[1] / 2.5), seed + 1)
    clump = grid_noise(size, (cells[0] * (0.5 + wave), cells[1] / 6), seed + 2)
    strand = 0.5 + 0.36 * fine + 0.28 * middle + 0.16 * clump
    down, across = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    sweep = person.hair.parting / 30 * 0.16 * size[1] * (0.3 - down / size[0])
    bend = (0.008 + 0.016 * wave) * size[1] * grid_noise(size, (8, 14), seed + 3)
    column = np.mod(across + sweep + bend, size[1] - 1).astype(np.float32)
    return np.clip(cv2.remap(strand, column, down, cv2.INTER_LINEAR), 0, 1)


def _layer_mesh(base: Array, out: Array, lift: Array, cover: Array, top: int, step: int) -> Mesh:
    """The part of a sheet that bears hair, lifted along `out` and coarsened by `step`."""
    rows = np.arange(0, base.shape[0], step)
    columns = np.unique(np.append(np.arange(0, base.shape[1], step), base.shape[1] - 1))
    pick = rows[:, None], columns[None, :]
    down, across = np.meshgrid(rows + top, columns, indexing="ij")
    label = np.stack([across, down, np.ones_like(down)], -1)
    place = base[pick] + out[pick] * lift[pick][..., None]
    place[:, -1] = place[:, 0]
    mesh = grid_mesh(place, label)
    kept = (cover[pick] > 0.01).reshape(-1)[mesh.triangles].any(1)
    return Mesh(mesh.vertices, np.ascontiguousarray(mesh.triangles[kept]), mesh.label)


def _curtain(person: Person, atlas: Atlas) -> tuple[Array, Array]:
    """Hair that hangs from the temples to the shoulders: its surface (R/2, R, 3) and where it grows."""
    size = atlas.size
    shape = (size // 2, size)
    rows = np.linspace(0, 1, size // 2, dtype=np.float32)[:, None]
    y = 62 - 268 * rows
    heights = atlas.head.canonical[:, 0, 1]
    levels = np.argmin(np.abs(heights[None] - np.maximum(y, 6)), axis=1)
    ring = atlas.position[levels]
    longitude = np.broadcast_to(atlas.head.longitude[0][None], shape)
    over_ear = 0.0 if person.hair.wave < 0.5 else 0.16 * smoothstep(30, 0, y)
    wide = 1 + 0.8 * _THICKNESS["long"] * person.hair.thickness / 78 + over_ear + 0.08 * rows - 0.12 * rows**2
    bend = wide + person.hair.wave / 20 * grid_noise(shape, (6, 30), person.seed + 41) * smoothstep(60, 0, y)
    surface = np.stack([ring[..., 0] * bend, y + 0 * bend, ring[..., 2] * bend - 10 * rows], -1)
    ragged = 7 * grid_noise(shape, (5, 60), person.seed + 42)
    tucked = person.hair.wave < 0.5
    start = (113 if tucked else 66 + 8 * np.sin(rows * 3)) + ragged
    grows = smoothstep(-4, 6, np.abs(np.rad2deg(longitude)) - start) * smoothstep(1.0, 0.9, rows)
    grows = grows * smoothstep(60, 38, y + 12 * grid_noise(shape, (4, 90), person.seed + 43))
    return surface.astype(np.float32), grows.astype(np.float32)
