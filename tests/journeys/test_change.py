"""The map of change under the doctor's hands: one photo or the other, map on and off, by mouse and key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from clinic.accounts.models import User
from patients.models import Visit
from tests.analysis.alignments import aligned

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[User], None]


def test_the_photos_and_the_map_are_switched(
    page: Page, visits: list[Visit], photographer: User, log_in: LogIn
) -> None:
    first, second = (visit.photos.get(view="front") for visit in visits)
    aligned(first, second)
    log_in(photographer)
    page.goto(f"/photos/{second.pk}/")
    page.keyboard.press("m")
    page.wait_for_url(f"**/photos/{second.pk}/change/")
    later, drawn = page.locator("[data-change-later]"), page.locator("[data-change-map]")
    expect(later).to_be_hidden()
    expect(drawn).to_be_visible()
    page.get_by_role("button", name=f"{visits[1].date}").click()
    expect(later).to_be_visible()
    page.keyboard.press("b")
    expect(later).to_be_hidden()
    page.keyboard.press("m")
    expect(drawn).to_be_hidden()


def test_the_patients_page_fills_in_the_regions(
    page: Page, visits: list[Visit], photographer: User, log_in: LogIn
) -> None:
    log_in(photographer)
    page.goto(f"/patients/{visits[0].patient_id}/")
    expect(page.get_by_role("heading", name="Where on the face")).to_be_visible()
    expect(page.locator(".where polyline").first).to_be_attached()


def test_the_regions_are_tinted_on_the_photograph(
    page: Page, visits: list[Visit], photographer: User, log_in: LogIn
) -> None:
    log_in(photographer)
    page.goto(f"/photos/{visits[1].photos.get(view='front').pk}/")
    page.keyboard.press("r")
    tint = page.locator(".stage__heat")
    expect(tint).to_be_visible()
    expect(tint).to_have_js_property("naturalWidth", 320)
    page.keyboard.press("r")
    expect(tint).to_be_hidden()
