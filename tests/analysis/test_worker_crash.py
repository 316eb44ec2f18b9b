"""kill -9 in the middle of a run, with real processes on a real database: nothing lost, nothing double."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RUNS = 3

SET_UP = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clinic.accounts.models import Role, User
from imaging.services import store_photo
from tests.imaging import pictures
from tests.analysis.results import active_rows
active_rows()
nurse = User.objects.create(username="nurse", role=Role.PHOTOGRAPHER)
visit = pictures.visit(pictures.patient())
for seed, view in enumerate(["left", "front", "right"]):
    store_photo(visit=visit, view=view, modality="visible", file=pictures.photograph(seed), user=nurse)
"""


class ClinicOfProcesses:
    """A clinic in a folder of its own, used by processes alone; the test looks at its database file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
            "VITITRACK_DATA_DIR": str(folder),
            "SLOW_WORKER_FOLDER": str(folder),
            "OMP_NUM_THREADS": "1",
        }

    def set_up(self) -> None:
        subprocess.run(
            [sys.executable, "-c", SET_UP], cwd=ROOT, env=self.environment, check=True, timeout=120
        )

    def start_worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.analysis.slow_worker"]
        worker = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        self.workers.append(worker)
        return worker

    def starts(self) -> int:
        return len(list(self.folder.glob("started-*")))

    def let_go(self) -> None:
        (self.folder / "go").touch()

    def ask(self, question: str) -> list[Any]:
        with sqlite3.connect(self.folder / "vititrack.sqlite3", timeout=20) as database:
            answer = database.execute(question).fetchall()
        database.close()
        return answer

    def runs(self) -> list[tuple[str, int]]:
        """Status and number of attempts of each run."""
        return self.ask("SELECT status, attempt FROM analysis_run ORDER BY id")

    def are_done(self) -> bool:
        return all(status == "done" for status, _attempt in self.runs())

    def stop(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.kill()
            worker.wait()


def wait_until(is_so: Callable[[], bool], seconds: float = 240.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[ClinicOfProcesses]:
    processes = ClinicOfProcesses(tmp_path)
    processes.set_up()
    yield processes
    processes.stop()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_killed_worker_loses_nothing_and_counts_nothing_twice(clinic: ClinicOfProcesses) -> None:
    victim = clinic.start_worker()
    wait_until(lambda: clinic.starts() == 1)
    victim.kill()
    victim.wait()
    assert [status for status, _attempt in clinic.runs()] == ["running", "queued", "queued"]

    clinic.let_go()
    clinic.start_worker()
    wait_until(clinic.are_done)
    assert clinic.runs() == [("done", 2), ("done", 1), ("done", 1)]
    assert clinic.ask("SELECT count(*), count(DISTINCT run_id) FROM analysis_measurement") == [(RUNS, RUNS)]
    assert clinic.ask("SELECT count(*) FROM analysis_mask") == [(3 * RUNS,)]
    assert clinic.starts() == RUNS + 1


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_worker_that_comes_back_late_is_refused(clinic: ClinicOfProcesses) -> None:
    """SIGSTOP freezes a worker past its lease, as a suspended machine would; another one does its work."""
    late = clinic.start_worker()
    wait_until(lambda: clinic.starts() == 1)
    late.send_signal(signal.SIGSTOP)
    clinic.let_go()
    clinic.start_worker()
    wait_until(clinic.are_done)
    before = clinic.ask("SELECT id, run_id, created_at FROM analysis_measurement ORDER BY id")
    assert len(before) == RUNS
    files = sorted(path.name for path in (clinic.folder / "private" / "masks").rglob("*.png"))

    late.send_signal(signal.SIGCONT)
    late.terminate()
    assert late.wait(timeout=240) == 0
    assert clinic.ask("SELECT id, run_id, created_at FROM analysis_measurement ORDER BY id") == before
    assert clinic.runs() == [("done", 2), ("done", 1), ("done", 1)]
    assert sorted(path.name for path in (clinic.folder / "private" / "masks").rglob("*.png")) == files
