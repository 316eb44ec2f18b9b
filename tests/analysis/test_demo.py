"""The demonstration clinic: made once, gone on with when interrupted, labelled, and never in production."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from PIL import Image
from pytest_django import Settings

from analysis.demo.former_release import RECORD, measure_by_former_release
from analysis.demo.records import enter_patient, missing_photos, visit_dates
from analysis.demo.rendering import CAMERA, photograph
from analysis.demo.reviews import CORRECTED, RETAKEN, review_clinic, without_smallest
from analysis.demo.staff import NAMES, hire_staff, login_file
from analysis.models import ModelRelease, Review, Run
from analysis.vision.phantom.cohort import DEMO_PATIENTS, DemoPatient
from analysis.vision.terms import View
from clinic.accounts.models import User
from imaging.models import RetakeRequest
from imaging.services import store_photo
from patients.models import Patient, Visit
from tests.analysis.results import active_rows
from tests.imaging import pictures
from tests.pages import sittings

ROOT = Path(__file__).parents[2]
SMALL = (240, 360)


def plan(record: str) -> DemoPatient:
    return next(one for one in DEMO_PATIENTS if one.record == record)


@pytest.fixture
def staff(db: None, settings: Settings) -> dict[str, User]:
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    return hire_staff()


def test_staff_are_hired_once_with_a_password_of_their_own(staff: dict[str, User]) -> None:
    login = login_file()
    written = login.read_text()
    password = written.rsplit(": ", 1)[1].strip()
    assert {name: user.role for name, user in staff.items()} == NAMES
    assert authenticate(username="demo-doctor", password=password) == staff["demo-doctor"]
    assert stat.S_IMODE(login.stat().st_mode) == 0o600
    hire_staff()
    assert login.read_text() == written


def test_the_demonstration_is_not_for_production(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo")


@pytest.mark.django_db
def test_an_unknown_patient_is_named(settings: Settings) -> None:
    with pytest.raises(CommandError, match="DEMO-99"):
        call_command("demo", only=["DEMO-99"])


def test_every_patient_is_entered_once_and_labelled(staff: dict[str, User]) -> None:
    for _ in range(2):
        for one in DEMO_PATIENTS:
            enter_patient(one, staff)
    patients = Patient.objects.all()
    assert patients.count() == len(DEMO_PATIENTS)
    assert all(patient.is_synthetic for patient in patients)
    assert Visit.objects.count() == sum(len(one.visits) for one in DEMO_PATIENTS)


def test_visits_keep_the_months_of_the_plan(staff: dict[str, User]) -> None:
    one = plan("DEMO-005")
    dates = visit_dates(enter_patient(one, staff), one)
    months = [(day - dates[0]).days / 30.44 for day in dates]
    assert months == pytest.approx([visit.month for visit in one.visits], abs=0.05)


def test_conditions_of_a_visit_are_recorded(staff: dict[str, User]) -> None:
    patient = enter_patient(plan("DEMO-004"), staff)
    assert patient.visits.filter(skin_condition="sunscreen").count() == 1


def test_the_researcher_sees_those_who_agreed(staff: dict[str, User]) -> None:
    for one in DEMO_PATIENTS:
        enter_patient(one, staff)
    hidden = Patient.objects.exclude(pk__in=Patient.objects.visible_to(staff["demo-researcher"]))
    assert [patient.record_number for patient in hidden] == ["DEMO-006"]


def test_a_missed_view_is_not_wanted(staff: dict[str, User]) -> None:
    one = plan("DEMO-005")
    wanted = missing_photos(enter_patient(one, staff), one)
    assert len(wanted) == 3 * 4 - 1
    assert (2, View.RIGHT) not in {(photo.visit, photo.view) for photo in wanted}


def test_what_is_stored_is_not_taken_again(staff: dict[str, User]) -> None:
    one = plan("DEMO-008")
    patient = enter_patient(one, staff)
    wanted = missing_photos(patient, one)
    taken = photograph(one.record, wanted[0], SMALL)
    with Image.open(BytesIO(taken.data)) as picture:
        assert picture.size == SMALL
        assert picture.getexif()[272] == CAMERA
    store_photo(
        visit=patient.visits.get(),
        view=taken.view,
        modality=one.modality,
        file=BytesIO(taken.data),
        user=staff["demo-nurse"],
    )
    assert missing_photos(patient, one) == wanted[1:]


class DemoProcess:
    """`manage.py` in a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = {**kept, "VITITRACK_DATA_DIR": str(folder), "OMP_NUM_THREADS": "1"}

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def ask(self, question: str) -> list[Any]:
        database = sqlite3.connect(self.folder / "vititrack.sqlite3")
        try:
            return database.execute(question).fetchall()
        finally:
            database.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_command_from_nothing_to_results_and_again(tmp_path: Path) -> None:
    demo = DemoProcess(tmp_path)
    demo.manage("migrate", "--verbosity", "0")
    options = ["demo", "--only", "DEMO-008", "--size", "400x600", "--processes", "1"]
    first = demo.manage(*options)
    assert "3  Measured" in first
    assert "demo-doctor" in first
    rows = demo.ask("SELECT id, status, attempt FROM analysis_run ORDER BY id")
    assert [status for _id, status, _attempt in rows] == ["done"] * 3

    again = demo.manage(*options)
    assert again == first
    assert demo.ask("SELECT id, status, attempt FROM analysis_run ORDER BY id") == rows
    assert demo.ask("SELECT count(*) FROM imaging_photo") == [(3,)]


