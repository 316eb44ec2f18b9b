"""Forms refuse what cannot be, with a sentence beside the field."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from patients.consents.forms import ConsentForm
from patients.forms import NewPatientForm, PatientForm, VisitForm
from patients.models import Consent, Patient, Visit

pytestmark = pytest.mark.django_db
GOOD = {
    "record_number": "R-9",
    "name": "김지우",
    "birth_date": "1984-03-02",
    "sex": "female",
    "phototype": "4",
    "vitiligo_type": "generalised",
    "facial_subtype": "unknown",
    "onset_year": "2017",
}


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize("name", ["김지우", "محمد الأحمد", "Иван Петров", "O'Brien-Ødegård", "李 小龍"])
def test_a_name_in_any_script_is_kept_as_written(name: str) -> None:
    form = PatientForm({**GOOD, "name": name})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == name


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Enter the patient's name"),
        ("name", "   ", "Enter the patient's name"),
        ("record_number", "", "Enter the record number"),
        ("birth_date", "", "Enter the date of birth"),
        ("birth_date", "02.03.84x", "year-month-day"),
        ("birth_date", "1850-01-01", "120 years"),
        ("onset_year", "1979", "before the year of birth"),
        ("onset_year", "soon", "four digits"),
        ("phototype", "7", "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(field: str, value: str, sentence: str) -> None:
    form = PatientForm({**GOOD, field: value})
    assert sentence in " ".join(map(str, form.errors[field]))


@pytest.mark.parametrize("field", ["birth_date", "onset_year"])
def test_the_future_is_refused(field: str) -> None:
    value = tomorrow() if field == "birth_date" else str(timezone.localdate().year + 1)
    assert "not come yet" in str(PatientForm({**GOOD, field: value}).errors[field])


def test_a_record_number_is_given_once_also_with_spaces_around_it(patient: Patient) -> None:
    form = PatientForm({**GOOD, "record_number": f" {patient.record_number} "})
    assert "already has this record number" in " ".join(map(str, form.errors["record_number"]))


def test_consent_can_be_given_with_the_record() -> None:
    form = NewPatientForm({**GOOD, "consents": ["care", "research"]})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["consents"] == ["care", "research"]


def test_a_standing_consent_is_not_given_twice(consenting: Patient) -> None:
    form = ConsentForm({"purpose": "research", "given_on": "2026-01-03"}, patient=consenting)
    assert "already recorded" in " ".join(map(str, form.errors["purpose"]))


def test_a_withdrawn_consent_can_be_given_again(consenting: Patient) -> None:
    Consent.objects.update(withdrawn_on=date(2026, 1, 3))
    assert ConsentForm({"purpose": "research", "given_on": "2026-01-04"}, patient=consenting).is_valid()


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("", "Enter the day"), ("1979-01-01", "before the patient was born"), ("2026-03-04", "already a visit")],
)
def test_a_visit_has_a_day_of_its_own(visit: Visit, day: str, sentence: str) -> None:
    form = VisitForm({"date": day, "skin_condition": "clean", "notes": ""}, patient=visit.patient)
    assert sentence in " ".join(map(str, form.errors["date"]))


def test_a_visit_keeps_its_own_day(visit: Visit) -> None:
    data = {"date": visit.date.isoformat(), "skin_condition": "sunscreen", "notes": ""}
    assert VisitForm(data, instance=visit, patient=visit.patient).is_valid()
