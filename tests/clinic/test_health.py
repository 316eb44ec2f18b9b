from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from clinic import health, probe
from clinic.assets import PACKAGED
from clinic.jobs.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def platform_probes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What apps above the platform add has tests of its own."""
    names = ("database", "storage", "worker")
    monkeypatch.setattr(health, "PROBES", {name: health.PROBES[name] for name in names})


def test_a_living_process_says_so_to_strangers(client: Client) -> None:
    assert client.get("/health/").json() == {"status": "ok"}


def test_ready_means_that_a_worker_is_there(client: Client) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["problems"] == {"worker": "none is running"}
    Worker.objects.create(name="w", host="h", pid=1)
    assert client.get("/health/ready").status_code == 200


def test_ready_means_that_photographs_can_be_stored(client: Client, private_folder: Path) -> None:
    private_folder.parent.mkdir(parents=True, exist_ok=True)
    private_folder.write_text("a file where the folder should be")
    assert "not writable" in client.get("/health/ready").json()["problems"]["storage"]


def test_the_probe_of_storage_leaves_nothing_behind(client: Client, private_folder: Path) -> None:
    client.get("/health/ready")
    assert [path for path in private_folder.rglob("*") if path.is_file()] == []


def test_a_container_can_ask(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITITRACK_ALLOWED_HOSTS", "localhost,other.example.org")
    assert probe.ask(f"{live_server.url}/health/") == 200
    assert probe.ask(f"{live_server.url}/health/ready") == 503


def test_packaged_files_are_found_and_nothing_beside_them() -> None:
    for name in PACKAGED:
        found = finders.find(name)
        assert isinstance(found, str)
        assert Path(found).stat().st_size > 0
    assert finders.find("vendor/widgetbundle.js") is None
