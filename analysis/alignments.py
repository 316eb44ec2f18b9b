"""Two photos of a view over each other: asked for on a page, done by a worker, kept for the next time."""

from __future__ import annotations

import logging
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks.exceptions import TaskResultDoesNotExist

from analysis.models import Alignment, Measurement
from analysis.tasks import align_photos
from imaging.models import Photo

logger = logging.getLogger(__name__)


class NoPair(ValueError):
    """Two photos that nobody would compare; the message can be shown."""


def request_alignment(*, first: Photo, second: Photo) -> Alignment:
    """The alignment of the final measurements of two photos; a worker makes it if there is none yet.

    `first` was taken before `second`. Raises NoPair for photos of two patients or views, of one visit or the
    wrong way round, or without a measurement.
    """
    _require_pair(first, second)
    finals = {one.run.photo_id: one for one in _finals(first, second)}
    if len(finals) < 2:
        raise NoPair(_("Both photographs need a measurement before they can be compared."))
    with transaction.atomic():
        alignment, is_new = Alignment.objects.get_or_create(first=finals[first.pk], second=finals[second.pk])
        if is_new or _is_lost(alignment):
            transaction.on_commit(partial(enqueue_alignment, alignment_id=alignment.pk))
    return alignment


def retry_alignment(*, alignment: Alignment) -> Alignment:
    """Have a failed pair aligned again; one that was refused would be refused again."""
    with transaction.atomic():
        failed = Alignment.objects.filter(pk=alignment.pk, status=Alignment.Status.FAILED)
        if failed.update(status=Alignment.Status.WAITING, reason_code="", task_id=""):
            transaction.on_commit(partial(enqueue_alignment, alignment_id=alignment.pk))
    alignment.refresh_from_db()
    return alignment


def enqueue_alignment(*, alignment_id: int) -> None:
    task = align_photos.enqueue(alignment_id)
    Alignment.objects.waiting().filter(pk=alignment_id).update(task_id=str(task.id))


def fail_alignment(*, alignment_id: int) -> None:
    """Say that the software, and not the photos, was at fault."""
    waiting = Alignment.objects.waiting().filter(pk=alignment_id)
    waiting.update(status=Alignment.Status.FAILED, reason_code="fault", finished_at=timezone.now())


def _require_pair(first: Photo, second: Photo) -> None:
    if first.visit.patient_id != second.visit.patient_id or first.view != second.view:
        raise NoPair(_("Only two photographs of one patient and one view can be compared."))
    if not first.visit.date < second.visit.date:
        raise NoPair(_("The first photograph must be the earlier one."))


def _finals(first: Photo, second: Photo) -> list[Measurement]:
    finals = Measurement.objects.final().filter(run__photo__in=[first, second])
    return list(finals.select_related("run__photo"))


def _is_lost(alignment: Alignment) -> bool:
    """Waiting, and no task will ever end that: its workers died, or it was never made."""
    if not alignment.is_waiting:
        return False
    try:
        return not alignment.task_id or align_photos.get_result(alignment.task_id).is_finished
    except TaskResultDoesNotExist:
        return True
