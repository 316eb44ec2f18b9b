"""The mask editor in a browser: paint, undo, save, and two people at once."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Dialog, Page, expect

from analysis.mask_files import read_mask
from analysis.models import Measurement, ModelRelease
from analysis.reviews import save_masks
from clinic.accounts.models import User
from imaging.models import Photo
from imaging.services import store_photo
from patients.models import Patient, Visit
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[User], None]
# The numbers follow with the next frame.
NEXT_FRAME = "new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))"
PEN = """
([x, y, button]) => {
  const stage = document.querySelector("[data-editor]");
  const box = stage.getBoundingClientRect();
  const send = (type, more) => stage.dispatchEvent(new PointerEvent(type, {
    bubbles: true, pointerId: 7, pointerType: "pen", isPrimary: true, pressure: 0.5,
    clientX: box.left + x, clientY: box.top + y, ...more,
  }));
  stage.setPointerCapture = () => {};
  send("pointerdown", { button, buttons: button === 5 ? 32 : 1 });
  send("pointermove", { clientX: box.left + x + 20, buttons: button === 5 ? 32 : 1 });
  send("pointerup", { button, buttons: 0, pressure: 0 });
}
"""


@pytest.fixture
def photo(visits: list[Visit]) -> Photo:
    return visits[0].photos.get(view="front")


def open_editor(page: Page, photo: Photo) -> None:
    page.goto(f"/photos/{photo.pk}/edit/")
    expect(page.locator("[data-editor][data-ready=all]")).to_be_visible()


def share(page: Page) -> float:
    page.evaluate(NEXT_FRAME)
    return float(page.locator("[data-figure=share]").inner_text().removesuffix(" %"))


def pixels(page: Page, name: str) -> int:
    page.evaluate(NEXT_FRAME)
    return int("".join(filter(str.isdigit, page.locator(f"[data-figure={name}]").inner_text())))


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a pixel of the photograph, which has 320 x 400, is seen on the screen."""
    box = page.locator("[data-editor]").bounding_box()
    assert box is not None
    scale = min(box["width"] / 320, box["height"] / 400)
    left, top = (box["width"] - 320 * scale) / 2, (box["height"] - 400 * scale) / 2
    return box["x"] + left + x * scale, box["y"] + top + y * scale


