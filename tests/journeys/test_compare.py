"""The compare page in a browser: three ways to look, zoom that is linked or not, keys, and the ways in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from analysis.models import ModelRelease
from clinic.accounts.models import User
from patients.models import Patient, Visit
from tests.analysis.alignments import aligned
from tests.pages import sittings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[User], None]


@pytest.fixture
def visits(patient: Patient, photographer: User, releases: dict[str, ModelRelease]) -> list[Visit]:
    return sittings.measured_visits(patient, photographer, releases, [60, 40, 20])


def open_pair(page: Page, visits: list[Visit], first: int = 0, second: int = 2) -> None:
    patient, one, other = visits[0].patient_id, visits[first].pk, visits[second].pk
    page.goto(f"/patients/{patient}/compare/?view=front&first={one}&second={other}")
    expect(page.locator("[data-compare][data-ready]")).to_be_visible()


def transforms(page: Page) -> list[str]:
    script = "all => all.map(content => content.style.transform)"
    found: list[str] = page.locator("[data-content]").evaluate_all(script)
    return found


def test_the_three_ways_to_look(page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn) -> None:
    log_in(dermatologist)
    open_pair(page, visits)
    first, second = page.locator("[data-pane=first]"), page.locator("[data-pane=second]")
    boxes = first.bounding_box(), second.bounding_box()
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    page.keyboard.press("c")
    assert first.bounding_box() == second.bounding_box()
    expect(second).to_have_css("clip-path", "inset(0px 0px 0px 50%)")
    page.keyboard.press("]")
    expect(second).to_have_css("clip-path", "inset(0px 0px 0px 55%)")
    stage = page.locator("[data-compare]").bounding_box()
    assert stage is not None
    middle = stage["y"] + stage["height"] / 2
    page.mouse.move(stage["x"] + 0.55 * stage["width"], middle)
    page.mouse.down()
    page.mouse.move(stage["x"] + 0.25 * stage["width"], middle, steps=5)
    page.mouse.up()
    expect(page.locator("[data-curtain-at]")).to_have_value("25")
    page.keyboard.press("k")
    expect(page.locator("[data-compare][data-seen=second]")).to_be_visible()
    expect(first).to_be_hidden()
    expect(page.locator("[data-compare][data-seen=first]")).to_be_visible()
    expect(second).to_be_hidden()
    page.reload()
    expect(page.locator("[data-compare][data-mode=blink]")).to_be_visible()


def test_zoom_is_linked_until_it_is_unlinked(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    open_pair(page, visits)
    start = transforms(page)
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    linked = transforms(page)
    assert linked[0] == linked[1] != start[0]  # the same landmarks, so the same place
    page.keyboard.press("l")
    box = page.locator("[data-pane=second]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 200)
    page.mouse.wheel(0, -400)
    page.wait_for_function(
        "document.querySelectorAll('[data-content]')[1].style.transform.includes('matrix')"
    )
    unlinked = transforms(page)
    assert unlinked[0] == start[0]
    assert unlinked[1] != start[1]


def test_outlines_are_switched_and_fade(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    open_pair(page, visits)
    outlines = page.locator("[data-outline]")
    expect(outlines.first).to_be_visible()
    page.get_by_label("Opacity").fill("40")
    expect(outlines.first).to_have_css("opacity", "0.4")
    page.keyboard.press("o")
    expect(outlines.first).to_be_hidden()
    expect(outlines.last).to_be_hidden()


def test_baseline_and_previous_are_one_key_away_and_dates_are_chosen(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    page.goto(f"/patients/{visits[0].patient_id}/")
    page.keyboard.press("c")
    expect(page.locator("[data-compare][data-ready]")).to_be_visible()
    expect(page.get_by_label("First")).to_have_value(str(visits[0].pk))
    expect(page.get_by_label("Second")).to_have_value(str(visits[2].pk))
    expect(page.get_by_text("−10.0 points")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_label("First")).to_have_value(str(visits[1].pk))
    expect(page.get_by_text("−5.0 points")).to_be_visible()
    page.keyboard.press("b")
    expect(page.get_by_label("First")).to_have_value(str(visits[0].pk))
    page.keyboard.press(",")
    expect(page.get_by_label("Second")).to_have_value(str(visits[1].pk))
    page.keyboard.press("x")
    expect(page.get_by_label("First")).to_have_value(str(visits[1].pk))
    page.get_by_label("First").select_option(str(visits[2].pk))
    page.wait_for_url(f"**first={visits[2].pk}**")
    page.keyboard.press("1")
    expect(page.get_by_alt_text("Left view of").first).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/patients/{visits[0].patient_id}/")


def test_two_ticked_photographs_of_the_grid_are_compared(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    page.goto(f"/patients/{visits[0].patient_id}/")
    date = [visit.date.isoformat() for visit in visits]
    page.get_by_label(f"Compare Left of {date[2]}").check()
    expect(page.get_by_label(f"Compare Front of {date[0]}")).to_be_disabled()
    page.get_by_label(f"Compare Left of {date[1]}").click()
    page.wait_for_url(f"**/compare/?view=left&first={visits[1].pk}&second={visits[2].pk}")
    page.go_back()
    expect(page.get_by_label(f"Compare Left of {date[2]}")).not_to_be_checked()


def test_curtain_and_blink_lay_the_faces_point_by_point(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    first, second = (visits[number].photos.get(view="front") for number in (0, 2))
    aligned(first, second)
    log_in(dermatologist)
    open_pair(page, visits)
    laid = page.locator("[data-pane=second] img.pane__laid").first
    expect(laid).to_be_hidden()
    expect(page.locator("[data-laid]")).to_be_hidden()
    for key in ("c", "k"):
        page.keyboard.press(key)
        expect(page.locator("[data-pane=second][data-is-laid]")).to_be_attached()
        expect(page.get_by_text("point by point, within 0.4 pixels")).to_be_visible()
    page.keyboard.press("x")  # the later one is the first now
    page.wait_for_url(f"**first={visits[2].pk}**")
    expect(page.locator("[data-pane=first][data-is-laid]")).to_be_attached()
    page.keyboard.press("s")
    expect(page.locator("[data-is-laid]")).to_have_count(0)


def test_without_an_alignment_five_points_do(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    open_pair(page, visits)
    page.keyboard.press("c")
    expect(page.get_by_text("five points of the face")).to_be_visible()
    expect(page.locator("[data-is-laid]")).to_have_count(0)
