"""The supervisor of web server and worker, on stand-ins for both."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.core.management.base import CommandError

from clinic.jobs.management.commands import serve
from clinic.jobs.management.commands.serve import Clinic, refuse_taken_port

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]
DIES = [sys.executable, "-c", "raise SystemExit(1)"]
ENDS_WITH_3 = [sys.executable, "-c", "raise SystemExit(3)"]
HEAR_NOTHING = "from signal import *; signal(SIGTERM, SIG_IGN); print('deaf', flush=True); pause()"
DEAF = [sys.executable, "-c", HEAR_NOTHING]


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "WATCH_SECONDS", 0.02)
    monkeypatch.setattr(serve, "PATIENCE_SECONDS", (0.02,))


@pytest.fixture
def open_clinic() -> Iterator[Callable[[list[str], list[str]], Clinic]]:
    opened: list[Clinic] = []

    def start(web: list[str], worker: list[str]) -> Clinic:
        clinic = Clinic(web=web, worker=worker)
        opened.append(clinic)
        clinic.start()
        return clinic

    yield start
    for clinic in opened:
        for process in clinic.running.values():
            process.kill()
            process.wait()


Opener = Callable[[list[str], list[str]], Clinic]


def test_a_worker_that_dies_is_replaced_until_the_clinic_is_stopped(open_clinic: Opener) -> None:
    clinic = open_clinic(FOREVER, DIES)
    first = clinic.running["worker"]
    codes: list[int] = []
    watch = threading.Thread(target=lambda: codes.append(clinic.watch()))
    watch.start()
    deadline = time.monotonic() + 30
    while clinic.deaths < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    clinic.stop()
    watch.join(30)
    assert clinic.deaths >= 2
    assert clinic.running["worker"] is not first
    assert codes == [0]
    assert clinic.running["web"].poll() is not None


def test_the_end_of_the_web_server_is_the_end_of_the_clinic(open_clinic: Opener) -> None:
    clinic = open_clinic(ENDS_WITH_3, FOREVER)
    assert clinic.watch() == 3
    assert clinic.running["worker"].poll() is not None


def test_a_process_that_does_not_listen_is_not_waited_for(
    open_clinic: Opener, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "STOP_SECONDS", 0.2)
    clinic = open_clinic(FOREVER, DEAF)
    heard = ""
    while "deaf" not in heard:
        heard += capfd.readouterr().out
        time.sleep(0.02)
    clinic.stop()
    assert clinic.watch() == 0
    assert clinic.running["worker"].poll() == -9


def test_a_taken_port_is_told_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CommandError, match="is taken"):
            refuse_taken_port("127.0.0.1", other.getsockname()[1])
