"""Measuring again what another release measured: the new results lie beside the old and replace nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from analysis.models import Measurement, ModelRelease, Run
from analysis.services import queue_run
from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo, View
from patients.models import Patient


@dataclass(frozen=True)
class Repeat:
    """One photo: what was measured before, and what the active releases say."""

    photo: Photo
    before: Run | None
    """The newest finished run that other releases made; None where there is none."""
    now: Run | None
    """The newest run that the active releases made or are to make."""

    @property
    def is_due(self) -> bool:
        return self.now is None

    @property
    def difference(self) -> float | None:
        """Now minus before in percentage points, where both were measured."""
        before, now = (measurement_of(run) for run in (self.before, self.now))
        return None if before is None or now is None else now.f_vitiligo - before.f_vitiligo


def measurement_of(run: Run | None) -> Measurement | None:
    """The model's own counts of a run that is done, for releases are compared here; None for any other."""
    return run.by_model if run and run.status == Run.Status.DONE else None


def repeats_of(*, patient: Patient) -> list[Repeat]:
    """Every current photo of a patient in the order of the visits, in four queries."""
    current = Photo.objects.current().filter(visit__patient=patient).select_related("visit")
    photos = list(current.order_by("visit__date", "visit__pk"))
    photos.sort(key=lambda photo: (photo.visit.date, photo.visit_id, View.values.index(photo.view)))
    active = _active()
    runs = Run.objects.filter(photo__in=photos).select_related("detector", "matting", "vitiligo")
    runs = runs.prefetch_related("measurements")
    by_photo: dict[int, list[Run]] = {}
    for run in runs.order_by("-pk"):
        by_photo.setdefault(run.photo_id, []).append(run)
    return [_repeat(photo, by_photo.get(photo.pk, []), active) for photo in photos]


def repeat_patient(*, patient: Patient, user: User) -> list[Run]:
    """Have every photo of a patient analysed that the active releases have not seen.

    Earlier results, signed ones with them, stay as they are.
    """
    if not user.may_record:
        raise PermissionDenied
    with transaction.atomic():
        runs = [queue_run(photo=one.photo) for one in repeats_of(patient=patient) if one.is_due]
        if runs:
            detail = {"photos": len(runs), "releases": sorted(release.name for release in _active().values())}
            record(user=user, action=Event.Action.CREATE, target=patient, detail=detail)
    return runs


def measured_by_others(user: User) -> QuerySet[Patient]:
    """Patients with photos whose newest value an inactive release made; `photo_count` says how many."""
    others = Q()
    for task, release in _active().items():
        others |= ~Q(**{Run.RELEASE_COLUMNS[task]: release})
    runs = Run.objects.of_faces().latest_per_photo().filter(others, status=Run.Status.DONE)
    photos = Photo.objects.current().filter(runs__in=runs)
    patients = Patient.objects.visible_to(user).filter(visits__photos__in=photos)
    return patients.annotate(photo_count=Count("visits__photos", distinct=True)).order_by("name", "pk")


def _active() -> dict[str, ModelRelease]:
    active = ModelRelease.objects.filter(is_active=True, task__in=ModelRelease.FACE_TASKS)
    return {release.task: release for release in active}


def _repeat(photo: Photo, runs: list[Run], active: dict[str, ModelRelease]) -> Repeat:
    now = next((run for run in runs if not run.is_finished or _is_by(run, active)), None)
    before = next((run for run in runs if run.is_finished and not _is_by(run, active)), None)
    return Repeat(photo, before, now)


def _is_by(run: Run, active: dict[str, ModelRelease]) -> bool:
    columns = Run.RELEASE_COLUMNS
    return bool(active) and all(getattr(run, columns[task]) == release for task, release in active.items())
