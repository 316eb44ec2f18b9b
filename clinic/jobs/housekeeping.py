"""What a worker does between tasks: give back what a dead worker held, and whatever other apps register."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import OperationalError, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from clinic.jobs.models import Worker

logger = logging.getLogger(__name__)
Chore = Callable[[], object]
ChoreT = TypeVar("ChoreT", bound=Callable[[], object])
CHORES: dict[str, Chore] = {}

# A task that took this many workers down with it is not given to another.
DELIVERIES = 3
KEEP = timedelta(days=7)


class WorkerDied(RuntimeError):
    """Every worker that was given the task died while doing it."""


def housekeeping(chore: ChoreT) -> ChoreT:
    """Register a function that each worker calls at its start and every few seconds between tasks.

    It must be quick, safe to repeat and safe beside another worker that does the same.
    """
    CHORES[f"{chore.__module__}.{getattr(chore, '__qualname__', chore)}"] = chore
    return chore


def keep_house() -> None:
    """Do every chore once. What a busy database refuses, the next round tries again."""
    for name, chore in CHORES.items():
        try:
            chore()
        except OperationalError as error:
            logger.warning("housekeeping %s postponed: %s", name, error)


@housekeeping
def release_tasks_of_dead_workers() -> int:
    """Give back the tasks that dead workers held; how many were found."""
    found = 0
    for worker in Worker.objects.running():
        if worker.is_dead:
            Worker.objects.stop(worker.name)
            found += release_tasks(worker.name)
            logger.warning("worker %s is gone", worker)
    return found


@transaction.atomic
def release_tasks(worker_name: str) -> int:
    """Make what one worker was doing ready again, or failed when it went wrong too often.

    Tasks are therefore delivered at least once; their bodies are idempotent, and a run's attempt number
    refuses the result of a worker that was only slow.
    """
    held = [
        task
        for task in DBTaskResult.objects.running().select_for_update()
        if task.worker_ids and task.worker_ids[-1] == worker_name
    ]
    for task in held:
        if len(task.worker_ids) >= DELIVERIES:
            task.set_failed(WorkerDied(f"given to {len(task.worker_ids)} workers, each of which died"))
        else:
            task.status = TaskResultStatus.READY
            task.started_at = None
            task.save(update_fields=["status", "started_at"])
    return len(held)


@housekeeping
def forget_the_past() -> None:
    """Rows of finished tasks and stopped workers are kept for a week, to look into."""
    before = timezone.now() - KEEP
    DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
    Worker.objects.filter(stopped_at__lt=before).delete()
