"""One task, from the stored bytes to the outcome: measured, not measurable, failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django_tasks_db.models import DBTaskResult

from analysis import work
from analysis.claims import claim_run
from analysis.models import ModelRelease, Run
from analysis.predictor import Predictor
from analysis.services import queue_run
from analysis.vision.face.pipeline import FaceResult, NotMeasurable
from analysis.vision.face.reasons import Reason
from analysis.vision.findings import Finding, Verdict
from analysis.vision.releases import WeightsMismatch
from analysis.vision.terms import Image
from analysis.work import OriginalAltered, perform_run, read_original
from clinic.jobs.worker import ClinicWorker
from imaging.models import Photo
from tests.analysis.results import face_result

pytestmark = pytest.mark.django_db
Analysis = Callable[..., FaceResult | NotMeasurable]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, releases: dict[str, ModelRelease]) -> Callable[[Analysis], None]:
    """answer(function): what the pipeline does from now on, without networks."""
    predictor = Predictor(models=None, releases=releases)
    monkeypatch.setattr(work, "active_predictor", lambda: predictor)

    def set_answer(analysis: Analysis) -> None:
        monkeypatch.setattr(work, "analyse_face", analysis)

    return set_answer


def test_the_pipeline_gets_the_photo_as_it_was_taken(run: Run, answer: Callable[[Analysis], None]) -> None:
    seen: dict[str, Any] = {}

    def analysis(image: Image, _models: object, **given: Any) -> FaceResult:
        seen.update(given, image=image)
        return face_result()

    answer(analysis)
    assert perform_run(run_id=run.pk) == "done"
    assert (seen["view"], seen["modality"]) == ("front", "visible")
    assert seen["image"].shape == (400, 320, 3)
    run.refresh_from_db()
    assert run.measurements.get().f_vitiligo == pytest.approx(12.5)


def test_every_stage_is_shown_while_it_lasts(run: Run, answer: Callable[[Analysis], None]) -> None:
    shown = []

    def analysis(
        _image: Image, _models: object, on_stage: Callable[[str], None], **_given: Any
    ) -> FaceResult:
        for stage in ("detect", "face", "quality", "segment", "measure"):
            on_stage(stage)
            run.refresh_from_db()
            shown.append(run.stage)
        return face_result()

    answer(analysis)
    perform_run(run_id=run.pk)
    assert shown == ["detecting", "masking", "masking", "segmenting", "storing"]


def test_a_photo_without_a_face_is_not_measurable(run: Run, answer: Callable[[Analysis], None]) -> None:
    answer(lambda *_args, **_given: NotMeasurable(Reason.NO_FACE))
    assert perform_run(run_id=run.pk) == "not_measurable"
    run.refresh_from_db()
    assert (run.reason_code, run.status) == ("no_face", "not_measurable")
    assert run.reason.startswith("No face was found")


def test_swapped_views_are_said_to_be_so(run: Run, answer: Callable[[Analysis], None]) -> None:
    finding = Finding(Reason.WRONG_VIEW, Verdict.FAIL, 40.0, 10.0, "degrees")
    answer(lambda *_args, **_given: NotMeasurable(Reason.WRONG_VIEW, quality=(finding,)))
    perform_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.reason_code == "wrong_view"
    assert "swapped" in run.reason
    assert run.quality[0]["value"] == 40.0


def test_without_a_usable_release_there_is_no_number(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Predictor[Any]:
        raise WeightsMismatch("The weights file of vitiligo-1 is not the one its card describes.")

    monkeypatch.setattr(work, "active_predictor", refuse)
    assert perform_run(run_id=run.pk) == "not_measurable"
    run.refresh_from_db()
    assert run.reason_code == "no_model"
    assert "vitiligo-1" in run.reason


class Fault(Exception):
    """A fault in the software."""


def test_a_fault_fails_the_run_and_is_not_swallowed(
    run: Run, answer: Callable[[Analysis], None], caplog: pytest.LogCaptureFixture
) -> None:
    def analysis(*_args: Any, **_given: Any) -> FaceResult:
        raise Fault

    answer(analysis)
    with caplog.at_level(logging.ERROR), pytest.raises(Fault):
        perform_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.status, run.reason_code) == ("failed", "fault")
    assert f"run {run.pk}" in run.reason
    assert f"run {run.pk} failed" in caplog.text
    assert "Ada" not in caplog.text


def test_an_altered_original_is_a_fault_and_no_result(run: Run, answer: Callable[[Analysis], None]) -> None:
    path = Path(run.photo.original.path)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\0")
    answer(lambda *_args, **_given: face_result())
    with pytest.raises(OriginalAltered):
        perform_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.status == "failed"


def test_the_original_is_read_upright(photo: Photo) -> None:
    pixels = read_original(photo)
    assert pixels.shape == (photo.height, photo.width, 3)
    assert pixels.dtype == np.uint8


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_worker_that_is_told_to_stop_gives_its_run_back(
    run: Run, answer: Callable[[Analysis], None], stop: type[BaseException]
) -> None:
    def analysis(*_args: Any, **_given: Any) -> FaceResult:
        raise stop

    answer(analysis)
    with pytest.raises(stop):
        perform_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.status == "queued"


@pytest.mark.parametrize("late", ["result", "stage", "fault"])
def test_a_worker_that_lost_its_run_stores_nothing(
    run: Run, answer: Callable[[Analysis], None], late: str
) -> None:
    def analysis(
        _image: Image, _models: object, on_stage: Callable[[str], None], **_given: Any
    ) -> FaceResult:
        queue_run(photo=run.photo)
        assert claim_run(run_id=run.pk, task_id="another") is not None
        if late == "fault":
            raise Fault
        if late == "stage":
            on_stage("segment")
        return face_result()

    answer(analysis)
    assert perform_run(run_id=run.pk) == "superseded"
    run.refresh_from_db()
    assert (run.status, run.attempt, run.task_id) == ("running", 2, "another")
    assert not run.measurements.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_of_the_clinic_does_the_task(run: Run, answer: Callable[[Analysis], None]) -> None:
    answer(lambda *_args, **_given: face_result())
    assert ClinicWorker(name="a-worker").work_once()
    run.refresh_from_db()
    assert run.status == "done"
    assert DBTaskResult.objects.get().return_value == "done"


def test_a_task_delivered_twice_measures_once(run: Run, answer: Callable[[Analysis], None]) -> None:
    answer(lambda *_args, **_given: face_result())
    assert perform_run(run_id=run.pk, task_id="one") == "done"
    assert perform_run(run_id=run.pk, task_id="one") == "not claimed"
    run.refresh_from_db()
    assert run.attempt == 1
