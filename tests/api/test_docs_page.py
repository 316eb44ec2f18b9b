"""The schema page in a real browser, under the application's own content policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from clinic.accounts.models import User

PATIENCE = 30_000
"""Milliseconds; the page's script has more than a megabyte to read."""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_schema_can_be_read_and_tried(
    page: Page, log_in: Callable[[User], None], dermatologist: User
) -> None:
    log_in(dermatologist)
    page.goto("/api/docs/")
    patients = page.locator("#operations-patients-patients_list")
    expect(patients).to_be_visible(timeout=PATIENCE)
    patients.locator("button.opblock-summary-control").click()
    patients.get_by_role("button", name="Try it out").click()
    patients.get_by_role("button", name="Execute").click()
    expect(patients.locator(".live-responses-table tbody .response-col_status")).to_contain_text(
        "200", timeout=PATIENCE
    )
