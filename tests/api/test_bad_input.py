"""Bad input by program: refused in the very words of the page, and nothing that was there is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from analysis.demo.rendering import camera_file
from analysis.vision.phantom import Person, Scene, Vitiligo, take_photo
from analysis.vision.terms import Modality, View
from analysis.work import perform_run
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Visit
from tests.imaging import pictures

pytestmark = pytest.mark.django_db
SEED = 900_322  # held out: no release has seen this person
MEBIBYTE = 1024 * 1024


def upload(client: APIClient, visit: Visit, view: str, data: bytes) -> Any:
    file = BytesIO(data)
    file.name = "IMG_0001.jpg"
    facts = {"visit": visit.pk, "view": view, "modality": "uv_reflectance", "file": file}
    return client.post("/api/photos/", facts, format="multipart")


def on_the_page(client: Client, visit: Visit, view: str, data: bytes) -> str:
    """What the page says about the same file."""
    file = BytesIO(data)
    file.name = "IMG_0001.jpg"
    address = reverse("pages:photo_upload", args=[visit.pk, view])
    answer = client.post(
        address, {"file": file, "modality": "uv_reflectance"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    return answer.content.decode()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        pytest.param(pictures.endless_png, "too_many_pixels", id="50,000 x 50,000 PNG"),
        pytest.param(pictures.moving_gif, "other_format", id="animated GIF"),
        pytest.param(lambda: pictures.photograph().read() + bytes(60 * MEBIBYTE), "too_large", id="60 MB"),
        pytest.param(lambda: b"", "empty", id="zero bytes"),
    ],
)
def test_a_bad_file_is_refused_in_the_words_of_the_page(
    nurse: APIClient,
    client_of: Callable[[User], Client],
    photographer: User,
    visit: Visit,
    make: Callable[[], bytes],
    code: str,
) -> None:
    kept = upload(nurse, visit, "left", pictures.photograph().read()).json()["id"]
    answer = upload(nurse, visit, "front", make())
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["detail"] in on_the_page(client_of(photographer), visit, "front", make())
    assert list(Photo.objects.values_list("pk", flat=True)) == [kept]


@pytest.fixture(scope="module")
def profiles() -> dict[View, bytes]:
    """A phantom's left and right view as a camera's files."""
    person, vitiligo = Person.from_seed(SEED), Vitiligo.from_seed(SEED, extent=0.15, kind="bilateral")
    scenes = {view: Scene(view, Modality.UV_REFLECTANCE, capture_seed=5) for view in (View.LEFT, View.RIGHT)}
    taken = {view: take_photo(person, vitiligo, scene, size=(354, 531)) for view, scene in scenes.items()}
    moment = datetime(2026, 3, 4, 9, 30)  # noqa: DTZ001  a camera's clock has no time zone
    return {view: camera_file(photo.image, moment) for view, photo in taken.items()}


def empty_booth() -> bytes:
    """A wall, lit from one side."""
    light = np.linspace(20, 90, 320)[None, :, None] + np.zeros((400, 1, 3))
    noise = np.random.default_rng(1).normal(0, 3, light.shape)
    target = BytesIO()
    Image.fromarray(np.clip(light + noise, 0, 255).astype(np.uint8)).save(target, "PNG")
    return target.getvalue()


def analysed(client: APIClient, photo: int) -> dict[str, Any]:
    """The newest run of a photo, after a worker did it, as the API tells it."""
    run = Photo.objects.get(pk=photo).runs.unfinished().get()
    perform_run(run_id=run.pk)
    answer: dict[str, Any] = client.get(f"/api/runs/{run.pk}/").json()
    return answer


def slot_on_the_page(client: Client, visit: Visit, view: str) -> str:
    return client.get(reverse("pages:slot_result", args=[visit.pk, view])).content.decode()


def test_a_photo_without_a_face_has_no_number_and_the_sentence_of_the_page(
    nurse: APIClient, client_of: Callable[[User], Client], photographer: User, visit: Visit
) -> None:
    stored = upload(nurse, visit, "front", empty_booth())
    assert stored.status_code == 201
    run = analysed(nurse, stored.json()["id"])
    assert (run["status"], run["reason_code"], run["f_vitiligo"]) == ("not_measurable", "no_face", None)
    assert run["quality"][0]["code"] == "no_face"
    assert run["quality"][0]["verdict"] == "fail"
    assert run["reason"] in slot_on_the_page(client_of(photographer), visit, "front")
    assert nurse.get("/api/measurements/").json()["count"] == 0


def test_swapped_views_are_noticed_in_the_sentence_of_the_page(
    nurse: APIClient,
    client_of: Callable[[User], Client],
    photographer: User,
    visit: Visit,
    profiles: dict[View, bytes],
) -> None:
    swapped = {"left": View.RIGHT, "right": View.LEFT}
    photos = {
        slot: upload(nurse, visit, slot, profiles[shown]).json()["id"] for slot, shown in swapped.items()
    }
    for slot, photo in photos.items():
        run = analysed(nurse, photo)
        assert (run["status"], run["reason_code"], run["f_vitiligo"]) == (
            "not_measurable",
            "wrong_view",
            None,
        )
        assert "swapped" in run["reason"]
        assert run["reason"] in slot_on_the_page(client_of(photographer), visit, slot)
    assert Photo.objects.current().count() == 2
