"""Quality on the page of the photo: every finding with its limits, accepting a warning, glare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from analysis.claims import claim_run
from analysis.models import ModelRelease, Override, Run
from analysis.outcomes import finish_run, refuse_run
from analysis.vision.face.measure import count
from analysis.vision.face.reasons import SENTENCES, Reason
from analysis.vision.findings import Finding, Verdict
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo
from patients.models import Patient, Visit
from reports.charts import Track
from reports.services import response_summary
from tests.analysis.results import BLURRED, face_result
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]
SIZE = Finding(Reason.FACE_TOO_SMALL, Verdict.PASS, 260.0, 200.0, "px", 64.0)
LIGHT = Finding(Reason.OTHER_LIGHT, Verdict.PASS, -0.31, 0.15, "octaves")
BURNT_OUT = Finding(Reason.GLARE, Verdict.FAIL, 0.31, 0.02, "share", 0.25)
WHY = "The hair moved, the skin is sharp."


@pytest.fixture
def doctor(client_of: Callable[[User], Client], dermatologist: User) -> Client:
    return client_of(dermatologist)


@pytest.fixture
def photo(visit: Visit, photographer: User) -> Photo:
    return sittings.photo_of(visit, "left", photographer)


@pytest.fixture
def warned(photo: Photo, releases: Releases) -> Run:
    """Measured with one warning; a third of the lesion and some skin are burnt out."""
    run = photo.runs.unfinished().get()
    result = face_result(quality=(SIZE, BLURRED, LIGHT))
    result.glare[:] = 0
    result.glare[140:160, 120:170] = 1
    counts = count(result.face, result.vitiligo, result.glare)
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    finish_run(claim=claim, result=replace(result, counts=counts), releases=releases)
    return run


def page_of(client: Client, photo: Photo) -> str:
    page: str = client.get(reverse("pages:photo", args=[photo.pk])).content.decode()
    return page


def accept(client: Client, run: Run, reason: str = WHY, code: str = "blurred") -> str:
    address = reverse("pages:warning_accept", args=[run.pk])
    return client.post(address, {"code": code, "reason": reason}, follow=True).content.decode()


def rows(page: str) -> list[str]:
    return page.split('<tr class="finding ')[1:]


def test_every_finding_is_listed_with_value_limits_and_level(
    nurse: Client, photo: Photo, warned: Run
) -> None:
    found = rows(page_of(nurse, photo))
    expected = [
        ("Blur", "0.70", "≤ 0.68 / 0.80", "Warning"),
        ("Size of the face", "260 px", "≥ 200 px / 64 px", "Passed"),
        ("Red over blue, for this light", "\N{MINUS SIGN}0.31", "≤ 0.15", "Passed"),
    ]
    assert len(found) == len(expected)
    for row, words in zip(found, expected, strict=True):
        assert all(word in row for word in words), row
    assert SENTENCES[Reason.BLURRED] in found[0]


def test_a_refused_photo_shows_what_failed_and_offers_no_acceptance(doctor: Client, photo: Photo) -> None:
    claim = claim_run(run_id=photo.runs.get().pk)
    assert claim is not None
    refuse_run(claim=claim, code="glare", quality=[SIZE, BLURRED, BURNT_OUT])
    page = page_of(doctor, photo)
    assert "31 %" in rows(page)[0]
    assert "≤ 2.0 % / 25 %" in rows(page)[0]
    assert "Not passed" in rows(page)[0]
    assert "Accept" not in page
    assert "not measurable stays so" in accept(doctor, photo.runs.get())
    assert not Override.objects.exists()


def test_a_clinician_accepts_a_warning_with_a_reason(
    doctor: Client, photo: Photo, warned: Run, dermatologist: User
) -> None:
    assert "Accept with a reason" in page_of(doctor, photo)
    page = accept(doctor, warned)
    for text in ("The warning is accepted.", WHY, dermatologist.username, "Accepted"):
        assert text in page
    assert "Accept with a reason" not in page
    assert Event.objects.about(warned).filter(action=Event.Action.CHANGE, user=dermatologist).count() == 1


def test_without_a_reason_nothing_is_accepted(doctor: Client, warned: Run) -> None:
    assert "Say why" in accept(doctor, warned, reason="   ")
    assert not Override.objects.exists()


def test_a_nurse_reads_the_advice_and_cannot_accept(nurse: Client, photo: Photo, warned: Run) -> None:
    page = page_of(nurse, photo)
    assert SENTENCES[Reason.BLURRED] in page
    assert "Accept with a reason" not in page
    address = reverse("pages:warning_accept", args=[warned.pk])
    assert nurse.post(address, {"code": "blurred", "reason": WHY}).status_code == 403
    assert nurse.get(address).status_code == 405


def test_a_researcher_does_not_read_a_clinicians_words(
    client_of: Callable[[User], Client], researcher: User, dermatologist: User, releases: Releases
) -> None:
    visit = pictures.visit(pictures.patient("R-9", research=True))
    photo = sittings.photo_of(visit, "left", dermatologist)
    run = sittings.measure(photo, releases, warned=True)
    accept(client_of(dermatologist), run)
    page = page_of(client_of(researcher), photo)
    assert "Accepted" in page
    assert WHY not in page
    assert dermatologist.username not in page


def test_a_foreign_run_is_not_found(
    client_of: Callable[[User], Client], researcher: User, warned: Run
) -> None:
    client = client_of(researcher)
    assert client.post(reverse("pages:warning_accept", args=[warned.pk]), {}).status_code == 404
    assert client.get(reverse("analysis:highlights", args=[warned.pk])).status_code == 404


def test_a_warned_value_is_compared_only_once_it_is_accepted(
    patient: Patient, doctor: Client, photographer: User, releases: Releases
) -> None:
    first, second = (pictures.visit(patient, day) for day in (8, 9))
    Visit.objects.update(skin_condition=Visit.SkinCondition.CLEAN)
    sittings.measure(sittings.photo_of(first, "left", photographer), releases)
    run = sittings.measure(sittings.photo_of(second, "left", photographer), releases, rows=20, warned=True)
    verdicts = []
    for _turn in range(2):
        change = response_summary(patient=patient)[Track.LEFT].change
        assert change is not None
        verdicts.append(str(change.verdict))
        accept(doctor, run)
    assert verdicts == ["not_comparable", "beyond_error"]


def test_glare_is_counted_and_the_number_given_without_it_too(
    nurse: Client, photo: Photo, warned: Run
) -> None:
    page = page_of(nurse, photo)
    measurement = warned.by_model
    assert measurement is not None
    assert (measurement.n_glare, measurement.n_vitiligo_glare) == (1_000, 500)
    assert "5.0 % of the face" in page
    assert f"{100 * 2_000 / 19_000:.1f} %" in page
    assert "with: 12.5 %" in page
    assert 'data-layer="glare"' in page


def test_a_picture_with_reduced_highlights_is_offered_for_viewing_only(
    nurse: Client, photo: Photo, warned: Run
) -> None:
    page = page_of(nurse, photo)
    address = reverse("analysis:highlights", args=[warned.pk])
    assert f'data-highlights="{address}"' in page
    assert "for viewing only" in page
    answer = nurse.get(address)
    shown = nurse.get(reverse("imaging:photo_display", args=[photo.pk]))
    reduced, original = (
        np.asarray(Image.open(BytesIO(one.content)).convert("RGB")).astype(int) for one in (answer, shown)
    )
    assert answer["Content-Type"] == "image/jpeg"
    assert reduced.shape == original.shape
    assert np.abs(reduced - original)[140:160, 120:170].mean() > np.abs(reduced - original)[300:].mean()
    assert nurse.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_without_glare_there_is_nothing_to_reduce(
    nurse: Client, visit: Visit, photographer: User, releases: Releases
) -> None:
    photo = sittings.photo_of(visit, "front", photographer)
    run = photo.runs.unfinished().get()
    result = face_result()
    result.glare[:] = 0
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    counts = count(result.face, result.vitiligo, result.glare)
    finish_run(claim=claim, result=replace(result, counts=counts), releases=releases)
    page = page_of(nurse, photo)
    assert "data-highlights=" not in page
    assert "nothing" in page
