"""The demonstration's repeatability study: entered once, for the patients who are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from pytest_django import Settings

from analysis.demo.photographs import Size
from analysis.demo.records import enter_patient
from analysis.demo.rendering import Taken, Wanted
from analysis.demo.staff import hire_staff
from analysis.vision.phantom.cohort import DEMO_PATIENTS
from clinic.accounts.models import User
from imaging.models import Photo
from reports.demo import RECORDS, enter_study
from reports.models import RepeatabilityStudy, RepeatPair
from tests.imaging import pictures
from tests.pages import sittings


@pytest.fixture
def staff(db: None, settings: Settings) -> dict[str, User]:
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    return hire_staff()


def take_blotches(wanted: Mapping[str, Sequence[Wanted]], *_settings: object) -> Iterator[tuple[str, Taken]]:
    """In the place of the phantom: another picture for each patient."""
    for number, (record, (one,)) in enumerate(wanted.items()):
        assert one.again
        yield record, Taken(one.visit, one.view, pictures.photograph(4000 + number).read())


def test_patients_who_are_there_are_photographed_twice_once(
    staff: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.demo.take_all", take_blotches)
    size: Size = (240, 360)
    enter_study(staff=staff, size=size, processes=1)
    assert not RepeatabilityStudy.objects.exists()
    for plan in DEMO_PATIENTS:
        if plan.record in RECORDS[:2]:
            newest = enter_patient(plan, staff).visits.order_by("date").last()
            assert newest is not None
            sittings.photo_of(newest, "front", staff["demo-nurse"])
    for _round in range(2):
        enter_study(staff=staff, size=size, processes=1)
        assert RepeatabilityStudy.objects.get().views == ["front"]
        assert RepeatPair.objects.count() == 2
        assert Photo.objects.current().count() == 2
