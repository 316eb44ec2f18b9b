"""The report as a file: what it says, in which scripts, on how many pages, and how fast."""

import re
import sys
import unicodedata
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from time import process_time

import matplotlib
import numpy as np
import pytest
from pypdf import PdfReader
from reportlab.lib.colors import black

from reports.charts import Track
from reports.charts.series import VIEWS
from reports.pdf import PhotoSheet, ReportContent, build_pdf
from reports.pdf.chart import date_ticks
from reports.pdf.fonts import Family, NoTypeface, find_family, script_name
from reports.pdf.photos import LONGEST_SIDE, as_jpeg, face_window, outlines, print_of
from reports.pdf.typesetting import TextStyle, plain, set_line, set_lines, shortened
from tests.reports.conftest import make_content, make_readings, make_sheet

MATPLOTLIB_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
STYLE = TextStyle(10, 13, black)


@pytest.fixture(scope="module")
def family() -> Family:
    return find_family()


@pytest.fixture(scope="module")
def bare_family() -> Family:
    """What a machine has that never heard of fonts: those of the Python packages."""
    return find_family((MATPLOTLIB_FONTS,))


def pages_of(file: bytes) -> list[str]:
    """The text of each page, joined forms and odd spaces undone."""
    pages = PdfReader(BytesIO(file)).pages
    return [re.sub(r"\s+", " ", unicodedata.normalize("NFKC", page.extract_text())) for page in pages]


def text_of(content: ReportContent, family: Family | None = None) -> str:
    return " ".join(pages_of(build_pdf(content, family=family)))


class TestReport:
    def test_says_who_what_and_by_which_release(self, content: ReportContent) -> None:
        text = text_of(content)
        for part in ("Anna Kowalska", "VT-000417", "1988-05-02", "37 years", "Synthetic data", "ab" * 32):
            assert part in text

    def test_values_changes_and_verdicts(self, content: ReportContent) -> None:
        text = text_of(content)
        assert "6.0 %" in text
        assert "−12.0 points (−67 %)" in text
        assert "more than measurement error (2.2)" in text
        assert "Three views pooled: 6.0 %" in text

    def test_what_was_not_measured_says_why_and_is_not_zero(self, content: ReportContent) -> None:
        text = text_of(content)
        assert "not measurable: no face was found" in text
        assert "needs all three views; not measured: right" in text
        values = re.sub(r"\b(?:10|20)?0\.0 %|\b0 %", "", text)
        assert not re.search(r"(?<![\d.])0\.0 %", values)

    def test_every_page_has_the_safety_wording_the_time_and_its_number(self) -> None:
        pages = pages_of(build_pdf(make_content(visits=40)))
        assert len(pages) > 2
        for number, text in enumerate(pages, start=1):
            assert "It does not give a diagnosis." in text
            assert "Differences below 2.2 percentage points are within measurement error." in text
            assert (
                f"Draft produced by software {make_readings(1)[0].release}; not reviewed by a clinician."
                in text
            )
            assert "Report made 2026-01-03 14:05 UTC by Dr. M. Lindqvist" in text
            assert f"Page {number} of {len(pages)}" in text

    def test_signed_values_are_no_draft(self, content: ReportContent) -> None:
        signed = tuple(replace(r, signed=r.n_face is not None) for r in content.readings)
        text = text_of(replace(content, readings=signed))
        assert "not reviewed by a clinician" not in text
        assert "Signed" in text

    def test_unknown_measurement_error_calls_nothing_a_change(self, content: ReportContent) -> None:
        text = text_of(replace(content, sdc95=None))
        assert "no difference is called a change" in text
        assert "more than measurement error (" not in text

    def test_measurement_errors_that_differ_are_told_by_view(self, content: ReportContent) -> None:
        text = text_of(replace(content, sdc95={Track.LEFT: 1.5, Track.FRONT: 2.0}))
        assert "Differences below 1.5 (Left), 2.0 (Front) percentage points" in text

    def test_a_view_without_a_photo(self, content: ReportContent) -> None:
        photos = (*content.photos[:2], PhotoSheet(track=Track.RIGHT))
        readings = tuple(
            r for r in content.readings if r.order != content.readings[-1].order or r.track != "right"
        )
        text = text_of(replace(content, photos=photos, readings=readings))
        assert "No photo of this view" in text
        assert "no photo" in text

    def test_a_first_visit_and_a_visit_without_photos(self) -> None:
        assert "Baseline" in text_of(make_content(visits=1))
        nothing = make_content(visits=1, readings=(), photos=tuple(PhotoSheet(track=view) for view in VIEWS))
        assert "Three views pooled: no photos at this visit." in text_of(nothing)

    def test_the_head_of_the_table_is_repeated(self) -> None:
        pages = pages_of(build_pdf(make_content(visits=60)))
        assert sum("Three views pooled Remarks" in page for page in pages) >= 2

    def test_same_content_makes_the_same_file(self, content: ReportContent) -> None:
        first = build_pdf(content)
        build_pdf(make_content(name="محمد شرما"))  # other glyphs in between
        assert build_pdf(content) == first

    def test_is_built_within_three_seconds(self) -> None:
        photos = tuple(make_sheet(view, (1600, 1068)) for view in VIEWS)
        content = make_content(visits=12, photos=photos)
        start = process_time()
        build_pdf(content)
        assert process_time() - start < 3

    def test_translated_wording(self, content: ReportContent) -> None:
        file = build_pdf(content, translate=lambda text: {"Left": "좌측"}.get(text, text))
        assert "좌측" in " ".join(pages_of(file))

    def test_needs_no_django(self) -> None:
        assert not any(name.startswith("django") for name in vars(sys.modules["reports.pdf.document"]))


