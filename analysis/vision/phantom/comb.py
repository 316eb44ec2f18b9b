"""Lay hair over a shaded picture."""

import cv2
import numpy as np

from analysis.vision.phantom.atlas import Atlas
from analysis.vision.phantom.hair import Hairs, grow_hair
from analysis.vision.phantom.light import illuminate
from analysis.vision.phantom.look import LOOKS, Look, hair_colour
from analysis.vision.phantom.noise import smoothstep
from analysis.vision.phantom.person import Person
from analysis.vision.phantom.raster import Camera, draw
from analysis.vision.phantom.scene import Capture, Scene
from analysis.vision.phantom.sensor import blend_blur
from analysis.vision.terms import Array

COARSE = 6
BAND = 128


def comb(
    person: Person,
    scene: Scene,
    capture: Capture,
    atlas: Atlas,
    buffers: tuple[Array, Array],
    picture: Array,
    masks: Array,
) -> None:
    """Draw the hair into picture (H, W, 3) where it is nearest; clear what it covers in masks.

    buffers: label, whose content is no more needed, and depth of what is already drawn.
    """
    label, depth = buffers
    hairs = grow_hair(person, atlas)
    if not any(len(layer.mesh.triangles) for layer in hairs.layers):
        return
    look, camera = LOOKS[scene.modality], capture.camera
    maps = np.dstack([hairs.cover, hairs.strand, *_light_maps(hairs, look, capture)])
    tone = hair_colour(person, scene.modality)
    near = np.empty_like(depth)
    bare = np.ones_like(depth)
    for layer in hairs.layers:
        np.copyto(near, depth)
        draw(layer.mesh, camera, label, near)
        for top in range(0, camera.height, BAND):
            rows = slice(top, top + BAND)
            seen = near[rows] < depth[rows]
            if seen.any():
                painted = picture[rows], masks[rows], bare[rows]
                _lay(painted, seen, label[rows][seen], maps, layer.level, tone, look)
    blend_blur(picture, 3 * np.abs(bare - cv2.GaussianBlur(bare, (0, 0), 1.5)), 1.1)


def _light_maps(hairs: Hairs, look: Look, capture: Capture) -> tuple[Array, Array]:
    """Diffuse light and shine over the hair maps; lit coarsely, the detail comes from the strands."""
    camera: Camera = capture.camera
    place = hairs.position[::COARSE, ::COARSE]
    shape = place.shape[:2]
    turned = camera.rotation.T.astype(np.float32)
    normal = hairs.normal[::COARSE, ::COARSE].reshape(-1, 3) @ turned
    place = place.reshape(-1, 3) @ turned + camera.shift.astype(np.float32)
    lit = illuminate(place, normal, np.full(len(place), 0.9, np.float32), look, capture)
    size = hairs.cover.shape[1], hairs.cover.shape[0]
    return (
        cv2.resize(lit.diffuse.reshape(shape), size, interpolation=cv2.INTER_LINEAR),
        cv2.resize(lit.shine.reshape(shape), size, interpolation=cv2.INTER_LINEAR),
    )


def _lay(
    painted: tuple[Array, Array, Array],
    seen: Array,
    labels: Array,
    maps: Array,
    level: float,
    tone: Array,
    look: Look,
) -> None:
    """Lay one layer over a band of (picture, masks, bare) where it is seen."""
    picture, masks, bare = painted
    found = lookup(maps, labels)
    cover, strand, diffuse, shine = found.T
    cut = strand - 0.52 * level + 0.24
    alpha = (cover * smoothstep(-0.12, 0.2, cut + 0.5 * (cover - 1)))[:, None]
    body = diffuse * (0.35 + 0.65 * level) * (0.45 + 1.1 * strand)
    gloss = 0.8 * look.shine * shine * strand**2
    colour = tone * body[:, None] + gloss[:, None] * (0.15 + tone)
    picture[seen] += (colour - picture[seen]) * alpha
    masks[seen] *= 1 - alpha
    bare[seen] *= 1 - alpha[:, 0]


def lookup(atlas_picture: Array, labels: Array) -> Array:
    """Values (N, channels) of an atlas picture at labels (N, 2 or more): column, row."""
    step = 30000  # OpenCV's remap takes pictures of at most 32767 columns
    column, row = np.ascontiguousarray(labels[:, 0])[None], np.ascontiguousarray(labels[:, 1])[None]
    found = [
        cv2.remap(atlas_picture, column[:, i : i + step], row[:, i : i + step], cv2.INTER_LINEAR)[0]
        for i in range(0, len(labels), step)
    ]
    return np.concatenate(found)
