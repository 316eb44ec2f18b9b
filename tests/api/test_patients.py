"""Patients and visits by program: created, corrected, and never shown to the wrong reader."""

from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from clinic.audit.models import Event
from patients.models import Patient, Visit

pytestmark = pytest.mark.django_db
ADA = {
    "record_number": "R-77",
    "name": "김민준 Kim",
    "birth_date": "1980-02-03",
    "sex": "male",
    "phototype": 4,
}


def keys(answer: Any) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


class TestPatients:
    def test_is_opened_with_its_consents(self, nurse: APIClient) -> None:
        answer = nurse.post("/api/patients/", {**ADA, "consents": ["care", "research"]}, format="json")
        assert answer.status_code == 201
        patient = Patient.objects.get(pk=answer.json()["id"])
        assert (patient.name, patient.birth_date) == ("김민준 Kim", date(1980, 2, 3))
        assert set(patient.consents.values_list("purpose", flat=True)) == {"care", "research"}
        assert patient.created_by is not None
        assert Event.objects.about(patient).filter(action=Event.Action.CREATE).exists()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"record_number": ""}, "record_number"),
            ({"birth_date": "yesterday"}, "birth_date"),
            ({"phototype": 7}, "phototype"),
            ({"onset_year": 1950}, "non_field_errors"),
            ({"consents": ["everything"]}, "consents"),
        ],
    )
    def test_a_wrong_value_is_a_sentence(self, nurse: APIClient, wrong: dict[str, Any], field: str) -> None:
        answer = nurse.post("/api/patients/", {**ADA, **wrong}, format="json")
        assert answer.status_code == 400
        assert field in answer.json()
        assert not Patient.objects.exists()

    def test_two_patients_cannot_share_a_number(self, nurse: APIClient, visit: Visit) -> None:
        answer = nurse.post(
            "/api/patients/", {**ADA, "record_number": visit.patient.record_number}, format="json"
        )
        assert answer.status_code == 400

    def test_is_corrected(self, nurse: APIClient, visit: Visit) -> None:
        answer = nurse.patch(f"/api/patients/{visit.patient_id}/", {"phototype": 5}, format="json")
        assert answer.status_code == 200
        visit.patient.refresh_from_db()
        assert visit.patient.phototype == 5
        event = Event.objects.about(visit.patient).get(action=Event.Action.CHANGE)
        assert event.detail["fields"] == ["phototype"]

    def test_cannot_be_deleted_or_made_synthetic(self, nurse: APIClient, visit: Visit) -> None:
        address = f"/api/patients/{visit.patient_id}/"
        assert nurse.delete(address).status_code == 405
        nurse.patch(address, {"is_synthetic": True}, format="json")
        visit.patient.refresh_from_db()
        assert not visit.patient.is_synthetic

    def test_is_found_by_name_or_number(self, nurse: APIClient, visit: Visit, shared_visit: Visit) -> None:
        assert keys(nurse.get("/api/patients/?search=R-2")) == [shared_visit.patient_id]
        assert len(keys(nurse.get("/api/patients/?search=ada"))) == 2

    def test_a_read_is_on_record(self, nurse: APIClient, visit: Visit) -> None:
        nurse.get(f"/api/patients/{visit.patient_id}/")
        assert Event.objects.about(visit.patient).filter(action=Event.Action.READ).count() == 1
        nurse.get("/api/patients/")
        listing = Event.objects.filter(action=Event.Action.READ, object_id="").get()
        assert listing.detail["keys"] == [visit.patient_id]


class TestResearcher:
    def test_sees_only_those_who_agreed(self, scholar: APIClient, visit: Visit, shared_visit: Visit) -> None:
        assert keys(scholar.get("/api/patients/")) == [shared_visit.patient_id]
        assert keys(scholar.get("/api/visits/")) == [shared_visit.pk]
        assert scholar.get(f"/api/patients/{visit.patient_id}/").status_code == 404
        assert scholar.get(f"/api/visits/{visit.pk}/").status_code == 404

    def test_never_receives_who_it_is(self, scholar: APIClient, shared_visit: Visit) -> None:
        shared_visit.notes = "Ada Kim called."
        shared_visit.save()
        for address in (
            "/api/patients/",
            f"/api/patients/{shared_visit.patient_id}/",
            "/api/visits/",
            f"/api/visits/{shared_visit.pk}/",
        ):
            text = scholar.get(address).content.decode()
            assert "Ada" not in text
            assert "R-2" not in text
            assert "1980" not in text
        assert scholar.get(f"/api/patients/{shared_visit.patient_id}/").json()["pseudonym"].startswith("P-")

    def test_cannot_search_for_a_name(self, scholar: APIClient, shared_visit: Visit) -> None:
        assert keys(scholar.get("/api/patients/?search=Ada")) == []

    @pytest.mark.parametrize("name", ["patients", "visits", "photos", "runs"])
    def test_writes_nothing(self, scholar: APIClient, name: str) -> None:
        assert scholar.post(f"/api/{name}/", {}).status_code == 403

    def test_corrects_nothing(self, scholar: APIClient, shared_visit: Visit) -> None:
        answer = scholar.patch(f"/api/patients/{shared_visit.patient_id}/", {"phototype": 2}, format="json")
        assert answer.status_code == 403


class TestVisits:
    def test_is_added_and_corrected(self, nurse: APIClient, visit: Visit) -> None:
        facts = {
            "patient": visit.patient_id,
            "date": "2026-05-01",
            "skin_condition": "clean",
            "notes": "None.",
        }
        answer = nurse.post("/api/visits/", facts, format="json")
        assert answer.status_code == 201
        made = answer.json()["id"]
        answer = nurse.patch(f"/api/visits/{made}/", {"skin_condition": "sunscreen"}, format="json")
        assert answer.json()["skin_condition"] == "sunscreen"
        assert keys(nurse.get(f"/api/visits/?patient={visit.patient_id}")) == [visit.pk, made]

    def test_one_a_day(self, nurse: APIClient, visit: Visit) -> None:
        facts = {"patient": visit.patient_id, "date": str(visit.date), "skin_condition": "clean"}
        assert nurse.post("/api/visits/", facts, format="json").status_code == 400

    def test_needs_a_patient_who_is_there(self, nurse: APIClient) -> None:
        answer = nurse.post("/api/visits/", {"patient": 4711, "date": "2026-05-01"}, format="json")
        assert (answer.status_code, list(answer.json())) == (400, ["patient"])

    def test_stays_with_its_patient(self, nurse: APIClient, visit: Visit, shared_visit: Visit) -> None:
        answer = nurse.patch(f"/api/visits/{visit.pk}/", {"patient": shared_visit.patient_id}, format="json")
        assert answer.status_code == 400
