"""Regions partition the face, keep the patient's sides apart, and agree with the phantom's own geometry."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.vision.face.head_template import draw_regions
from analysis.vision.face.pose import Pose
from analysis.vision.face.regions import Region, count_regions, divide_face
from analysis.vision.phantom import Person, Photograph, Scene, Vitiligo, take_photo
from analysis.vision.phantom.atlas import build_atlas
from analysis.vision.phantom.photo import atlas_size
from analysis.vision.phantom.raster import blank, draw
from analysis.vision.phantom.scene import draw_capture
from analysis.vision.terms import Mask, Modality, View

SIZE = 304, 456
LEFT = {Region.PERIOCULAR_LEFT, Region.CHEEK_LEFT, Region.EAR_LEFT}
RIGHT = {Region.PERIOCULAR_RIGHT, Region.CHEEK_RIGHT, Region.EAR_RIGHT}
SEED = 982_001


def photo_of(view: View) -> tuple[Photograph, Mask]:
    """A phantom's photograph, and the regions that are drawn on its very head."""
    person = Person.from_seed(SEED, sex="male")
    scene = Scene(view=view, modality=Modality.VISIBLE, capture_seed=SEED * 10)
    photo = take_photo(person, Vitiligo.from_seed(SEED, extent=0.2), scene, size=SIZE)
    capture = draw_capture(scene, SIZE)
    atlas = build_atlas(person, capture.expression, atlas_size(SIZE[1]), person.seed)
    label, depth = blank(capture.camera)
    for mesh in atlas.meshes():
        draw(mesh, capture.camera, label, depth)
    seen = label[..., 2] > 0
    column, row = (np.rint(label[..., axis][seen]).astype(int) for axis in (0, 1))
    truth = np.zeros(seen.shape, np.uint8)
    truth[seen] = draw_regions(atlas)[row, column]
    return photo, truth * photo.truth.face


@pytest.mark.parametrize("view", list(View))
def test_regions_agree_with_the_head_they_were_not_drawn_on(view: View) -> None:
    photo, truth = photo_of(view)
    known = photo.truth
    regions = divide_face(known.landmarks, known.face, Pose(known.yaw, known.pitch, known.roll))
    both = truth > 0
    assert (regions[both] == truth[both]).mean() > 0.88
    present = {Region(number) for number in np.unique(regions) if number}
    assert not (view is View.LEFT and present & {Region.EAR_RIGHT, Region.CHEEK_RIGHT})
    assert not (view is View.RIGHT and present & {Region.EAR_LEFT, Region.CHEEK_LEFT})
    assert view is not View.FRONT or present >= {Region.FOREHEAD, Region.NOSE, *(LEFT | RIGHT)} - {
        Region.EAR_LEFT,
        Region.EAR_RIGHT,
    }
    counts = count_regions(regions, known.vitiligo)
    assert sum(one.n_face for one in counts.values()) == np.count_nonzero(known.face)
    assert sum(one.n_vitiligo for one in counts.values()) == np.count_nonzero(known.vitiligo)
    assert set(counts) == present


def test_the_patients_left_is_on_the_pictures_right() -> None:
    photo, _truth = photo_of(View.FRONT)
    regions = divide_face(photo.truth.landmarks, photo.truth.face, Pose(0, 0, 0))
    columns = np.broadcast_to(np.arange(SIZE[0]), SIZE[::-1])
    left, right = (np.isin(regions, [int(one) for one in side]) for side in (LEFT, RIGHT))
    assert columns[left].mean() > columns[regions == Region.NOSE].mean() > columns[right].mean()


@pytest.mark.parametrize("scale", [1, 3])
def test_every_pixel_of_an_odd_face_has_one_region(scale: int) -> None:
    face = np.zeros((400 * scale, 320 * scale), np.uint8)
    face[100 * scale : 300 * scale, 100 * scale : 200 * scale] = 1
    face[5:8, 5:8] = 1
    landmarks = np.array([[130, 150], [170, 150], [150, 190], [135, 230], [165, 230]]) * scale
    regions = divide_face(landmarks, face, Pose(0, 0, 0))
    assert np.array_equal(regions > 0, face > 0)


def test_regions_need_a_face_and_landmarks() -> None:
    points = np.zeros((5, 2))
    with pytest.raises(ValueError, match="without a pixel"):
        divide_face(points, np.zeros((8, 8), np.uint8), Pose(0, 0, 0))
    with pytest.raises(ValueError, match="five landmarks"):
        divide_face(points[:4], np.ones((8, 8), np.uint8), Pose(0, 0, 0))
    with pytest.raises(ValueError, match="one grid"):
        count_regions(np.ones((8, 8), np.uint8), np.ones((8, 9), np.uint8))
