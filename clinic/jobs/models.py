"""The processes that do the work behind the pages."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A worker notes every BEAT that it lives; one that missed several is taken for dead.
BEAT = timedelta(seconds=3)
SILENCE = timedelta(seconds=15)


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> Self:
        return self.filter(stopped_at__isnull=True, seen_at__gte=timezone.now() - SILENCE)

    def running(self) -> Self:
        """Not known to have stopped; some of these may be dead."""
        return self.filter(stopped_at__isnull=True)

    def beat(self, name: str) -> None:
        """One that was taken for dead and comes back is alive again."""
        self.filter(name=name).update(seen_at=timezone.now(), stopped_at=None)

    def stop(self, name: str) -> None:
        self.filter(name=name).update(stopped_at=timezone.now())


class Worker(models.Model):
    """One worker process, from its start to its end."""

    name = models.CharField(_("name"), max_length=64)
    host = models.CharField(_("machine"), max_length=255)
    pid = models.PositiveIntegerField(_("process"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now, db_index=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint(fields=["name"], name="worker_name_unique")]

    def __str__(self) -> str:
        return f"{self.name} ({self.host}:{self.pid})"

    @property
    def is_dead(self) -> bool:
        """Silent for too long; or, on this very machine, a process that no longer exists."""
        if self.seen_at < timezone.now() - SILENCE:
            return True
        return self.host == socket.gethostname() and not process_exists(self.pid)


def process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
