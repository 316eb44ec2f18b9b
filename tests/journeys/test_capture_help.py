"""Help at the camera, in a browser: ghost, live camera, and three photographs that find their views."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Patient, Visit
from tests.imaging import pictures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def today(visits: list[Visit], patient: Patient) -> Visit:
    """A visit after two measured ones, still without photographs."""
    return pictures.visit(patient, 20)


@pytest.fixture
def visit_page(
    page: Page, today: Visit, photographer: User, log_in: Callable[[User], None], complaints: list[str]
) -> Page:
    log_in(photographer)
    page.goto(f"/visits/{today.pk}/")
    return page


@pytest.fixture
def first_visit_page(
    page: Page, transactional_db: None, photographer: User, log_in: Callable[[User], None]
) -> Page:
    """A first visit in a clinic with the networks of the project: nothing was entered by hand."""
    visit = pictures.visit(pictures.patient(), 20)
    log_in(photographer)
    page.goto(f"/visits/{visit.pk}/")
    return page


def test_a_chosen_photograph_is_held_against_the_last_outline(visit_page: Page) -> None:
    file = FilePayload(name="IMG_9.jpg", mimeType="image/jpeg", buffer=pictures.photograph(99).read())
    visit_page.locator("#slot-front [data-file]").set_input_files(file)
    dialog = visit_page.get_by_role("dialog")
    expect(dialog).to_contain_text("Front")
    expect(dialog).to_contain_text("2026-03-02")
    ghost = dialog.locator("[data-capture-ghost]")
    expect(ghost).to_be_visible()
    assert ghost.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    dialog.get_by_label("Outline").fill("30")
    expect(ghost).to_have_css("opacity", "0.3")
    assert not Photo.objects.filter(visit__date="2026-03-20").exists()
    dialog.get_by_role("button", name="Cancel").click()
    assert not Photo.objects.filter(visit__date="2026-03-20").exists()
    visit_page.locator("#slot-front [data-file]").set_input_files(file)
    dialog.get_by_role("button", name="Use this photograph").click()
    expect(visit_page.locator("#slot-front .shot__photo")).to_be_visible()


def test_the_live_camera_shows_the_ghost_and_takes_the_photograph(visit_page: Page) -> None:
    visit_page.locator("#slot-left").get_by_role("button", name="Camera with the last outline").click()
    dialog = visit_page.get_by_role("dialog")
    expect(dialog.locator("video")).to_be_visible()
    expect(dialog.locator("[data-capture-ghost]")).to_be_visible()
    dialog.get_by_role("button", name="Take the photograph").click()
    expect(dialog.locator("[data-capture-still]")).to_be_visible()
    expect(dialog.locator("video")).to_be_hidden()
    dialog.get_by_role("button", name="Again").click()
    dialog.get_by_role("button", name="Take the photograph").click()
    dialog.get_by_role("button", name="Use this photograph").click()
    expect(visit_page.locator("#slot-left .shot__photo")).to_be_visible()
    assert Photo.objects.current().get(visit__date="2026-03-20").view == "left"


def test_a_browser_without_a_camera_says_what_to_do(visit_page: Page) -> None:
    visit_page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    visit_page.locator("#slot-left [data-live]").click()
    dialog = visit_page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("HTTPS")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()


def test_three_photographs_find_their_views_and_are_corrected_before_saving(
    first_visit_page: Page, sitting: dict[str, Path]
) -> None:
    shuffled = [sitting["right"], sitting["left"], sitting["front"]]
    first_visit_page.locator("[data-together]").set_input_files(shuffled)
    dialog = first_visit_page.get_by_role("dialog")
    save = dialog.get_by_role("button", name="Save the photographs")
    expect(save).to_be_enabled()
    views = dialog.get_by_label("View")
    assert [views.nth(number).input_value() for number in range(3)] == ["right", "left", "front"]
    expect(dialog).to_contain_text("Shows the left view.")
    views.nth(0).select_option("front")
    save.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Two photographs are in one view")
    assert not Photo.objects.filter(visit__date="2026-03-20").exists()
    views.nth(0).select_option("right")
    save.click()
    for view in ("left", "front", "right"):
        expect(first_visit_page.locator(f"#slot-{view} .shot__photo")).to_be_visible()
    stored = Photo.objects.current().filter(visit__date="2026-03-20")
    assert {photo.view: photo.byte_size for photo in stored} == {
        view: file.stat().st_size for view, file in sitting.items()
    }


def test_three_photographs_are_dropped_anywhere_on_the_page(
    first_visit_page: Page, sitting: dict[str, Path]
) -> None:
    transfer = first_visit_page.evaluate_handle(
        """(files) => {
          const transfer = new DataTransfer();
          for (const [name, bytes] of files) {
            transfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
          }
          return transfer;
        }""",
        [[f"{view}.jpg", list(sitting[view].read_bytes())] for view in ("front", "left")],
    )
    first_visit_page.dispatch_event("#slot-left", "dragover", {"dataTransfer": transfer})
    first_visit_page.dispatch_event("#slot-left", "drop", {"dataTransfer": transfer})
    dialog = first_visit_page.get_by_role("dialog")
    save = dialog.get_by_role("button", name="Save the photographs")
    expect(save).to_be_enabled()
    save.click()
    expect(first_visit_page.locator("#slot-front .shot__photo")).to_be_visible()
    expect(first_visit_page.locator("#slot-left .shot__photo")).to_be_visible()
