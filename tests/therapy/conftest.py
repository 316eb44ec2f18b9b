from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from clinic.accounts.models import User
from patients.models import Patient, PhototherapyProtocol, Treatment
from patients.phototherapy.services import publish_protocol
from tests.imaging import pictures

TODAY = date(2026, 3, 31)


@pytest.fixture
def patient(db: None) -> Patient:
    return pictures.patient("R-1")


@pytest.fixture
def treatment(patient: Patient) -> Treatment:
    return Treatment.objects.create(
        patient=patient, kind=Treatment.Kind.RUXOLITINIB, started_on=date(2026, 1, 10)
    )


@pytest.fixture
def nurse(client_of: Callable[[User], Client], photographer: User) -> Client:
    return client_of(photographer)


@pytest.fixture
def doctor(client_of: Callable[[User], Client], dermatologist: User) -> Client:
    return client_of(dermatologist)


@pytest.fixture
def api_of(db: None) -> Callable[[User], APIClient]:
    def enter(user: User) -> APIClient:
        client = APIClient()
        token, _made = Token.objects.get_or_create(user=user)
        client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return client

    return enter


@pytest.fixture
def protocol(administrator: User) -> PhototherapyProtocol:
    """Seven days, 20 %, 1000 on the face and 2000 elsewhere, erythema from grade 2."""
    return publish_protocol(
        light="nb_uvb",
        by=administrator,
        longest_gap_days=7,
        largest_rise_percent=20,
        highest_dose_face=1000,
        highest_dose_body=2000,
        erythema_grade=2,
        source="Test",
    )
