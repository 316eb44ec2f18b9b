"""The worker's contract, on rows and on real processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from clinic.jobs import housekeeping
from clinic.jobs.models import SILENCE, Worker
from clinic.jobs.worker import ClinicWorker

pytestmark = pytest.mark.django_db
NO_SUCH_PID = 2**22 + 1


def make_worker(
    name: str = "w", *, host: str = "elsewhere", pid: int = 1, silent: timedelta = timedelta()
) -> Worker:
    return Worker.objects.create(name=name, host=host, pid=pid, seen_at=timezone.now() - silent)


def make_held_task(*workers: str) -> "DBTaskResult[..., object]":
    return DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="tests.clinic.sample_tasks.note",
        backend_name="default",
        status=TaskResultStatus.RUNNING,
        worker_ids=list(workers),
    )


def test_a_silent_worker_is_dead_and_gives_its_task_back() -> None:
    make_worker(silent=SILENCE + timedelta(seconds=1))
    task = make_held_task("w")
    assert housekeeping.release_tasks_of_dead_workers() == 1
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY
    assert not Worker.objects.running().exists()


def test_a_worker_of_this_machine_is_dead_as_soon_as_its_process_is_gone() -> None:
    assert make_worker("gone", host=socket.gethostname(), pid=NO_SUCH_PID).is_dead
    assert not make_worker("here", host=socket.gethostname(), pid=os.getpid()).is_dead


def test_the_task_of_a_living_worker_stays_with_it() -> None:
    make_worker()
    task = make_held_task("w")
    assert housekeeping.release_tasks_of_dead_workers() == 0
    task.refresh_from_db()
    assert task.status == TaskResultStatus.RUNNING


def test_a_task_that_kills_every_worker_ends_as_failed() -> None:
    make_worker(silent=timedelta(minutes=1))
    task = make_held_task("x", "y", "w")
    housekeeping.release_tasks_of_dead_workers()
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    assert "WorkerDied" in task.exception_class_path


def test_a_worker_taken_for_dead_that_comes_back_is_alive() -> None:
    worker = make_worker(silent=timedelta(minutes=1))
    housekeeping.release_tasks_of_dead_workers()
    Worker.objects.all().beat(worker.name)
    assert list(Worker.objects.alive()) == [worker]


def test_chores_outlive_a_busy_database_but_not_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def busy() -> None:
        raise OperationalError("database is locked")

    def mistaken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(housekeeping, "CHORES", {"busy": busy, "good": lambda: done.append("good")})
    housekeeping.keep_house()
    assert done == ["good"]
    housekeeping.CHORES["mistaken"] = mistaken
    with pytest.raises(ZeroDivisionError):
        housekeeping.keep_house()


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_ready_tasks_and_says_when_there_is_none() -> None:
    from tests.clinic.sample_tasks import add

    result = add.enqueue(2, 3)
    worker = ClinicWorker(name="w")
    assert worker.work_once()
    assert not worker.work_once()
    result.refresh()
    assert result.return_value == 5


class RealClinic:
    """A data folder with a database file of its own, and worker processes on it."""

    def __init__(self, folder: Path) -> None:
        self.environment = os.environ | {
            "VITITRACK_DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'clinic.sqlite3'}",
            "PYTHONPATH": str(settings.BASE_DIR),
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def shell(self, *lines: str) -> str:
        return self.manage("shell", "--no-imports", "--command", "\n".join(lines))

    def enqueue(self, task: str, *arguments: object) -> str:
        return self.shell(
            f"from tests.clinic.sample_tasks import {task}", f"print({task}.enqueue(*{arguments!r}).id)"
        )

    def status(self, task_id: str) -> str:
        return self.shell(
            "from django_tasks_db.models import DBTaskResult",
            f"print(DBTaskResult.objects.get(pk='{task_id}').status)",
        )

    def start_worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "worker"]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment)
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def real_clinic(tmp_path: Path) -> Iterator[RealClinic]:
    clinic = RealClinic(tmp_path)
    clinic.manage("migrate", "--verbosity", "0")
    yield clinic
    clinic.end()


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)


def test_a_killed_worker_loses_no_task(real_clinic: RealClinic, tmp_path: Path) -> None:
    """SIGKILL in the middle of a task: the next worker finds the task and does it."""
    started, gate = tmp_path / "started", tmp_path / "gate"
    task = real_clinic.enqueue("note_and_wait", str(started), str(gate))
    victim = real_clinic.start_worker()
    wait_for(started.exists)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    assert real_clinic.status(task) == "RUNNING"

    gate.touch()
    real_clinic.start_worker()
    wait_for(lambda: real_clinic.status(task) == "SUCCESSFUL")
    assert started.read_text() == "started\n" * 2


def test_a_stopped_worker_finishes_the_task_in_hand(real_clinic: RealClinic, tmp_path: Path) -> None:
    started, gate = tmp_path / "started", tmp_path / "gate"
    task = real_clinic.enqueue("note_and_wait", str(started), str(gate))
    worker = real_clinic.start_worker()
    wait_for(started.exists)
    worker.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert worker.poll() is None
    gate.touch()
    assert worker.wait(20) == 0
    assert real_clinic.status(task) == "SUCCESSFUL"
