"""A photograph of a lesion changes nothing that is said of the face."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analysis.models import LesionAssessment, Review, Run
from analysis.repeats import measured_by_others, repeats_of
from analysis.reviews import sign_review
from analysis.services import recover_runs
from analysis.signed_masks import signed_faces
from clinic.accounts.models import User
from imaging.models import FACE_MODALITIES, Modality, Photo
from imaging.refusals import DuplicatePhoto
from imaging.services import store_lesion_photo, store_photo
from patients.models import Consent, Lesion, Patient, Purpose, Visit
from reports.capture import earlier_slots
from reports.cohort import Criteria, export_csv
from reports.services import response_of
from reports.slots import slots_of_patient, unsigned_slots
from reports.where import regions_of_patient
from reports.worklists import WORKLISTS
from tests.analysis.results import active_rows
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
API = ("photos", "measurements", "reviews", "regions", "alignments", "retakes", "repeat-pairs")


@pytest.fixture
def faces(patient: Patient, visit: Visit, photographer: User, dermatologist: User) -> Visit:
    """Two visits: the first signed in part, the second with an unsigned view and one that failed."""
    for purpose in (Purpose.RESEARCH, Purpose.EXPORT):
        Consent.objects.create(patient=patient, purpose=purpose, given_on=date(2026, 1, 2))
    releases = active_rows()
    left = sittings.photo_of(visit, "left", photographer)
    sittings.measure(left, releases)
    sign_review(review=left.reviews.get(), signer=dermatologist)
    later = pictures.visit(patient, day=18)
    sittings.measure(sittings.photo_of(later, "left", photographer), releases)
    sittings.fail(sittings.photo_of(later, "front", photographer))
    return later


def said_of_faces(patient: Patient, later: Visit, user: User, client: Client) -> dict[str, Any]:
    """Every list, chart, export and answer about faces, as plain values."""
    said: dict[str, Any] = {
        f"worklist {one.key}": [row.pk for row in one.rows(user)] for one in WORKLISTS if one.key != "lesions"
    } | {f"api {name}": client.get(f"/api/{name}/?page_size=200").json() for name in API}
    slots = slots_of_patient(patient)
    said["slots"] = [(slot.visit.pk, slot.view, slot.photo, slot.run, slot.measurement) for slot in slots]
    said["unsigned"] = {visit: len(found) for visit, found in unsigned_slots(patient.visits.all()).items()}
    said["capture"] = earlier_slots(later)
    said["response"] = response_of(patient=patient).readings
    said["regions"] = regions_of_patient(patient=patient)
    said["cohort"] = export_csv(criteria=Criteria(), user=user)
    said["repeats"] = repeats_of(patient=patient)
    said["other releases"] = list(measured_by_others(user))
    said["taught"] = [sample.name for sample in signed_faces()]
    said["charts"] = client.get(reverse("pages:cohort_charts")).content
    said["camera"] = client.get(reverse("pages:visit", args=[later.pk])).context["modality"]
    return said


def test_nothing_said_of_the_face_changes(
    faces: Visit,
    lesion: Lesion,
    dermatologist: User,
    client_of: ClientOf,
    assess: Callable[[Run], LesionAssessment],
) -> None:
    """While the lesion waits for a worker, for a signature, and after that."""
    asked = faces.patient, faces, dermatologist, client_of(dermatologist)
    before = said_of_faces(*asked)
    assert (len(before["slots"]), before["api photos"]["count"], len(before["taught"])) == (6, 3, 1)
    file = pictures.photograph(400)
    photo = store_lesion_photo(lesion=lesion, visit=faces, file=file, user=dermatologist)
    assert said_of_faces(*asked) == before
    assessment = assess(photo.runs.get())
    assert said_of_faces(*asked) == before
    sign_review(review=assessment.review, signer=dermatologist)
    assert said_of_faces(*asked) == before


def test_pages_of_faces_do_not_know_it(
    assessment: LesionAssessment, dermatologist: User, client_of: ClientOf
) -> None:
    client, photo = client_of(dermatologist), assessment.run.photo
    for name in ("photo", "photo_edit", "photo_progress", "change"):
        assert client.get(reverse(f"pages:{name}", args=[photo.pk])).status_code == 404
    posts = ("photo_rerun", "photo_sign", "photo_place", "photo_withdraw", "retake_ask")
    for name in posts:
        address = reverse(f"pages:{name}", args=[photo.pk])
        assert client.post(address, {"reason": "blurred", "view": "left"}).status_code == 404
    assert client.post(reverse("pages:warning_accept", args=[assessment.run_id])).status_code == 404
    assert client.get(reverse("analysis:outline", args=[assessment.run_id])).status_code == 404
    visit_sign = reverse("pages:visit_sign", args=[photo.visit_id])
    client.post(visit_sign, {"review": assessment.review.pk})
    assert Review.objects.get().state == Review.State.DRAFT


@pytest.mark.parametrize("path", ["photos", "measurements"])
def test_the_api_of_faces_does_not_find_it(
    assessment: LesionAssessment, dermatologist: User, client_of: ClientOf, path: str
) -> None:
    client = client_of(dermatologist)
    assert client.get(f"/api/{path}/").json()["count"] == 0
    assert client.get(f"/api/photos/{assessment.run.photo_id}/").status_code == 404
    assert client.get(f"/api/reviews/{assessment.review.pk}/").status_code == 404
    answer = client.post("/api/retakes/", {"photo": assessment.run.photo_id, "reason": "blurred"})
    assert answer.status_code == 400


def test_a_face_is_not_taken_through_a_dermatoscope(
    visit: Visit, photographer: User, client_of: ClientOf
) -> None:
    assert Modality.DERMOSCOPY not in FACE_MODALITIES
    client, file = client_of(photographer), pictures.photograph()
    assert "dermoscopy" not in dict(client.get(reverse("pages:visit", args=[visit.pk])).context["modalities"])
    upload = {"visit": visit.pk, "view": "left", "modality": "dermoscopy", "file": file}
    assert client.post("/api/photos/", upload).status_code == 400
    page = client.post(reverse("pages:photo_upload", args=[visit.pk, "left"]), {**upload, "file": file})
    assert page.status_code == 302
    assert not Photo.objects.exists()


def test_one_picture_is_not_both(photo: Photo, visit: Visit, lesion: Lesion, photographer: User) -> None:
    facts = {"visit": visit, "user": photographer, "modality": "visible"}
    with pytest.raises(DuplicatePhoto, match="photograph of the lesion L1 of this visit"):
        store_photo(view="left", file=pictures.photograph(), **facts)  # type: ignore[arg-type]
    store_photo(view="front", file=pictures.photograph(5), **facts)  # type: ignore[arg-type]
    with pytest.raises(DuplicatePhoto, match=r"front view of this visit\. Choose another file"):
        store_lesion_photo(lesion=lesion, file=pictures.photograph(5), **facts)  # type: ignore[arg-type]


def test_lost_runs_of_lesions_are_found_like_any(photo: Photo) -> None:
    photo.runs.update(created_at="2026-01-01T00:00Z", enqueued_at=None)
    assert recover_runs() == 1
