"""The three slots: each filled, refused, moved and watched on its own."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from analysis.models import ModelRelease
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Visit
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def upload(client: Client, visit: Visit, view: str, file: BytesIO | None, **fields: Any) -> Any:
    posted = {"modality": "uv_reflectance", "device": "Booth 2", **fields}
    if file is not None:
        posted["file"] = SimpleUploadedFile("IMG_1.jpg", file.read(), "image/jpeg")
    return client.post(reverse("pages:photo_upload", args=[visit.pk, view]), posted, headers=HTMX)


def test_a_photograph_fills_its_slot_and_waits(nurse: Client, visit: Visit) -> None:
    response = upload(nurse, visit, "left", pictures.photograph())
    page = response.content.decode()
    photo = Photo.objects.get()
    assert response.status_code == 200
    assert (photo.view, photo.device) == ("left", "Booth 2")
    assert reverse("imaging:photo_display", args=[photo.pk]) in page
    assert reverse("pages:slot_result", args=[visit.pk, "left"]) in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty (0 bytes)"),
        (b"%PDF-1.7 not a photograph", "whatever its name says"),
        (pictures.photograph().read()[:900], "damaged"),
    ],
)
def test_a_refusal_is_said_in_the_slot(nurse: Client, visit: Visit, data: bytes, sentence: str) -> None:
    response = upload(nurse, visit, "front", BytesIO(data))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert 'id="slot-front"' in response.content.decode()
    assert not Photo.objects.exists()


def test_an_upload_without_file_or_light_is_explained(nurse: Client, visit: Visit) -> None:
    assert "Choose the photograph" in upload(nurse, visit, "left", None).content.decode()
    answer = upload(nurse, visit, "left", pictures.photograph(), modality="x-ray")
    assert "under which light" in answer.content.decode()


def test_the_same_photograph_twice_is_refused_and_nothing_lost(nurse: Client, visit: Visit) -> None:
    upload(nurse, visit, "left", pictures.photograph())
    response = upload(nurse, visit, "front", pictures.photograph())
    assert response.status_code == 422
    assert "already stored as the left view" in response.content.decode()
    assert Photo.objects.current().count() == 1


def test_a_retake_keeps_the_first_photograph_in_the_record(nurse: Client, visit: Visit) -> None:
    upload(nurse, visit, "left", pictures.photograph(1))
    refused = upload(nurse, visit, "left", pictures.photograph(2))
    assert "already has a photograph" in refused.content.decode()
    upload(nurse, visit, "left", pictures.photograph(2), replace="yes")
    assert Photo.objects.count() == 2
    assert Photo.objects.current().count() == 1


def test_two_views_are_swapped(nurse: Client, visit: Visit, photographer: User) -> None:
    left, right = (sittings.photo_of(visit, view, photographer) for view in ("left", "right"))
    page = nurse.post(reverse("pages:photo_place", args=[left.pk]), {"view": "right"}, headers=HTMX)
    left.refresh_from_db()
    right.refresh_from_db()
    assert (left.view, right.view) == ("right", "left")
    assert 'id="slots"' in page.content.decode()


def test_a_photograph_moves_to_an_empty_slot_and_a_slot_is_emptied(
    nurse: Client, visit: Visit, photographer: User
) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    nurse.post(reverse("pages:photo_place", args=[photo.pk]), {"view": "front"})
    assert Photo.objects.current().get().view == "front"
    nurse.post(reverse("pages:photo_withdraw", args=[photo.pk]))
    assert not Photo.objects.current().exists()
    assert Photo.objects.count() == 1


@pytest.mark.parametrize("view", ["top", "LEFT", "left-1"])
def test_there_are_three_slots_and_no_more(nurse: Client, visit: Visit, view: str) -> None:
    assert upload(nurse, visit, view, pictures.photograph()).status_code == 404


def test_a_slot_asks_again_only_while_something_runs(
    nurse: Client, visit: Visit, photographer: User, releases: dict[str, ModelRelease]
) -> None:
    address = reverse("pages:slot_result", args=[visit.pk, "left"])
    photo = sittings.photo_of(visit, "left", photographer)
    waiting = nurse.get(address).content.decode()
    assert "hx-trigger" in waiting
    assert "Waiting for a worker" in waiting
    run = sittings.measure(photo, releases)
    done = nurse.get(address).content.decode()
    assert "hx-trigger" not in done
    assert "12.5 %" in done
    assert reverse("analysis:outline", args=[run.pk]) in done


def test_the_next_photograph_is_offered_the_light_and_device_of_the_last(nurse: Client, visit: Visit) -> None:
    upload(nurse, visit, "left", pictures.photograph(), modality="woods_lamp", device="Lamp 7")
    page = nurse.get(reverse("pages:visit", args=[visit.pk])).content.decode()
    assert '<option value="woods_lamp" selected>' in page
    assert 'value="Lamp 7"' in page


def test_a_warning_is_said_while_the_patient_is_still_there(
    nurse: Client, visit: Visit, photographer: User, releases: dict[str, ModelRelease]
) -> None:
    sittings.measure(sittings.photo_of(visit, "left", photographer), releases, warned=True)
    sittings.measure(sittings.photo_of(visit, "front", photographer), releases)
    left, front = (
        nurse.get(reverse("pages:slot_result", args=[visit.pk, view])).content.decode()
        for view in ("left", "front")
    )
    assert "Blur: 0.70" in left
    assert "out of focus" in left
    assert "slot__warning" not in front
