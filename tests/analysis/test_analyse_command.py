"""`manage.py analyse` measures a folder with the intake of uploads, and refuses to start without networks."""

import csv
from io import StringIO
from pathlib import Path
from typing import NoReturn

import cv2
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from pytest_django import Settings

from analysis.management.commands import analyse
from analysis.models import ModelRelease
from analysis.releases import activate_release, sync_releases
from analysis.vision.batch import Summary
from analysis.vision.face.models import FaceModels
from analysis.vision.phantom.dermoscopy import photograph_lesion
from clinic.accounts.models import User
from tests.analysis.test_releases import NETWORKS, install
from tests.vision.known_lesions import known_lesion_models
from tests.vision.known_networks import draw_face, known_models


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    _, png = cv2.imencode(".png", cv2.cvtColor(draw_face((480, 640)).image, cv2.COLOR_RGB2BGR))
    (folder / "a.png").write_bytes(png.tobytes())
    (folder / "cut.png").write_bytes(png.tobytes()[:-500])
    (folder / "report.jpg").write_bytes(b"%PDF-1.4 and no photo")
    return folder


def test_a_folder_is_measured_and_bad_files_are_explained(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = known_models(draw_face((480, 640)).detection)
    monkeypatch.setattr(analyse, "load_models", lambda *_: models)
    said = StringIO()
    call_command("analyse", str(photos), f"--out={tmp_path}/out", "--weights=any", verbosity=0, stdout=said)
    assert "1 measured, 0 not measurable, 2 failed; 0 were done before." in said.getvalue()
    with (tmp_path / "out" / "results.csv").open(newline="", encoding="utf-8") as file:
        reasons = {row["file"]: row["reason"] for row in csv.DictReader(file)}
    assert reasons == {"a.png": "", "cut.png": "damaged", "report.jpg": "other_format"}


def test_the_view_is_judged(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = known_models(draw_face((480, 640), yaw=0.12).detection)
    monkeypatch.setattr(analyse, "load_models", lambda *_: models)
    said = StringIO()
    call_command(
        "analyse",
        str(photos),
        f"--out={tmp_path}/out",
        "--view=left",
        "--weights=any",
        verbosity=0,
        stdout=said,
    )
    assert "0 measured, 1 not measurable" in said.getvalue()


def test_without_networks_nothing_is_written(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No release"):
        call_command("analyse", str(photos), f"--out={tmp_path}/out", f"--weights={tmp_path}/none")
    assert not (tmp_path / "out").exists()


@pytest.mark.django_db
def test_the_active_releases_measure(
    photos: Path, tmp_path: Path, settings: Settings, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEIGHTS_DIR = tmp_path / "weights"
    for task in NETWORKS:
        install(settings.WEIGHTS_DIR, task)
    sync_releases()
    install(settings.WEIGHTS_DIR, "vitiligo", 2, seed=1)
    sync_releases()
    measured_by: list[str] = []

    def batch(_items: object, models: FaceModels, *_: object, **__: object) -> Summary:
        measured_by.append(models.releases["vitiligo"].name)
        return Summary()

    monkeypatch.setattr(analyse, "run_batch", batch)
    call_command("analyse", str(photos), f"--out={tmp_path}/out", verbosity=0, stdout=StringIO())
    activate_release(release=ModelRelease.objects.get(name="vitiligo-2"), user=administrator)
    call_command("analyse", str(photos), f"--out={tmp_path}/out", verbosity=0, stdout=StringIO())
    assert measured_by == ["vitiligo-1", "vitiligo-2"]


def test_without_tables_it_says_what_to_do(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_tables(_device: str) -> NoReturn:
        raise OperationalError("no such table: analysis_modelrelease")

    monkeypatch.setattr(analyse, "active_models", no_tables)
    with pytest.raises(CommandError, match="migrate"):
        call_command("analyse", str(photos), f"--out={tmp_path}/out")


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("analyse", str(tmp_path / "gone"), f"--out={tmp_path}/out", "--weights=any")


def test_lesions_are_judged_with_their_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyse, "load_lesion_models", lambda *_: known_lesion_models())
    (tmp_path / "lesions").mkdir()
    image = photograph_lesion(6, size=(448, 336), phototype=1).image
    cv2.imwrite(str(tmp_path / "lesions" / "a.png"), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    table = tmp_path / "known.csv"
    table.write_text("image,age,sex,site,mm_per_pixel\na.png,60,female,upper_extremity,0.02\nb.png,300,,,\n")
    said = StringIO()
    call_command(
        "analyse",
        f"--lesions={tmp_path}/lesions",
        f"--metadata={table}",
        f"--out={tmp_path}/out",
        "--weights=any",
        verbosity=0,
        stdout=said,
    )
    assert "1 measured, 0 not measurable, 1 failed; 0 were done before." in said.getvalue()


@pytest.mark.parametrize(
    "wrong", [[], ["photos", "--lesions=lesions"], ["photos", "--metadata=known.csv"]], ids=str
)
def test_faces_and_lesions_are_not_mixed(wrong: list[str], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--lesions"):
        call_command("analyse", *wrong, f"--out={tmp_path}/out", "--weights=any")
    assert not (tmp_path / "out").exists()
