"""`manage.py weights` lists what is there and imports only what it knows."""

import os
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from analysis.vision.face.models import TASKS
from analysis.vision.face.retinaface import RetinaFace
from analysis.vision.releases import WEIGHTS, find_release, load_network, read_release, write_release
from tests.vision.known_networks import card

DATA = Path(os.environ.get("VITITRACK_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
CHECKPOINT = DATA / "reference_weights" / "retinaface_mobilenet0.25_Final.pth"


def weights(folder: Path, *arguments: str) -> str:
    said = StringIO()
    call_command("weights", f"--weights={folder}", *arguments, stdout=said)
    return said.getvalue()


def test_the_list_names_usable_and_unusable_releases(tmp_path: Path) -> None:
    good = write_release(tmp_path / "face_detector-1", RetinaFace(), card("face_detector", "retinaface"))
    bad = write_release(tmp_path / "face_detector-2", RetinaFace(), card("face_detector", "retinaface"))
    (bad.folder / WEIGHTS).write_bytes(b"altered")
    text = weights(tmp_path, "list")
    assert f"face_detector-1  face_detector  {good.sha256}" in text
    assert "face_detector-2  unusable: " in text
    assert "38ec7bb3c9cbfe2f" in text


def test_an_unknown_file_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "evil.pth"
    file.write_bytes(np.random.default_rng(0).bytes(100))
    with pytest.raises(CommandError, match="not in the list"):
        weights(tmp_path / "weights", "import", str(file))
    assert not (tmp_path / "weights").exists()
    with pytest.raises(CommandError, match="No such file"):
        weights(tmp_path / "weights", "import", str(tmp_path / "gone.pth"))


@pytest.mark.data
@pytest.mark.skipif(not CHECKPOINT.exists(), reason="needs the published RetinaFace checkpoint")
def test_the_published_detector_becomes_a_release_once(tmp_path: Path) -> None:
    weights(tmp_path, "import", str(CHECKPOINT))
    release = read_release(tmp_path / "face_detector-widerface")
    assert isinstance(load_network(release), RetinaFace)
    assert release.card.task in TASKS
    with pytest.raises(CommandError, match="installed already"):
        weights(tmp_path, "import", str(CHECKPOINT))
    write_release(tmp_path / "face_detector-1", RetinaFace(), card("face_detector", "retinaface"))
    assert find_release(tmp_path, "face_detector").name == "face_detector-1"
