"""From the bytes of a photograph to a draft that waits for a signature, by the pipeline that serves."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from analysis import work
from analysis.mask_files import read_mask
from analysis.models import LesionAssessment, LesionPicture, ModelRelease, Run
from analysis.predictor import Predictor
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.work import perform_run
from clinic.accounts.models import User
from imaging.models import Photo
from imaging.services import store_lesion_photo
from patients.models import Lesion, Visit
from tests.vision.known_lesions import known_lesion_models

pytestmark = pytest.mark.django_db
SIZE = (640, 480)
Store = Callable[..., Photo]


@pytest.fixture
def store(
    lesion: Lesion,
    visit: Visit,
    photographer: User,
    releases: dict[str, ModelRelease],
    monkeypatch: pytest.MonkeyPatch,
) -> Store:
    """store(pixels, ...): a lossless photograph of the lesion; the worker has networks of known behaviour."""
    predictor = Predictor(known_lesion_models(), releases)
    monkeypatch.setattr(work, "active_lesion_predictor", lambda: predictor)

    def keep(pixels: np.ndarray, mm_per_pixel: float | None = None) -> Photo:
        file = BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        file.seek(0)
        return store_lesion_photo(
            lesion=lesion, visit=visit, file=file, user=photographer, mm_per_pixel=mm_per_pixel
        )

    return keep


def test_a_lesion_is_assessed(store: Store) -> None:
    scene = photograph_lesion(6, size=SIZE, phototype=1)
    photo = store(scene.image, scene.mm_per_pixel)
    run = photo.runs.get()
    assert perform_run(run_id=run.pk) == "done"
    assessment = LesionAssessment.objects.final().get(run__photo=photo)
    run.refresh_from_db()
    assert set(run.timings_ms) == {"gate", "segment", "describe", "classify", "total"}
    assert {finding["verdict"] for finding in run.quality} <= {"pass", "warn"}
    picked = assessment.picked
    mask = read_mask(picked.pictures.get(kind=LesionPicture.Kind.MASK))
    overlap = 2 * np.count_nonzero(mask & scene.mask) / (mask.sum() + scene.mask.sum())
    assert overlap > 0.8
    assert int(mask.sum()) == picked.area_px
    assert picked.diameter_mm == pytest.approx(picked.diameter_px * scene.mm_per_pixel)
    assert picked.description.area_mm2 == pytest.approx(picked.area_px * scene.mm_per_pixel**2)
    assert picked.estimate.malignancy == picked.malignancy
    assert f"{picked.diameter_mm:.1f} mm" in assessment.note


def test_what_is_no_skin_gets_a_reason_and_no_number(store: Store) -> None:
    blue = np.zeros((480, 640, 3), np.uint8)
    blue[..., 2] = np.random.default_rng(1).integers(120, 255, blue.shape[:2])
    photo = store(blue)
    assert perform_run(run_id=photo.runs.get().pk) == "not_measurable"
    run = Run.objects.get()
    assert run.reason_code.startswith("lesion_")
    assert run.reason
    assert not LesionAssessment.objects.exists()
