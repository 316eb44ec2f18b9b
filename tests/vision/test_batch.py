"""A batch gives every photo its row, goes on after bad files, and goes on where it stopped."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from analysis.vision.batch import Reader, Status, Unreadable
from analysis.vision.face.batch import LATENCY_COLUMNS, run_batch
from analysis.vision.face.models import FaceModels
from analysis.vision.face.worklist import Item, ManifestUnreadable, read_worklist
from analysis.vision.releases import Release
from analysis.vision.tables import GrowingTable
from analysis.vision.terms import Image, View
from tests.vision.known_networks import DrawnFace, draw_face, known_models


def read(data: bytes) -> Image:
    """A reader as strict as the tests need."""
    if data == b"boom":
        raise RuntimeError("out of memory")
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB) if data else None
    if picture is None:
        raise Unreadable("damaged", "The file is damaged, or is no photo.")
    return picture.astype(np.uint8, copy=False)


@pytest.fixture(scope="module")
def drawn() -> DrawnFace:
    return draw_face((240, 320), share=0.1)


@pytest.fixture
def models(drawn: DrawnFace) -> FaceModels:
    return known_models(drawn.detection)


@pytest.fixture
def photos(tmp_path: Path, drawn: DrawnFace) -> Path:
    folder = tmp_path / "photos"
    (folder / "김").mkdir(parents=True)
    _, png = cv2.imencode(".png", cv2.cvtColor(drawn.image, cv2.COLOR_RGB2BGR))
    (folder / "a.png").write_bytes(png.tobytes())
    (folder / "김" / "b, c.png").write_bytes(png.tobytes())
    (folder / "report.jpg").write_bytes(b"%PDF-1.4")
    (folder / "empty.png").write_bytes(b"")
    (folder / "notes.txt").write_text("no photo")
    (folder / ".hidden.png").write_bytes(b"")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run(folder: Path, models: FaceModels, out: Path, reader: Reader = read) -> Mapping[str, int]:
    summary = run_batch(read_worklist(folder), models, out, reader, progress=False)
    return {**{str(s): n for s, n in summary.counts.items()}, "skipped": summary.skipped}


def test_every_photo_has_one_row_and_bad_files_say_why(
    photos: Path, models: FaceModels, tmp_path: Path, drawn: DrawnFace
) -> None:
    counts = run(photos, models, tmp_path / "out")
    assert counts == {"measured": 2, "not_measurable": 0, "failed": 2, "skipped": 0}
    by_file = {row["file"]: row for row in rows(tmp_path / "out" / "results.csv")}
    assert set(by_file) == {"a.png", "김/b, c.png", "report.jpg", "empty.png"}
    truth = 100 * drawn.vitiligo.sum() / drawn.face.sum()
    assert float(by_file["a.png"]["f_vitiligo"]) == pytest.approx(float(truth), rel=0.05)
    assert by_file["a.png"]["vitiligo"] == f"vitiligo-1 {'0' * 64}"
    assert by_file["report.jpg"]["status"] == Status.FAILED
    assert by_file["report.jpg"]["f_vitiligo"] == ""
    assert by_file["report.jpg"]["message"] == "The file is damaged, or is no photo."


def test_overlays_and_latency_belong_to_measured_photos(
    photos: Path, models: FaceModels, tmp_path: Path
) -> None:
    run(photos, models, tmp_path / "out")
    overlays = list((tmp_path / "out" / "overlays").iterdir())
    assert len(overlays) == 2
    assert {read(path.read_bytes()).shape for path in overlays} == {(320, 240, 3)}
    latency = rows(tmp_path / "out" / "latency.csv")
    assert len(latency) == 2
    assert tuple(latency[0]) == LATENCY_COLUMNS
    assert all(row["device"] == "cpu" and float(row["t_total_ms"]) > 0 for row in latency)
    assert all(float(row["t_seg_ms"]) > 0 and row["width"] == "240" for row in latency)


def test_a_batch_goes_on_where_it_stopped(photos: Path, models: FaceModels, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_batch(read_worklist(photos)[:2], models, out, read, progress=False)
    first = (out / "results.csv").read_text()
    assert run(photos, models, out)["skipped"] == 2
    assert (out / "results.csv").read_text().startswith(first)
    assert run(photos, models, out) == {"measured": 0, "not_measurable": 0, "failed": 0, "skipped": 4}


def test_other_releases_or_other_bytes_are_measured_anew(
    photos: Path, models: FaceModels, tmp_path: Path, drawn: DrawnFace
) -> None:
    out = tmp_path / "out"
    run(photos, models, out)
    old = models.releases["vitiligo"]
    renewed = Release(old.folder, replace(old.card, name="vitiligo-2", sha256="1" * 64))
    counts = run(photos, replace(models, releases={**models.releases, "vitiligo": renewed}), out)
    assert counts["skipped"] == 0
    assert {row["vitiligo"][:10] for row in rows(out / "results.csv")} == {"vitiligo-1", "vitiligo-2"}
    _, jpeg = cv2.imencode(".jpg", drawn.image)
    (photos / "a.png").write_bytes(jpeg.tobytes())
    assert run(photos, models, out)["skipped"] == 3


def test_a_row_cut_short_by_a_crash_is_done_again(photos: Path, models: FaceModels, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(photos, models, out)
    complete = rows(out / "results.csv")
    table = out / "results.csv"
    table.write_bytes(table.read_bytes()[:-30])
    assert run(photos, models, out)["skipped"] == 3
    assert rows(table) == complete


def test_an_analysis_that_breaks_costs_its_photo_only(
    photos: Path, models: FaceModels, tmp_path: Path
) -> None:
    (photos / "0.png").write_bytes(b"boom")
    assert run(photos, models, tmp_path / "out")["measured"] == 2
    broken = rows(tmp_path / "out" / "results.csv")[0]
    assert (broken["file"], broken["status"], broken["reason"]) == ("0.png", "failed", "analysis_error")


def test_a_refusal_is_no_failure_and_has_no_number(photos: Path, tmp_path: Path) -> None:
    counts = run(photos, known_models(), tmp_path / "out")
    assert (counts["measured"], counts["not_measurable"]) == (0, 2)
    refused = rows(tmp_path / "out" / "results.csv")[0]
    assert (refused["reason"], refused["f_vitiligo"], refused["n_face"]) == ("no_face", "", "")
    assert not list((tmp_path / "out" / "overlays").iterdir())


def test_a_manifest_gives_patient_date_view_and_missing_files_a_row(
    photos: Path, models: FaceModels, tmp_path: Path
) -> None:
    manifest = photos / "list.csv"
    manifest.write_text(
        "patient,date,view,file\nP1,2026-01-05,front,a.png\nP1,2026-02-05,,김/b, c.png\n".replace(
            "김/b, c.png", '"김/b, c.png"'
        )
        + "P2,2026-01-05,LEFT,gone.png\n",
        encoding="utf-8",
    )
    items = read_worklist(manifest, View.FRONT)
    assert [item.view for item in items] == [View.FRONT, View.FRONT, View.LEFT]
    run_batch(items, models, tmp_path / "out", read, progress=False)
    table = rows(tmp_path / "out" / "results.csv")
    assert [row["patient"] for row in table] == ["P1", "P1", "P2"]
    assert [row["status"] for row in table] == ["measured", "measured", "failed"]
    assert table[2]["reason"] == "file_missing"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("patient,file\n", "no column date, view"),
        ("patient,date,view,file\nP,,side,a.png\n", "Line 2 .* 'side' is no view"),
        ("patient,date,view,file\nP,,left,\n", "Line 2 .* names no file"),
        ("\x00", "column|CSV"),
    ],
)
def test_a_bad_manifest_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text(text)
    with pytest.raises(ManifestUnreadable, match=message):
        read_worklist(manifest)


def test_a_table_keeps_rows_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with GrowingTable(path, ("a", "b")) as table:
        table.append({"a": "two\nlines", "b": 'quote " comma ,'})
        with pytest.raises(ValueError, match="no column c"):
            table.append({"c": 1})
    assert rows(path) == [{"a": "two lines", "b": 'quote " comma ,'}]
    with pytest.raises(ValueError, match="other columns"):
        GrowingTable(path, ("a", "c"))


def test_two_slots_of_one_file_are_two_pieces_of_work(photos: Path) -> None:
    left, right = (Item(photos / "a.png", "a.png", view=view) for view in (View.LEFT, View.RIGHT))
    assert left.key != right.key
