"""Requests for better photographs and repeatability studies by program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from analysis.models import ModelRelease
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo, RetakeRequest
from patients.models import Visit
from reports.models import AdoptedError, RepeatabilityStudy, RepeatPair
from reports.repeatability import add_repeat, start_study
from tests.analysis.results import active_rows
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
# Shares of 20000 face pixels: a row of 50 is a quarter of a point.
PAIRS = [(40, 42), (50, 48), (60, 62), (20, 18), (30, 32)]


@pytest.fixture
def photo(shared_visit: Visit, photographer: User) -> Photo:
    return sittings.photo_of(shared_visit, "front", photographer)


@pytest.fixture
def doctor(api_of: Callable[[User], APIClient], dermatologist: User) -> APIClient:
    return api_of(dermatologist)


@pytest.fixture
def releases(db: None) -> dict[str, ModelRelease]:
    return active_rows()


@pytest.fixture
def study(photographer: User) -> RepeatabilityStudy:
    return start_study(name="Autumn", views=["front"], user=photographer)


def fill(study: RepeatabilityStudy, count: int, user: User, releases: dict[str, ModelRelease]) -> None:
    for number, (first, second) in enumerate(PAIRS[:count]):
        photo = sittings.photo_of(pictures.visit(pictures.patient(f"S-{number}")), "front", user)
        sittings.measure(photo, releases, rows=first)
        pair = add_repeat(study=study, first=photo, file=pictures.photograph(900 + number), user=user)
        sittings.measure(pair.second, releases, rows=second)


def test_a_retake_is_asked_once_listed_and_taken_back(
    nurse: APIClient, doctor: APIClient, photo: Photo, dermatologist: User
) -> None:
    asked = doctor.post("/api/retakes/", {"photo": photo.pk, "reason": "chin cut off"})
    assert asked.status_code == 201
    said = asked.json()
    assert (said["asked_by"], said["reason"], said["is_open"]) == (
        dermatologist.username,
        "chin cut off",
        True,
    )
    assert nurse.post("/api/retakes/", {"photo": photo.pk, "reason": "me too"}).json()["id"] == said["id"]
    assert [row["id"] for row in nurse.get("/api/retakes/?is_open=true").json()["results"]] == [said["id"]]
    assert not nurse.post(f"/api/retakes/{said['id']}/cancel/").json()["is_open"]
    assert nurse.get("/api/retakes/?is_open=true").json()["count"] == 0
    assert nurse.get("/api/retakes/?is_open=false").json()["count"] == 1
    assert Event.objects.about(RetakeRequest.objects.get()).exclude(action="read").count() == 2


def test_a_researcher_asks_for_nothing_and_reads_no_words(
    scholar: APIClient, doctor: APIClient, photo: Photo, visit: Visit, photographer: User
) -> None:
    doctor.post("/api/retakes/", {"photo": photo.pk, "reason": "Ada looked away"})
    doctor.post(
        "/api/retakes/", {"photo": sittings.photo_of(visit, "left", photographer).pk, "reason": "dark"}
    )
    assert scholar.post("/api/retakes/", {"photo": photo.pk, "reason": "x"}).status_code == 403
    (row,) = scholar.get("/api/retakes/").json()["results"]
    assert (row["photo"], row["reason"], row["asked_by"]) == (photo.pk, "", "")
    assert scholar.post(f"/api/retakes/{row['id']}/cancel/").status_code == 403


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_retake_needs_words(doctor: APIClient, photo: Photo, reason: str) -> None:
    answer = doctor.post("/api/retakes/", {"photo": photo.pk, "reason": reason})
    assert (answer.status_code, list(answer.json())) == (400, ["reason"])


def test_a_photo_that_was_replaced_is_not_taken_again(doctor: APIClient, photo: Photo) -> None:
    Photo.objects.update(replaced_at=photo.uploaded_at)
    assert doctor.post("/api/retakes/", {"photo": photo.pk, "reason": "dark"}).status_code == 400


def test_a_study_from_its_start_to_a_pair(
    nurse: APIClient, scholar: APIClient, photo: Photo, releases: dict[str, ModelRelease]
) -> None:
    assert scholar.post("/api/repeatability-studies/", {"name": "x", "views": ["front"]}).status_code == 403
    made = nurse.post("/api/repeatability-studies/", {"name": "Spring", "views": ["front"]}).json()
    sittings.measure(photo, releases, rows=40)

    def send(seed: int) -> Any:
        file = SimpleUploadedFile("IMG.jpg", pictures.photograph(seed).read(), "image/jpeg")
        return nurse.post("/api/repeat-pairs/", {"study": made["id"], "first": photo.pk, "file": file})

    pair = send(901).json()
    assert (pair["first"], pair["second"], pair["difference"]) == (None, None, None)
    sittings.measure(RepeatPair.objects.get().second, releases, rows=44)
    (row,) = scholar.get(f"/api/repeat-pairs/?study={made['id']}").json()["results"]
    assert (row["first"], row["second"], row["difference"]) == pytest.approx((10.0, 11.0, 1.0))
    again = send(901)
    assert (again.status_code, again.json()["code"]) == (400, "duplicate_same_slot")


def test_errors_by_view_and_their_adoption(
    nurse: APIClient,
    doctor: APIClient,
    study: RepeatabilityStudy,
    photographer: User,
    releases: dict[str, ModelRelease],
) -> None:
    address = f"/api/repeatability-studies/{study.pk}"
    assert doctor.get(f"{address}/errors/").json() == {"releases": [], "by_view": []}
    too_few = doctor.post(f"{address}/adopt/")
    assert (too_few.status_code, too_few.json()["code"]) == (409, "study_incomplete")
    fill(study, 5, photographer, releases)
    said = doctor.get(f"{address}/errors/").json()
    assert [one["name"] for one in said["releases"]] == [
        "face_detector-1",
        "face_matting-1",
        "vitiligo-1",
    ]
    (front,) = said["by_view"]
    assert (front["view"], front["patients"], front["is_enough"]) == ("front", 5, True)
    assert front["sdc95"] == pytest.approx(1.96 * 2**0.5 * (1.2 / 8) ** 0.5)
    assert nurse.post(f"{address}/adopt/").status_code == 403
    adopted = doctor.post(f"{address}/adopt/")
    assert adopted.status_code == 201
    assert adopted.json()["sdc95"] == {"front": pytest.approx(front["sdc95"])}
    assert AdoptedError.objects.standing().count() == 1


def test_a_researcher_sees_no_pair_of_those_who_did_not_agree(
    scholar: APIClient,
    study: RepeatabilityStudy,
    photographer: User,
    releases: dict[str, ModelRelease],
) -> None:
    fill(study, 1, photographer, releases)
    assert scholar.get("/api/repeat-pairs/").json()["count"] == 0


@pytest.mark.parametrize("count", [1, 4])
def test_more_pairs_do_not_cost_more_queries(
    nurse: APIClient,
    study: RepeatabilityStudy,
    photographer: User,
    releases: dict[str, ModelRelease],
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(study, count, photographer, releases)
    with django_assert_num_queries(6):
        assert nurse.get("/api/repeat-pairs/").json()["count"] == count
