"""Scalp hair as shells: the scalp again, a little larger each time, cut to strands by a texture.

Shells give the soft, ragged outline and the depth of hair at the price of a few more meshes.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from analysis.vision.phantom.atlas import Atlas, surface_normals
from analysis.vision.phantom.noise import grid_noise, smoothstep, value_noise
from analysis.vision.phantom.person import HairStyle, Person
from analysis.vision.phantom.raster import Mesh, grid_mesh
from analysis.vision.terms import Array

MESH_TEXELS = 300
_SIDES = [(60, 42), (68, 15), (74, -6), (80, -18), (88, -20), (97, -40), (112, -54), (180, -58)]
_HAIRLINES: dict[HairStyle, list[tuple[float, float]]] = {
    "short": [(0, 70), (20, 73), (36, 69), (48, 58), *_SIDES],
    "crop": [(0, 72), (20, 77), (36, 74), (48, 60), *_SIDES],
    "fringe": [(0, 34), (20, 33), (36, 32), (48, 30), (58, 20), (68, 0), (74, -16), (80, -30), *_SIDES[4:]],
    "long": [(0, 74), (20, 74), (36, 68), (48, 56), *_SIDES],
    "receding": [(0, 88), (18, 104), (34, 101), (48, 74), (57, 55), *_SIDES[1:]],
    "bald": [(0, 200), (55, 200), (64, 90), (72, 22), (78, -8), *_SIDES[3:]],
}
_THICKNESS: dict[HairStyle, float] = {
    "bald": 2.5, "receding": 6, "short": 11, "crop": 3.0, "fringe": 13, "long": 13,
}  # fmt: skip


@dataclass(frozen=True)
class HairShell:
    """One layer. level: 0 at the scalp to 1 at the tips; labels (column, row) point into the maps."""

    mesh: Mesh
    level: float


@dataclass(frozen=True)
class Hairs:
    """shells from the scalp outwards; cover and strand: (1.5 R, R) maps that cut and tint them; normals."""

    shells: tuple[HairShell, ...]
    cover: Array
    strand: Array
    normal: Array


def grow_hair(person: Person, atlas: Atlas) -> Hairs:
    """Hair of `person` on this picture's head."""
    size = atlas.size
    window = slice(0, size), slice(0, size)
    scalp, normal, head = atlas.position[window], atlas.normal[window], atlas.head
    inside = _inside(person, head.longitude, head.canonical[..., 1], head.canonical)
    strand = _strands(person, (size, size), (16.0, 300.0))
    reach = _THICKNESS[person.hair.style] * person.hair.thickness
    lift = reach * smoothstep(-4, 26, inside) + 0.6
    long = person.hair.style == "long"
    curtain, hanging = _curtain(person, atlas, reach) if long else (None, None)
    count = 3 if person.hair.style in ("bald", "crop") else 5
    shells = []
    for level in np.linspace(0.15, 1, count):
        mesh = _shell_mesh(scalp + normal * (lift * level)[..., None], 0, float(level))
        shells.append(HairShell(mesh, float(level)))
        if curtain is not None:
            out = surface_normals(curtain)
            shells.append(HairShell(_shell_mesh(curtain + out * 6 * level, size, float(level)), float(level)))
    half = size // 2
    blank = np.zeros((half, size), np.float32)
    return Hairs(
        tuple(shells),
        np.concatenate(
            [smoothstep(-3.5, 9, inside + 5 * (strand - 0.5)), blank if hanging is None else hanging]
        ),
        np.concatenate([strand, _strands(person, (half, size), (7.0, 300.0))]),
        np.concatenate(
            [normal, np.zeros((half, size, 3), np.float32) if curtain is None else surface_normals(curtain)]
        ),
    )


def _inside(person: Person, longitude: Array, y: Array, canonical: Array) -> Array:
    """Millimetres above the hairline."""
    places, heights = zip(*_HAIRLINES[person.hair.style], strict=True)
    degrees = np.abs(np.rad2deg(longitude))
    shift = (
        person.hair.hairline * (0.5 if person.hair.style == "fringe" else 1.0) * smoothstep(75, 45, degrees)
    )
    line = PchipInterpolator(places, heights)(degrees) + shift
    ragged = 3.5 * value_noise(canonical, 11, person.seed + 21) + 1.5 * value_noise(
        canonical, 3, person.seed + 22
    )
    return (y - line + ragged).astype(np.float32)


def _strands(person: Person, shape: tuple[int, int], cells: tuple[float, float]) -> Array:
    seed = person.seed * 5 + 31
    wave = person.hair.wave
    fine = grid_noise(shape, (cells[0] * (1 + wave), cells[1]), seed)
    clump = grid_noise(shape, (cells[0] * (0.6 + wave), cells[1] / 4), seed + 1)
    return np.clip(0.5 + 0.42 * fine + 0.34 * clump, 0, 1)


def _shell_mesh(position: Array, top: int, level: float) -> Mesh:
    step = max(1, round(position.shape[1] / MESH_TEXELS))
    rows = np.arange(0, position.shape[0], step)
    columns = np.unique(np.append(np.arange(0, position.shape[1], step), position.shape[1] - 1))
    down, across = np.meshgrid(rows + top, columns, indexing="ij")
    label = np.stack([across, down, np.full_like(down, 1, dtype=np.float32) * level], -1)
    return grid_mesh(position[rows[:, None], columns[None, :]], label)


def _curtain(person: Person, atlas: Atlas, reach: float) -> tuple[Array, Array]:
    """Hair that hangs from the temples to the shoulders: its surface (R/2, R, 3) and where it grows."""
    size = atlas.size
    rows = np.linspace(0, 1, size // 2, dtype=np.float32)[:, None]
    level = int(np.argmin(np.abs(atlas.head.canonical[:, size // 2, 1] - 22)))
    ring = atlas.position[level][None]
    longitude = np.broadcast_to(atlas.head.longitude[0][None], (size // 2, size))
    wide = 1 + (0.75 * reach) / 78 + 0.10 * rows - 0.12 * rows**2
    wave = 4 * person.hair.wave * grid_noise((size // 2, size), (6, 30), person.seed + 41)
    bend = wide + wave / 80
    surface = np.stack([ring[..., 0] * bend, 30 - 235 * rows + 0 * bend, ring[..., 2] * bend - 10 * rows], -1)
    ragged = 7 * grid_noise((size // 2, size), (5, 60), person.seed + 42)
    start = 66 + 8 * np.sin(rows * 3) + ragged
    grows = smoothstep(-4, 6, np.abs(np.rad2deg(longitude)) - start) * smoothstep(1.0, 0.9, rows)
    return surface.astype(np.float32), grows.astype(np.float32)
