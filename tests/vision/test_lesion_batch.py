"""A batch of lesions: every photo and every line of the table has its row, bad ones with a reason."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from analysis.vision.batch import Unreadable
from analysis.vision.face.worklist import ManifestUnreadable
from analysis.vision.lesion.batch import LATENCY_COLUMNS, run_lesion_batch
from analysis.vision.lesion.metadata import Metadata, Sex, Site
from analysis.vision.lesion.worklist import read_lesions
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.vision.terms import Image
from tests.vision.known_lesions import known_lesion_models

MODELS = known_lesion_models()
HEADER = "image,age,sex,site,mm_per_pixel\n"


def read(data: bytes) -> Image:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise Unreadable("damaged", "The file is damaged, or is no photo.")
    return picture.astype(np.uint8, copy=False)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "lesions"
    (folder / "second").mkdir(parents=True)
    for name in ("a.png", "b.png", "second/a.png"):
        image = photograph_lesion(6, size=(448, 336), phototype=1).image
        _, png = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        (folder / name).write_bytes(png.tobytes())
    (folder / "noise.png").write_bytes(
        cv2.imencode(".png", np.random.default_rng(1).integers(0, 255, (336, 448, 3)))[1].tobytes()
    )
    return folder


def rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def test_every_photo_and_every_line_has_a_row(photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "known.csv"
    table.write_text(HEADER + "a.png,54,male,head_neck,0.02\nb.png,130,male,,\ngone.png,,,,\n")
    out = tmp_path / "out"
    summary = run_lesion_batch(read_lesions(photos, table), MODELS, out, read, progress=False)
    assert {str(status): n for status, n in summary.counts.items()} == {
        "measured": 2,
        "not_measurable": 1,
        "failed": 2,
    }
    found = rows(out / "results.csv")
    assert set(found) == {"a.png", "b.png", "second/a.png", "noise.png", "gone.png"}
    measured, unknown = found["a.png"], found["second/a.png"]
    assert 0 < float(measured["malignancy"]) < 1
    assert float(measured["malignancy_lesion_fusion"]) > float(unknown["malignancy_lesion_fusion"])
    assert float(measured["diameter_mm"]) == pytest.approx(0.02 * float(measured["diameter_px"]), abs=0.01)
    assert (measured["age"], measured["needs_review"], measured["tone"]) == ("54", "no", "very_light")
    assert measured["lesion_unet"].startswith("lesion_unet-1 ")
    assert unknown["diameter_mm"] == ""
    refused = found["noise.png"]
    assert (refused["status"], refused["reason"], refused["malignancy"]) == (
        "not_measurable",
        "lesion_not_skin",
        "",
    )
    assert (found["b.png"]["age"], found["b.png"]["reason"]) == ("130", "age_out_of_range")
    assert found["gone.png"]["reason"] == "file_missing"
    assert len(list((out / "overlays").iterdir())) == 2
    with (out / "latency.csv").open(newline="") as file:
        latency = list(csv.DictReader(file))
    assert tuple(latency[0]) == LATENCY_COLUMNS
    assert len(latency) == 3
    again = run_lesion_batch(read_lesions(photos, table), MODELS, out, read, progress=False)
    assert again.skipped == 5


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a.png,-1,,,", "age_out_of_range"),
        ("a.png,121,,,", "age_out_of_range"),
        ("a.png,nan,,,", "age_out_of_range"),
        ("a.png,old,,,", "age_out_of_range"),
        ("a.png,,other,,", "unknown_sex"),
        ("a.png,,,nose,", "unknown_site"),
        ("a.png,,,,0", "scale_out_of_range"),
        ("a.png,,,,wide", "scale_out_of_range"),
    ],
)
def test_a_line_that_cannot_be_used_becomes_a_row_with_its_reason(
    photos: Path, tmp_path: Path, line: str, reason: str
) -> None:
    table = tmp_path / "known.csv"
    table.write_text(HEADER + line)
    item = read_lesions(photos / "a.png", table)[0]
    assert item.problem is not None
    assert item.problem.code == reason
    assert line.split(",")[1:] == list(item.told)


def test_what_is_known_is_read_and_what_is_not_stays_unknown(photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "known.csv"
    table.write_text(HEADER + "a.png,0,Female,PALMS_SOLES,0.012\nb.png,120.0,,,\n", encoding="utf-8-sig")
    known = {item.file: item for item in read_lesions(photos, table)}
    assert known["a.png"].metadata == Metadata(0, Sex.FEMALE, Site.PALMS_SOLES)
    assert known["a.png"].mm_per_pixel == 0.012
    assert known["b.png"].metadata == Metadata(120)
    assert known["noise.png"].metadata == Metadata()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("image,age\n", "no column sex, site, mm_per_pixel"),
        (HEADER + ",5,,,\n", "Line 2 .* names no image"),
        (HEADER + "a.png,5,,,\na.png,6,,,\n", "Line 3 .* second time"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(
    photos: Path, tmp_path: Path, text: str, message: str
) -> None:
    table = tmp_path / "known.csv"
    table.write_text(text)
    with pytest.raises(ManifestUnreadable, match=message):
        read_lesions(photos, table)


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_lesions(tmp_path / "gone.png")
