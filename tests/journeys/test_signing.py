"""From the worklist to a signed report in a real browser: what a doctor does with new photographs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from analysis.models import Review
from clinic.accounts.models import User
from patients.models import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[User], None]


def test_from_the_worklist_to_a_signed_report(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn, tmp_path: Path
) -> None:
    log_in(dermatologist)
    page.goto("/")
    expect(page.locator(".worklist-tabs [aria-current=page]")).to_contain_text("Not signed 2")
    page.get_by_role("link", name="Review and sign").first.click()
    page.wait_for_url(f"**/visits/{visits[1].pk}/")
    page.locator(".sign > summary").click()
    page.get_by_role("button", name="Sign left 10.0 %, front 10.0 %, right 10.0 %").click()
    expect(page.get_by_text("3 values are signed and final.")).to_be_visible()
    expect(page.locator(".sign")).to_have_count(0)

    front = visits[0].photos.get(view="front")
    page.goto(f"/photos/{front.pk}/")
    page.locator(".sign > summary").press("Enter")
    page.get_by_role("button", name="Sign 15.0 %").click()
    expect(page.get_by_text(f"Signed by {dermatologist.username} on")).to_be_visible()
    expect(page.locator(".history__item .badge--signed")).to_be_visible()
    assert Review.objects.filter(state="signed").count() == 4

    page.goto(f"/patients/{visits[0].patient_id}/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (PDF)").click()
    download.value.save_as(tmp_path / "report.pdf")
    assert "Final: reviewed and signed" in PdfReader(tmp_path / "report.pdf").pages[0].extract_text()
    page.reload()
    expect(page.locator("#reports .badge--signed")).to_be_visible()


def test_a_retake_is_asked_for_and_found_on_the_worklist(
    page: Page, visits: list[Visit], photographer: User, log_in: LogIn
) -> None:
    log_in(photographer)
    page.goto(f"/photos/{visits[0].photos.get(view='left').pk}/")
    page.get_by_text("Ask for a retake…").click()
    page.get_by_label("What should be better in the next photograph?").fill("Hair over the temple")
    page.get_by_role("button", name="Ask for a retake").click()
    expect(page.get_by_role("heading", name="Retake asked for")).to_be_visible()
    page.goto("/")
    page.get_by_role("link", name="Retakes asked for").click()
    expect(page.get_by_text("Hair over the temple")).to_be_visible()
    page.get_by_role("link", name="Retake", exact=True).click()
    page.wait_for_url(f"**/visits/{visits[0].pk}/#slot-left")