class TestScripts:
    @pytest.mark.parametrize(
        "name",
        [
            "김민준",
            "Zoë Müller-Łukasiewicz",
            "Сергей Александрович Щербаков",
            "محمد بن عبد الله",
            "Nguyễn Thị Ánh",
        ],
    )
    def test_names_are_drawn_and_can_be_found_again(self, name: str) -> None:
        text = text_of(make_content(name=name))
        assert name in text
        assert "shown as boxes" not in text

    @pytest.mark.parametrize("name", ["Сергей", "محمد بن عبد الله", "Zoë Łukasiewicz", "김민준"])
    def test_names_without_debian_fonts(self, name: str, bare_family: Family) -> None:
        assert bare_family.missing_scripts([name]) == ()
        assert name in text_of(make_content(name=name), bare_family)

    def test_faces_are_embedded_as_subsets(self, content: ReportContent, family: Family) -> None:
        file = build_pdf(replace(content), family=family)
        assert b"/FontFile2" in file or b"/FontFile" in file
        assert len(file) < 400_000

    def test_a_missing_script_is_named(self, bare_family: Family) -> None:
        text = text_of(make_content(name="สมชาย Anna"), bare_family)
        assert "Some characters are shown as boxes: no installed font covers Thai." in text

    def test_arabic_joins_and_runs_from_right_to_left(self, family: Family) -> None:
        line = set_line("محمد", family, STYLE)
        (run,) = line.runs
        assert run.level == 1
        drawn = "".join(glyph.code for glyph in run.glyphs)
        assert unicodedata.normalize("NFKC", drawn[-1]) == "م"  # the first letter is drawn last, on the right
        assert drawn[-1] != "م"  # in its initial form

    def test_directions_mix_in_one_line(self, family: Family) -> None:
        line = set_line("Dr. محمد (2)", family, STYLE)
        assert [run.level for run in line.runs if "محمد" in run.text] == [1]
        assert line.runs[0].level == 0

    def test_a_name_cannot_turn_the_text_around(self) -> None:
        assert plain("Anna\u202e\u2066 Kow\x00al\nska") == "Anna Kowal ska"

    def test_decomposed_hangul_is_composed(self) -> None:
        assert plain(unicodedata.normalize("NFD", "김민준")) == "김민준"

    @pytest.mark.parametrize(
        ("character", "script"),
        [("ส", "Thai"), ("王", "Han"), ("ש", "Hebrew"), ("ᱚ", "Ol Chiki"), ("é", "Latin")],
    )
    def test_script_names(self, character: str, script: str) -> None:
        assert script_name(character) == script

    def test_a_machine_without_any_face(self, tmp_path: Path) -> None:
        with pytest.raises(NoTypeface):
            find_family((tmp_path,))


