"""Light on a surface: lamps beside the camera, soft diffuse reflection and highlights."""

from dataclasses import dataclass

import numpy as np

from analysis.vision.phantom.look import Look
from analysis.vision.phantom.noise import vector
from analysis.vision.phantom.scene import Capture
from analysis.vision.terms import Array

# Lamp positions in camera axes (mm; the face is at about z = -1150) and their shares.
LAMPS = (((-520.0, 180.0, -420.0), 0.36), ((520.0, 180.0, -420.0), 0.36), ((0.0, 420.0, -250.0), 0.28))


@dataclass(frozen=True)
class Lit:
    """(N,) each. diffuse: factor on the colour; shine: what the surface mirrors; glare: its sharpest part."""

    diffuse: Array
    shine: Array
    glare: Array


def illuminate(place: Array, normal: Array, shade: Array, look: Look, capture: Capture) -> Lit:
    """Light at points (N, 3) in camera axes with unit normals (N, 3); shade (N,) 0 to 1."""
    diffuse = look.ambient * shade * (0.86 + 0.14 * normal[:, 1])
    shine = np.zeros(len(place), np.float32)
    glare = np.zeros(len(place), np.float32)
    toward_eye = -place / np.linalg.norm(place, axis=1, keepdims=True)
    for lamp, share in LAMPS:
        weight = share * (1 + capture.key_side * np.sign(lamp[0]))
        way = vector(lamp) - place
        distance = np.linalg.norm(way, axis=1, keepdims=True)
        way = way / distance
        falloff = (850 / distance[:, 0]) ** 2
        facing = np.einsum("nc,nc->n", normal, way)
        wrapped = np.clip((facing + 0.22) / 1.22, 0, 1)
        diffuse = diffuse + look.key * 1.25 * weight * falloff * wrapped * np.sqrt(shade)
        half = way + toward_eye
        half = half / np.linalg.norm(half, axis=1, keepdims=True)
        mirror = np.clip(np.einsum("nc,nc->n", normal, half), 0, 1) * (facing > 0)
        sharp = mirror**48
        shine = shine + weight * (0.5 * mirror**12 + 0.9 * sharp)
        glare = glare + weight * sharp
    return Lit(
        diffuse.astype(np.float32), (shine * shade).astype(np.float32), (glare * shade).astype(np.float32)
    )
