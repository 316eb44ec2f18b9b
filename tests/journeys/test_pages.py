"""Every page in a browser: no complaint on the console, keys that work, and nothing that is not allowed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from analysis.models import ModelRelease
from clinic.accounts.models import User
from patients.models import Patient, Visit
from tests.journeys.tour import addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Releases = dict[str, ModelRelease]
LogIn = Callable[[User], None]
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_complains_or_is_wider_than_a_phone(
    page: Page, context: BrowserContext, visits: list[Visit], administrator: User, log_in: LogIn, theme: str
) -> None:
    log_in(administrator)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size(PHONE)
    for address in addresses(visits):
        page.goto(address, wait_until="networkidle")
        expect(page.locator("h1")).to_be_visible()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], (address, width)


def test_a_point_of_the_chart_opens_its_photograph(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    page.goto(f"/patients/{visits[0].patient_id}/")
    chart = page.locator("#response-chart[data-drawn=true]")
    expect(chart).to_be_visible()
    expect(page.locator("[data-chart-summary] li")).to_have_count(4)
    point = chart.locator(".scatterlayer .trace").first.locator(".point").first
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 20, y - 20)
    page.mouse.move(x, y, steps=4)
    expect(chart.locator(".hoverlayer .hovertext")).to_be_visible()
    page.mouse.click(x, y)
    page.wait_for_url("**/photos/*/")


def test_the_theme_is_switched_and_kept(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    page.goto(f"/patients/{visits[0].patient_id}/")
    expect(page.locator("#response-chart[data-drawn=true]")).to_be_visible()
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/patients/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_search_answers_while_typing_and_by_key(
    page: Page, patient: Patient, dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    page.goto("/patients/")
    page.keyboard.press("/")
    page.keyboard.type("nobody")
    expect(page.get_by_text("No patient matches")).to_be_visible()
    page.get_by_role("searchbox").fill("ada")
    expect(page.get_by_role("link", name=patient.name)).to_be_visible()
    assert page.url.endswith("q=ada")


def test_the_viewer_zooms_and_moves_by_keys(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    first, second = (visit.photos.get(view="front") for visit in visits)
    page.goto(f"/photos/{first.pk}/")
    expect(page.locator("canvas.stage__layer")).to_have_count(2)
    fitted = page.locator("[data-scale]").inner_text()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")  # zoomed: moves the picture
    assert page.url.endswith(f"/photos/{first.pk}/")
    assert page.locator("[data-scale]").inner_text() != fitted
    page.keyboard.press("0")
    page.keyboard.press("v")
    expect(page.locator("[data-layer=vitiligo]")).not_to_be_checked()
    page.keyboard.press("ArrowRight")  # fitted: goes to the next visit
    page.wait_for_url(f"**/photos/{second.pk}/")
    expect(page.locator("[data-layer=vitiligo]")).not_to_be_checked()
    page.keyboard.press("1")
    page.wait_for_url(f"**/photos/{visits[1].photos.get(view='left').pk}/")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/patients/{visits[0].patient_id}/")


def test_a_page_is_worked_by_keyboard_alone(
    page: Page, patient: Patient, photographer: User, log_in: LogIn, complaints: list[str]
) -> None:
    log_in(photographer)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("n")
    page.wait_for_url("**/patients/new/")
    page.get_by_label("Record number").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    assert all("422" in complaint for complaint in complaints), complaints
    complaints.clear()


def test_a_researcher_meets_pseudonyms_and_no_way_to_write(
    page: Page, visits: list[Visit], patient: Patient, researcher: User, log_in: LogIn
) -> None:
    log_in(researcher)
    for address in ["/", "/patients/", f"/patients/{patient.pk}/", f"/visits/{visits[0].pk}/"]:
        page.goto(address)
        expect(page.get_by_text(patient.pseudonym).first).to_be_visible()
        expect(page.get_by_text(patient.name)).to_have_count(0)
        expect(page.locator("main form[method=post]")).to_have_count(0)
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)


def test_a_photographer_writes_and_does_not_administer(
    page: Page, visits: list[Visit], photographer: User, log_in: LogIn, complaints: list[str]
) -> None:
    log_in(photographer)
    page.goto(f"/visits/{visits[0].pk}/")
    expect(page.locator("[data-upload]")).to_have_count(3)
    page.goto("/audit/")
    expect(page.get_by_role("heading", name="Not allowed")).to_be_visible()
    assert all("403" in complaint for complaint in complaints), complaints
    complaints.clear()
