"""Analysing the demonstration's photographs: the clinic's own workers, on every core, until all is done."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.conf import settings
from tqdm import tqdm

from analysis.models import Run, RunQuerySet
from analysis.run_reasons import RunReason
from analysis.services import queue_run
from imaging.models import Photo

LOOK_SECONDS = 0.5
STOP_SECONDS = 30.0
WORTH_ANOTHER_TRY = list(RunReason)


def synthetic_runs() -> RunQuerySet:
    """The newest analysis of every photograph that stands, of a face or of a lesion."""
    photos = Photo.objects.standing().filter(visit__patient__is_synthetic=True)
    return Run.objects.filter(photo__in=photos).latest_per_photo()


def queue_again() -> int:
    """Another run for photographs that the installation, and not the picture, left without a result."""
    stuck = synthetic_runs().filter(reason_code__in=WORTH_ANOTHER_TRY).select_related("photo")
    for run in stuck:
        queue_run(photo=run.photo)
    return len(stuck)


def finish_queue(processes: int) -> None:
    """Run workers until no synthetic photograph waits any more, showing how far they are."""
    # Second photographs of a repeatability study too, which are nowhere current.
    waiting = Run.objects.unfinished().filter(photo__visit__patient__is_synthetic=True)
    total = waiting.count()
    if not total:
        return
    with _workers(processes) as workers, tqdm(total=total, desc="Analysing", unit="photo") as bar:
        while (left := waiting.count()) and any(worker.poll() is None for worker in workers):
            _show(bar, total - left)
            time.sleep(LOOK_SECONDS)
        _show(bar, total - left)


def _show(bar: tqdm[NoReturn], done: int) -> None:
    """A log that is no terminal gets a line for each step and not for each look."""
    if done > bar.n:
        bar.update(done - bar.n)


@contextmanager
def _workers(processes: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--stop-with-parent"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "VITITRACK_LOG_LEVEL": "WARNING"}
    workers = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)  # noqa: S603  our own interpreter
        for _ in range(processes)
    ]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            _wait(worker)


def _wait(worker: subprocess.Popen[bytes]) -> None:
    """Let a worker finish what it is doing; one that takes too long is killed, which loses nothing."""
    try:
        worker.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
