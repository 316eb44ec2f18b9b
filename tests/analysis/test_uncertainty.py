"""How sure a number is: stored with the measurement, and shown wherever the number is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from analysis.claims import claim_run
from analysis.mask_files import read_mask
from analysis.models import Mask, Measurement, ModelRelease, Run
from analysis.outcomes import finish_run
from clinic.accounts.models import User
from reports.charts.wording import span_text
from reports.pdf.photo_row import outcome_texts
from reports.readings import readings_of
from reports.services import response_summary
from reports.slots import slots_of_visit
from tests.analysis.results import face_result, unsure_result

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


@pytest.fixture
def measured(run: Run, releases: Releases) -> Measurement:
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    return finish_run(claim=claim, result=unsure_result(), releases=releases)


def test_both_ends_are_stored_with_the_band(measured: Measurement) -> None:
    assert (measured.n_least, measured.n_vitiligo, measured.n_most) == (2250, 2500, 2750)
    assert (measured.f_vitiligo_least, measured.f_vitiligo_most) == (11.25, 13.75)
    band = read_mask(measured.masks.get(kind=Mask.Kind.UNCERTAIN))
    assert int(band.sum()) == 500


def test_a_release_without_a_band_gives_no_interval(run: Run, releases: Releases) -> None:
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    measurement = finish_run(claim=claim, result=face_result(), releases=releases)
    assert measurement.n_least is None
    assert measurement.f_vitiligo_most is None
    assert not measurement.masks.filter(kind=Mask.Kind.UNCERTAIN).exists()


@pytest.mark.parametrize(("least", "most"), [(2501, 2750), (2000, 2499), (2000, 20_001), (None, 2750)])
def test_the_database_refuses_an_interval_beside_its_value(
    measured: Measurement, least: int | None, most: int
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.filter(pk=measured.pk).update(n_least=least, n_most=most)


def test_the_interval_is_on_the_page_in_the_api_and_in_the_report(
    measured: Measurement, client_of: Callable[[User], Client], photographer: User
) -> None:
    release = measured.run.vitiligo
    assert release is not None
    covered = {"interval_coverage": {"value": 0.9, "low": 0.8, "high": 1.0}}
    release.card = {"evaluation": [{"name": "phantom, interval", "n": 60, "metrics": covered}]}
    release.save()
    client = client_of(photographer)
    page = client.get(reverse("pages:photo", args=[measured.run.photo_id])).content.decode()
    assert "(11.2 to 13.8 %)" in page
    assert "It held the true value in 90.0 % of 60 test pictures." in page
    assert 'data-layer="uncertain"' in page
    (row,) = client.get(f"/api/measurements/?photo={measured.run.photo_id}").json()["results"]
    assert (row["f_vitiligo_least"], row["f_vitiligo_most"], row["n_most"]) == (11.25, 13.75, 2750)
    visit = measured.run.photo.visit
    (reading,) = readings_of(slots_of_visit(visit))
    outcome = response_summary(patient=visit.patient)[reading.track]
    texts = [text for text, _style in outcome_texts(outcome, reading)]
    assert "11.2 to 13.8 % with uncertain borders" in texts


def test_the_layer_is_delivered(
    measured: Measurement, client_of: Callable[[User], Client], photographer: User
) -> None:
    answer = client_of(photographer).get(reverse("analysis:mask", args=[measured.run_id, "uncertain"]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"


def test_a_small_end_never_reads_as_none() -> None:
    assert span_text(0.0, 0.01) == "0.0 to < 0.1"


def test_a_run_that_became_another_result_keeps_its_own_interval(
    measured: Measurement, releases: Releases
) -> None:
    second = Run.objects.create(photo=measured.run.photo)
    claim = claim_run(run_id=second.pk)
    assert claim is not None
    finish_run(claim=claim, result=replace(unsure_result(), uncertain=None, span=None), releases=releases)
    measured.refresh_from_db()
    assert (measured.n_least, measured.n_most) == (2250, 2750)
