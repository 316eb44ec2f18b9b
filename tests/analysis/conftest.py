from __future__ import annotations

import pytest

from analysis.models import ModelRelease, Run
from clinic.accounts.models import User
from imaging.models import Photo
from imaging.services import store_photo
from patients.models import Visit
from tests.analysis.results import active_rows
from tests.imaging import pictures


@pytest.fixture
def visit(db: None) -> Visit:
    return pictures.visit(pictures.patient())


@pytest.fixture
def photo(visit: Visit, photographer: User) -> Photo:
    return store_photo(
        visit=visit, view="front", modality="visible", file=pictures.photograph(), user=photographer
    )


@pytest.fixture
def run(photo: Photo) -> Run:
    """The run that storing the photo queued."""
    return photo.runs.get()


@pytest.fixture
def releases(db: None) -> dict[str, ModelRelease]:
    return active_rows()