class TestLines:
    def test_no_line_is_wider_than_the_column(self, family: Family) -> None:
        text = "A word, محمد بن عبد الله, 김민준 and " + "unbrokenunbroken" * 8
        lines = set_lines(text, family, STYLE, 120)
        assert len(lines) > 3
        assert all(line.width <= 120.01 for line in lines)

    def test_nothing_is_lost(self, family: Family) -> None:
        text = "one two  three " + "x" * 90
        lines = set_lines(text, family, STYLE, 100)
        joined = "".join("".join(run.text for run in line.runs) for line in lines)
        assert joined.replace(" ", "") == text.replace(" ", "")

    def test_line_feeds_are_kept(self, family: Family) -> None:
        assert len(set_lines("one\n\nthree", family, STYLE, 100)) == 3

    def test_a_head_line_gives_way_to_an_ellipsis(self, family: Family) -> None:
        line = shortened("Maria " * 60, family, STYLE, 150)
        assert line.width <= 150
        assert line.runs[-1].text.endswith("…")


class TestPhotos:
    def test_outlines_follow_the_mask_and_its_holes(self) -> None:
        sheet = make_sheet(Track.FRONT)
        assert sheet.face is not None
        assert sheet.vitiligo is not None
        ring = sheet.face * (1 - sheet.vitiligo)
        assert len(outlines(ring)) == 2
        (oval,) = outlines(sheet.face)
        assert oval.min(axis=0) == pytest.approx([1 / 6, 1 / 6], abs=0.02)
        assert oval.max(axis=0) == pytest.approx([5 / 6, 5 / 6], abs=0.02)

    def test_an_empty_mask_has_none(self) -> None:
        sheet = make_sheet(Track.FRONT)
        assert sheet.face is not None
        assert outlines(sheet.face * 0) == []

    def test_a_view_is_cut_to_its_face(self) -> None:
        sheet = make_sheet(Track.FRONT)
        assert sheet.face is not None
        window = face_window(sheet.face, 1.0)  # the face takes two thirds of each side
        assert (window.left, window.top) == pytest.approx((0.093, 0.093), abs=0.01)
        view = print_of(sheet, 2 / 3)
        assert view.photo is not None
        width, height = view.photo.getSize()
        assert width == pytest.approx(height * 2 / 3, abs=2)
        (patch,) = view.vitiligo
        assert patch.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.02)

    def test_a_face_at_the_edge_stays_whole(self) -> None:
        face = np.zeros((300, 200), np.uint8)
        face[:290, 120:] = 1
        window = face_window(face, 1.5)
        assert (window.left, window.top, window.right) == pytest.approx((0, 0, 1), abs=0.01)

    def test_pictures_are_printed_no_larger_than_needed(self) -> None:
        image = make_sheet(Track.LEFT, (2000, 1000)).image
        assert image is not None
        assert as_jpeg(image).getSize() == (LONGEST_SIDE // 2, LONGEST_SIDE)


@pytest.mark.parametrize(
    ("first", "last", "ticks"),
    [
        (date(2025, 1, 14), date(2025, 1, 14), (date(2025, 1, 14),)),
        (date(2025, 1, 14), date(2025, 1, 30), (date(2025, 1, 14), date(2025, 1, 30))),
        (date(2025, 1, 14), date(2025, 4, 2), (date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1))),
        (
            date(2020, 1, 1),
            date(2022, 7, 1),
            tuple(date(y, m, 1) for y in (2020, 2021, 2022) for m in (1, 7)),
        ),
    ],
)
def test_date_ticks(first: date, last: date, ticks: tuple[date, ...]) -> None:
    assert date_ticks(first, last) == ticks
