from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from analysis.models import ModelRelease
from clinic.accounts.models import User
from patients.models import Patient, Visit
from tests.analysis.results import active_rows
from tests.imaging import pictures


@pytest.fixture
def patient(db: None) -> Patient:
    return pictures.patient()


@pytest.fixture
def visit(patient: Patient) -> Visit:
    return pictures.visit(patient)


@pytest.fixture
def nurse(client_of: Callable[[User], Client], photographer: User) -> Client:
    return client_of(photographer)


@pytest.fixture
def releases(db: None) -> dict[str, ModelRelease]:
    """Active releases whose card knows the measurement error of each view."""
    rows = active_rows()
    rows["vitiligo"].card = {"sdc": {"left": 1.1, "front": 0.9, "right": 1.2}}
    rows["vitiligo"].save()
    return rows
