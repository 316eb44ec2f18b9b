"""Reviews and reports by program: the same services, the same refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from rest_framework.test import APIClient

from analysis.models import Review
from analysis.reviews import save_masks
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo
from patients.models import Consent, Purpose, Visit
from reports.models import Report
from tests.analysis.results import SHAPE, active_rows
from tests.pages import sittings

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(shared_visit: Visit, photographer: User) -> Photo:
    photo = sittings.photo_of(shared_visit, "left", photographer)
    sittings.measure(photo, active_rows())
    return photo


@pytest.fixture
def doctor(api_of: Callable[[User], APIClient], dermatologist: User) -> APIClient:
    return api_of(dermatologist)


def edit(photo: Photo, author: User) -> Review:
    mask = np.zeros(SHAPE, np.uint8)
    mask[150:175, 120:170] = 1
    return save_masks(run=photo.runs.get(), author=author, reason="flash", based_on=1, vitiligo=mask)


def sign(client: APIClient, review: Review) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/api/reviews/{review.pk}/sign/")
    return answer.status_code, answer.json()


def test_a_review_is_signed_and_says_by_whom(doctor: APIClient, photo: Photo, dermatologist: User) -> None:
    status, said = sign(doctor, photo.reviews.get())
    assert status == 200
    assert (said["state"], said["signer"], said["version"]) == ("signed", dermatologist.username, 1)
    assert said["f_vitiligo"] == pytest.approx(12.5)
    assert Event.objects.filter(action="change", user=dermatologist).count() == 1


def test_what_was_edited_meanwhile_is_a_conflict(doctor: APIClient, photo: Photo, photographer: User) -> None:
    seen = photo.reviews.get()
    edited = edit(photo, photographer)
    status, said = sign(doctor, seen)
    assert (status, said["code"]) == (409, "superseded")
    assert photographer.username in str(said["detail"])
    assert sign(doctor, edited)[0] == 200
    assert sign(doctor, edited)[0] == 409


def test_only_dermatologists_sign(nurse: APIClient, scholar: APIClient, photo: Photo) -> None:
    for client in (nurse, scholar):
        assert sign(client, photo.reviews.get())[0] == 403
    assert photo.reviews.get().state == "draft"


def test_a_researcher_reads_states_and_no_names(
    scholar: APIClient, doctor: APIClient, photo: Photo, dermatologist: User
) -> None:
    sign(doctor, edit(photo, dermatologist))
    rows = scholar.get("/api/reviews/?state=signed").json()["results"]
    assert [(row["state"], row["signer"], row["author"], row["reason"]) for row in rows] == [
        ("signed", None, None, "flash")
    ]


def test_measurements_are_the_final_ones_unless_all_are_wanted(
    doctor: APIClient, photo: Photo, dermatologist: User
) -> None:
    sign(doctor, photo.reviews.get())
    edit(photo, dermatologist)

    def versions(query: str) -> list[tuple[int, str]]:
        rows = doctor.get(f"/api/measurements/?photo={photo.pk}{query}").json()["results"]
        return [(row["version"], row["state"]) for row in rows]

    assert versions("") == versions("&versions=final") == [(1, "signed")]
    assert versions("&versions=all") == [(1, "signed"), (2, "edited")]
    (run,) = doctor.get(f"/api/runs/?photo={photo.pk}").json()["results"]
    assert run["f_vitiligo"] == pytest.approx(12.5)


def test_a_report_is_made_once_listed_and_fetched(doctor: APIClient, photo: Photo) -> None:
    answer = doctor.post("/api/reports/", {"visit": photo.visit_id})
    assert answer.status_code == 201
    first = answer.json()
    assert doctor.post("/api/reports/", {"visit": photo.visit_id}).json()["number"] == first["number"]
    sign(doctor, photo.reviews.get())
    second = doctor.post("/api/reports/", {"visit": photo.visit_id}).json()
    assert (second["replaces"], second["signed_values"]) == (first["number"], 1)
    rows = doctor.get(f"/api/reports/?visit={photo.visit_id}").json()["results"]
    assert [row["replaced_by"] for row in rows] == [second["number"], None]
    file = doctor.get(f"/api/reports/{second['id']}/file/")
    assert file["Content-Type"] == "application/pdf"
    assert len(file.content) == second["byte_size"]


def test_a_researcher_has_a_report_without_names(
    scholar: APIClient, doctor: APIClient, photo: Photo, visit: Visit
) -> None:
    doctor.post("/api/reports/", {"visit": photo.visit_id})
    assert scholar.post("/api/reports/", {"visit": photo.visit_id}).status_code == 403
    agreed = Consent(patient=photo.visit.patient, purpose=Purpose.EXPORT, given_on=date(2026, 1, 2))
    agreed.save()
    made = scholar.post("/api/reports/", {"visit": photo.visit_id}).json()
    assert made["is_pseudonymous"]
    assert [row["id"] for row in scholar.get("/api/reports/").json()["results"]] == [made["id"]]
    named = Report.objects.exclude(pk=made["id"]).get()
    assert scholar.get(f"/api/reports/{named.pk}/file/").status_code == 404
    assert scholar.post("/api/reports/", {"visit": visit.pk}).status_code == 400
