"""Who may open the mask editor, on which version, and what it is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from analysis.mask_files import read_mask
from analysis.models import Measurement, ModelRelease
from analysis.reviews import save_masks, sign_review
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Visit
from tests.pages import sittings

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def photo(visit: Visit, photographer: User, releases: dict[str, ModelRelease]) -> Photo:
    photo = sittings.photo_of(visit, "front", photographer)
    sittings.measure(photo, releases)
    return photo


def edited(photo: Photo, author: User) -> Measurement:
    measurement = Measurement.objects.filter(run__photo=photo).order_by("-version")[0]
    vitiligo = read_mask(measurement.masks.get(kind="vitiligo")).copy()
    vitiligo[160:165] = 0
    review = save_masks(
        run=measurement.run, author=author, reason="glare", based_on=measurement.version, vitiligo=vitiligo
    )
    return Measurement.objects.get(review=review)


def page_of(client: Client, photo: Photo) -> str:
    response = client.get(reverse("pages:photo_edit", args=[photo.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_newest_version_is_edited_and_the_models_is_beside_it(
    nurse: Client, photo: Photo, dermatologist: User
) -> None:
    measurement = edited(photo, dermatologist)
    page = page_of(nurse, photo)
    address = reverse("analysis:mask_pixels", args=[measurement.run_id, "vitiligo"])
    assert f'data-vitiligo="{address}?version=2"' in page
    assert f'data-model-vitiligo="{address}?version=1"' in page
    assert 'data-based-on="2"' in page
    assert dermatologist.username in page


def test_what_is_signed_can_be_corrected(nurse: Client, photo: Photo, dermatologist: User) -> None:
    sign_review(review=edited(photo, dermatologist).review, signer=dermatologist)
    assert 'data-based-on="2"' in page_of(nurse, photo)


def test_without_a_value_there_is_nothing_to_edit(nurse: Client, visit: Visit, photographer: User) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    sittings.refuse(photo)
    response = nurse.get(reverse("pages:photo_edit", args=[photo.pk]), follow=True)
    assert "There is nothing to edit" in response.content.decode()
    assert reverse("pages:photo_edit", args=[photo.pk]) not in response.content.decode()


def test_a_researcher_reads_and_does_not_edit(photo: Photo, researcher: User, client_of: ClientOf) -> None:
    assert client_of(researcher).get(reverse("pages:photo_edit", args=[photo.pk])).status_code == 403


def test_a_replaced_photograph_is_not_edited(nurse: Client, photo: Photo) -> None:
    nurse.post(reverse("pages:photo_withdraw", args=[photo.pk]))
    assert nurse.get(reverse("pages:photo_edit", args=[photo.pk])).status_code == 404
