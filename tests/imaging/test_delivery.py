"""Every byte leaves after a permission check, and only to those who may have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo
from imaging.services import store_photo
from patients.models import Consent, Purpose, Visit
from tests.imaging.pictures import photograph

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
RENDITIONS = ["imaging:photo_display", "imaging:photo_thumbnail"]
EVERYTHING = [*RENDITIONS, "imaging:photo_original"]


@pytest.fixture
def photo(visit: Visit, nurse: User) -> Photo:
    return store_photo(visit=visit, view="front", modality="visible", file=photograph(kind="PNG"), user=nurse)


@pytest.mark.parametrize("name", EVERYTHING)
def test_strangers_are_sent_to_the_login(photo: Photo, name: str, client: Client) -> None:
    response = client.get(reverse(name, args=[photo.pk]))
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("name", RENDITIONS)
def test_staff_see_the_picture(photo: Photo, name: str, nurse: User, client_of: ClientOf) -> None:
    response = client_of(nurse).get(reverse(name, args=[photo.pk]))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response.content.startswith(b"\xff\xd8\xff")
    assert response["Cache-Control"] == "private, no-cache"


def test_a_browser_that_has_the_picture_is_told_so(photo: Photo, nurse: User, client_of: ClientOf) -> None:
    address, client = reverse("imaging:photo_display", args=[photo.pk]), client_of(nurse)
    etag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", EVERYTHING)
def test_without_research_consent_a_photo_does_not_exist_for_a_researcher(
    photo: Photo, name: str, researcher: User, client_of: ClientOf
) -> None:
    assert client_of(researcher).get(reverse(name, args=[photo.pk])).status_code == 404


def test_a_researcher_sees_the_rendition_but_never_the_original(
    photo: Photo, researcher: User, client_of: ClientOf
) -> None:
    Consent.objects.create(patient=photo.visit.patient, purpose=Purpose.RESEARCH, given_on=date(2026, 1, 2))
    client = client_of(researcher)
    assert client.get(reverse("imaging:photo_display", args=[photo.pk])).status_code == 200
    assert client.get(reverse("imaging:photo_original", args=[photo.pk])).status_code == 403


def test_the_permission_is_checked_for_a_cached_picture_too(
    photo: Photo, nurse: User, researcher: User, client_of: ClientOf
) -> None:
    address = reverse("imaging:photo_display", args=[photo.pk])
    etag = client_of(nurse).get(address)["ETag"]
    assert client_of(researcher).get(address, headers={"If-None-Match": etag}).status_code == 404


def test_the_original_is_a_download_on_record(photo: Photo, nurse: User, client_of: ClientOf) -> None:
    response = client_of(nurse).get(reverse("imaging:photo_original", args=[photo.pk]))
    assert response.getvalue() == photograph(kind="PNG").read()
    assert response["Content-Disposition"] == f'attachment; filename="2026-03-04-front-{photo.pk}.png"'
    assert response["Cache-Control"] == "private, no-store"
    event = Event.objects.get(action="export")
    assert (event.user, event.object_id) == (nurse, str(photo.pk))


def test_only_reading_is_possible(photo: Photo, nurse: User, client_of: ClientOf) -> None:
    assert client_of(nurse).post(reverse("imaging:photo_display", args=[photo.pk])).status_code == 405
