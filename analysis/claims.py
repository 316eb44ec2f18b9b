"""Holding a run: one attempt at a time may write to it, and only while it shows that it lives.

An attempt's number fences. Every write compares it in the same statement, so that a worker that was only
slow, and whose run was given to another, is refused (`Superseded`) and does not overwrite the other's result.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection
from django.utils import timezone

from analysis.models import Run

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""A run without a sign of life for this long is given to another worker."""
BEAT_SECONDS = 5.0


class Superseded(Exception):
    """The run was given to another attempt; what this one found must not be stored."""


@dataclass(frozen=True)
class Claim:
    """The right to write to a run, until another attempt is made."""

    run_id: int
    attempt: int

    def change(self, **fields: Any) -> None:
        """Write to the run. Raises Superseded when the claim no longer holds."""
        if not Run.objects.all().held_by(self.run_id, self.attempt).update(**fields):
            raise Superseded(f"Run {self.run_id}, attempt {self.attempt}")


def claim_run(*, run_id: int, task_id: str = "") -> Claim | None:
    """Take a queued run; None when there is nothing to do, because another has it or it is finished.

    A running one is taken over only by the very task that holds it: the task engine delivers a task a second
    time only after it found the first worker dead. A run of which it does not know that waits for its lease.
    """
    run = Run.objects.filter(pk=run_id).first()
    if run is None or not (run.status == Run.Status.QUEUED or _is_redelivery(run, task_id)):
        return None
    now = timezone.now()
    same = Run.objects.filter(pk=run_id, status=run.status, attempt=run.attempt)
    taken = same.update(
        status=Run.Status.RUNNING,
        stage=Run.Stage.READING,
        attempt=run.attempt + 1,
        task_id=task_id or run.task_id,
        started_at=now,
        heartbeat_at=now,
    )
    return Claim(run_id, run.attempt + 1) if taken else None


def report_stage(*, claim: Claim, stage: Run.Stage) -> None:
    """Say what is being done, which is also a sign of life. Raises Superseded."""
    claim.change(stage=stage, heartbeat_at=timezone.now())


@contextmanager
def kept_alive(claim: Claim, every: float = BEAT_SECONDS) -> Iterator[None]:
    """While the block runs, show that it does, from a thread of its own: a stage may outlast the lease."""
    stopping = threading.Event()
    thread = threading.Thread(target=_beat, args=(claim, every, stopping), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _is_redelivery(run: Run, task_id: str) -> bool:
    return run.status == Run.Status.RUNNING and bool(task_id) and run.task_id == task_id


def _beat(claim: Claim, every: float, stopping: threading.Event) -> None:
    while not stopping.wait(every):
        try:
            claim.change(heartbeat_at=timezone.now())
        except Superseded:  # the block finds out by itself when it next writes
            return
        except OperationalError as error:
            logger.warning("heartbeat of run %s missed: %s", claim.run_id, error)
        finally:
            connection.close()
