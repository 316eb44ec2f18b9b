"""Treatments, pauses and adverse events: what may be recorded, by whom, and what is left in the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from clinic.accounts.models import User
from clinic.audit.models import Event
from patients.entries.services import AlreadyStruck, correct_entry, strike_entry
from patients.models import AdverseEvent, Patient, Treatment, TreatmentPause
from patients.therapy.forms import TreatmentForm
from patients.therapy.services import pause_treatment, stop_treatment
from tests.imaging import pictures

pytestmark = pytest.mark.django_db
GOOD = {
    "kind": "tacrolimus",
    "name": "",
    "region": "face",
    "schedule": "twice a day",
    "dose": "",
    "dose_unit": "",
    "started_on": "2026-01-10",
    "stopped_on": "",
    "adherence": "most",
    "stop_reason": "",
    "note": "",
}
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()


def test_a_treatment_is_recorded_with_its_event(nurse: Client, patient: Patient, photographer: User) -> None:
    answer = nurse.post(reverse("patients:treatment_create", args=[patient.pk]), GOOD)
    assert answer["Location"] == reverse("pages:patient", args=[patient.pk])
    treatment = patient.treatments.get()
    assert (treatment.title, treatment.dosage) == ("Tacrolimus 0.1 %, topical", "twice a day")
    event = Event.objects.about(treatment).get()
    assert (event.action, event.user) == ("create", photographer)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": ""}, "Choose the treatment"),
        ({"kind": "leeches"}, "not one of the available choices"),
        ({"kind": "other"}, "Name the treatment"),
        ({"started_on": ""}, "day on which the treatment started"),
        ({"started_on": TOMORROW}, "not come yet"),
        ({"started_on": "1979-01-01"}, "before the patient was born"),
        ({"stopped_on": "2026-01-09"}, "before the start"),
        ({"dose": "0", "dose_unit": "mg"}, "more than 0"),
        ({"dose": "5"}, "together with its unit"),
        ({"dose_unit": "mg"}, "together with its unit"),
        ({"dose": "two"}, "as a number"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    patient: Patient, nurse: Client, wrong: dict[str, str], sentence: str
) -> None:
    form = TreatmentForm({**GOOD, **wrong}, patient=patient)
    assert sentence in str(form.errors)
    answer = nurse.post(reverse("patients:treatment_create", args=[patient.pk]), {**GOOD, **wrong})
    assert answer.status_code == 422
    assert not Treatment.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"stopped_on": date(2026, 1, 9)},
        {"dose": 5},
        {"dose_unit": "mg"},
        {"kind": "other"},
        {"struck_reason": "why"},
    ],
)
def test_the_database_refuses_it_too(treatment: Treatment, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Treatment.objects.filter(pk=treatment.pk).update(**wrong)


def test_stopping_ends_an_open_pause(treatment: Treatment, photographer: User) -> None:
    pause_treatment(
        treatment=treatment, paused_on=date(2026, 2, 1), resumed_on=None, reason="", by=photographer
    )
    stop_treatment(treatment=treatment, stopped_on=date(2026, 3, 1), reason="", by=photographer)
    assert treatment.pauses.get().resumed_on == date(2026, 3, 1)
    assert not Treatment.objects.going_on(date(2026, 3, 2)).exists()


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (date(2026, 1, 1), None, "within the days"),
        (date(2026, 2, 10), date(2026, 2, 10), "at least a day"),
        (date(2026, 2, 25), date(2026, 3, 5), "paused on some"),
        (date(2026, 2, 1), None, "paused on some"),
        (date(2026, 3, 1), date(2026, 3, 2), ""),
        (date(2026, 2, 1), date(2026, 2, 20), ""),
    ],
)
def test_pauses_lie_within_and_do_not_overlap(
    treatment: Treatment, photographer: User, first: date, last: date | None, sentence: str
) -> None:
    facts: dict[str, Any] = {"treatment": treatment, "reason": "", "by": photographer}
    pause_treatment(paused_on=date(2026, 2, 20), resumed_on=date(2026, 3, 1), **facts)
    if not sentence:
        pause_treatment(paused_on=first, resumed_on=last, **facts)
        assert treatment.pauses.count() == 2
        return
    with pytest.raises(ValidationError, match=sentence):
        pause_treatment(paused_on=first, resumed_on=last, **facts)


def test_pause_and_resume_by_page(nurse: Client, treatment: Treatment) -> None:
    nurse.post(
        reverse("patients:treatment_pause", args=[treatment.pk]),
        {"paused_on": "2026-02-01", "resumed_on": "", "reason": "holiday"},
    )
    pause = treatment.pauses.get()
    page = nurse.get(reverse("pages:patient", args=[treatment.patient_id])).content.decode()
    assert "paused since 2026-02-01" in page
    nurse.post(reverse("patients:treatment_resume", args=[pause.pk]), {"resumed_on": "2026-02-11"})
    pause.refresh_from_db()
    assert pause.resumed_on == date(2026, 2, 11)


def test_stop_by_page(nurse: Client, treatment: Treatment) -> None:
    address = reverse("patients:treatment_stop", args=[treatment.pk])
    assert nurse.post(address, {"stopped_on": "", "stop_reason": ""}).status_code == 422
    nurse.post(address, {"stopped_on": "2026-03-01", "stop_reason": "done"})
    treatment.refresh_from_db()
    assert (treatment.stopped_on, treatment.stop_reason) == (date(2026, 3, 1), "done")


@pytest.mark.parametrize("grade", [0, 6])
def test_a_grade_is_one_to_five(patient: Patient, grade: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AdverseEvent.objects.create(
            patient=patient, date=date(2026, 3, 1), grade=grade, description="Burning."
        )


def test_an_adverse_event_belongs_to_the_patients_own_treatment(nurse: Client, treatment: Treatment) -> None:
    other = pictures.patient("R-7")
    data = {"date": "2026-02-01", "grade": "2", "treatment": str(treatment.pk), "description": "Itch."}
    assert nurse.post(reverse("patients:adverse_event_create", args=[other.pk]), data).status_code == 422
    nurse.post(reverse("patients:adverse_event_create", args=[treatment.patient_id]), data)
    assert treatment.adverse_events.get().grade == 2


def test_what_was_struck_out_stays_and_is_not_changed(treatment: Treatment, photographer: User) -> None:
    struck = strike_entry(entry=treatment, reason="Wrong patient.", by=photographer)
    assert not Treatment.objects.standing().exists()
    assert (struck.struck_by, struck.struck_reason) == (photographer, "Wrong patient.")
    with pytest.raises(AlreadyStruck):
        strike_entry(entry=treatment, reason="Again.", by=photographer)
    with pytest.raises(AlreadyStruck):
        correct_entry(entry=struck, changed=["note"], by=photographer)


def test_striking_needs_a_reason(nurse: Client, treatment: Treatment) -> None:
    address = reverse("patients:entry_strike", args=["treatment", treatment.pk])
    assert nurse.post(address, {"reason": ""}).status_code == 422
    assert nurse.post(address, {"reason": "Twice."}).status_code == 302
    assert nurse.post(address, {"reason": "Twice."}).status_code == 404


class TestByProgram:
    def test_is_recorded_corrected_and_struck_out(
        self, api_of: Callable[[User], APIClient], photographer: User, patient: Patient
    ) -> None:
        client = api_of(photographer)
        facts = {"patient": patient.pk, "kind": "nb_uvb", "started_on": "2026-01-01"}
        made = client.post("/api/treatments/", facts, format="json")
        assert made.status_code == 201
        address = f"/api/treatments/{made.json()['id']}/"
        assert (
            client.patch(address, {"stopped_on": "2026-02-01"}, format="json").json()["stopped_on"]
            == "2026-02-01"
        )
        assert client.patch(address, {"stopped_on": "2025-02-01"}, format="json").status_code == 400
        assert client.post(f"{address}strike/", {"reason": "Error."}, format="json").json()["struck_at"]
        assert client.patch(address, {"note": "x"}, format="json").status_code == 404
        assert client.delete(address).status_code == 405

    @pytest.mark.parametrize(
        ("route", "facts"),
        [
            ("treatments", {"kind": "nothing", "started_on": "2026-01-01"}),
            ("treatments", {"kind": "nb_uvb", "started_on": TOMORROW}),
            ("treatments", {"kind": "other", "started_on": "2026-01-01"}),
            ("adverse-events", {"date": "2026-01-01", "grade": 6, "description": "x"}),
            ("adverse-events", {"date": "2026-01-01", "grade": 2, "description": ""}),
        ],
    )
    def test_a_wrong_value_is_a_sentence(
        self,
        api_of: Callable[[User], APIClient],
        photographer: User,
        patient: Patient,
        route: str,
        facts: dict[str, Any],
    ) -> None:
        answer = api_of(photographer).post(f"/api/{route}/", {"patient": patient.pk, **facts}, format="json")
        assert answer.status_code == 400

    def test_a_pause_is_made_and_ended(
        self, api_of: Callable[[User], APIClient], photographer: User, treatment: Treatment
    ) -> None:
        client = api_of(photographer)
        made = client.post(
            "/api/treatment-pauses/", {"treatment": treatment.pk, "paused_on": "2026-02-01"}, format="json"
        )
        assert made.status_code == 201
        address = f"/api/treatment-pauses/{made.json()['id']}/"
        assert client.patch(address, {"paused_on": "2026-01-20"}, format="json").status_code == 400
        assert client.patch(address, {"resumed_on": "2026-01-20"}, format="json").status_code == 400
        assert client.patch(address, {"resumed_on": "2026-02-20"}, format="json").status_code == 200
        assert TreatmentPause.objects.get().resumed_on == date(2026, 2, 20)
