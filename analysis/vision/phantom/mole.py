"""A made-up pigmented lesion: its outline, its pigment, and how both become other over the months."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.vision.phantom.noise import smoothstep
from analysis.vision.phantom.patch import Patch, dots, field, mesh
from analysis.vision.terms import Array

HARMONICS = np.arange(2, 9)


class Course(StrEnum):
    """What becomes of the lesion."""

    STABLE = "stable"
    GROWING = "growing"
    """Wider by a third to a half after half a year, most to one side, with more dark and blue-grey parts."""


@dataclass(frozen=True)
class Mole:
    """radius: mm, of a circle of the same area. elongation: of the axes, 1 and above. irregularity: of the
    outline, 0 to 1. depth: optical density of its pigment. uneven: 0 (one brown) to 1 (several colours).
    network, globules, veil, blood: strength of each structure, 0 to 1. soft: width of the border in mm.
    """

    seed: int
    radius: float
    elongation: float
    turn: float
    irregularity: float
    depth: float
    uneven: float
    network: float
    globules: float
    veil: float
    blood: float
    soft: float


def draw_mole(seed: int, scale: float = 1.0) -> Mole:
    """A mole by its number: about a third irregular and many-coloured, the rest even and round.

    scale: of its radius.
    """
    rng = np.random.default_rng((seed, 31))
    odd = rng.random() < 0.35
    return Mole(
        seed=seed,
        radius=scale * (rng.uniform(2.6, 3.9) if odd else rng.uniform(1.7, 3.2)),
        elongation=rng.uniform(1.0, 1.5),
        turn=rng.uniform(0, np.pi),
        irregularity=rng.uniform(0.45, 0.9) if odd else rng.uniform(0.1, 0.35),
        depth=rng.uniform(0.9, 1.5) if odd else rng.uniform(0.6, 1.15),
        uneven=rng.uniform(0.6, 1.0) if odd else rng.uniform(0.15, 0.45),
        network=rng.uniform(0.3, 1.0),
        globules=rng.choice([0.0, 0.4, 0.9], p=[0.45, 0.3, 0.25]),
        veil=rng.uniform(0.3, 0.9) if odd else 0.0,
        blood=rng.uniform(0.1, 0.6) if odd else rng.uniform(0.0, 0.2),
        soft=rng.uniform(0.25, 0.8),
    )


@dataclass(frozen=True)
class Pigment:
    """Fields (H, W). inside: depth in mm from the outline, negative outside. density: optical, of melanin.

    veil: share of blue-grey, 0 to 1. blood: optical density.
    """

    inside: Array
    density: Array
    veil: Array
    blood: Array


def pigment(mole: Mole, patch: Patch, course: Course = Course.STABLE, months: float = 0.0) -> Pigment:
    """The lesion on its patch of skin, `months` after it was first seen. Raises ValueError for months < 0."""
    if months < 0:
        raise ValueError(f"A lesion is seen at 0 months or later, not at {months}.")
    grown = months / 12 if course is Course.GROWING else 0.0
    inside = _inside(mole, patch, grown)
    seed = mole.seed * 13
    soft = mole.soft * (1 + 0.7 * field(patch, 2.5, seed))
    edge = smoothstep(-0.6, 1.0, inside / soft)
    broad = field(patch, 1.9, seed + 1, 2)
    fine = field(patch, 0.5, seed + 2, 2)
    uneven = min(1.0, mole.uneven + 0.5 * grown)
    density = mole.depth * (1 + 1.1 * uneven * broad + 0.45 * fine)
    density += 0.9 * uneven * smoothstep(0.15, 0.65, field(patch, 1.3, seed + 3, 2))
    density *= 1 - 0.75 * uneven * smoothstep(0.2, 0.75, field(patch, 1.5, seed + 4, 2))
    density = np.maximum(density, 0.16)
    centre = smoothstep(0.0, 1.1 * mole.radius, inside)
    density *= 0.75 + 0.4 * centre
    grain = field(patch, 0.11, seed + 12)
    lines = mesh(patch, 0.21, seed + 5, 0.075) * (0.65 + 0.45 * field(patch, 0.9, seed + 11))
    density *= 1 + mole.network * (0.95 * lines - 0.25) * (1 - 0.7 * centre) + 0.22 * grain
    if mole.globules:
        spots = dots(patch, 0.36, seed + 6, (0.05, 0.13), 0.6)
        density += 0.8 * mole.globules * spots * smoothstep(-0.3, 0.4, field(patch, 1.6, seed + 7))
    veil = min(1.0, mole.veil + 0.4 * grown) * smoothstep(0.15, 0.5, field(patch, 1.7, seed + 8)) * centre
    blood = mole.blood * (0.5 + 0.5 * field(patch, 0.9, seed + 9, 2))
    return Pigment(inside, density * edge, 0.85 * veil * edge, np.clip(blood, 0, None) * edge)


def _inside(mole: Mole, patch: Patch, grown: float) -> Array:
    cos, sin = np.cos(mole.turn), np.sin(mole.turn)
    stretch = np.sqrt(mole.elongation)
    along = (cos * patch.x + sin * patch.y) / stretch
    across = (-sin * patch.x + cos * patch.y) * stretch
    angle = np.arctan2(across, along)
    rng = np.random.default_rng((mole.seed, 32))
    strength = rng.uniform(0.5, 1, len(HARMONICS)) * mole.irregularity * 0.30 / HARMONICS**0.8
    phase = rng.uniform(0, 2 * np.pi, len(HARMONICS))
    # The angle takes few values of interest: its outline is looked up instead of summed at every pixel.
    turns = np.linspace(-np.pi, np.pi, 1025)
    outline = 1 + np.sum(strength * np.cos(HARMONICS * turns[:, None] + phase), axis=1)
    lobe = np.exp(2.5 * (np.cos(turns - rng.uniform(0, 2 * np.pi)) - 1))
    outline *= 1 + grown * (0.5 + 0.6 * lobe)
    reach = np.interp(angle, turns, outline).astype(np.float32) * np.float32(mole.radius)
    rough = field(patch, 0.7, mole.seed * 13 + 10, 3) * (0.12 + 0.35 * mole.irregularity)
    inside: Array = (reach - np.hypot(along, across) + rough).astype(np.float32)
    return inside
