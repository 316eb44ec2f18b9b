"""The worker process: one task at a time from the database, housekeeping in between, a pulse throughout."""

import logging
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Self

from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as DatabaseWorker
from django_tasks_db.models import DBTaskResult

from clinic.jobs.housekeeping import keep_house, release_tasks
from clinic.jobs.models import BEAT, Worker

logger = logging.getLogger(__name__)
BACKEND = "default"
POLL_SECONDS = 0.25
HOUSEKEEPING_SECONDS = 5.0


class Pulse:
    """Notes in the database, from a thread of its own, that the process lives, however long a task takes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.beat, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        Worker.objects.create(name=self.name, host=socket.gethostname(), pid=os.getpid())
        self.thread.start()
        return self

    def beat(self) -> None:
        while not self.stopping.wait(BEAT.total_seconds()):
            try:
                Worker.objects.all().beat(self.name)
            except OperationalError as error:
                logger.warning("pulse missed: %s", error)
            finally:
                connection.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self.thread.join()
        Worker.objects.all().stop(self.name)
        release_tasks(self.name)


class ClinicWorker(DatabaseWorker):
    """Adds to the database worker what lets it be watched, stopped in peace, and replaced after a crash."""

    def __init__(self, *, name: str, interval: float = POLL_SECONDS, parent: int | None = None) -> None:
        # One task at a time, so that housekeeping comes between two tasks even when the queue never empties.
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=True,
            backend_name=BACKEND,
            startup_delay=False,
            max_tasks=1,
            worker_id=name,
            excluded_queue_names=[],
        )
        self.parent = parent

    def shutdown(self, _signum: int, _frame: FrameType | None) -> None:
        """The first signal lets the task in hand finish; the second does not."""
        if not self.running:
            logger.warning("stopping at once, in the middle of a task")
            self.reset_signals()
            sys.exit(1)
        logger.info("stopping after the task in hand")
        self.running = False

    def run(self) -> None:
        logger.info("worker %s started", self.worker_id)
        next_round = 0.0
        with Pulse(self.worker_id):
            while self.running and not self.is_orphan:
                close_old_connections()
                if time.monotonic() >= next_round:
                    keep_house()
                    next_round = time.monotonic() + HOUSEKEEPING_SECONDS
                if not self.work_once():
                    time.sleep(self.interval)
        logger.info("worker %s stopped", self.worker_id)

    def work_once(self) -> bool:
        """Do the next task, if there is one. Looking first spares SQLite an exclusive lock a poll."""
        if not DBTaskResult.objects.ready().filter(backend_name=self.backend_name).exists():
            return False
        self._run_tasks = 0
        super().run()
        return True

    @property
    def is_orphan(self) -> bool:
        """The supervisor that started the worker died without stopping it."""
        return self.parent is not None and os.getppid() != self.parent

    def configure_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.shutdown)


def default_name() -> str:
    """Unique among all workers of a clinic, and telling where to look for the process."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{timezone.now():%Y%m%dT%H%M%S%f}"