def test_the_doctor_has_signed_all_but_the_newest_visits(
    staff: dict[str, User],
    make_demo_visits: Callable[[str, int], list[Visit]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And has corrected one outline; a second call of `manage.py demo` changes nothing."""
    first, newest = make_demo_visits(CORRECTED, 2)
    monkeypatch.setattr("analysis.demo.reviews.without_smallest", np.zeros_like)
    for _round in range(2):
        review_clinic(staff)
        assert {review.state for review in Review.objects.filter(photo__visit=first)} == {"signed"}
        found = Review.objects.filter(photo__visit=newest).order_by("pk")
        assert list(found.values_list("photo__view", "state")) == [
            ("left", "draft"),
            ("front", "superseded"),
            ("right", "draft"),
            ("front", "edited"),
        ]


def test_the_correction_takes_the_smallest_lesion_away() -> None:
    mask = np.zeros((20, 20), np.uint8)
    mask[2:4, 2:4] = mask[8:16, 8:16] = 1
    kept = without_smallest(mask)
    assert kept is not None
    assert int(kept.sum()) == 64
    assert without_smallest(kept) is None


def test_first_visits_are_measured_by_the_former_release(
    staff: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; and the release of today is active again."""
    releases = active_rows()
    today = releases["vitiligo"]
    former = ModelRelease.objects.create(name="vitiligo-0", task="vitiligo", sha256="e" * 64)
    patient = enter_patient(plan(RECORD), staff)
    photos = [
        sittings.photo_of(visit, "front", staff["demo-nurse"]) for visit in patient.visits.order_by("date")
    ]
    measured: list[int] = []

    def perform(*, run_id: int) -> None:
        assert ModelRelease.objects.get(task="vitiligo", is_active=True) == former
        run = Run.objects.get(pk=run_id)
        sittings.measure(run.photo, releases)
        measured.append(run.photo_id)

    monkeypatch.setattr("analysis.demo.former_release.perform_run", perform)
    for _round in range(2):
        measure_by_former_release(staff)
        assert measured == [photo.pk for photo in photos[:2]]
        assert ModelRelease.objects.get(task="vitiligo", is_active=True) == today


def test_one_retake_is_asked_for(
    staff: dict[str, User], make_demo_visits: Callable[[str, int], list[Visit]]
) -> None:
    (visit,) = make_demo_visits(RETAKEN, 1)
    for _round in range(2):
        review_clinic(staff)
        assert RetakeRequest.objects.open().get().photo.visit == visit


@pytest.fixture
def make_demo_visits(staff: dict[str, User]) -> Callable[[str, int], list[Visit]]:
    """make_demo_visits(record, count): measured visits of a synthetic patient."""

    def make(record: str, count: int) -> list[Visit]:
        patient = pictures.patient(record)
        Patient.objects.filter(pk=patient.pk).update(is_synthetic=True)
        return sittings.measured_visits(patient, staff["demo-nurse"], active_rows(), [10] * count)

    return make
