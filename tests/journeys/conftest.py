"""A clinic on a live server, phantom photographs as files on a nurse's disk, and a worker on call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from analysis.models import ModelRelease, Run
from analysis.vision.phantom import Person, Scene, Vitiligo, take_photo
from analysis.vision.terms import Modality, View
from analysis.work import perform_run
from clinic.accounts.models import User
from patients.models import Patient, Visit
from tests.analysis.results import active_rows
from tests.imaging import pictures
from tests.pages import sittings

# A machine that trains beside the tests draws a page slowly; nothing here measures speed.
expect.set_options(timeout=60_000)
SIZE = (480, 720)
SEED = 900_017
"""A person whom no network was trained on."""


@pytest.fixture(scope="session")
def sitting(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three photographs of one sitting under UV light, by view, as JPEG files."""
    folder = tmp_path_factory.mktemp("sitting")
    person, vitiligo = Person.from_seed(SEED), Vitiligo.from_seed(SEED, extent=0.15, kind="bilateral")
    files: dict[str, Path] = {}
    for view in View:
        scene = Scene(view=view, modality=Modality.UV_REFLECTANCE, capture_seed=SEED + len(files))
        files[view.value] = folder / f"IMG_00{len(files)}.jpg"
        photograph = take_photo(person, vitiligo, scene, size=SIZE)
        Image.fromarray(photograph.image).save(files[view.value], quality=92)
    return files


@pytest.fixture
def page(page: Page) -> Page:
    page.set_default_timeout(60_000)
    return page


@pytest.fixture
def releases(transactional_db: None) -> dict[str, ModelRelease]:
    """Active releases as rows alone, for results that are made by hand."""
    return active_rows()


@pytest.fixture
def work_off_queue(transactional_db: None) -> Callable[[], list[str]]:
    """work_off_queue(): analyse every queued photograph with the networks of the project; how each ended."""

    def work() -> list[str]:
        queued = Run.objects.filter(status=Run.Status.QUEUED).order_by("pk").values_list("pk", flat=True)
        return [perform_run(run_id=pk) for pk in list(queued)]

    return work


@pytest.fixture
def patient(transactional_db: None) -> Patient:
    return pictures.patient(research=True)


@pytest.fixture
def visits(patient: Patient, photographer: User, releases: dict[str, ModelRelease]) -> list[Visit]:
    return sittings.measured_visits(patient, photographer, releases, [60, 40])
