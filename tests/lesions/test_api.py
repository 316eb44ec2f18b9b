"""Lesions by program: the same services and refusals as in the browser, and no names for researchers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from analysis.models import LesionAssessment, LesionPicture, Run
from analysis.vision.lesion.enhancement import Enhancement
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo
from imaging.services import store_lesion_photo
from patients.models import Consent, Lesion, Patient, Purpose, Visit
from tests.imaging import pictures
from tests.lesions.results import DEEPLAB

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
JSON = "application/json"


@pytest.fixture
def doctor(dermatologist: User, client_of: ClientOf) -> Client:
    return client_of(dermatologist)


@pytest.fixture
def nurse(photographer: User, client_of: ClientOf) -> Client:
    return client_of(photographer)


@pytest.fixture
def scholar(researcher: User, client_of: ClientOf) -> Client:
    return client_of(researcher)


@pytest.fixture
def shared(patient: Patient) -> None:
    Consent.objects.create(patient=patient, purpose=Purpose.RESEARCH, given_on=date(2026, 1, 2))


class TestLesions:
    def test_are_entered_corrected_and_struck_out(self, nurse: Client, patient: Patient) -> None:
        facts = {"patient": patient.pk, "label": "L1", "site": "head_neck", "noted_on": "2026-01-05"}
        made = nurse.post("/api/lesions/", facts, JSON)
        assert made.status_code == 201
        address = f"/api/lesions/{made.json()['id']}/"
        spot = {"map_side": "face", "map_x": 0.5, "map_y": 0.4}
        assert nurse.patch(address, spot, JSON).json()["map_side"] == "face"
        assert nurse.patch(address, {"map_x": None}, JSON).status_code == 400
        assert nurse.post("/api/lesions/", facts, JSON).status_code == 400
        assert nurse.post(f"{address}strike/", {"reason": "a freckle"}, JSON).json()["struck_at"]
        assert nurse.get("/api/lesions/?struck=false").json()["count"] == 0

    @pytest.mark.usefixtures("shared")
    def test_a_researcher_reads_no_note(self, scholar: Client, lesion: Lesion) -> None:
        (row,) = scholar.get(f"/api/lesions/?patient={lesion.patient_id}").json()["results"]
        assert (row["label"], "note" in row) == ("L1", False)
        assert scholar.patch(f"/api/lesions/{lesion.pk}/", {"label": "L9"}, JSON).status_code == 403

    def test_another_patient_s_is_not_found(self, scholar: Client, lesion: Lesion) -> None:
        assert scholar.get(f"/api/lesions/{lesion.pk}/").status_code == 404


class TestPhotos:
    def test_are_uploaded_and_found(self, nurse: Client, lesion: Lesion, visit: Visit) -> None:
        upload = {"lesion": lesion.pk, "visit": visit.pk, "mm_per_pixel": "0.02"}
        answer = nurse.post("/api/lesion-photos/", {**upload, "file": pictures.photograph()})
        assert answer.status_code == 201
        said = answer.json()
        assert (said["lesion"], said["modality"], said["mm_per_pixel"]) == (lesion.pk, "dermoscopy", 0.02)
        assert "view" not in said
        for name in ("original", "display"):
            assert b"".join(nurse.get(said[name])) if name == "original" else nurse.get(said[name]).content
        assert nurse.get(f"/api/lesion-photos/?lesion={lesion.pk}").json()["count"] == 1
        run = nurse.get(f"/api/runs/?kind=lesion&photo={said['id']}").json()["results"][0]
        assert (run["kind"], run["status"], run["measurement"]) == ("lesion", "queued", None)

    @pytest.mark.parametrize(
        "given", [{"mm_per_pixel": "nan"}, {"mm_per_pixel": "-1"}, {"modality": "woods_lamp"}, {"lesion": 0}]
    )
    def test_are_refused(self, nurse: Client, lesion: Lesion, visit: Visit, given: dict[str, Any]) -> None:
        upload = {"lesion": lesion.pk, "visit": visit.pk, "file": pictures.photograph(), **given}
        assert nurse.post("/api/lesion-photos/", upload).status_code == 400
        assert not Photo.objects.exists()

    def test_are_analysed_again(self, nurse: Client, assessment: LesionAssessment) -> None:
        answer = nurse.post("/api/runs/", {"photo": assessment.run.photo_id}, JSON)
        assert (answer.status_code, answer.json()["kind"]) == (201, "lesion")


class TestAssessments:
    def test_say_everything_with_its_releases(self, nurse: Client, assessment: LesionAssessment) -> None:
        said = nurse.get(f"/api/lesion-assessments/{assessment.pk}/").json()
        assert (said["state"], said["picked"], said["agreement"]) == ("draft", "lesion_unet", 0.8)
        assert (said["is_note_composed"], said["author"], said["signer"]) == (True, None, None)
        assert said["note"] == assessment.note
        by_segmenter = {one["segmenter"]: one for one in said["readings"]}
        assert by_segmenter["lesion_unet"]["malignancy"] == 0.12
        assert by_segmenter[DEEPLAB]["band"] == "indeterminate"
        assert len(said["releases"]) == 4

    def test_a_mask_is_chosen_a_note_worded_and_all_signed(
        self, doctor: Client, assessment: LesionAssessment, dermatologist: User
    ) -> None:
        address = f"/api/lesion-assessments/{assessment.pk}/"
        chosen = doctor.post(f"{address}choose-mask/", {"segmenter": DEEPLAB, "reason": "hair"}, JSON)
        assert (chosen.status_code, chosen.json()["picked"], chosen.json()["version"]) == (200, DEEPLAB, 2)
        late = doctor.post(f"{address}note/", {"note": "Late."}, JSON)
        assert (late.status_code, late.json()["code"]) == (409, "superseded")
        newest = f"/api/lesion-assessments/{chosen.json()['id']}/"
        worded = doctor.post(f"{newest}note/", {"note": "Watch it."}, JSON).json()
        assert (worded["note"], worded["is_note_composed"], worded["state"]) == (
            "Watch it.",
            False,
            "edited",
        )
        signed = doctor.post(f"/api/lesion-assessments/{worded['id']}/sign/")
        assert (signed.json()["state"], signed.json()["signer"]) == ("signed", dermatologist.username)
        assert doctor.get("/api/lesion-assessments/").json()["count"] == 1
        assert doctor.get("/api/lesion-assessments/?versions=all").json()["count"] == 3

    def test_only_dermatologists_sign(self, nurse: Client, assessment: LesionAssessment) -> None:
        assert nurse.post(f"/api/lesion-assessments/{assessment.pk}/sign/").status_code == 403

    @pytest.mark.usefixtures("shared")
    def test_a_researcher_reads_values_and_no_words(
        self, scholar: Client, assessment: LesionAssessment
    ) -> None:
        said = scholar.get(f"/api/lesion-assessments/{assessment.pk}/").json()
        assert (said["note"], said["reason"], said["author"]) == ("", "", None)
        assert said["readings"][0]["opinions"]
        for deed in ("sign", "note", "choose-mask"):
            address = f"/api/lesion-assessments/{assessment.pk}/{deed}/"
            assert scholar.post(address, {}, JSON).status_code == 403

    def test_more_of_them_cost_no_more_queries(
        self,
        nurse: Client,
        assessment: LesionAssessment,
        assess: Callable[[Run], LesionAssessment],
        django_assert_num_queries: DjangoAssertNumQueries,
        photographer: User,
    ) -> None:
        address = "/api/lesion-assessments/"
        nurse.get(address)
        with django_assert_num_queries(6):
            nurse.get(address)
        lesion = assessment.run.photo.lesion
        assert lesion is not None
        for day in (11, 18):
            visit = pictures.visit(lesion.patient, day)
            file = pictures.photograph(day)
            photo = store_lesion_photo(lesion=lesion, visit=visit, file=file, user=photographer)
            assess(photo.runs.get())
        with django_assert_num_queries(6):
            assert nurse.get(address).json()["count"] == 3


class TestDelivery:
    def addresses(self, assessment: LesionAssessment) -> dict[str, str]:
        key, photo = assessment.picked_id, assessment.run.photo_id
        found = {
            kind: reverse("analysis:lesion_picture", args=[key, kind]) for kind in LesionPicture.Kind.values
        }
        found |= {
            kind.value: reverse("analysis:lesion_enhanced", args=[photo, kind.value]) for kind in Enhancement
        }
        return {**found, "overlay": reverse("analysis:lesion_overlay", args=[key])}

    def test_every_picture_is_one(self, nurse: Client, assessment: LesionAssessment) -> None:
        sizes = {"mask": (320, 400), "outline_thumbnail": (288, 360)}
        for kind, address in self.addresses(assessment).items():
            answer = nurse.get(address)
            assert answer["Cache-Control"] == "private, no-cache"
            with Image.open(BytesIO(answer.content)) as picture:
                assert picture.size == sizes.get(kind, (320, 400))
                assert answer["Content-Type"] == f"image/{str(picture.format).lower()}"
            assert nurse.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304

    def test_nobody_else_sees_them(
        self, scholar: Client, client: Client, assessment: LesionAssessment
    ) -> None:
        download = reverse("analysis:lesion_mask_file", args=[assessment.picked_id])
        for address in (*self.addresses(assessment).values(), download):
            assert client.get(address).status_code == 302
            assert scholar.get(address).status_code == 404

    def test_what_is_not_there_is_not_found(self, nurse: Client, assessment: LesionAssessment) -> None:
        for address in (
            reverse("analysis:lesion_picture", args=[assessment.picked_id, "heat"]),
            reverse("analysis:lesion_enhanced", args=[assessment.run.photo_id, "sharper"]),
        ):
            assert nurse.get(address).status_code == 404

    @pytest.mark.usefixtures("shared")
    def test_a_mask_leaves_on_record_and_with_consent(
        self, nurse: Client, scholar: Client, assessment: LesionAssessment
    ) -> None:
        address = reverse("analysis:lesion_mask_file", args=[assessment.picked_id])
        assert scholar.get(address).status_code == 403
        assert b"".join(nurse.get(address)).startswith(b"\x89PNG")
        assert Event.objects.filter(action="export").count() == 1


def test_the_web_server_does_without_pytorch() -> None:
    """Everything but the worker's task runs in a process that never loads it."""
    code = (
        "import django, sys; django.setup(); import clinic.urls; sys.exit(1 if 'torch' in sys.modules else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
