"""Signing on the pages: what was shown is signed, the history tells the rest, nothing is signed unseen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from analysis.models import ModelRelease, Review
from analysis.reviews import save_masks, sign_review
from analysis.services import queue_run
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Patient, Visit
from tests.analysis.results import SHAPE
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


@pytest.fixture
def photo(visit: Visit, photographer: User, releases: Releases) -> Photo:
    photo = sittings.photo_of(visit, "left", photographer)
    sittings.measure(photo, releases)
    return photo


@pytest.fixture
def doctor(client_of: Callable[[User], Client], dermatologist: User) -> Client:
    return client_of(dermatologist)


def edit(photo: Photo, author: User, *, rows: int, reason: str = "camera flash") -> Review:
    mask = np.zeros(SHAPE, np.uint8)
    mask[150 : 150 + rows, 120:170] = 1
    run = photo.runs.order_by("pk").last()
    assert run is not None
    newest = run.measurements.order_by("-version")[0].version
    return save_masks(run=run, author=author, reason=reason, based_on=newest, vitiligo=mask)


def page_of(client: Client, photo: Photo, **query: int) -> str:
    answer = client.get(reverse("pages:photo", args=[photo.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def sign(client: Client, photo: Photo, *reviews: Review) -> str:
    address = reverse("pages:photo_sign", args=[photo.pk])
    keys = {"review": [str(review.pk) for review in reviews]}
    return client.post(address, keys, follow=True).content.decode()


def test_a_signature_makes_the_value_final_wherever_it_is_shown(
    doctor: Client, photo: Photo, dermatologist: User
) -> None:
    assert "Draft produced by software" in page_of(doctor, photo)
    page = sign(doctor, photo, photo.reviews.get())
    assert f"Signed by {dermatologist.username} on" in page
    assert "Draft produced by software" not in page
    assert "Sign…" not in page
    tiles = doctor.get(reverse("pages:patient", args=[photo.visit.patient_id])).content.decode()
    assert "12.5 %" in tiles
    assert "tile__draft" not in tiles


@pytest.mark.parametrize("role", ["photographer", "researcher"])
def test_others_see_no_button_and_may_not_sign(
    client_of: Callable[[User], Client], photo: Photo, role: str, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(role))
    photo.visit.patient.consents.create(purpose="research", given_on="2026-01-01")
    assert "Sign…" not in page_of(client, photo)
    answer = client.post(reverse("pages:photo_sign", args=[photo.pk]), {"review": photo.reviews.get().pk})
    assert answer.status_code == 403
    assert photo.reviews.get().state == "draft"


def test_what_changed_meanwhile_is_not_signed_unseen(
    doctor: Client, photo: Photo, photographer: User
) -> None:
    seen = photo.reviews.get()
    edit(photo, photographer, rows=10)
    page = sign(doctor, photo, seen)
    assert "Nothing was signed." in page
    assert photographer.username in page
    assert not Review.objects.filter(state="signed").exists()


def test_another_photo_s_review_is_not_signed_here(
    doctor: Client, photo: Photo, visit: Visit, photographer: User, releases: Releases
) -> None:
    other = sittings.photo_of(visit, "right", photographer)
    sittings.measure(other, releases)
    assert "Nothing was signed." in sign(doctor, photo, other.reviews.get())
    assert other.reviews.get().state == "draft"


def test_an_edit_of_a_signed_value_waits_beside_it(doctor: Client, photo: Photo, dermatologist: User) -> None:
    sign_review(review=photo.reviews.get(), signer=dermatologist)
    edited = edit(photo, dermatologist, rows=25)
    page = page_of(doctor, photo)
    assert "12.5 %</p>" in page
    assert "A newer version, 6.2 %, waits for a signature." in page
    draft = page_of(doctor, photo, review=edited.pk)
    assert "The signed value, 12.5 %, stands until this version is signed." in draft
    assert "?version=2" in draft
    assert "Sign 6.2 %" in draft
    assert "6.2 %</p>" in sign(doctor, photo, edited)


def test_the_history_names_author_reason_change_and_agreement(
    doctor: Client, photo: Photo, photographer: User, dermatologist: User
) -> None:
    sign_review(review=edit(photo, photographer, rows=25), signer=dermatologist)
    page = page_of(doctor, photo)
    history = page[page.index('id="history-title"') :]
    for text in (
        photographer.username,
        "camera flash",
        "−6.25 points against the model, Dice 0.667",
        f"signed by {dermatologist.username}",
        "Superseded",
        "vitiligo-1",
    ):
        assert text in history


def test_a_researcher_reads_no_names_in_the_history(
    client_of: Callable[[User], Client], researcher: User, photo: Photo, dermatologist: User
) -> None:
    photo.visit.patient.consents.create(purpose="research", given_on="2026-01-01")
    sign_review(review=edit(photo, dermatologist, rows=25), signer=dermatologist)
    assert dermatologist.username not in page_of(client_of(researcher), photo)


def test_an_unknown_version_is_not_found(doctor: Client, photo: Photo) -> None:
    for wrong in ("999", "x"):
        address = reverse("pages:photo", args=[photo.pk])
        assert doctor.get(address, {"review": wrong}).status_code == 404


def test_a_signed_value_stands_while_it_is_analysed_again(
    doctor: Client, photo: Photo, dermatologist: User
) -> None:
    sign_review(review=photo.reviews.get(), signer=dermatologist)
    queue_run(photo=photo)
    page = page_of(doctor, photo)
    assert "Another analysis of this photograph is on its way." in page
    assert "12.5 %</p>" in page


def test_the_whole_visit_is_signed_at_once(
    doctor: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    (visit,) = sittings.measured_visits(patient, photographer, releases, [20])
    page = doctor.get(reverse("pages:visit", args=[visit.pk])).content.decode()
    assert "Sign all 3 views…" in page
    keys = [str(key) for key in Review.objects.unsigned().values_list("pk", flat=True)]
    address = reverse("pages:visit_sign", args=[visit.pk])
    page = doctor.post(address, {"review": keys}, follow=True).content.decode()
    assert "3 values are signed and final." in page
    assert "Sign all" not in page
    assert Review.objects.filter(state="signed").count() == 3


def test_a_visit_is_signed_entirely_or_not_at_all(
    doctor: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    (visit,) = sittings.measured_visits(patient, photographer, releases, [20])
    keys = [str(key) for key in Review.objects.unsigned().values_list("pk", flat=True)]
    edit(visit.photos.get(view="front"), photographer, rows=10)
    address = reverse("pages:visit_sign", args=[visit.pk])
    assert "Nothing was signed." in doctor.post(address, {"review": keys}, follow=True).content.decode()
    assert not Review.objects.filter(state="signed").exists()
    panel = doctor.get(reverse("pages:visit_unsigned", args=[visit.pk])).content.decode()
    assert panel.count('name="review"') == 3


@pytest.mark.parametrize("other_is_there", [False, True])
@pytest.mark.parametrize("by_htmx", [False, True])
def test_a_signed_photograph_stays_in_its_slot(
    doctor: Client,
    photo: Photo,
    visit: Visit,
    dermatologist: User,
    releases: Releases,
    other_is_there: bool,
    by_htmx: bool,
) -> None:
    sign_review(review=photo.reviews.get(), signer=dermatologist)
    if other_is_there:
        sittings.measure(sittings.photo_of(visit, "right", dermatologist), releases)
    address, headers = (
        reverse("pages:photo_place", args=[photo.pk]),
        {"HX-Request": "true"} if by_htmx else {},
    )
    answer = doctor.post(address, {"view": "right"}, headers=headers)
    assert (answer.status_code, "HX-Redirect" in answer) == ((200, True) if by_htmx else (302, False))
    page = doctor.get(reverse("pages:visit", args=[visit.pk])).content.decode()
    assert "stays in its slot" in page
    photo.refresh_from_db()
    assert (photo.view, photo.replaced_at) == ("left", None)
    assert not photo.runs.unfinished().exists()


def test_the_visit_offers_only_what_it_shows(doctor: Client, photo: Photo, dermatologist: User) -> None:
    """The newer version of a signed value is signed where its outlines are seen."""
    sign_review(review=photo.reviews.get(), signer=dermatologist)
    edited = edit(photo, dermatologist, rows=25)
    panel = doctor.get(reverse("pages:visit_unsigned", args=[photo.visit_id])).content.decode()
    assert "newer version, 6.2 %: open it to sign" in panel
    assert f"?review={edited.pk}" in panel
    assert 'name="review"' not in panel
