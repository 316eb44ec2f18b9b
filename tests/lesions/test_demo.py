"""The moles of the demonstration: taken once, and only where there are networks to judge them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from analysis.demo.lesions import LESIONS, photograph_lesions
from analysis.demo.records import enter_patient
from analysis.demo.staff import hire_staff
from analysis.models import ModelRelease, Run
from analysis.vision.phantom.cohort import DEMO_PATIENTS
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Lesion, Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(settings: Settings) -> dict[str, User]:
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    return hire_staff()


@pytest.fixture
def patient(staff: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> Patient:
    """One patient of the cohort; a picture is as large as intake allows at least."""
    monkeypatch.setattr("analysis.demo.lesions.SIZE", (400, 300))
    return enter_patient(next(one for one in DEMO_PATIENTS if one.record == "DEMO-001"), staff)


def test_a_clinic_without_networks_for_lesions_has_none(
    staff: dict[str, User], patient: Patient, settings: Settings, tmp_path: Path
) -> None:
    settings.WEIGHTS_DIR = tmp_path
    assert photograph_lesions(staff) == 0
    assert not Lesion.objects.exists()


def test_moles_are_photographed_once_and_wait_for_a_worker(
    staff: dict[str, User], patient: Patient, releases: dict[str, ModelRelease]
) -> None:
    assert photograph_lesions(staff) == 3
    assert photograph_lesions(staff) == 0
    (lesion,) = Lesion.objects.all()
    photos = Photo.objects.filter(lesion=lesion)
    assert photos.filter(mm_per_pixel__isnull=False, device__contains="synthetic").count() == 3
    assert Run.objects.of_lesions().unfinished().count() == 3
    assert len({photo.pixel_sha256 for photo in photos}) == 3


def test_there_are_few_of_them_and_all_are_of_the_cohort() -> None:
    visits = {one.record: len(one.visits) for one in DEMO_PATIENTS}
    assert sum(len(plan.visits) for plan in LESIONS) <= 8
    assert all(max(plan.visits) < visits[plan.record] for plan in LESIONS)
