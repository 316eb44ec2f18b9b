from __future__ import annotations

import pytest

from patients.models import Patient, Visit
from tests.imaging import pictures


@pytest.fixture
def patient(db: None) -> Patient:
    """A patient without research consent: hidden from researchers."""
    return pictures.patient("R-1")


@pytest.fixture
def consenting(db: None) -> Patient:
    return pictures.patient("R-2", research=True)


@pytest.fixture
def visit(patient: Patient) -> Visit:
    return pictures.visit(patient)
