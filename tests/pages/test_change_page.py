"""The map of change and the regions on pages: asked for once, refused with a reason, shown to staff."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from analysis.models import Alignment, ModelRelease, RegionMeasurement
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Patient
from tests.analysis.alignments import aligned
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


@pytest.fixture
def pair(patient: Patient, photographer: User, releases: Releases) -> tuple[Photo, Photo]:
    first, second = sittings.measured_visits(patient, photographer, releases, [60, 40])
    return first.photos.get(view="front"), second.photos.get(view="front")


def map_of(client: Client, first: Photo, second: Photo) -> str:
    response = client.get(reverse("pages:change_map", args=[first.pk, second.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_page_asks_for_the_pair_once_and_waits(nurse: Client, pair: tuple[Photo, Photo]) -> None:
    page = nurse.get(reverse("pages:change", args=[pair[1].pk])).content.decode()
    assert "are being laid over each other" in page
    assert 'hx-trigger="every 2s"' in map_of(nurse, *pair)
    assert Alignment.objects.count() == 1


def test_an_aligned_pair_shows_its_areas_and_how_well_it_lies(
    nurse: Client, pair: tuple[Photo, Photo]
) -> None:
    alignment = aligned(*pair, repigmented=4.25, depigmented=0.5)
    page = map_of(nurse, *pair)
    for text in ("4.2 %", "0.5 %", "within 0.4 pixels", "Repigmented", "Not seen in both"):
        assert text in page
    for name in ("analysis:alignment_photo", "analysis:alignment_map"):
        assert reverse(name, args=[alignment.pk]) in page
        assert nurse.get(reverse(name, args=[alignment.pk])).status_code == 200
    assert "hx-trigger" not in page


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (Alignment.Status.REFUSED, "turned", "turned differently"),
        (Alignment.Status.REFUSED, "no_details", "Too few details"),
        (Alignment.Status.FAILED, "fault", "Try again"),
    ],
)
def test_a_pair_without_a_map_says_why(
    nurse: Client, pair: tuple[Photo, Photo], status: str, code: str, sentence: str
) -> None:
    alignment = aligned(*pair)
    Alignment.objects.filter(pk=alignment.pk).update(status=status, reason_code=code)
    page = map_of(nurse, *pair)
    assert sentence in page
    assert "change__legend" not in page
    assert nurse.get(reverse("analysis:alignment_map", args=[alignment.pk])).status_code == 404


def test_the_wrong_pair_is_explained(nurse: Client, pair: tuple[Photo, Photo]) -> None:
    assert "must be the earlier one" in map_of(nurse, pair[1], pair[0])
    other = pair[1].visit.photos.get(view="left")
    assert "one patient and one view" in map_of(nurse, pair[0], other)
    assert not Alignment.objects.exists()


def test_the_first_visit_has_nothing_to_be_compared_with(nurse: Client, pair: tuple[Photo, Photo]) -> None:
    page = nurse.get(reverse("pages:change", args=[pair[0].pk])).content.decode()
    assert "no earlier measured photograph" in page


def test_a_failed_pair_is_tried_again(nurse: Client, pair: tuple[Photo, Photo]) -> None:
    alignment = aligned(*pair)
    Alignment.objects.filter(pk=alignment.pk).update(status="failed", reason_code="fault")
    nurse.post(reverse("pages:change_retry", args=[alignment.pk]))
    alignment.refresh_from_db()
    assert alignment.is_waiting


def test_strangers_to_the_patient_find_nothing(
    client_of: Callable[[User], Client], researcher: User, pair: tuple[Photo, Photo]
) -> None:
    alignment = aligned(*pair)
    client = client_of(researcher)
    addresses = [
        reverse("pages:change", args=[pair[1].pk]),
        reverse("pages:change_map", args=[pair[0].pk, pair[1].pk]),
        reverse("pages:patient_regions", args=[pair[0].visit.patient_id]),
        reverse("analysis:alignment_map", args=[alignment.pk]),
        reverse("analysis:alignment_photo", args=[alignment.pk]),
    ]
    assert [client.get(address).status_code for address in addresses] == [404] * 5


def test_the_regions_of_a_photo_add_up_to_it(nurse: Client, pair: tuple[Photo, Photo]) -> None:
    measurement = pair[0].runs.get().measurements.get()
    regions = RegionMeasurement.objects.filter(measurement=measurement)
    assert sum(one.n_face for one in regions) == measurement.n_face == 20000
    assert sum(one.n_vitiligo for one in regions) == measurement.n_vitiligo == 3000
    page = nurse.get(reverse("pages:photo", args=[pair[1].pk])).content.decode()
    assert "Where on the face" in page
    assert reverse("pages:change", args=[pair[1].pk]) in page


def test_the_patients_page_loads_the_regions_and_their_trend(
    nurse: Client, pair: tuple[Photo, Photo]
) -> None:
    patient = pair[0].visit.patient
    address = reverse("pages:patient_regions", args=[patient.pk])
    assert address in nurse.get(reverse("pages:patient", args=[patient.pk])).content.decode()
    page = nurse.get(address).content.decode()
    assert "polyline" in page
    assert "−" in page


def test_a_patient_without_regions_is_told_so(nurse: Client) -> None:
    patient = pictures.patient("R-77")
    page = nurse.get(reverse("pages:patient_regions", args=[patient.pk])).content.decode()
    assert "No region has been counted yet" in page
