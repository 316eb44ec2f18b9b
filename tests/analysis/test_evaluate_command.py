"""`manage.py evaluate` from the outside."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analysis.vision.phantom.dataset import write_dataset
from analysis.vision.training.splits import PHANTOM_HELD_OUT_FROM


def test_without_image_sets_it_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no image sets in"):
        call_command("evaluate", data=tmp_path, out=tmp_path)


def test_an_unknown_release_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("set,image\n")
    with pytest.raises(CommandError, match="vitiligo-999"):
        call_command("evaluate", data=tmp_path, out=tmp_path, release=["vitiligo-999"])


@pytest.mark.data
def test_a_part_is_measured_and_the_report_is_bound(tmp_path: Path, real_images: Path) -> None:
    phantom = tmp_path / "phantom"
    write_dataset(
        phantom, seeds=[PHANTOM_HELD_OUT_FROM], captures_per_person=1, size=(192, 256), progress=False
    )
    out, shown = tmp_path / "out", StringIO()
    docs = tmp_path / "figures.md"
    options = {"parts": ["face_masks"], "every": 60, "docs": docs}
    call_command("evaluate", data=real_images, phantom=phantom, out=out, stdout=shown, **options)
    report = (out / "report.md").read_text()
    assert report in shown.getvalue()
    assert docs.read_text() == report
    assert "| Face mask, in the true box: faces_multiview, front |" in report
    assert {path.name for path in out.iterdir()} == {
        "face_masks.json",
        "face_masks.png",
        "figures.csv",
        "report.md",
    }
