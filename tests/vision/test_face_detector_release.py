"""The shipped face detector, on people it never saw."""

from pathlib import Path

import numpy as np
import pytest

from analysis.vision.face.detection import FaceDetector, overlap_with
from analysis.vision.face.pose import estimate_pose, view_of
from analysis.vision.phantom.person import Person
from analysis.vision.phantom.photo import take_photo
from analysis.vision.phantom.scene import Scene
from analysis.vision.phantom.vitiligo import Vitiligo
from analysis.vision.releases import find_release
from analysis.vision.terms import Modality, View
from analysis.vision.training.annotated_faces import AnnotatedFace, read_faces
from analysis.vision.training.detector_judgement import verdict
from analysis.vision.training.detector_report import detector_of
from analysis.vision.training.splits import PHANTOM_HELD_OUT_FROM, Side

WEIGHTS = Path(__file__).parents[2] / "analysis" / "vision" / "weights"


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return detector_of(find_release(WEIGHTS, "face_detector"))


@pytest.mark.parametrize("view", list(View))
def test_a_held_out_phantom_is_found_and_its_view_told(detector: FaceDetector, view: View) -> None:
    seed = PHANTOM_HELD_OUT_FROM + 77
    scene = Scene(view=view, modality=Modality.UV_REFLECTANCE, capture_seed=seed)
    vitiligo = Vitiligo.from_seed(seed, extent=0.15, kind="bilateral")
    photo = take_photo(Person.from_seed(seed), vitiligo, scene, size=(288, 384))
    face = detector.detect(photo.image)[0]
    truth = np.array([photo.truth.box], np.float32)
    assert overlap_with(np.array(face.box, np.float32), truth)[0] > 0.6
    assert view_of(estimate_pose(face.landmarks, face.box)) is view


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_even_picture_has_no_face(detector: FaceDetector, level: int) -> None:
    assert detector.detect(np.full((600, 450, 3), level, np.uint8)) == []


@pytest.mark.data
@pytest.mark.slow
def test_every_held_out_face_of_the_multiview_set_is_found(detector: FaceDetector, real_images: Path) -> None:
    faces: list[AnnotatedFace] = list(read_faces(real_images, "faces_multiview", Side.VALIDATION))
    assert len(faces) == 78
    assert [face.name for face in faces if not verdict(detector, face).found] == []
