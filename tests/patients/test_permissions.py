"""Who sees whom: every page fetches through `visible_to`, so that a foreign row is not there at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import Role, User
from patients.models import Consent, Patient, Visit

ClientOf = Callable[[User], Client]
MakeUser = Callable[..., User]
STAFF = [Role.ADMINISTRATOR, Role.DERMATOLOGIST, Role.PHOTOGRAPHER]


@pytest.mark.parametrize("role", STAFF)
def test_staff_of_the_clinic_sees_every_patient(make_user: MakeUser, role: Role, visit: Visit) -> None:
    user = make_user(role)
    assert Patient.objects.visible_to(user).contains(visit.patient)
    assert Visit.objects.visible_to(user).contains(visit)


def test_a_researcher_sees_consenting_patients_once(
    researcher: User, consenting: Patient, visit: Visit
) -> None:
    Consent.objects.create(
        patient=consenting, purpose="research", given_on=date(2025, 1, 1), withdrawn_on=date(2025, 2, 1)
    )
    assert list(Patient.objects.visible_to(researcher)) == [consenting]
    assert not Visit.objects.visible_to(researcher).contains(visit)


def test_a_withdrawn_consent_hides_the_patient(researcher: User, consenting: Patient) -> None:
    Consent.objects.update(withdrawn_on=date(2026, 2, 1))
    assert not Patient.objects.visible_to(researcher).exists()


@pytest.mark.parametrize("role", list(Role))
def test_a_closed_account_sees_nobody(make_user: MakeUser, role: Role, consenting: Patient) -> None:
    user = make_user(role, is_active=False)
    assert not Patient.objects.visible_to(user).exists()


def pages_of(patient: Patient, visit: Visit) -> list[str]:
    return [reverse("pages:patient", args=[patient.pk]), reverse("pages:visit", args=[visit.pk])]


def test_what_is_hidden_is_not_found(client_of: ClientOf, researcher: User, visit: Visit) -> None:
    client = client_of(researcher)
    for address in [
        *pages_of(visit.patient, visit),
        reverse("reports:response_chart", args=[visit.patient_id]),
    ]:
        assert client.get(address).status_code == 404


def test_what_is_not_there_looks_the_same(client_of: ClientOf, dermatologist: User) -> None:
    assert client_of(dermatologist).get(reverse("pages:patient", args=[9999])).status_code == 404


def writing_addresses(patient: Patient, visit: Visit) -> list[str]:
    return [
        reverse("patients:create"),
        reverse("patients:edit", args=[patient.pk]),
        reverse("patients:consent_create", args=[patient.pk]),
        reverse("patients:visit_create", args=[patient.pk]),
        reverse("patients:visit_edit", args=[visit.pk]),
        reverse("pages:photo_upload", args=[visit.pk, "left"]),
    ]


def test_a_researcher_changes_nothing(client_of: ClientOf, researcher: User, consenting: Patient) -> None:
    visit = Visit.objects.create(patient=consenting, date=date(2026, 3, 4))
    client = client_of(researcher)
    for address in writing_addresses(consenting, visit):
        assert client.post(address).status_code == 403, address
    withdraw = reverse("patients:consent_withdraw", args=[consenting.consents.get().pk])
    assert client.post(withdraw).status_code == 403


def test_a_researcher_reads_no_name_on_any_page(
    client_of: ClientOf, researcher: User, consenting: Patient
) -> None:
    Patient.objects.update(name="Secretname", record_number="SECRET-1", birth_date=date(1971, 11, 27))
    visit = Visit.objects.create(patient=consenting, date=date(2026, 3, 4), notes="Secretname called")
    client = client_of(researcher)
    addresses = [reverse("pages:worklist"), reverse("patients:list"), *pages_of(consenting, visit)]
    for address in addresses:
        page = client.get(address).content.decode()
        assert consenting.pseudonym in page
        assert "secret" not in page.lower()
        assert "1971-11-27" not in page


@pytest.mark.parametrize("query", ["Ada", "ada kim", "R-2", "1980"])
def test_a_researcher_cannot_search_by_what_is_hidden(
    client_of: ClientOf, researcher: User, consenting: Patient, query: str
) -> None:
    page = client_of(researcher).get(reverse("patients:list"), {"q": query}).content.decode()
    assert consenting.pseudonym not in page


def test_administration_is_for_administrators(
    client_of: ClientOf, dermatologist: User, administrator: User
) -> None:
    for name in ("accounts:users", "accounts:user_create", "audit:events"):
        assert client_of(dermatologist).get(reverse(name)).status_code == 403
        assert client_of(administrator).get(reverse(name)).status_code == 200
