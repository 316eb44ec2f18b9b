"""The cohort and the measurement error, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from analysis.models import ModelRelease
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Patient, Visit
from reports.models import RepeatabilityStudy
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_point_of_the_cohort_opens_its_patients(
    page: Page, visits: list[Visit], patient: Patient, dermatologist: User, log_in: Callable[[User], None]
) -> None:
    Visit.objects.filter(pk=visits[1].pk).update(date="2026-09-02")
    log_in(dermatologist)
    page.goto("/cohort/?track=front")
    shares = page.locator("[data-figure=shares]")
    expect(shares).to_have_attribute("data-drawn", "true")
    expect(page.locator("[data-figure=curves]")).to_have_attribute("data-drawn", "true")
    page.get_by_label("Time to reach").select_option("25")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("threshold=25"))
    expect(shares).to_have_attribute("data-drawn", "true")
    point = shares.locator(".scatterlayer .trace").first.locator(".points path").first
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/cohort/patients/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Assessed about month 6")
    page.get_by_role("link", name=patient.name).click()
    page.wait_for_url(f"**/patients/{patient.pk}/")


def test_a_patient_is_photographed_twice(
    page: Page,
    visits: list[Visit],
    releases: dict[str, ModelRelease],
    photographer: User,
    log_in: Callable[[User], None],
) -> None:
    log_in(photographer)
    page.goto("/models/")
    page.get_by_role("link", name="Measurement error").click()
    page.get_by_label("Name of the study").fill("Autumn")
    page.get_by_role("button", name="Start the study").click()
    page.get_by_role("button", name="Photograph again").first.click()
    # Loaded, and not only there: a file that is chosen before the page's scripts listen is sent by nobody.
    page.wait_for_url("**/repeatability/*/visits/*/")
    file = FilePayload(name="IMG_2.jpg", mimeType="image/jpeg", buffer=pictures.photograph(99).read())
    page.locator("#repeat-front [data-file]").set_input_files(file)
    slot = page.locator("#repeat-front")
    expect(slot).to_contain_text("Being analysed", timeout=60_000)
    pair = RepeatabilityStudy.objects.get().pairs.get()
    sittings.measure(pair.second, releases, rows=38)
    expect(slot.locator(".pair")).to_contain_text("9.5 %")
    page.get_by_role("link", name="Back to the pairs").click()
    expect(page.locator(".pair")).to_contain_text("9.5 %")
    expect(page.get_by_text("Figures appear when two patients")).to_be_visible()
    assert Photo.objects.current().count() == 6
