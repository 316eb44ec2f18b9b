"""The releases in the repository are whole, say what they are, and measure.

How well they measure is on their cards and in the evaluation report; the limits here are wide, and catch a
release that is broken rather than one that is modest.
"""

from pathlib import Path

import numpy as np
import pytest

import analysis.vision
from analysis.vision.face.measure import count
from analysis.vision.face.models import TASKS, FaceModels
from analysis.vision.face.pipeline import FaceResult, NotMeasurable, analyse_face, load_models
from analysis.vision.face.reasons import Reason
from analysis.vision.phantom import Person, Photograph, Scene, Vitiligo, take_photo
from analysis.vision.releases import WEIGHTS
from analysis.vision.terms import Modality, View

SHIPPED = Path(analysis.vision.__file__).parent / "weights"
HELD_OUT = 900_777
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def models() -> FaceModels:
    return load_models(SHIPPED)


@pytest.fixture(scope="module")
def phantom() -> Photograph:
    vitiligo = Vitiligo.from_seed(HELD_OUT, extent=0.15, kind="bilateral")
    scene = Scene(View.FRONT, Modality.UV_REFLECTANCE, 1, glare=0.2)
    return take_photo(Person.from_seed(HELD_OUT), vitiligo, scene, size=(480, 720))


@pytest.mark.parametrize("task", TASKS)
def test_a_card_says_what_a_user_must_know(models: FaceModels, task: str) -> None:
    release = models.releases[task]
    card = release.card
    assert release.folder.name == card.name
    assert card.task == task
    assert all((card.data_terms, card.intended_use, card.limits, card.created))
    assert card.training
    assert card.evaluation
    assert all(one.n > 0 and one.metrics for one in card.evaluation)
    assert (release.folder / WEIGHTS).stat().st_size < 30 * MEGABYTE


def test_a_held_out_phantom_is_measured(models: FaceModels, phantom: Photograph) -> None:
    result = analyse_face(phantom.image, models, view=View.FRONT, modality=Modality.UV_REFLECTANCE)
    assert isinstance(result, FaceResult), result
    truth = phantom.truth
    overlap = int((result.face & truth.face).sum()) / int((result.face | truth.face).sum())
    assert overlap > 0.8
    assert result.f_vitiligo == pytest.approx(count(truth.face, truth.vitiligo).f_vitiligo, abs=8)
    assert abs(result.pose.yaw) < 20


def test_the_same_photo_gives_the_same_number(models: FaceModels, phantom: Photograph) -> None:
    first, second = (analyse_face(phantom.image, models) for _ in range(2))
    assert isinstance(first, FaceResult)
    assert isinstance(second, FaceResult)
    assert first.counts == second.counts


def test_a_front_view_in_the_left_slot_is_refused(models: FaceModels, phantom: Photograph) -> None:
    result = analyse_face(phantom.image, models, view=View.LEFT)
    assert isinstance(result, NotMeasurable)
    assert result.reason is Reason.WRONG_VIEW


@pytest.mark.parametrize("kind", ["grey", "noise", "stripes"])
def test_a_picture_without_a_face_is_not_measurable(models: FaceModels, kind: str) -> None:
    rng = np.random.default_rng(0)
    picture = {
        "grey": np.full((480, 360, 3), 90, np.uint8),
        "noise": rng.integers(0, 255, (480, 360, 3), np.uint8),
        "stripes": np.repeat((np.arange(480) // 16 % 2 * 200).astype(np.uint8)[:, None, None], 360, axis=1)
        * np.ones((1, 1, 3), np.uint8),
    }[kind]
    result = analyse_face(picture, models)
    assert isinstance(result, NotMeasurable)
    assert result.reason is Reason.NO_FACE
