import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from analysis.models import ModelRelease
from analysis.readiness import missing_releases
from clinic.health import PROBES


def install(folder: Path, task: str) -> Path:
    release = folder / f"{task}-1"
    release.mkdir()
    (release / "card.json").write_text(json.dumps({"task": task}))
    (release / "weights.safetensors").write_bytes(b"weights")
    return release


def test_every_step_needs_a_release_with_weights(tmp_path: Path, settings: Settings) -> None:
    settings.WEIGHTS_DIR = tmp_path
    assert missing_releases() == "none installed for face_detector, face_matting, vitiligo"
    releases = [install(tmp_path, task) for task in ModelRelease.Task.values]
    assert missing_releases() == ""
    (releases[1] / "weights.safetensors").unlink()
    assert missing_releases() == "none installed for face_matting"


@pytest.mark.django_db
def test_a_clinic_without_networks_is_not_ready(client: Client, tmp_path: Path, settings: Settings) -> None:
    settings.WEIGHTS_DIR = tmp_path
    assert "releases" in PROBES
    assert "none installed" in client.get("/health/ready").json()["problems"]["releases"]
