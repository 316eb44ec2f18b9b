from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from analysis.claims import claim_run
from analysis.lesion_outcomes import finish_lesion_run
from analysis.models import LesionAssessment, ModelRelease, Run
from clinic.accounts.models import User
from imaging.models import Photo
from imaging.services import store_lesion_photo
from patients.models import Lesion, Patient, Visit
from tests.imaging import pictures
from tests.lesions.results import active_lesion_rows, lesion_result


@pytest.fixture
def patient(db: None) -> Patient:
    return pictures.patient()


@pytest.fixture
def visit(patient: Patient) -> Visit:
    return pictures.visit(patient)


@pytest.fixture
def visits(patient: Patient) -> list[Visit]:
    return [pictures.visit(patient, day) for day in (1, 2)]


@pytest.fixture
def doctor(client_of: Callable[[User], Client], dermatologist: User) -> Client:
    return client_of(dermatologist)


@pytest.fixture
def lesion(patient: Patient) -> Lesion:
    return Lesion.objects.create(
        patient=patient,
        label="L1",
        site=Lesion.Site.POSTERIOR_TORSO,
        map_side=Lesion.MapSide.BACK,
        map_x=0.4,
        map_y=0.3,
        noted_on=date(2026, 1, 5),
        note="Noticed by Ada's sister",
    )


@pytest.fixture
def photo(lesion: Lesion, visit: Visit, photographer: User) -> Photo:
    return store_lesion_photo(
        lesion=lesion, visit=visit, file=pictures.photograph(), user=photographer, mm_per_pixel=0.05
    )


@pytest.fixture
def run(photo: Photo) -> Run:
    """The run that storing the photo queued."""
    return photo.runs.get()


@pytest.fixture
def releases(db: None) -> dict[str, ModelRelease]:
    return active_lesion_rows()


@pytest.fixture
def assess(releases: dict[str, ModelRelease]) -> Callable[[Run], LesionAssessment]:
    """assess(run): finish a queued run with `lesion_result`."""

    def finish(run: Run, *, agreement: float = 0.8) -> LesionAssessment:
        claim = claim_run(run_id=run.pk)
        assert claim is not None
        return finish_lesion_run(claim=claim, result=lesion_result(agreement=agreement), releases=releases)

    return finish


@pytest.fixture
def assessment(run: Run, assess: Callable[[Run], LesionAssessment]) -> LesionAssessment:
    return assess(run)