def drag(page: Page, *points: tuple[float, float]) -> None:
    page.mouse.move(*place(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*place(page, *point), steps=6)
    page.mouse.up()


def save(page: Page, reason: str) -> None:
    page.get_by_label("What was changed, and why").fill(reason)
    page.get_by_role("button", name="Save", exact=True).click()


def newest(photo: Photo) -> Measurement:
    return Measurement.objects.filter(run__photo=photo).order_by("-version")[0]


def test_the_share_follows_the_brush_and_a_new_version_is_saved_to_the_pixel(
    page: Page, photo: Photo, dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    page.goto(f"/photos/{photo.pk}/")
    page.keyboard.press("e")
    expect(page.locator("[data-editor][data-ready=all]")).to_be_visible()
    before = newest(photo)
    assert share(page) == pytest.approx(before.f_vitiligo, abs=0.05)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    page.keyboard.press("]")
    drag(page, (110, 230), (190, 230), (190, 260))
    drawn = pixels(page, "vitiligo")
    assert drawn > before.n_vitiligo + 500
    assert share(page) == pytest.approx(100 * drawn / before.n_face, abs=0.05)
    assert float(page.locator("[data-figure=diceVitiligo]").inner_text()) < 1
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()
    save(page, "a lesion was missed")
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()
    after = newest(photo)
    assert (after.version, after.author, after.reason) == (2, dermatologist, "a lesion was missed")
    assert (after.n_vitiligo, after.n_face) == (drawn, before.n_face)
    assert int(read_mask(after.masks.get(kind="vitiligo")).sum()) == drawn
    assert before.masks.get(kind="face").sha256 == after.masks.get(kind="face").sha256


def test_every_tool_draws_and_twenty_five_steps_are_taken_back(
    page: Page, photo: Photo, dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    open_editor(page, photo)
    start = pixels(page, "vitiligo")
    page.keyboard.press("p")
    for corner in [(105, 260), (150, 260), (150, 290), (105, 290)]:
        page.mouse.click(*place(page, *corner))
    page.locator("[data-editor]").press("Control+Enter")
    assert pixels(page, "vitiligo") == start + 45 * 30
    page.keyboard.press("f")
    page.keyboard.press("e")
    page.mouse.click(*place(page, 120, 270))  # erasing takes the region away again
    assert pixels(page, "vitiligo") == start
    page.keyboard.press("e")
    page.keyboard.press("s")
    drag(page, (120, 110), (130, 110))
    assert pixels(page, "vitiligo") > start
    page.keyboard.press("b")
    for row in range(22):
        page.mouse.click(*place(page, 105 + 4 * row, 140))
    for _step in range(25):
        page.keyboard.press("Control+z")
    assert pixels(page, "vitiligo") == start
    expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Nothing to undo.")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    assert pixels(page, "vitiligo") == start + 45 * 30


def spotted(visit: Visit, user: User, releases: dict[str, ModelRelease]) -> Photo:
    """A measured photograph of even skin with one bright spot of 1018 pixels below what is marked."""
    rows, columns = np.ogrid[:400, :320]
    pixels = np.where((columns - 150) ** 2 + (rows - 250) ** 2 < 18**2, 150, 80).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(np.repeat(pixels[..., None], 3, axis=2)).save(file, "PNG")
    file.seek(0)
    photo = store_photo(visit=visit, view="front", modality="uv_reflectance", file=file, user=user)
    sittings.measure(photo, releases)
    return photo


def test_a_click_takes_what_closes_inside_the_face(
    page: Page,
    patient: Patient,
    releases: dict[str, ModelRelease],
    dermatologist: User,
    log_in: LogIn,
) -> None:
    log_in(dermatologist)
    open_editor(page, spotted(pictures.visit(patient, 9), dermatologist, releases))
    start = pixels(page, "vitiligo")
    page.keyboard.press("g")
    page.mouse.click(*place(page, 2, 2))
    expect(page.get_by_text("Click inside the face outline.")).to_be_visible()
    page.mouse.click(*place(page, 120, 280))
    expect(page.get_by_text("Click inside the lesion.")).to_be_visible()
    page.mouse.click(*place(page, 150, 250))
    assert pixels(page, "vitiligo") - start == pytest.approx(1018, rel=0.05)
    page.keyboard.press("Control+z")
    assert pixels(page, "vitiligo") == start


def test_the_face_is_edited_too_and_vitiligo_outside_it_does_not_count(
    page: Page, photo: Photo, dermatologist: User, log_in: LogIn, complaints: list[str]
) -> None:
    log_in(dermatologist)
    open_editor(page, photo)
    before = newest(photo)
    page.keyboard.press("1")
    page.keyboard.press("f")
    page.keyboard.press("e")
    page.mouse.click(*place(page, 110, 110))
    expect(page.locator("[data-figure=share]")).to_have_text("–")
    expect(page.get_by_text("It is not counted and not saved.")).to_be_visible()
    save(page, "no face at all")
    expect(page.get_by_text("Not saved. The face outline is empty.")).to_be_visible()
    assert all("400" in complaint for complaint in complaints), complaints
    complaints.clear()
    page.locator("[data-editor]").press("Control+z")
    assert pixels(page, "face") == before.n_face
    assert newest(photo).version == 1


def test_the_keyboard_alone_draws(page: Page, photo: Photo, dermatologist: User, log_in: LogIn) -> None:
    log_in(dermatologist)
    open_editor(page, photo)
    start = pixels(page, "vitiligo")
    page.locator("[data-editor]").focus()
    for _step in range(20):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dab = pixels(page, "vitiligo")
    assert dab > start
    for _step in range(8):
        page.keyboard.press("Shift+ArrowRight")
    assert pixels(page, "vitiligo") > dab


def test_a_pen_draws_and_its_other_end_erases(
    page: Page, photo: Photo, dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    open_editor(page, photo)
    start = pixels(page, "vitiligo")
    box = page.locator("[data-editor]").bounding_box()
    assert box is not None
    x, y = place(page, 120, 250)
    page.evaluate(PEN, [x - box["x"], y - box["y"], 0])
    drawn = pixels(page, "vitiligo")
    assert drawn > start
    page.evaluate(PEN, [x - box["x"], y - box["y"], 5])
    assert pixels(page, "vitiligo") == start


def save_behind_the_back(photo: Photo, author: User) -> Measurement:
    """Somebody else takes the upper half of the vitiligo away."""
    measurement = newest(photo)
    vitiligo = read_mask(measurement.masks.get(kind="vitiligo")).copy()
    vitiligo[:170] = 0
    review = save_masks(
        run=measurement.run,
        author=author,
        reason="glare",
        based_on=measurement.version,
        vitiligo=vitiligo,
    )
    return Measurement.objects.get(review=review)


@pytest.fixture
def conflict(
    page: Page,
    photo: Photo,
    dermatologist: User,
    administrator: User,
    log_in: LogIn,
    complaints: list[str],
) -> Measurement:
    """A page whose work was overtaken, with its question on the screen; the version that was faster."""
    log_in(dermatologist)
    open_editor(page, photo)
    drag(page, (110, 250), (180, 250))
    theirs = save_behind_the_back(photo, administrator)
    save(page, "a lesion was missed")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        f"{administrator.username} saved version 2 while you were editing: “glare”."
    )
    assert all("409" in complaint for complaint in complaints), complaints
    complaints.clear()
    assert newest(photo) == theirs
    return theirs


def test_a_conflict_keeps_the_work_on_the_page(page: Page, photo: Photo, conflict: Measurement) -> None:
    drawn = pixels(page, "vitiligo")
    page.get_by_role("button", name="Keep editing").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert pixels(page, "vitiligo") == drawn
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.once("dialog", leave)
    page.get_by_role("link", name="Back to the photograph").click()
    page.wait_for_url(f"**/photos/{photo.pk}/")
    assert asked == ["beforeunload"]


def test_theirs_can_be_loaded(page: Page, conflict: Measurement) -> None:
    page.get_by_role("button", name="Load theirs, drop mine").click()
    expect(page.get_by_text("You now see version 2.")).to_be_visible()
    assert pixels(page, "vitiligo") == conflict.n_vitiligo
    expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()


def test_mine_can_be_saved_on_top_knowingly(page: Page, photo: Photo, conflict: Measurement) -> None:
    drawn = pixels(page, "vitiligo")
    page.get_by_role("button", name="Save mine on top, as version 3").click()
    expect(page.get_by_text("Saved as version 3.")).to_be_visible()
    assert (newest(photo).version, newest(photo).parent, newest(photo).n_vitiligo) == (3, conflict, drawn)


def test_mine_can_be_downloaded(page: Page, conflict: Measurement) -> None:
    downloads: list[str] = []
    page.on("download", lambda download: downloads.append(download.suggested_filename))
    page.get_by_role("button", name="Download mine").click()
    page.wait_for_timeout(1000)
    run = conflict.run_id
    assert sorted(downloads) == [f"run-{run}-face.png", f"run-{run}-vitiligo.png"]
