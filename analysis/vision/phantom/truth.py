"""What is exactly known of a phantom's picture."""

from dataclasses import dataclass

import numpy as np

from analysis.vision.phantom.atlas import Atlas
from analysis.vision.phantom.head import Expression
from analysis.vision.phantom.person import Person
from analysis.vision.phantom.raster import Camera
from analysis.vision.terms import Array, Image, Mask


@dataclass(frozen=True)
class Truth:
    """Exact truth of one picture.

    box: (x0, y0, x1, y1) bounds of the face mask, pixel edges, y1 and x1 exclusive; all 0 when no face shows.
    landmarks: (5, 2) pixel coordinates: image-left eye, image-right eye, nose tip, image-left and image-right
    corner of the mouth, as seen from the front (the patient's right first); also where the head hides one.
    face, vitiligo, glare: masks on the picture's grid; vitiligo lies inside face.
    yaw, pitch, roll: degrees; yaw > 0 turns the face to image right, which shows the patient's right cheek.
    """

    box: tuple[float, float, float, float]
    landmarks: Array
    face: Mask
    vitiligo: Mask
    glare: Mask
    yaw: float
    pitch: float
    roll: float

    @property
    def f_vitiligo(self) -> float | None:
        """100 x vitiligo / face pixels, in percent; None when no face shows."""
        face = int(np.count_nonzero(self.face))
        return 100.0 * int(np.count_nonzero(self.vitiligo)) / face if face else None


@dataclass(frozen=True)
class Photograph:
    """A picture and its truth."""

    image: Image
    truth: Truth


def face_box(face: Mask) -> tuple[float, float, float, float]:
    """Bounds of the mask's pixels."""
    rows, columns = np.flatnonzero(face.any(1)), np.flatnonzero(face.any(0))
    if not len(rows):
        return 0.0, 0.0, 0.0, 0.0
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def landmark_points(person: Person, atlas: Atlas, expression: Expression) -> Array:
    """The five landmarks on the head in mm, (5, 3)."""
    shape = person.shape
    corner = 24.6 * shape.mouth * (1 + 0.08 * expression.smile)
    lift = -68.8 + 3.0 * expression.smile
    tip = 4 - 40.5 * shape.nose_length
    wanted = [(-shape.eye_gap, 0), (shape.eye_gap, 0), (0, tip), (-corner, lift), (corner, lift)]
    step = max(1, atlas.size // 512)
    frontal = atlas.head.frontal[::step, ::step]
    behind = 1e6 * (atlas.head.front[::step, ::step] < 0.5)
    found = []
    for place in np.array(wanted, np.float32):
        distance = np.square(frontal - place).sum(-1) + behind
        row, column = np.unravel_index(int(np.argmin(distance)), distance.shape)
        found.append(atlas.head.position[row * step, column * step])
    return np.array(found)


def landmarks(person: Person, atlas: Atlas, expression: Expression, camera: Camera) -> Array:
    """The five landmarks in pixels, (5, 2)."""
    return camera.project(landmark_points(person, atlas, expression)).astype(np.float32)
