"""An average head with the regions of the face drawn on it, to be turned and laid over a photographed face.

The surface is the phantom's with average measures. Heights and widths of the borders, in millimetres on that
head, follow the aesthetic units of the face.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.vision.phantom.atlas import Atlas, Part, build_atlas, head_field
from analysis.vision.phantom.head import JAW_ROW, Expression, Head
from analysis.vision.phantom.person import Person, Shape
from analysis.vision.phantom.raster import Camera, Mesh, blank, draw
from analysis.vision.phantom.truth import landmark_points
from analysis.vision.terms import Array, Mask

Floats = NDArray[np.float64]

TEXELS = 256
FRAME = 512
"""Side of the picture, in pixels, that the turned head is drawn in."""
DISTANCE = 1150.0
FOCAL = 3.6
NAPE = np.deg2rad(100)


class Region(IntEnum):
    """Part of a face; left and right are the patient's."""

    FOREHEAD = 1
    """With the temples, up to the hairline."""
    PERIOCULAR_LEFT = 2
    PERIOCULAR_RIGHT = 3
    """Lids and orbit, from the brow down."""
    NOSE = 4
    CHEEK_LEFT = 5
    CHEEK_RIGHT = 6
    """With the jaw, to the ear."""
    PERIORAL = 7
    CHIN = 8
    EAR_LEFT = 9
    EAR_RIGHT = 10


@dataclass(frozen=True)
class Template:
    """points (N, 3) and landmarks (5, 3) in mm on the average head: the outer bounds of the face, and the
    eyes, tip of the nose and corners of the mouth, the patient's right first, with their outward normals."""

    points: Floats
    normals: Floats
    landmarks: Floats
    landmark_normals: Floats
    meshes: tuple[Mesh, ...]
    regions: Mask

    def camera(self, yaw: float, pitch: float) -> Camera:
        """What draws the head turned by these degrees in the middle of a square of FRAME pixels."""
        return Camera(FRAME, FRAME, yaw, pitch, 0.0, DISTANCE, FOCAL, (0.5, 0.5))

    def draw(self, yaw: float, pitch: float) -> Mask:
        """The regions that a head turned so shows, (FRAME, FRAME) values of Region; 0 where there is none."""
        camera = self.camera(yaw, pitch)
        label, depth = blank(camera)
        for mesh in self.meshes:
            draw(mesh, camera, label, depth)
        column, row = (np.rint(label[..., axis]).astype(np.intp) for axis in (0, 1))
        seen = label[..., 2] > 0
        shown = np.zeros((FRAME, FRAME), np.uint8)
        shown[seen] = self.regions[row[seen], column[seen]]
        return shown


@lru_cache(maxsize=1)
def head_template() -> Template:
    """The average head; made once a process."""
    person = _average_person()
    atlas = build_atlas(person, Expression(), TEXELS, 0)
    regions = draw_regions(atlas)
    inside = (regions > 0) & (np.indices(regions.shape).sum(0) % 7 == 0)
    points = atlas.position[inside].astype(np.float64)
    landmarks = landmark_points(person, atlas, Expression()).astype(np.float64)
    nearest = [int(np.argmin(np.square(points - point).sum(1))) for point in landmarks]
    normals = atlas.normal[inside].astype(np.float64)
    return Template(points, normals, landmarks, normals[nearest], tuple(atlas.meshes()[:4]), regions)


def draw_regions(atlas: Atlas) -> Mask:
    """The regions over a phantom's atlas, (H, W) values of Region; 0 off the face."""
    head = atlas.head
    regions = head_field(atlas.size, _regions_of_head(head)).astype(np.uint8)
    ears = [patch for patch in atlas.patches if patch.part is Part.EAR]
    for patch, region in zip(ears, (Region.EAR_LEFT, Region.EAR_RIGHT), strict=True):
        regions[patch.window] = region
    return regions


def _regions_of_head(head: Head) -> Array:
    x, y = head.frontal[..., 0], head.frontal[..., 1]
    side, left = np.abs(x), x > 0
    regions = np.where(left, Region.CHEEK_LEFT, Region.CHEEK_RIGHT)
    brow = np.interp(side, [0, 10, 30, 48, 60, 75], [14, 17, 24, 19, 8, 6])
    regions[y > brow] = Region.FOREHEAD
    below = np.clip((y - 1.5) / 20, None, 0)
    orbit = (((side - 31) / 23) ** 2 + below**2 < 1) & (y <= brow)
    regions[orbit & left] = Region.PERIOCULAR_LEFT
    regions[orbit & ~left] = Region.PERIOCULAR_RIGHT
    regions[(y < -80) & (side < 29)] = Region.CHIN
    regions[np.abs(x / 33) ** 3 + np.abs((y + 69) / 20) ** 3 < 1] = Region.PERIORAL
    heights = [-50, -46, -40, -32, -24, -10, 5, 14]
    nose = np.interp(y, heights, [10, 16, 19.5, 18.5, 14, 10, 8, 9])
    regions[(side < nose) & (y > heights[0]) & (y < brow)] = Region.NOSE
    regions[(head.rows > JAW_ROW) | ((np.abs(head.longitude) > NAPE) & (y < 60))] = 0
    return regions


def _average_person() -> Person:
    """A head without departures; its skin and hair are never drawn."""
    shape = Shape(
        width=0.99, length=1, upper=1, lower=1, jaw=0.98, chin=1.5, cheek=2.5, brow=2, fullness=0,
        nose_height=0.95, nose_length=1, nose_width=1.05, bridge=-1.5, hump=0.4, tip=0, lip=1.1, mouth=1.02,
        eye_gap=31.5, eye_size=1, eye_tilt=1, lid_fold=0.7, ear_size=1, ear_flare=1, neck=0.94,
    )  # fmt: skip
    someone = Person.from_seed(0, phototype=3, sex="female", age=40)
    return Person(0, someone.sex, someone.age, shape, someone.skin, someone.hair, someone.iris)
