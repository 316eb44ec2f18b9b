"""The patient's page says where each view stands, and never takes a missing number for 0 %."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analysis.models import ModelRelease
from clinic.accounts.models import User
from patients.models import Patient, Visit
from reports.charts.series import Track
from reports.measurement_error import error_of_slots
from reports.pages.patient import Tile, tiles_of
from reports.slots import slots_of_patient
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


def page_of(client: Client, patient: Patient) -> str:
    response = client.get(reverse("pages:patient", args=[patient.pk]))
    assert response.status_code == 200
    return response.content.decode()


def _tiles(patient: Patient) -> list[Tile]:
    slots = slots_of_patient(patient)
    return tiles_of(slots, error_of_slots(slots))


def test_tiles_say_value_change_and_error(patient: Patient, photographer: User, releases: Releases) -> None:
    sittings.measured_visits(patient, photographer, releases, [60, 40])
    left = _tiles(patient)[0]
    assert left.last_value is not None
    assert left.last_value.f_vitiligo == pytest.approx(10.0)
    assert left.change == "−5.0 points (−33 %)"
    assert left.verdict == "more than measurement error (1.1)"
    assert left.is_beyond_error


def test_a_change_within_the_error_is_no_response(
    patient: Patient, photographer: User, releases: Releases
) -> None:
    sittings.measured_visits(patient, photographer, releases, [40, 42])
    tiles = _tiles(patient)
    assert [tile.is_beyond_error for tile in tiles] == [False, False, False, False]
    assert tiles[0].verdict == "within measurement error (1.1)"


def test_a_visit_with_sunscreen_is_not_compared(
    patient: Patient, photographer: User, releases: Releases
) -> None:
    _first, second = sittings.measured_visits(patient, photographer, releases, [60, 20])
    Visit.objects.filter(pk=second.pk).update(skin_condition="sunscreen")
    tile = _tiles(patient)[0]
    assert tile.verdict.startswith("not comparable: sunscreen")
    assert not tile.is_beyond_error


def test_a_small_lesion_is_not_rounded_away(
    nurse: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    sittings.measured_visits(patient, photographer, releases, [2])
    assert "0.5 %" in page_of(nurse, patient)


def test_not_measurable_failed_and_missing_are_words_and_never_zero(
    nurse: Client, visit: Visit, photographer: User
) -> None:
    sittings.refuse(sittings.photo_of(visit, "left", photographer))
    sittings.fail(sittings.photo_of(visit, "front", photographer))
    page = page_of(nurse, visit.patient)
    for words in ("Not measurable", "No face was found in this photo.", "Failed", "Missing"):
        assert words in page
    for zero in ("0.0 %", "0 %", "0.00"):
        assert zero not in page


def test_the_pooled_value_needs_all_three_views(visit: Visit, photographer: User, releases: Releases) -> None:
    sittings.measure(sittings.photo_of(visit, "front", photographer), releases)
    pooled = _tiles(visit.patient)[3]
    assert pooled.track is Track.POOLED
    assert pooled.last_value is None


@pytest.mark.parametrize("count", [1, 6])
def test_more_visits_do_not_cost_more_queries(
    nurse: Client,
    patient: Patient,
    photographer: User,
    releases: Releases,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sittings.measured_visits(patient, photographer, releases, [30] * count)
    with django_assert_num_queries(18):
        page_of(nurse, patient)


def test_the_chart_has_a_point_for_every_value_that_opens_its_photo(
    nurse: Client, patient: Patient, photographer: User, releases: Releases
) -> None:
    visits = sittings.measured_visits(patient, photographer, releases, [60, 40])
    figure = nurse.get(reverse("reports:response_chart", args=[patient.pk])).json()
    front = next(trace for trace in figure["data"] if trace["meta"]["track"] == "front")
    photos = [visit.photos.get(view="front").pk for visit in visits]
    assert front["y"] == [15.0, 10.0]
    assert front["customdata"] == [reverse("pages:photo", args=[pk]) for pk in photos]


def test_a_patient_without_visits_is_told_how_to_begin(nurse: Client, patient: Patient) -> None:
    page = page_of(nurse, patient)
    assert reverse("patients:visit_create", args=[patient.pk]) in page
    assert "response.json" not in page
