"""A single lesion in a real browser: entered by a click on the body, photographed, judged, signed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from pypdf import PdfReader

from analysis.models import ModelRelease
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Lesion, Patient
from reports.next_steps import publish_next_step
from tests.imaging import pictures
from tests.journeys.test_accessibility import grave_findings
from tests.lesions import sittings
from tests.lesions.results import active_lesion_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[User], None]
Releases = dict[str, ModelRelease]
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def lesion_releases(transactional_db: None) -> Releases:
    return active_lesion_rows()


def test_from_the_body_map_to_a_signed_assessment(
    page: Page,
    patient: Patient,
    dermatologist: User,
    administrator: User,
    lesion_releases: Releases,
    log_in: LogIn,
    tmp_path: Path,
) -> None:
    publish_next_step(
        lesion_class="benign",
        band="indeterminate",
        text="What a clinician would consider: dermoscopy.",
        source="House rule 7",
        by=administrator,
    )
    pictures.visit(patient)
    log_in(dermatologist)
    page.goto(f"/patients/{patient.pk}/")
    page.get_by_role("link", name="New lesion").click()
    page.get_by_label("Site").select_option("posterior_torso")
    drawing = page.get_by_role("img", name="Body map, Back")
    box = drawing.bounding_box()
    assert box is not None
    drawing.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.3})
    expect(page.get_by_label("Back", exact=True)).to_be_checked()
    expect(page.get_by_label("Across the body map")).to_have_value(re.compile(r"0\.(39|4)"))
    page.get_by_label("Down the body map").press("ArrowUp")
    page.get_by_role("button", name="Enter the lesion").click()
    expect(page.get_by_text("The lesion is entered.")).to_be_visible()

    file = tmp_path / "IMG_0001.png"
    file.write_bytes(sittings.picture(3).getvalue())
    page.get_by_label("Scale, mm per pixel").fill("0.02")
    page.locator("#lesion-upload [data-file]").set_input_files(file)
    expect(page.locator(".lesion-visit .state--queued")).to_be_visible()
    photo = Photo.objects.get(lesion__label="L1")
    assert photo.mm_per_pixel == 0.02
    sittings.assess(photo, lesion_releases, malignancy=0.4)
    visit = page.locator(".lesion-visit")
    expect(
        visit.get_by_text("Indeterminate: needs clinician review")
    ).to_be_visible()  # it finds out by itself
    visit.get_by_role("link", name="Photograph of").click()

    expect(page.get_by_text("What a clinician would consider: dermoscopy.")).to_be_visible()
    overlay = page.locator(".lesion-frame__layer--overlay")
    expect(overlay).to_be_visible()
    page.get_by_label("Red overlay").uncheck()
    expect(overlay).to_be_hidden()
    page.get_by_text("Show the photograph with more contrast").click()
    for name in ("More contrast", "Hair removed", "Glare reduced"):
        expect(page.get_by_role("img", name=name)).to_be_visible()
    page.get_by_text("Take this mask…").click()
    page.get_by_label("Why does this mask fit better?").fill("It holds the pale border")
    page.get_by_role("button", name="Take the mask of DeepLabV3").click()
    expect(page.get_by_text("The other mask is taken.")).to_be_visible()
    page.get_by_text("Edit the note…").click()
    page.get_by_label("Note", exact=True).fill("Seen with the patient; dermoscopy in three months.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("worded by a person", exact=True)).to_be_visible()
    page.locator(".sign > summary").click()
    page.get_by_role("button", name="Sign the assessment").click()
    expect(page.get_by_text(f"Signed by {dermatologist.username} on")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Report (PDF)").click()
    download.value.save_as(tmp_path / "lesion.pdf")
    text = " ".join(PdfReader(tmp_path / "lesion.pdf").pages[0].extract_text().split())
    assert "DeepLabV3 (picked)" in text

    page.goto("/lesions/?show=unsigned")
    expect(page.get_by_text("No lesion is in this list.")).to_be_visible()


def test_the_pages_of_lesions_are_open_to_all_and_fit_a_phone(
    page: Page, patient: Patient, administrator: User, lesion_releases: Releases, log_in: LogIn
) -> None:
    lesion = sittings.entered(patient, administrator)
    visits = [pictures.visit(patient, day) for day in (1, 2, 3)]
    photos = [sittings.photographed(lesion, visit, administrator) for visit in visits]
    for photo in photos[:2]:
        sittings.assess(photo, lesion_releases, malignancy=0.8, apart=0.3, agreement=0.5)
    sittings.withhold(photos[2])
    log_in(administrator)
    page.set_viewport_size(PHONE)
    findings = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for address in pages_of(lesion, photos):
            page.goto(address, wait_until="networkidle")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"], (address, width)
            findings += grave_findings(page)
    assert findings == []


def pages_of(lesion: Lesion, photos: list[Photo]) -> list[str]:
    patient = f"/patients/{lesion.patient_id}/"
    return [
        "/lesions/",
        "/lesions/?show=review",
        "/lesions/next-steps/",
        "/lesions/next-steps/new/",
        f"/lesions/{lesion.pk}/",
        f"/lesions/{lesion.pk}/edit/",
        f"{patient}lesions/new/",
        f"/lesions/photos/{photos[0].pk}/",
        f"/lesions/photos/{photos[2].pk}/",
        patient,
    ]
