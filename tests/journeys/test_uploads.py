"""Every kind of bad input, tried in the browser: a sentence in its slot, and nothing else is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from analysis.models import ModelRelease
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Visit
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(transactional_db: None) -> Visit:
    return pictures.visit(pictures.patient())


@pytest.fixture
def visit_page(
    page: Page, visit: Visit, photographer: User, log_in: Callable[[User], None], complaints: list[str]
) -> Page:
    log_in(photographer)
    page.goto(f"/visits/{visit.pk}/")
    return page


def choose(page: Page, view: str, data: bytes, name: str = "IMG_1.jpg") -> None:
    file = FilePayload(name=name, mimeType="image/jpeg", buffer=data)
    page.locator(f"#slot-{view} [data-file]").set_input_files(file)


def jpeg(seed: int = 0) -> bytes:
    return pictures.photograph(seed).read()


def refusal_is_expected(complaints: list[str]) -> None:
    """The browser notes every answer of 422 on its console; anything else still fails the test."""
    rest = [complaint for complaint in complaints if "422" not in complaint]
    complaints[:] = rest


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"%PDF-1.7\n1 0 obj\n", "whatever its name says", id="PDF renamed to .jpg"),
        pytest.param(jpeg()[:-4000], "damaged or was not copied completely", id="truncated JPEG"),
        pytest.param(pictures.endless_png(), "million pixels", id="50,000 x 50,000 PNG"),
        pytest.param(pictures.moving_gif(), "This file is a GIF picture", id="animated GIF"),
        pytest.param(b"", "empty (0 bytes)", id="zero bytes"),
    ],
)
def test_a_bad_file_is_explained_in_its_slot(
    visit_page: Page, complaints: list[str], data: bytes, sentence: str
) -> None:
    choose(visit_page, "left", jpeg())
    expect(visit_page.locator("#slot-left .shot__photo")).to_be_visible()
    visit_page.get_by_label("Camera or device").fill("Booth 2")
    choose(visit_page, "front", data)
    expect(visit_page.locator("#slot-front [role=alert]")).to_contain_text(sentence)
    expect(visit_page.locator("#slot-left .shot__photo")).to_be_visible()
    expect(visit_page.get_by_label("Camera or device")).to_have_value("Booth 2")
    choose(visit_page, "front", jpeg(1))
    expect(visit_page.locator("#slot-front .shot__photo")).to_be_visible()
    expect(visit_page.locator("#slot-front [role=alert]")).to_be_empty()
    assert Photo.objects.get(view="front").device == "Booth 2"
    refusal_is_expected(complaints)


def test_a_file_of_60_megabytes_is_not_even_sent(visit_page: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    sent: list[str] = []
    visit_page.on("request", lambda request: sent.append(request.method))
    visit_page.locator("#slot-left [data-file]").set_input_files(large)
    expect(visit_page.locator("#slot-left [role=alert]")).to_contain_text("larger than 50 MB")
    assert "POST" not in sent


def test_the_same_photograph_twice_names_its_place(visit_page: Page, complaints: list[str]) -> None:
    choose(visit_page, "left", jpeg())
    expect(visit_page.locator("#slot-left .shot__photo")).to_be_visible()
    choose(visit_page, "right", jpeg())
    expect(visit_page.locator("#slot-right [role=alert]")).to_contain_text("already stored as the left view")
    refusal_is_expected(complaints)


def test_a_photo_without_a_face_says_so_when_the_result_arrives(visit_page: Page, visit: Visit) -> None:
    choose(visit_page, "front", jpeg())
    expect(visit_page.locator("#slot-front .state--queued")).to_be_visible()
    sittings.refuse(visit.photos.get())
    expect(visit_page.locator("#slot-front .state--not_measurable")).to_be_visible()
    expect(visit_page.locator("#slot-front")).to_contain_text("No face was found in this photo.")
    expect(visit_page.locator("#slot-front")).not_to_contain_text("0.0 %")


def test_swapped_views_are_put_right_with_one_click(
    visit_page: Page, visit: Visit, photographer: User
) -> None:
    left, right = (sittings.photo_of(visit, view, photographer) for view in ("left", "right"))
    visit_page.reload()
    visit_page.locator("#slot-left summary").click()
    visit_page.locator("#slot-left").get_by_role("button", name="This is Right").click()
    expect(visit_page.locator(f"#slot-right img[src='/photos/{left.pk}/display.jpg']")).to_be_visible()
    expect(visit_page.locator(f"#slot-left img[src='/photos/{right.pk}/display.jpg']")).to_be_visible()


def test_a_photograph_is_dropped_onto_its_slot(visit_page: Page) -> None:
    transfer = visit_page.evaluate_handle(
        """(bytes) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], "drop.jpg", { type: "image/jpeg" }));
          return transfer;
        }""",
        list(jpeg()),
    )
    visit_page.dispatch_event("#slot-right", "dragover", {"dataTransfer": transfer})
    visit_page.dispatch_event("#slot-right", "drop", {"dataTransfer": transfer})
    expect(visit_page.locator("#slot-right .shot__photo")).to_be_visible()


def test_a_lost_connection_is_said_and_the_photograph_can_be_sent_again(
    visit_page: Page, complaints: list[str], releases: dict[str, ModelRelease]
) -> None:
    visit_page.route("**/photos/left/", lambda route: route.abort())
    choose(visit_page, "left", jpeg())
    expect(visit_page.locator("#slot-left [role=alert]")).to_contain_text("connection was lost")
    visit_page.unroute("**/photos/left/")
    choose(visit_page, "left", jpeg())
    expect(visit_page.locator("#slot-left .shot__photo")).to_be_visible()
    expected = ("ERR_FAILED", "htmx:sendError", "htmx:afterRequest")
    assert [complaint for complaint in complaints if not any(one in complaint for one in expected)] == []
    complaints.clear()
