"""Asking for analyses, and finding again those that were lost. Nothing here loads a network."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks.exceptions import TaskResultDoesNotExist

from analysis.claims import LEASE
from analysis.models import Run
from analysis.run_reasons import RunReason
from analysis.tasks import analyse_photo
from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
GRACE = timedelta(seconds=15)
"""Between the commit of a run and its task; only after it a queued run without a task counts as lost."""
LOOKED_AT = 50
"""Queued runs that one round of recovery looks at, the oldest first."""


def queue_run(*, photo: Photo) -> Run:
    """Have a photo analysed; the row is made in the caller's transaction, the task when that commits.

    An analysis of it that has not finished starts over, because what it saw may be outdated.
    """
    with transaction.atomic():
        run = photo.runs.unfinished().select_for_update().first()
        if run is None:
            kind = Run.Kind.LESION if photo.lesion_id else Run.Kind.FACE
            run = Run.objects.create(photo=photo, kind=kind)
        else:
            _requeue(run)
        transaction.on_commit(partial(enqueue_run, run_id=run.pk))
    return run


def rerun(*, photo: Photo, user: User) -> Run:
    """A person asks for another analysis of a photo, for instance after other releases became active."""
    if not user.may_record:
        raise PermissionDenied
    with transaction.atomic():
        run = queue_run(photo=photo)
        record(user=user, action=Event.Action.CREATE, target=run, detail={"photo": photo.pk})
    return run


def enqueue_run(*, run_id: int) -> None:
    """Make the task of a queued run. Raises nothing for a run that is not queued any more."""
    with transaction.atomic():
        queued = Run.objects.filter(pk=run_id, status=Run.Status.QUEUED)
        if queued.update(enqueued_at=timezone.now()):
            queued.update(task_id=str(analyse_photo.enqueue(run_id).id))


def recover_runs() -> int:
    """Give back the runs of workers that died, and enqueue those whose task was lost; how many were found.

    Quick, safe to repeat, and safe beside another worker that does the same.
    """
    return _recover_stale() + _recover_lost()


def _recover_stale() -> int:
    stale = Run.objects.filter(status=Run.Status.RUNNING, heartbeat_at__lt=timezone.now() - LEASE)
    found = 0
    for run in stale:
        with transaction.atomic():
            if run.attempt < MAX_ATTEMPTS:
                found += _requeue(run)
                transaction.on_commit(partial(enqueue_run, run_id=run.pk))
            else:
                found += _give_up(run)
    return found


def _recover_lost() -> int:
    before = timezone.now() - GRACE
    is_old = Q(enqueued_at__lt=before) | Q(enqueued_at__isnull=True, created_at__lt=before)
    queued = Run.objects.filter(is_old, status=Run.Status.QUEUED).order_by("pk")[:LOOKED_AT]
    lost = [run for run in queued if not _has_task(run)]
    for run in lost:
        logger.warning("run %s had lost its task", run.pk)
        enqueue_run(run_id=run.pk)
    return len(lost)


def _has_task(run: Run) -> bool:
    if not run.task_id:
        return False
    try:
        return not analyse_photo.get_result(run.task_id).is_finished
    except TaskResultDoesNotExist:
        return False


def _requeue(run: Run) -> int:
    """Back into the queue, unless the run changed since it was read. The claim on it ends with that."""
    same = Run.objects.filter(pk=run.pk, status=run.status, attempt=run.attempt)
    run.status, run.stage, run.heartbeat_at = Run.Status.QUEUED, Run.Stage.WAITING, None
    logger.info("run %s goes back into the queue after attempt %s", run.pk, run.attempt)
    return same.update(status=run.status, stage=run.stage, heartbeat_at=None, task_id="", enqueued_at=None)


def _give_up(run: Run) -> int:
    logger.error("run %s took %s workers down", run.pk, run.attempt)
    return Run.objects.filter(pk=run.pk, status=run.status, attempt=run.attempt).update(
        status=Run.Status.FAILED,
        stage=Run.Stage.FINISHED,
        finished_at=timezone.now(),
        reason_code=RunReason.WORKERS_DIED,
        reason_facts={"attempts": run.attempt},
    )
