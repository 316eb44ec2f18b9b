"""The skin atlas: every surface of the phantom unrolled onto one picture.

The rasteriser remembers, for each pixel of a photo, where on the atlas it looked. Pigment, hairs, lesions and
masks are painted once on the atlas, so that every view and every visit shows the same skin.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import cv2
import numpy as np

from analysis.vision.phantom.head import JAW_ROW, Expression, Head, sculpt_head
from analysis.vision.phantom.noise import bump, smoothstep
from analysis.vision.phantom.parts import sculpt_clothes, sculpt_ear, sculpt_neck
from analysis.vision.phantom.person import Person
from analysis.vision.phantom.raster import Mesh, grid_mesh
from analysis.vision.terms import Array

MESH_TEXELS = 560


class Part(IntEnum):
    """What the rasteriser's third label says of a pixel."""

    HEAD = 1
    EAR = 2
    NECK = 3
    CLOTHES = 4


@dataclass(frozen=True)
class Patch:
    """A rectangle of the atlas: first row, first column, height, width."""

    part: Part
    top: int
    left: int
    height: int
    width: int

    @property
    def window(self) -> tuple[slice, slice]:
        """Index of the patch in an atlas picture."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


@dataclass(frozen=True)
class Atlas:
    """position, normal: (H, W, 3); shade: (H, W) 0 to 1, light that reaches hollows."""

    patches: tuple[Patch, ...]
    position: Array
    normal: Array
    shade: Array
    head: Head

    @property
    def size(self) -> int:
        """Side of the head's square, texels."""
        return self.patches[0].height

    def meshes(self, texels: int = MESH_TEXELS) -> list[Mesh]:
        """One mesh a patch, about `texels` across the head; labels are (column, row, part) on the atlas."""
        step = max(1, round(self.size / min(texels, MESH_TEXELS)))
        return [self._mesh(patch, step) for patch in self.patches]

    def _mesh(self, patch: Patch, step: int) -> Mesh:
        rows = np.unique(np.append(np.arange(0, patch.height, step), patch.height - 1)) + patch.top
        columns = np.unique(np.append(np.arange(0, patch.width, step), patch.width - 1)) + patch.left
        down, across = np.meshgrid(rows, columns, indexing="ij")
        label = np.stack([across, down, np.full_like(down, patch.part)], -1)
        place = self.position[rows[:, None], columns[None, :]]
        if patch.part is Part.HEAD:
            place[:, -1] = place[:, 0]  # closes the seam at the back
        return grid_mesh(place, label)


def layout(size: int) -> tuple[Patch, ...]:
    """Head on top; under it left ear, right ear and neck; under these the clothes."""
    strip = size // 4
    return (
        Patch(Part.HEAD, 0, 0, size, size),
        Patch(Part.EAR, size, 0, strip, strip),
        Patch(Part.EAR, size, strip, strip, strip),
        Patch(Part.NECK, size, 2 * strip, strip, size - 2 * strip),
        Patch(Part.CLOTHES, size + strip, 0, strip, size),
    )


