"""Help at the camera: the earlier outline, the pose in words, and the view of a photograph not stored yet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from analysis.models import Measurement, ModelRelease
from analysis.vision.phantom import Person, Scene, Vitiligo, take_photo
from analysis.vision.terms import Modality, View
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Patient, Visit
from reports.capture import pose_advice, with_earlier
from reports.slots import Slot, slots_of_visit
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


def slots_with_earlier(visit: Visit) -> list[Slot]:
    return with_earlier(visit, slots_of_visit(visit))


@pytest.fixture
def two_visits(patient: Patient, photographer: User, releases: Releases) -> list[Visit]:
    return sittings.measured_visits(patient, photographer, releases, [40, 40])


def turn(visit: Visit, **angles: float) -> None:
    Measurement.objects.filter(run__photo__visit=visit, run__photo__view="front").update(**angles)


def test_the_last_measured_photograph_of_a_view_is_the_ghost(
    patient: Patient, photographer: User, releases: Releases
) -> None:
    first, second = sittings.measured_visits(patient, photographer, releases, [40, 40])
    third, today = pictures.visit(patient, 10), pictures.visit(patient, 20)
    sittings.refuse(sittings.photo_of(third, "front", photographer))
    sittings.measure(sittings.photo_of(third, "left", photographer), releases)
    earlier = {slot.view: slot.earlier.visit for slot in slots_with_earlier(today) if slot.earlier}
    assert earlier == {"left": third, "front": second, "right": second}
    assert [slot.earlier for slot in slots_with_earlier(first)] == [None, None, None]


@pytest.mark.parametrize(
    ("angles", "words"),
    [
        ({"yaw": 9.5}, ["turn 8 degrees to the right"]),
        ({"yaw": -10.5, "pitch": 8.0}, ["turn 12 degrees to the left", "lower the chin by 10 degrees"]),
        ({"yaw": 2.0}, []),
    ],
)
def test_the_pose_is_told_in_words(
    two_visits: list[Visit], nurse: Client, angles: dict[str, float], words: list[str]
) -> None:
    turn(two_visits[1], **angles)
    front = next(slot for slot in slots_with_earlier(two_visits[1]) if slot.view == "front")
    assert pose_advice(front) == words
    page = nurse.get(reverse("pages:visit", args=[two_visits[1].pk])).content.decode()
    assert (", ".join(words) if words else "Same pose as on 2026-03-01") in page


def test_nothing_is_compared_with_nothing(
    visit: Visit, photographer: User, releases: Releases, nurse: Client
) -> None:
    sittings.measure(sittings.photo_of(visit, "front", photographer), releases)
    assert [pose_advice(slot) for slot in slots_with_earlier(visit)] == [None, None, None]
    page = nurse.get(reverse("pages:visit", args=[visit.pk])).content.decode()
    assert "data-ghost=" not in page
    assert "Same pose" not in page


def test_the_form_of_a_slot_names_the_outline(
    two_visits: list[Visit], patient: Patient, nurse: Client
) -> None:
    today = pictures.visit(patient, 20)
    page = nurse.get(reverse("pages:visit", args=[today.pk])).content.decode()
    for slot in slots_of_visit(two_visits[1]):
        assert slot.run is not None
        assert f'data-ghost="{reverse("analysis:outline", args=[slot.run.pk])}"' in page


def picture_of(view: View) -> BytesIO:
    person, vitiligo = Person.from_seed(900_017), Vitiligo.from_seed(900_017, extent=0.1, kind="bilateral")
    scene = Scene(view=view, modality=Modality.UV_REFLECTANCE, capture_seed=5)
    target = BytesIO()
    Image.fromarray(take_photo(person, vitiligo, scene, size=(320, 480)).image).save(
        target, "JPEG", quality=92
    )
    target.seek(0)
    return target


def recognise(client: Client, visit: Visit, file: BytesIO | None) -> Any:
    posted = {} if file is None else {"file": SimpleUploadedFile("IMG_1.jpg", file.read(), "image/jpeg")}
    return client.post(reverse("pages:recognise", args=[visit.pk]), posted)


@pytest.mark.parametrize("view", list(View))
def test_the_shipped_detector_tells_the_view_and_nothing_is_stored(
    nurse: Client, visit: Visit, view: View
) -> None:
    answer = recognise(nurse, visit, picture_of(view)).json()
    assert answer == {"view": view.value, "sentence": f"Shows the {view.value} view."}
    assert not Photo.objects.exists()


def test_the_pose_is_compared_before_anything_is_stored(
    two_visits: list[Visit], patient: Patient, nurse: Client
) -> None:
    turn(two_visits[1], yaw=30.0)
    # What measured those visits is made up; the shipped detector takes its place.
    ModelRelease.objects.update(is_active=False)
    answer = recognise(nurse, pictures.visit(patient, 20), picture_of(View.FRONT)).json()
    assert answer["view"] == "front"
    assert "to the left" in answer["sentence"]


def test_what_shows_no_face_is_left_to_the_nurse(nurse: Client, visit: Visit) -> None:
    answer = recognise(nurse, visit, pictures.photograph())
    assert (answer.status_code, answer.json()["view"]) == (200, "")
    assert "choose the view" in answer.json()["sentence"]


def test_what_is_no_photograph_is_explained(nurse: Client, visit: Visit) -> None:
    answer = recognise(nurse, visit, BytesIO(b"%PDF-1.7"))
    assert answer.status_code == 422
    assert "whatever its name says" in answer.json()["sentence"]
    assert recognise(nurse, visit, None).status_code == 422


def test_a_researcher_asks_nothing(
    client_of: Callable[[User], Client], researcher: User, visit: Visit
) -> None:
    assert recognise(client_of(researcher), visit, pictures.photograph()).status_code == 403


def test_a_web_server_that_nobody_asks_does_without_pytorch() -> None:
    program = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'clinic.settings'; import django; "
        "django.setup(); import clinic.urls; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
