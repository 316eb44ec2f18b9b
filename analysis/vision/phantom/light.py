"""Light on a surface: lamps beside the camera, soft diffuse reflection and highlights."""

from dataclasses import dataclass

import numpy as np

from analysis.vision.phantom.look import Look
from analysis.vision.phantom.noise import vector
from analysis.vision.phantom.scene import Capture
from analysis.vision.terms import Array

# Lamp positions in camera axes (mm; the face is at about z = -1150) and their shares.
TOP_LAMP = (60.0, 620.0, -480.0)
LAMPS = (((-560.0, 160.0, -420.0), 0.31), ((560.0, 160.0, -420.0), 0.31), (TOP_LAMP, 0.38))


@dataclass(frozen=True)
class Lit:
    """(N,) each. diffuse: factor on the colour; shine: skin's mirroring; glare: its sharp part; wet: eyes."""

    diffuse: Array
    shine: Array
    glare: Array
    wet: Array


def illuminate(
    place: Array, normal: Array, shade: Array, look: Look, capture: Capture, lamp_seen: Array | None = None
) -> Lit:
    """Light at points (N, 3) in camera axes with unit normals (N, 3).

    shade (N,): share of ambient light that gets there; lamp_seen (N,): the top lamp's, 1 if not given.
    """
    diffuse = look.ambient * shade * (0.86 + 0.14 * normal[:, 1])
    shine = np.zeros(len(place), np.float32)
    glare, wet = np.zeros_like(shine), np.zeros_like(shine)
    toward_eye = -place / _length(place)
    for lamp, share in LAMPS:
        weight = share * (1 + capture.key_side * np.sign(lamp[0]))
        if lamp == TOP_LAMP and lamp_seen is not None:
            weight = weight * lamp_seen
        way = vector(lamp) - place
        distance = _length(way)
        way = way / distance
        falloff = (850 / distance[:, 0]) ** 2
        facing = np.einsum("nc,nc->n", normal, way)
        wrapped = np.clip((facing + 0.22) / 1.22, 0, 1)
        diffuse = diffuse + look.key * 1.25 * weight * falloff * wrapped * np.sqrt(shade)
        half = way + toward_eye
        half = half / _length(half)
        mirror = np.clip(np.einsum("nc,nc->n", normal, half), 0, 1) * (facing > 0)
        sharp = mirror**48
        shine = shine + weight * (0.5 * mirror**12 + 0.9 * sharp)
        glare = glare + weight * sharp
        wet = wet + 3 * weight * mirror**600
    return Lit(*(part.astype(np.float32) for part in (diffuse, shine * shade, glare * shade, wet)))


def _length(vectors: Array) -> Array:
    length: Array = np.sqrt(np.einsum("nc,nc->n", vectors, vectors))[:, None]
    return length
