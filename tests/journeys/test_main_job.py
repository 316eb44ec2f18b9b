"""The main job in a real browser: from the login to the report, on the networks of the project."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from clinic.accounts.models import Role, User
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def come_in(page: Page, username: str) -> None:
    page.goto("/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()


def register(page: Page, *, number: str, name: str) -> None:
    page.get_by_role("link", name="New patient").first.click()
    page.get_by_label("Record number").fill(number)
    page.get_by_label("Date of birth").fill("1984-03-02")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Photographs for care").check()
    page.get_by_role("button", name="Open the record").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def add_visit(page: Page) -> None:
    page.get_by_role("link", name="New visit").click()
    page.get_by_label("Skin condition").select_option("clean")
    page.get_by_role("button", name="Continue to the photographs").click()
    expect(page.get_by_role("heading", name=re.compile("Visit of"))).to_be_visible()


def test_from_login_to_report(
    page: Page,
    make_user: Callable[..., User],
    sitting: dict[str, Path],
    work_off_queue: Callable[[], list[str]],
    tmp_path: Path,
) -> None:
    make_user(Role.DERMATOLOGIST, username="derm")
    come_in(page, "derm")
    register(page, number="2026-0001", name="김지우")
    add_visit(page)
    for view, file in sitting.items():
        page.locator(f"#slot-{view} [data-file]").set_input_files(file)
        expect(page.locator(f"#slot-{view} .shot__photo")).to_be_visible()
        expect(page.locator(f"#slot-{view} .state--queued")).to_be_visible()

    assert work_off_queue() == ["done", "done", "done"]
    for view in sitting:  # the page finds out by itself
        expect(page.locator(f"#slot-{view} .state--done")).to_be_visible()
        expect(page.locator(f"#slot-{view} .slot__value")).to_have_text(re.compile(r"^\d+\.\d %$"))

    page.get_by_role("link", name="See the response").click()
    expect(page.locator("#response-chart[data-drawn=true] .scatterlayer .point").first).to_be_visible()
    expect(page.locator(".tile__value")).to_have_count(4)
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (PDF)").click()
    download.value.save_as(tmp_path / "report.pdf")
    assert "김지우" in PdfReader(tmp_path / "report.pdf").pages[0].extract_text()
