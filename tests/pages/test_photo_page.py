"""The viewer's page: the number, what made it, and the ways to the neighbouring photographs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from analysis.models import ModelRelease
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo
from patients.models import Patient, Visit
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


def page_of(client: Client, photo: Photo) -> str:
    response = client.get(reverse("pages:photo", args=[photo.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_measured_photo_shows_counts_releases_and_wording(
    nurse: Client, visit: Visit, photographer: User, releases: Releases
) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    run = sittings.measure(photo, releases, warned=True)
    page = page_of(nurse, photo)
    for text in (
        "12.5 %",
        "20\N{NARROW NO-BREAK SPACE}000",
        "2\N{NARROW NO-BREAK SPACE}500",
        "Draft produced by software vitiligo-1; not reviewed by a clinician.",
        "Differences below 1.1 percentage points are within measurement error.",
        releases["vitiligo"].sha256[:12],
        "Warning",
        reverse("analysis:mask", args=[run.pk, "vitiligo"]),
    ):
        assert text in page


def test_a_refused_photo_shows_its_reason_and_no_number(
    nurse: Client, visit: Visit, photographer: User
) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    sittings.refuse(photo)
    page = page_of(nurse, photo)
    assert "No face was found in this photo." in page
    assert "This is not 0 %." in page
    assert "panel__value" not in page
    assert "data-layers" not in page


def test_keys_lead_to_other_views_and_visits(
    nurse: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    first, second, third = sittings.measured_visits(patient, photographer, releases, [10, 20, 30])
    page = page_of(nurse, second.photos.get(view="front"))
    for visit, key in ((first, "ArrowLeft"), (third, "ArrowRight")):
        address = reverse("pages:photo", args=[visit.photos.get(view="front").pk])
        assert f'href="{address}" data-key="{key}"' in page
    for number, view in enumerate(("left", "front", "right"), 1):
        address = reverse("pages:photo", args=[second.photos.get(view=view).pk])
        assert f'href="{address}" data-key="{number}"' in page


def test_running_again_keeps_the_earlier_result(
    nurse: Client, visit: Visit, photographer: User, releases: Releases
) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    sittings.measure(photo, releases)
    nurse.post(reverse("pages:photo_rerun", args=[photo.pk]))
    assert [run.status for run in photo.runs.all()] == ["queued", "done"]
    history = page_of(nurse, photo).split('id="history-title"')[1]
    assert history.index("Waiting") < history.index("12.5 %")


def test_a_replaced_photo_is_kept_and_says_so(nurse: Client, visit: Visit, photographer: User) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    nurse.post(reverse("pages:photo_withdraw", args=[photo.pk]))
    assert "was replaced" in page_of(nurse, photo)
    assert nurse.post(reverse("pages:photo_rerun", args=[photo.pk])).status_code == 404


def test_waiting_is_no_reading_and_ends_with_a_fresh_page(
    nurse: Client, visit: Visit, photographer: User, releases: Releases
) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    address = reverse("pages:photo_progress", args=[photo.pk])
    waiting = nurse.get(address)
    assert "Waiting for a worker" in waiting.content.decode()
    assert "HX-Refresh" not in waiting
    sittings.measure(photo, releases)
    assert nurse.get(address)["HX-Refresh"] == "true"
    assert not Event.objects.filter(action="read").exists()
