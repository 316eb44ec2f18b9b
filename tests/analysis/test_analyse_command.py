"""`manage.py analyse` measures a folder with the intake of uploads, and refuses to start without networks."""

import csv
from io import StringIO
from pathlib import Path

import cv2
import pytest
from django.core.management import CommandError, call_command

from analysis.management.commands import analyse
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
    call_command("analyse", str(photos), f"--out={tmp_path}/out", verbosity=0, stdout=said)
    assert "1 measured, 0 not measurable, 2 failed; 0 were done before." in said.getvalue()
    with (tmp_path / "out" / "results.csv").open(newline="", encoding="utf-8") as file:
        reasons = {row["file"]: row["reason"] for row in csv.DictReader(file)}
    assert reasons == {"a.png": "", "cut.png": "damaged", "report.jpg": "other_format"}


def test_the_view_is_judged(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = known_models(draw_face((480, 640), yaw=0.12).detection)
    monkeypatch.setattr(analyse, "load_models", lambda *_: models)
    said = StringIO()
    call_command("analyse", str(photos), f"--out={tmp_path}/out", "--view=left", verbosity=0, stdout=said)
    assert "0 measured, 1 not measurable" in said.getvalue()


def test_without_networks_nothing_is_written(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No release"):
        call_command("analyse", str(photos), f"--out={tmp_path}/out", f"--weights={tmp_path}/none")
    assert not (tmp_path / "out").exists()


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("analyse", str(tmp_path / "gone"), f"--out={tmp_path}/out")