def head_field(atlas_size: int, field: Array, fill: float = 0.0) -> Array:
    """A field of the head's square, extended over the whole atlas with `fill`."""
    height = atlas_size + 2 * (atlas_size // 4)
    out = np.full((height, atlas_size), fill, np.float32)
    out[:atlas_size] = field
    return out


def surface_normals(position: Array) -> Array:
    """Unit normals of a surface on a grid; outward for a grid whose columns run to the patient's left."""
    right, down = np.empty_like(position), np.empty_like(position)
    right[:, 1:-1] = position[:, 2:] - position[:, :-2]
    right[:, 0], right[:, -1] = position[:, 1] - position[:, 0], position[:, -1] - position[:, -2]
    down[1:-1] = position[2:] - position[:-2]
    down[0], down[-1] = position[1] - position[0], position[-1] - position[-2]
    normal = np.cross(down, right)
    length = np.sqrt(np.einsum("hwc,hwc->hw", normal, normal))
    unit: Array = normal / (length[..., None] + 1e-6)
    return unit


@dataclass(frozen=True)
class Rest:
    """The neutral face: where the patterns of the skin are drawn. canonical: (H, W, 3) mm over the atlas."""

    patches: tuple[Patch, ...]
    canonical: Array
    head: Head

    @property
    def size(self) -> int:
        """Side of the head's square, texels."""
        return self.patches[0].height


@lru_cache(maxsize=4)
def rest_atlas(person: Person, size: int) -> Rest:
    """The neutral face of `person`."""
    patches = layout(size)
    head = sculpt_head(person, Expression(), size)
    canonical = np.zeros((patches[-1].top + patches[-1].height, size, 3), np.float32)
    surfaces = [head.canonical, *_attached(person, head, patches)]
    for patch, surface in zip(patches[: len(surfaces)], surfaces, strict=True):
        canonical[patch.window] = surface
    return Rest(patches, canonical, head)


def build_atlas(person: Person, expression: Expression, size: int, clothes_seed: int) -> Atlas:
    """Sculpt all surfaces and lay them out."""
    patches = layout(size)
    head = sculpt_head(person, expression, size)
    position = np.zeros((patches[-1].top + patches[-1].height, size, 3), np.float32)
    normal = np.zeros_like(position)
    shade = np.ones(position.shape[:2], np.float32)
    clothes = sculpt_clothes(person, clothes_seed, (patches[4].height, patches[4].width))
    surfaces = [head.position, *_attached(person, head, patches), clothes]
    for patch, surface in zip(patches, surfaces, strict=True):
        position[patch.window] = surface
        normal[patch.window] = _outward(surface_normals(surface), patch, surface)
        shade[patch.window] = _hollow_shade(surface, normal[patch.window], patch)
    shade[patches[0].window] *= _creases(head)
    shade[patches[3].window] *= _under_chin(surfaces[3])
    return Atlas(patches, position, normal, shade, head)


def _attached(person: Person, head: Head, patches: tuple[Patch, ...]) -> list[Array]:
    """Left ear, right ear and neck."""
    sizes = [(patch.height, patch.width) for patch in patches[1:4]]
    return [
        sculpt_ear(person, 1, sizes[0], _canal(head, 1)),
        sculpt_ear(person, -1, sizes[1], _canal(head, -1)),
        sculpt_neck(person, sizes[2]),
    ]


def _canal(head: Head, side: int) -> Array:
    """The head's surface at the ear canal."""
    wanted = np.deg2rad(92) * side
    column = int(np.argmin(np.abs(head.longitude[0] - wanted)))
    row = int(np.argmin(np.abs(head.position[:, column, 1] + 10)))
    canal: Array = head.position[row, column]
    return canal


def _outward(normal: Array, patch: Patch, surface: Array) -> Array:
    """Ears are laid out back to front on one side; turn their normals to the outside."""
    if patch.part is not Part.EAR:
        return normal
    side = np.sign(surface[..., 0].mean())
    turned: Array = normal * np.sign(normal[..., 0].mean() * side)
    return turned


def _hollow_shade(surface: Array, normal: Array, patch: Patch) -> Array:
    """Ambient light that reaches a texel, from how far its surroundings stand above it."""
    shade = np.ones(surface.shape[:2], np.float32)
    small = cv2.resize(surface, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    for share, strength in ((0.006, 0.28), (0.02, 0.085), (0.05, 0.03)):
        width = 1 + 2 * round(share * surface.shape[0] * (3 if patch.part is Part.EAR else 1) / 2)
        around = cv2.blur(cv2.blur(small, (width, width)), (width, width))
        around = cv2.resize(around, (surface.shape[1], surface.shape[0]), interpolation=cv2.INTER_LINEAR)
        above = np.einsum("hwc,hwc->hw", around - surface, normal)
        shade *= np.exp(-strength * np.clip(above, -0.5, 6))
    return np.clip(shade, 0.05, 1.12)


def _creases(head: Head) -> Array:
    """Nostrils, the line between the lips and the lid margins lie in shadow."""
    arch = bump((head.frontal[..., 0] / 22) ** 4)
    mouth = 1 - 0.75 * bump((head.mouth_line / 0.8) ** 2) * arch * (np.abs(head.mouth_line) < 5)
    lids = 1 - 0.45 * bump((head.eye / 0.9) ** 2) * (head.eye > -4.5)
    throat = 1 - 0.5 * smoothstep(JAW_ROW - 0.005, JAW_ROW + 0.06, head.rows)
    return (1 - 0.93 * head.nostril) * mouth * lids * throat


def _under_chin(neck: Array) -> Array:
    return 1 - 0.5 * smoothstep(-165, -100, neck[..., 1]) * smoothstep(-60, 10, neck[..., 2])
