"""A run of a lesion ends as one of a face does: assessed, withheld with a reason, or failed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from analysis import work
from analysis.claims import Superseded, claim_run
from analysis.lesion_outcomes import finish_lesion_run, metadata_of
from analysis.mask_files import read_mask
from analysis.models import LesionAssessment, LesionPicture, LesionReading, ModelRelease, Review, Run
from analysis.predictor import Predictor
from analysis.run_reasons import SENTENCES
from analysis.services import rerun
from analysis.vision.lesion import result as vision
from analysis.vision.lesion.metadata import Metadata, Sex, Site
from analysis.vision.lesion.reasons import Reason
from analysis.vision.releases import WeightsMissing
from analysis.work import perform_run
from clinic.accounts.models import User
from imaging.integrity import check_file, expected_files
from imaging.models import Photo
from patients.models import Lesion, Patient
from tests.lesions.results import DEEPLAB, UNET, lesion_result, square, withheld

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]
Answer = Callable[[vision.LesionResult | vision.Withheld], dict[str, Any]]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, releases: Releases) -> Answer:
    """answer(result): what the pipeline says from now on, without networks; what it was asked."""
    monkeypatch.setattr(work, "active_lesion_predictor", lambda: Predictor(None, releases))

    def set_answer(result: vision.LesionResult | vision.Withheld) -> dict[str, Any]:
        asked: dict[str, Any] = {}

        def analyse(_image: Any, _models: Any, *, on_stage: Any, **given: Any) -> Any:
            asked.update(given, stages=[])
            for stage in vision.STAGES:
                on_stage(stage)
                asked["stages"].append(Run.objects.get().stage)
            return result

        monkeypatch.setattr("analysis.vision.lesion.pipeline.analyse_lesion", analyse)
        return asked

    return set_answer


def test_the_words_are_those_of_the_library() -> None:
    pairs: list[tuple[Any, Any]] = [
        (LesionReading.Band, vision.Band),
        (LesionReading.Confidence, vision.Confidence),
        (LesionReading.Tone, vision.ToneClass),
        (LesionReading.Segmenter, vision.SEGMENTERS),
        (ModelRelease.LESION_TASKS, vision.TASKS),
        (Lesion.Site, Site),
    ]
    for stored, known in pairs:
        assert [str(one) for one in stored] == [str(one) for one in known]
    assert set(Reason) <= set(SENTENCES)
    assert set(Sex) < set(Patient.Sex.values)


def test_a_photo_of_a_lesion_has_a_run_of_its_kind(run: Run) -> None:
    assert (run.kind, run.status, run.stages) == ("lesion", "queued", Run.LESION_STAGES)


def test_the_worker_stores_what_the_pipeline_says(run: Run, answer: Answer, releases: Releases) -> None:
    asked = answer(lesion_result())
    assert perform_run(run_id=run.pk) == "done"
    run.refresh_from_db()
    assessment = LesionAssessment.objects.get()
    assert asked["metadata"] == Metadata(age=46, sex=None, site=Site.POSTERIOR_TORSO)
    assert asked["mm_per_pixel"] == 0.05
    assert asked["stages"] == ["checking", "outlining", "describing", "estimating"]
    assert (run.stage, run.reason, run.releases) == ("finished", "", list(releases.values()))
    assert (assessment.run, assessment.version, assessment.agreement) == (run, 1, 0.8)
    assert assessment.review.state == Review.State.DRAFT
    assert {one.segmenter: (one.area_px, one.band) for one in run.lesion_readings.all()} == {
        UNET: (10_000, "benign"),
        DEEPLAB: (6_400, "indeterminate"),
    }
    picked = assessment.picked
    assert (picked.segmenter, picked.malignancy, picked.sd, picked.tone) == (UNET, 0.12, 0.03, "light")
    assert picked.opinions[1]["probabilities"] == pytest.approx({"benign": 0.84, "malignant": 0.16})


def test_all_that_is_shown_is_stored(assessment: LesionAssessment) -> None:
    """Nothing is computed again when it is looked at: result pictures outlive restarts and releases."""
    stored = LesionPicture.objects.filter(reading__run=assessment.run)
    assert stored.count() == 2 * len(LesionPicture.Kind)
    mask = stored.get(reading=assessment.picked, kind=LesionPicture.Kind.MASK)
    assert np.array_equal(read_mask(mask), square(100))
    assert [check_file(file) for file in expected_files()] == [None] * len(list(expected_files()))


def test_a_withheld_estimate_says_why(run: Run, answer: Answer) -> None:
    answer(withheld())
    assert perform_run(run_id=run.pk) == "not_measurable"
    run.refresh_from_db()
    assert (run.reason_code, run.quality[0]["verdict"]) == ("lesion_not_skin", "fail")
    assert "dermatoscope" in run.reason
    assert not LesionReading.objects.exists()
    assert not Review.objects.exists()


def test_without_releases_nothing_is_estimated(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_installed() -> Predictor[Any]:
        raise WeightsMissing("No network is installed for the step: Lesion outline, U-Net.")

    monkeypatch.setattr(work, "active_lesion_predictor", none_installed)
    assert perform_run(run_id=run.pk) == "not_measurable"
    run.refresh_from_db()
    assert (run.reason_code, "Lesion outline, U-Net" in run.reason) == ("no_model", True)


def test_a_late_worker_leaves_nothing(run: Run, releases: Releases, photographer: User) -> None:
    late = claim_run(run_id=run.pk)
    assert late is not None
    rerun(photo=run.photo, user=photographer)
    before = {file.name for file in expected_files()}
    with pytest.raises(Superseded):
        finish_lesion_run(claim=late, result=lesion_result(), releases=releases)
    assert not LesionReading.objects.exists()
    assert {file.name for file in expected_files()} == before


@pytest.mark.parametrize(
    ("born", "sex", "expected"),
    [
        (date(1980, 3, 4), "female", (46, Sex.FEMALE)),
        (date(1980, 3, 5), "male", (45, Sex.MALE)),
        (date(1900, 1, 1), "other", (None, None)),
        (date(2026, 3, 4), "unknown", (0, None)),
    ],
)
def test_age_is_that_of_the_visit(
    photo: Photo, born: date, sex: str, expected: tuple[int | None, Sex | None]
) -> None:
    patient = photo.visit.patient
    patient.birth_date, patient.sex = born, sex
    told = metadata_of(photo)
    assert (told.age, told.sex, told.site) == (*expected, Site.POSTERIOR_TORSO)


def test_a_result_needs_the_releases_that_made_it(run: Run, releases: Releases) -> None:
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    incomplete = {task: row for task, row in releases.items() if task != "lesion_fusion"}
    with pytest.raises(IntegrityError):
        finish_lesion_run(claim=claim, result=lesion_result(), releases=incomplete)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (LesionReading, {"malignancy": 0.01}),
        (LesionReading, {"band": "benign", "area_px": 1}),
        (LesionPicture, {"sha256": "0" * 64}),
        (LesionAssessment, {"note": "All well"}),
        (LesionAssessment, {"agreement": 1.0}),
    ],
)
def test_what_was_found_never_changes(
    assessment: LesionAssessment, model: Any, change: dict[str, object]
) -> None:
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        model.objects.update(**change)
    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)
