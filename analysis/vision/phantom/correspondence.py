"""Where the skin of one picture of a phantom lies in another: the exact truth for registration."""

from dataclasses import dataclass

import cv2
import numpy as np

from analysis.vision.phantom.atlas import Atlas, Part, build_atlas
from analysis.vision.phantom.person import Person
from analysis.vision.phantom.photo import atlas_size
from analysis.vision.phantom.raster import FAR, Camera, blank, draw
from analysis.vision.phantom.scene import Scene, draw_capture
from analysis.vision.terms import Array, Mask

HIDDEN = 2.5
"""Millimetres that a surface may lie behind what is drawn and still count as what is seen."""


@dataclass(frozen=True)
class Correspondence:
    """Of two pictures of one person, on the grid of the first.

    places: (H, W, 2) float32, the pixel coordinates (x, y; the first pixel's centre is 0.5, 0.5) at which the
    second camera would see the skin of each pixel of the first, also where something stands before it; NaN
    where the first picture shows no head. visible: 1 where both pictures show that skin.
    part: what the first picture shows, a `Part` of head or ear, or 0.
    """

    places: Array
    visible: Mask
    part: Mask


@dataclass(frozen=True)
class _Look:
    """The bare head of one picture: what each pixel sees of the atlas, how far away, and through what."""

    atlas: Atlas
    camera: Camera
    label: Array
    depth: Array


def correspondence(person: Person, first: Scene, second: Scene, *, size: tuple[int, int]) -> Correspondence:
    """The exact way from one picture to another, as `take_photo` draws them at `size` (width, height).

    The head alone: hair that covers skin is not in it, but is in the face masks of the photographs.
    """
    here, there = _look(person, first, size), _look(person, second, size)
    part = np.rint(here.label[..., 2]).clip(0).astype(np.uint8)
    part[(part != Part.HEAD) & (part != Part.EAR) | (here.depth >= FAR)] = 0
    skin = cv2.remap(there.atlas.position, here.label[..., 0], here.label[..., 1], cv2.INTER_LINEAR)
    places = there.camera.project(skin).astype(np.float32)
    away = -(skin @ there.camera.rotation.T + there.camera.shift)[..., 2]
    at = places - 0.5
    nearest = cv2.remap(
        there.depth, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=-1
    )
    visible = (part > 0) & (nearest > 0) & (away < nearest + HIDDEN)
    places[part == 0] = np.nan
    return Correspondence(places, visible.astype(np.uint8), part)


def _look(person: Person, scene: Scene, size: tuple[int, int]) -> _Look:
    capture = draw_capture(scene, size)
    atlas = build_atlas(person, capture.expression, atlas_size(size[1]), person.seed)
    label, depth = blank(capture.camera)
    for mesh in atlas.meshes(round(0.65 * size[1])):
        draw(mesh, capture.camera, label, depth)
    return _Look(atlas, capture.camera, label, depth)
