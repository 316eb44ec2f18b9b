"""The page of a lesion in the report, and alone: complete, with no number where the estimate is withheld."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from pypdf import PdfReader

from reports.pdf import ReportContent, build_pdf
from reports.pdf.lesions import TINT, tinted
from reports.pdf.safety import lesion_sentence
from tests.lesions.sheets import make_sheet
from tests.reports.conftest import make_content

WITHHELD = "The picture is not sharp. Hold the camera still and take it again."


@pytest.fixture(scope="module")
def content() -> ReportContent:
    return make_content()


def pages_of(content: ReportContent) -> list[str]:
    pages = PdfReader(BytesIO(build_pdf(content))).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def test_each_lesion_has_a_page_of_the_report(content: ReportContent) -> None:
    before = len(pages_of(content))
    sheets = (make_sheet(name="First lesion"), make_sheet(name="Second lesion"))
    pages = pages_of(replace(content, lesions=sheets))
    assert len(pages) == before + 2
    for name, page in zip(("First lesion", "Second lesion"), pages[-2:], strict=True):
        for text in (
            name,
            "U-Net (picked)",
            "DeepLabV3",
            "Dice 0.93",
            "0.44 ± 0.04",
            "Indeterminate: needs clinician review",
            "Asymmetry",
            "Sharpness",
            "even border",
            "Information, not an order. Source: House rule 7",
            "not reviewed by a clinician",
            lesion_sentence(),
        ):
            assert text in page, text


def test_a_lesion_alone_says_nothing_about_the_face(content: ReportContent) -> None:
    alone = replace(content, photos=(), readings=(), lesions=(make_sheet(),))
    text = " ".join(pages_of(alone))
    assert "Report of a single lesion" in text
    assert lesion_sentence() in text
    for word in ("F-Vitiligo", "Vitiligo type", "Response over time"):
        assert word not in text


def test_a_withheld_estimate_gives_its_reason_and_no_number(content: ReportContent) -> None:
    sheet = make_sheet(
        withheld=WITHHELD,
        masks=(),
        agreement="",
        opinions=(),
        description=(),
        note="",
        next_step="",
        drafts=(),
    )
    text = " ".join(pages_of(replace(content, photos=(), readings=(), lesions=(sheet,))))
    assert WITHHELD in text
    assert "±" not in text
    assert "Dice" not in text
    assert lesion_sentence() in text


def test_the_overlay_is_red_inside_the_mask_and_nothing_outside() -> None:
    image, mask = np.full((4, 4, 3), 100, np.uint8), np.zeros((4, 4), np.uint8)
    mask[1:3, 1:3] = 1
    over = tinted(image, mask)
    assert (over[mask == 0] == 100).all()
    assert (abs(over[1, 1].astype(float) - TINT) < abs(100 - TINT)).all()
