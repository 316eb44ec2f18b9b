"""The compare page's words: which two, by how much, and why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analysis.models import Alignment, ModelRelease
from clinic.accounts.models import User
from clinic.audit.models import Event
from patients.models import Patient, Visit
from tests.analysis.alignments import aligned
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


def page_of(client: Client, patient: Patient, **query: str | int) -> str:
    response = client.get(reverse("pages:compare", args=[patient.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


def chosen(page: str, visit: Visit) -> bool:
    return f'<option value="{visit.pk}" selected>' in page


def test_the_latest_stands_against_the_baseline(
    nurse: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    visits = sittings.measured_visits(patient, photographer, releases, [60, 40, 20])
    page = page_of(nurse, patient)
    assert chosen(page, visits[0])
    assert chosen(page, visits[2])
    for text in ("15.0 %", "5.0 %", "−10.0 points (−67 %)", "More than measurement error (0.9)"):
        assert text in page
    keys = Event.objects.get(action="read").detail["photos"]
    assert keys == [visits[number].photos.get(view="front").pk for number in (0, 2)]


def test_a_pair_is_asked_for_and_a_wrong_one_falls_back(
    nurse: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    visits = sittings.measured_visits(patient, photographer, releases, [60, 40, 38])
    page = page_of(nurse, patient, view="left", first=visits[1].pk, second=visits[2].pk)
    assert chosen(page, visits[1])
    assert "Within measurement error (1.1)" in page
    same = page_of(nurse, patient, view="left", first=visits[1].pk, second=visits[1].pk)
    assert chosen(same, visits[0])
    assert chosen(same, visits[1])
    assert chosen(page_of(nurse, patient, first="nonsense", second=10**9), visits[2])
    assert nurse.get(reverse("pages:compare", args=[patient.pk]), {"view": "above"}).status_code == 404


def test_what_sets_two_photographs_apart_is_said(
    nurse: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    visits = sittings.measured_visits(patient, photographer, releases, [60, 20])
    Visit.objects.filter(pk=visits[1].pk).update(skin_condition=Visit.SkinCondition.SUNSCREEN)
    page = page_of(nurse, patient)
    assert "Not comparable" in page
    assert "More than measurement error" not in page


def test_a_photo_without_a_value_is_shown_with_its_reason_and_no_change(
    nurse: Client, patient: Patient, visit: Visit, photographer: User, releases: Releases
) -> None:
    earlier = sittings.measured_visits(patient, photographer, releases, [60])
    sittings.refuse(sittings.photo_of(visit, "front", photographer))
    page = page_of(nurse, patient, first=earlier[0].pk, second=visit.pk)
    assert "Not measurable: No face was found in this photo." in page
    assert "there is no change to tell" in page
    assert "points" not in page.split("compare__finding")[1].split("</div>")[0]


def test_one_photograph_is_not_enough_and_the_page_says_what_to_do(
    nurse: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    sittings.measured_visits(patient, photographer, releases, [60])
    page = page_of(nurse, patient)
    assert "Two photographs of the front view are needed" in page
    assert "data-compare" not in page


def test_queries_do_not_grow_with_the_visits(
    nurse: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    sittings.measured_visits(patient, photographer, releases, [60, 40])
    page_of(nurse, patient)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page_of(nurse, patient)
    for day in (10, 11, 12):
        photo = sittings.photo_of(pictures.visit(patient, day), "front", photographer)
        sittings.measure(photo, releases)
    page_of(nurse, patient)  # asks for the alignment of the new pair
    with CaptureQueriesContext(connection) as many:
        page_of(nurse, patient)
    assert len(many) == len(few)


def test_a_foreign_patient_is_not_found(
    patient: Patient, researcher: User, client_of: Callable[[User], Client]
) -> None:
    response = client_of(researcher).get(reverse("pages:compare", args=[patient.pk]))
    assert response.status_code == 404


def test_how_the_two_lie_over_each_other_is_said(
    nurse: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    """The first look asks for the alignment; before it is there, and without it, five points do."""
    visits = sittings.measured_visits(patient, photographer, releases, [60, 40])
    page = page_of(nurse, patient)
    waiting = Alignment.objects.get()
    assert "five points of the face" in page
    address = reverse("pages:compare_laid", args=[waiting.pk])
    assert f'hx-get="{address}"' in page
    waiting.delete()
    first, second = (visit.photos.get(view="front") for visit in visits)
    pair = aligned(first, second)
    said = nurse.get(reverse("pages:compare_laid", args=[pair.pk])).content.decode()
    assert "within 0.4 pixels of 1024" in said
    assert f'data-later="{second.pk}"' in said
    turned = page_of(nurse, patient, first=visits[1].pk, second=visits[0].pk)
    assert reverse("analysis:alignment_photo", args=[pair.pk]) in turned
    Alignment.objects.filter(pk=pair.pk).update(status="refused", reason_code="overlap")
    refused = page_of(nurse, patient)
    assert "five points of the face" in refused
    assert "hx-get" not in refused.split("data-laid")[1].split("</p>")[0]


def test_an_alignment_of_strangers_is_not_found(
    client_of: Callable[[User], Client],
    researcher: User,
    patient: Patient,
    photographer: User,
    releases: Releases,
) -> None:
    visits = sittings.measured_visits(patient, photographer, releases, [60, 40])
    first, second = (visit.photos.get(view="front") for visit in visits)
    address = reverse("pages:compare_laid", args=[aligned(first, second).pk])
    assert client_of(researcher).get(address).status_code == 404
