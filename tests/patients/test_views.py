"""Finding, registering and correcting patients, consents and visits through the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinic.accounts.models import User
from clinic.audit.models import Event
from patients.models import Patient, Visit
from tests.imaging import pictures
from tests.patients.test_forms import GOOD

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def nurse(client_of: ClientOf, photographer: User) -> Client:
    return client_of(photographer)


def test_a_new_patient_leads_to_the_patients_page(nurse: Client, photographer: User) -> None:
    response = nurse.post(reverse("patients:create"), {**GOOD, "consents": ["care"]})
    patient = Patient.objects.get()
    assert response["Location"] == reverse("pages:patient", args=[patient.pk])
    assert (patient.name, patient.created_by) == ("김지우", photographer)
    assert [consent.purpose for consent in patient.consents.all()] == ["care"]


def test_registering_is_on_record_without_the_name(nurse: Client) -> None:
    nurse.post(reverse("patients:create"), GOOD)
    event = Event.objects.get(action="create", object_label="patients.patient")
    assert GOOD["name"] not in str(event.detail)


def test_a_refused_form_keeps_what_was_typed(nurse: Client) -> None:
    response = nurse.post(reverse("patients:create"), {**GOOD, "birth_date": ""})
    page = response.content.decode()
    assert response.status_code == 422
    assert not Patient.objects.exists()
    assert "김지우" in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_birth_date_error"' in page


def test_a_correction_names_the_fields_it_changed(nurse: Client, patient: Patient) -> None:
    facts = {**GOOD, "record_number": patient.record_number, "name": "Ada Kim", "birth_date": "1980-02-03"}
    nurse.post(reverse("patients:edit", args=[patient.pk]), facts)
    patient.refresh_from_db()
    assert patient.phototype == 4
    event = Event.objects.get(action="change")
    assert "phototype" in event.detail["fields"]
    assert "name" not in event.detail["fields"]


def test_a_refused_correction_changes_nothing(nurse: Client, patient: Patient) -> None:
    response = nurse.post(reverse("patients:edit", args=[patient.pk]), {**GOOD, "name": ""})
    assert response.status_code == 422
    assert Patient.objects.get().name == "Ada Kim"
    assert "Ada Kim" in response.content.decode()


def test_the_list_finds_by_name_and_by_record_number(nurse: Client) -> None:
    for number, name in [("R-1", "Ada Kim"), ("R-22", "김지우")]:
        Patient.objects.create(record_number=number, name=name, birth_date=date(1980, 1, 1))
    for query, found, other in [
        ("ada", "Ada Kim", "김지우"),
        ("지우", "김지우", "Ada Kim"),
        ("22", "김지우", "Ada Kim"),
    ]:
        page = nurse.get(reverse("patients:list"), {"q": query}).content.decode()
        assert found in page
        assert other not in page


def test_the_search_answers_htmx_with_rows_alone(nurse: Client, patient: Patient) -> None:
    page = nurse.get(reverse("patients:list"), {"q": "ada"}, headers={"HX-Request": "true"}).content.decode()
    assert patient.name in page
    assert "<html" not in page


def test_an_empty_list_says_what_to_do_next(nurse: Client, client_of: ClientOf, researcher: User) -> None:
    assert reverse("patients:create") in nurse.get(reverse("patients:list")).content.decode()
    page = client_of(researcher).get(reverse("patients:list")).content.decode()
    assert "research consent" in page


def test_a_long_list_has_pages(nurse: Client) -> None:
    Patient.objects.bulk_create(
        Patient(record_number=f"R-{n}", name=f"Name {n:03}", birth_date=date(1980, 1, 1)) for n in range(60)
    )
    page = nurse.get(reverse("patients:list"), {"page": 2}).content.decode()
    assert "26–50 of 60 patients" in page
    assert "Name 025" in page


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_for_many(
    nurse: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        pictures.visit(pictures.patient(f"R-{number}"))
    with django_assert_num_queries(4):  # session, user, count, rows
        nurse.get(reverse("patients:list"))


def test_a_consent_is_given_and_withdrawn(nurse: Client, patient: Patient) -> None:
    nurse.post(
        reverse("patients:consent_create", args=[patient.pk]), {"purpose": "care", "given_on": "2026-01-02"}
    )
    consent = patient.consents.get()
    address = reverse("patients:consent_withdraw", args=[consent.pk])
    assert "No further photograph may be taken" in nurse.get(address).content.decode()
    for wrong in ("", "2026-01-01", "2999-01-01"):
        assert nurse.post(address, {"withdrawn_on": wrong}).status_code == 422
    today = timezone.localdate()
    nurse.post(address, {"withdrawn_on": today.isoformat(), "withdrawal_document": "Letter 7"})
    consent.refresh_from_db()
    assert (consent.withdrawn_on, consent.withdrawal_document) == (today, "Letter 7")
    again = nurse.post(address, {"withdrawn_on": today.isoformat()})
    assert again.status_code == 404


def test_a_new_visit_leads_to_its_photographs(nurse: Client, patient: Patient) -> None:
    response = nurse.post(
        reverse("patients:visit_create", args=[patient.pk]),
        {"date": "2026-03-04", "skin_condition": "clean", "notes": "First."},
    )
    visit = Visit.objects.get()
    assert response["Location"] == reverse("pages:visit", args=[visit.pk])
    assert (visit.patient, visit.notes) == (patient, "First.")


def test_a_visit_is_corrected(nurse: Client, visit: Visit) -> None:
    data = {"date": "2026-03-05", "skin_condition": "sunscreen", "notes": ""}
    nurse.post(reverse("patients:visit_edit", args=[visit.pk]), data)
    visit.refresh_from_db()
    assert (visit.date, visit.skin_condition) == (date(2026, 3, 5), "sunscreen")


def test_reading_a_patient_is_on_record(nurse: Client, patient: Patient, photographer: User) -> None:
    nurse.get(reverse("pages:patient", args=[patient.pk]))
    event = Event.objects.about(patient).get()
    assert (event.action, event.user) == ("read", photographer)
