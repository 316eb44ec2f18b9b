"""A run is claimed once, ends once, and is neither lost nor counted twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoCaptureOnCommitCallbacks

from analysis import run_reasons
from analysis.claims import LEASE, Claim, Superseded, claim_run, kept_alive, report_stage
from analysis.mask_files import MaskAltered, decode_mask, encode_mask, read_mask
from analysis.models import Mask, Measurement, ModelRelease, Outline, Run
from analysis.outcomes import fail_run, finish_run, give_back, refuse_run
from analysis.run_reasons import SENTENCES
from analysis.services import GRACE, MAX_ATTEMPTS, enqueue_run, queue_run, recover_runs, rerun
from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.jobs.housekeeping import CHORES
from imaging.models import Photo
from imaging.services import store_photo, swap_photos
from patients.models import Visit
from tests.analysis.results import SHAPE, face_result, unsure_result
from tests.imaging import pictures

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


def claimed(run: Run, task_id: str = "") -> Claim:
    claim = claim_run(run_id=run.pk, task_id=task_id)
    assert claim is not None
    return claim


def age(run: Run, field: str, by: timedelta) -> None:
    Run.objects.filter(pk=run.pk).update(**{field: timezone.now() - by})


def stored_files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


# --- queueing ---------------------------------------------------------------------------------------------


def test_storing_a_photo_queues_its_run(run: Run) -> None:
    assert (run.status, run.stage, run.attempt) == ("queued", "waiting", 0)


def test_the_task_comes_with_the_commit(
    visit: Visit, photographer: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        photo = store_photo(
            visit=visit, view="left", modality="visible", file=pictures.photograph(), user=photographer
        )
        assert not DBTaskResult.objects.exists()
    task = DBTaskResult.objects.get()
    assert task.args_kwargs["args"] == [photo.runs.get().pk]
    assert photo.runs.get().task_id == str(task.pk)


def test_a_photo_that_is_not_stored_has_no_run(visit: Visit, photographer: User) -> None:
    with transaction.atomic():
        store_photo(
            visit=visit, view="left", modality="visible", file=pictures.photograph(), user=photographer
        )
        transaction.set_rollback(True)
    assert not Run.objects.exists()


def test_queueing_again_starts_the_unfinished_run_over(run: Run) -> None:
    claim = claimed(run)
    assert queue_run(photo=run.photo) == run
    with pytest.raises(Superseded):
        report_stage(claim=claim, stage=Run.Stage.MASKING)
    assert claimed(run).attempt == 2


def test_a_finished_run_is_followed_by_another(run: Run, photographer: User) -> None:
    refuse_run(claim=claimed(run), code="no_face")
    again = rerun(photo=run.photo, user=photographer)
    assert again != run
    assert Event.objects.filter(object_label="analysis.run", object_id=str(again.pk)).exists()


def test_a_researcher_starts_no_run(run: Run, researcher: User) -> None:
    with pytest.raises(PermissionDenied):
        rerun(photo=run.photo, user=researcher)


def test_one_photo_has_one_unfinished_run(run: Run) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(photo=run.photo)


def test_swapped_views_are_analysed_again(visit: Visit, photo: Photo, photographer: User) -> None:
    other = store_photo(
        visit=visit, view="left", modality="visible", file=pictures.photograph(8), user=photographer
    )
    for one in (photo, other):
        refuse_run(claim=claimed(one.runs.get()), code="wrong_view")
    swap_photos(first=photo, second=other, user=photographer)
    assert photo.runs.unfinished().count() == other.runs.unfinished().count() == 1


# --- claims -----------------------------------------------------------------------------------------------


def test_a_run_is_claimed_once(run: Run) -> None:
    assert claim_run(run_id=run.pk, task_id="one") == Claim(run.pk, 1)
    assert claim_run(run_id=run.pk, task_id="two") is None


def test_a_task_that_is_delivered_again_takes_its_run_over(run: Run) -> None:
    """The engine delivers a task again only when the worker that had it is dead."""
    dead = claimed(run, "one")
    assert claimed(run, "one").attempt == 2
    with pytest.raises(Superseded):
        report_stage(claim=dead, stage=Run.Stage.MASKING)


def test_a_run_that_does_not_exist_is_nothing_to_do() -> None:
    assert claim_run(run_id=4711) is None


def test_a_finished_run_is_not_claimed(run: Run) -> None:
    fail_run(claim=claimed(run), code="fault", facts={"run": run.pk})
    assert claim_run(run_id=run.pk, task_id="") is None


def test_a_run_that_is_given_back_is_claimed_by_the_next(run: Run) -> None:
    give_back(claim=claimed(run))
    assert claimed(run).attempt == 2


@pytest.mark.django_db(transaction=True)
def test_a_working_worker_shows_that_it_lives(run: Run) -> None:
    claim = claimed(run)
    age(run, "heartbeat_at", LEASE * 2)
    beaten = threading.Event()
    with kept_alive(claim, every=0.05):
        for _ in range(100):
            run.refresh_from_db()
            if run.heartbeat_at is not None and run.heartbeat_at > timezone.now() - LEASE:
                beaten.set()
                break
            threading.Event().wait(0.05)
    assert beaten.is_set()
    assert recover_runs() == 0


# --- endings ----------------------------------------------------------------------------------------------


def test_a_measured_run_keeps_everything(run: Run, releases: Releases) -> None:
    measurement = finish_run(claim=claimed(run), result=face_result(), releases=releases)
    run.refresh_from_db()
    measurement.refresh_from_db()
    assert (run.status, run.stage, run.reason) == ("done", "finished", "")
    assert (run.detector, run.matting, run.vitiligo) == (
        releases["face_detector"],
        releases["face_matting"],
        releases["vitiligo"],
    )
    assert (measurement.n_face, measurement.n_vitiligo) == (20_000, 2_500)
    assert measurement.f_vitiligo == pytest.approx(12.5)
    assert run.quality == [
        {
            "code": "blurred",
            "verdict": "pass",
            "value": 0.6,
            "threshold": 0.68,
            "unit": "ratio",
            "fail_threshold": 0.8,
        }
    ]
    assert (measurement.n_glare, measurement.n_vitiligo_glare) == (16, 0)
    assert measurement.glare_percent == pytest.approx(0.08)
    assert measurement.f_vitiligo_without_glare == pytest.approx(100 * 2_500 / 19_984)
    assert run.timings_ms["total"] == 40.0


def test_masks_come_back_as_they_were(run: Run, releases: Releases) -> None:
    result = unsure_result()
    measurement = finish_run(claim=claimed(run), result=result, releases=releases)
    for kind in Mask.Kind:
        pixels = read_mask(measurement.masks.get(kind=kind))
        assert (pixels == getattr(result, kind)).all()
        assert pixels.dtype == result.face.dtype


def test_an_altered_mask_is_not_read(run: Run, releases: Releases) -> None:
    measurement = finish_run(claim=claimed(run), result=face_result(), releases=releases)
    mask = measurement.masks.get(kind="face")
    path = Path(mask.file.path)
    path.chmod(0o600)
    path.write_bytes(encode_mask(face_result().vitiligo))
    with pytest.raises(MaskAltered):
        read_mask(mask)


def test_only_zeros_and_ones_are_a_mask() -> None:
    assert (decode_mask(encode_mask(face_result().glare)) == face_result().glare).all()
    with pytest.raises(ValueError, match="zeros and ones"):
        encode_mask(face_result().face * 255)


def test_both_outlines_fit_their_renditions(run: Run, releases: Releases) -> None:
    from PIL import Image

    measurement = finish_run(claim=claimed(run), result=face_result(), releases=releases)
    sizes = {}
    for outline in Outline.objects.filter(measurement=measurement):
        with Image.open(outline.file.path) as picture:
            sizes[outline.kind] = picture.size
    of_the_photo = {one.kind: (one.width, one.height) for one in run.photo.renditions.all()}
    assert sizes == of_the_photo == {"display": SHAPE[::-1], "thumbnail": (288, 360)}


def test_not_measurable_is_never_zero(run: Run) -> None:
    refuse_run(claim=claimed(run), code="no_face")
    run.refresh_from_db()
    assert (run.status, run.reason_code) == ("not_measurable", "no_face")
    assert run.reason.startswith("No face was found")
    assert not Measurement.objects.exists()


def test_a_reason_is_stored_as_a_code_and_said_in_the_readers_language(run: Run) -> None:
    fail_run(claim=claimed(run), code="fault", facts={"run": run.pk})
    run.refresh_from_db()
    assert run.reason_facts == {"run": run.pk}
    german = {SENTENCES["fault"]: "Fehler in Lauf {run}."}
    with mock.patch.object(run_reasons, "gettext", german.__getitem__):
        assert run.reason == f"Fehler in Lauf {run.pk}."


@pytest.mark.parametrize(("code", "facts"), [("unheard_of", {}), ("fault", {})])
def test_a_reason_that_cannot_be_said_is_not_stored(run: Run, code: str, facts: dict[str, int]) -> None:
    with pytest.raises(KeyError):
        fail_run(claim=claimed(run), code=code, facts=facts)


def test_failed_is_not_the_same_as_not_measurable(run: Run) -> None:
    fail_run(claim=claimed(run), code="fault", facts={"run": run.pk})
    run.refresh_from_db()
    assert (run.status, run.is_finished) == ("failed", True)


@pytest.mark.parametrize("ending", ["finish", "refuse", "fail", "give_back"])
def test_a_late_worker_changes_nothing(
    run: Run, releases: Releases, ending: str, private_folder: Path
) -> None:
    late = claimed(run, "one")
    measurement = finish_run(claim=claimed(run, "one"), result=face_result(), releases=releases)
    before = stored_files(private_folder)
    endings: dict[str, Callable[[], object]] = {
        "finish": lambda: finish_run(claim=late, result=face_result(), releases=releases),
        "refuse": lambda: refuse_run(claim=late, code="no_face"),
        "fail": lambda: fail_run(claim=late, code="fault", facts={"run": run.pk}),
        "give_back": lambda: give_back(claim=late),
    }
    with pytest.raises(Superseded):
        endings[ending]()
    run.refresh_from_db()
    assert (run.status, run.attempt) == ("done", 2)
    assert list(Measurement.objects.all()) == [measurement]
    assert stored_files(private_folder) == before


def test_a_file_left_by_a_dead_worker_does_not_stand_in_the_way(run: Run, releases: Releases) -> None:
    """kill -9 between writing the masks and the commit leaves files without rows."""
    first = claimed(run, "one")
    with transaction.atomic():
        finish_run(claim=first, result=unsure_result(), releases=releases)
        transaction.set_rollback(True)
    assert not Mask.objects.exists()
    finish_run(claim=claimed(run, "one"), result=unsure_result(), releases=releases)
    assert Mask.objects.count() == len(Mask.Kind)


# --- recovery ---------------------------------------------------------------------------------------------


def test_recovery_is_a_chore_of_every_worker() -> None:
    assert CHORES["analysis.services.recover_runs"] is recover_runs


def test_the_run_of_a_dead_worker_is_given_back(
    run: Run, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    dead = claimed(run, "one")
    assert recover_runs() == 0
    age(run, "heartbeat_at", LEASE * 2)
    with django_capture_on_commit_callbacks(execute=True):
        assert recover_runs() == 1
    run.refresh_from_db()
    assert run.status == "queued"
    assert DBTaskResult.objects.filter(id=run.task_id).exists()
    with pytest.raises(Superseded):
        report_stage(claim=dead, stage=Run.Stage.STORING)


def test_a_run_that_kills_its_workers_is_given_up(run: Run) -> None:
    for _ in range(MAX_ATTEMPTS):
        claimed(run)
        age(run, "heartbeat_at", LEASE * 2)
        assert recover_runs() == 1
    run.refresh_from_db()
    assert (run.status, run.reason_code) == ("failed", "workers_died")
    assert "3 times" in run.reason


def test_a_run_without_a_task_gets_one(run: Run) -> None:
    assert recover_runs() == 0
    age(run, "created_at", GRACE * 2)
    assert recover_runs() == 1
    run.refresh_from_db()
    assert DBTaskResult.objects.get().pk == DBTaskResult.objects.get(id=run.task_id).pk
    assert recover_runs() == 0


@pytest.mark.parametrize("fate", ["deleted", "failed"])
def test_a_run_whose_task_was_lost_gets_another(run: Run, fate: str) -> None:
    enqueue_run(run_id=run.pk)
    if fate == "deleted":
        DBTaskResult.objects.all().delete()
    else:
        DBTaskResult.objects.update(status="FAILED", finished_at=timezone.now())
    age(run, "enqueued_at", GRACE * 2)
    assert recover_runs() == 1
    assert DBTaskResult.objects.ready().count() == 1


def test_a_run_that_waits_its_turn_is_left_alone(run: Run) -> None:
    enqueue_run(run_id=run.pk)
    age(run, "enqueued_at", GRACE * 20)
    assert recover_runs() == 0
    assert DBTaskResult.objects.count() == 1
