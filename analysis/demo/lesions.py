"""Single lesions of the demonstration: made-up moles on three patients, photographed at some visits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from io import BytesIO
from typing import Any

from analysis.demo.records import DAYS_A_MONTH
from analysis.demo.rendering import camera_file
from analysis.models import ModelRelease
from analysis.releases import active_releases
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.vision.phantom.mole import Course
from analysis.vision.releases import WeightsMissing
from clinic.accounts.models import User
from imaging.models import Photo
from imaging.services import store_lesion_photo
from patients.entries.services import record_entry
from patients.models import Lesion, Patient, Visit

SIZE = (1280, 960)
DERMATOSCOPE = "Phantom dermatoscope (synthetic)"
AT = time(9, 45)


@dataclass(frozen=True)
class DemoLesion:
    """A mole: whose, where on the body map, which of the phantom, at which visits (numbers of the course)."""

    record: str
    label: str
    site: Lesion.Site
    spot: tuple[Lesion.MapSide, float, float]
    seed: int
    phototype: int
    visits: tuple[int, ...]
    course: Course = Course.STABLE
    look: dict[str, Any] = field(default_factory=dict)


LESIONS = (
    DemoLesion(
        "DEMO-001",
        "L1",
        Lesion.Site.POSTERIOR_TORSO,
        (Lesion.MapSide.BACK, 0.41, 0.27),
        seed=12,
        phototype=3,
        visits=(0, 2, 3),
        course=Course.GROWING,
    ),
    DemoLesion(
        "DEMO-002",
        "L1",
        Lesion.Site.UPPER_EXTREMITY,
        (Lesion.MapSide.FRONT, 0.77, 0.36),
        seed=5,
        phototype=2,
        visits=(0, 2),
        look={"hair": 0.4, "ruler": True, "scale": 0.6},
    ),
    DemoLesion(
        "DEMO-007",
        "L1",
        Lesion.Site.HEAD_NECK,
        (Lesion.MapSide.FACE, 0.31, 0.58),
        seed=21,
        phototype=6,
        visits=(1,),
    ),
)
"""One that grows, one that stays as it is under hair, one on skin that no release was evaluated on."""


def photograph_lesions(staff: dict[str, User]) -> int:
    """Photograph the moles of the patients that are there, once; how many photographs were taken.

    A clinic without networks for lesions has none, since nothing could be said about them.
    """
    try:
        active_releases(ModelRelease.LESION_TASKS)
    except WeightsMissing:
        return 0
    patients = {one.record_number: one for one in Patient.objects.filter(is_synthetic=True)}
    planned = [plan for plan in LESIONS if plan.record in patients]
    return sum(_photograph(plan, patients[plan.record], staff) for plan in planned)


def _photograph(plan: DemoLesion, patient: Patient, staff: dict[str, User]) -> int:
    lesion = Lesion.objects.standing().filter(patient=patient, label=plan.label).first()
    visits = list(patient.visits.order_by("date"))
    wanted = [visits[number] for number in plan.visits if number < len(visits)]
    if lesion is None:
        lesion = record_entry(entry=_lesion(plan, patient, wanted[0]), by=staff["demo-doctor"])
    taken = set(Photo.objects.of_lesions().filter(lesion=lesion).values_list("visit", flat=True))
    missing = [visit for visit in wanted if visit.pk not in taken]
    for visit in missing:
        _store(plan, lesion, visit, visits[0], staff["demo-nurse"])
    return len(missing)


def _lesion(plan: DemoLesion, patient: Patient, first: Visit) -> Lesion:
    side, across, down = plan.spot
    return Lesion(
        patient=patient,
        label=plan.label,
        site=plan.site,
        map_side=side,
        map_x=across,
        map_y=down,
        noted_on=first.date,
    )


def _store(plan: DemoLesion, lesion: Lesion, visit: Visit, first: Visit, nurse: User) -> None:
    months = (visit.date - first.date).days / DAYS_A_MONTH
    picture = photograph_lesion(
        plan.seed, size=SIZE, phototype=plan.phototype, course=plan.course, months=months, **plan.look
    )
    store_lesion_photo(
        lesion=lesion,
        visit=visit,
        file=BytesIO(camera_file(picture.image, datetime.combine(visit.date, AT))),
        user=nurse,
        device=DERMATOSCOPE,
        mm_per_pixel=round(picture.mm_per_pixel, 5),
    )
