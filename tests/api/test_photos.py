"""Photographs, runs and measurements by program."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from analysis.claims import Claim, claim_run
from analysis.models import Run
from analysis.outcomes import finish_run, refuse_run
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Visit
from tests.analysis.results import active_rows, face_result
from tests.imaging.pictures import photograph

pytestmark = pytest.mark.django_db


def upload(client: APIClient, to: Visit, picture: BytesIO | None = None, **fields: Any) -> Any:
    picture = picture if picture is not None else photograph()
    picture.name = "IMG_0001.jpg"
    facts = {"visit": to.pk, "view": "front", "modality": "uv_reflectance", "file": picture, **fields}
    return client.post("/api/photos/", facts, format="multipart")


class TestPhotos:
    def test_is_stored_as_in_the_browser(self, nurse: APIClient, visit: Visit) -> None:
        answer = upload(nurse, visit, device="Booth 1")
        assert answer.status_code == 201
        photo = Photo.objects.get(pk=answer.json()["id"])
        assert (photo.view, photo.modality, photo.device) == ("front", "uv_reflectance", "Booth 1")
        assert answer.json()["patient"] == visit.patient_id

    def test_its_bytes_come_back_by_token(self, nurse: APIClient, visit: Visit) -> None:
        data = photograph().getvalue()
        answer = upload(nurse, visit, BytesIO(data)).json()
        original = nurse.get(answer["original"])
        assert original.getvalue() == data
        assert nurse.get(answer["display"]).headers["Content-Type"] == "image/jpeg"

    @pytest.mark.parametrize(
        "data",
        [b"", b"%PDF-1.7 not a photograph", photograph().getvalue()[:700]],
        ids=["empty", "pdf", "truncated"],
    )
    def test_a_refusal_is_a_sentence_and_a_code(self, nurse: APIClient, visit: Visit, data: bytes) -> None:
        answer = upload(nurse, visit, BytesIO(data))
        assert answer.status_code == 400
        assert set(answer.json()) == {"code", "detail"}
        assert answer.json()["detail"].endswith(".")
        assert not Photo.objects.exists()

    def test_the_same_photograph_twice(self, nurse: APIClient, visit: Visit, shared_visit: Visit) -> None:
        assert upload(nurse, visit).status_code == 201
        assert upload(nurse, visit, view="left").json()["code"] == "duplicate_same_visit"
        assert upload(nurse, shared_visit).json()["code"] == "duplicate_other_patient"

    def test_a_slot_is_replaced_only_on_request(self, nurse: APIClient, visit: Visit) -> None:
        first = upload(nurse, visit).json()["id"]
        assert upload(nurse, visit, photograph(1)).json()["code"] == "slot_filled"
        second = upload(nurse, visit, photograph(1), replace="true").json()["id"]
        assert not nurse.get(f"/api/photos/{first}/").json()["is_current"]
        current = nurse.get(f"/api/photos/?visit={visit.pk}&is_current=true").json()["results"]
        assert [photo["id"] for photo in current] == [second]

    @pytest.mark.parametrize(
        ("field", "value"), [("visit", 4711), ("view", "behind"), ("modality", "x-ray"), ("file", "")]
    )
    def test_a_wrong_field_is_named(self, nurse: APIClient, visit: Visit, field: str, value: Any) -> None:
        answer = upload(nurse, visit, **{field: value})
        assert (answer.status_code, list(answer.json())) == (400, [field])

    def test_a_researcher_sees_the_picture_and_not_the_original(
        self, nurse: APIClient, scholar: APIClient, visit: Visit, shared_visit: Visit
    ) -> None:
        hidden = upload(nurse, visit).json()["id"]
        shown = upload(nurse, shared_visit, photograph(1)).json()["id"]
        assert [photo["id"] for photo in scholar.get("/api/photos/").json()["results"]] == [shown]
        for address in ("", "display/", "original/"):
            assert scholar.get(f"/api/photos/{hidden}/{address}").status_code == 404
        assert scholar.get(f"/api/photos/{shown}/display/").status_code == 200
        assert scholar.get(f"/api/photos/{shown}/original/").status_code == 403


def claim(run: Run) -> Claim:
    """The run in the hands of a worker."""
    taken = claim_run(run_id=run.pk)
    assert taken is not None
    return taken


@pytest.fixture
def run(nurse: APIClient, visit: Visit) -> Run:
    return Run.objects.get(photo=upload(nurse, visit).json()["id"])


class TestRuns:
    def test_a_queued_run_has_no_number(self, nurse: APIClient, run: Run) -> None:
        answer = nurse.get(f"/api/runs/{run.pk}/").json()
        assert (answer["status"], answer["f_vitiligo"], answer["measurement"]) == ("queued", None, None)

    def test_a_done_run_has_its_number_and_releases(self, nurse: APIClient, run: Run) -> None:
        finish_run(claim=claim(run), result=face_result(), releases=active_rows())
        answer = nurse.get(f"/api/runs/{run.pk}/").json()
        assert (answer["status"], answer["f_vitiligo"]) == ("done", 12.5)
        assert [release["name"] for release in answer["releases"]] == [
            "face_detector-1",
            "face_matting-1",
            "vitiligo-1",
        ]
        (measurement,) = nurse.get(f"/api/measurements/?photo={run.photo_id}&view=front").json()["results"]
        assert measurement["id"] == answer["measurement"]
        assert (measurement["n_face"], measurement["n_vitiligo"], measurement["f_vitiligo"]) == (
            20_000,
            2_500,
            12.5,
        )
        assert (measurement["patient"], measurement["date"]) == (run.photo.visit.patient_id, "2026-03-04")

    def test_not_measurable_says_why_and_is_not_zero(self, nurse: APIClient, run: Run) -> None:
        refuse_run(claim=claim(run), code="no_face")
        answer = nurse.get(f"/api/runs/{run.pk}/").json()
        assert (answer["status"], answer["reason_code"]) == ("not_measurable", "no_face")
        assert answer["reason"].startswith("No face was found")
        assert answer["f_vitiligo"] is None
        assert nurse.get("/api/measurements/").json()["count"] == 0

    def test_are_filtered(self, nurse: APIClient, run: Run) -> None:
        assert nurse.get("/api/runs/?status=queued").json()["count"] == 1
        assert nurse.get(f"/api/runs/?patient={run.photo.visit.patient_id}&status=done").json()["count"] == 0
        assert nurse.get("/api/runs/?status=lost").status_code == 400

    def test_another_analysis_is_asked_for(self, nurse: APIClient, run: Run) -> None:
        refuse_run(claim=claim(run), code="no_face")
        answer = nurse.post("/api/runs/", {"photo": run.photo_id}, format="json")
        assert answer.status_code == 201
        assert answer.json()["id"] != run.pk

    def test_a_foreign_run_is_not_found(
        self, scholar: APIClient, run: Run, api_of: Callable[[User], APIClient], researcher: User
    ) -> None:
        assert scholar.get(f"/api/runs/{run.pk}/").status_code == 404
        assert scholar.get("/api/runs/").json()["count"] == 0
        assert scholar.get(f"/api/runs/?photo={run.photo_id}").json()["count"] == 0
