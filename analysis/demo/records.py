"""The cohort's patients and visits as rows, and what is still missing from them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from analysis.demo.rendering import Wanted
from analysis.vision.phantom.cohort import DemoPatient
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Patient, Purpose, Visit
from patients.services import create_patient, create_visit

DAYS_A_MONTH = 30.44
FIRST_PHOTO = time(9, 30)
KINDS = {
    "bilateral": Patient.VitiligoType.GENERALISED,
    "segmental": Patient.VitiligoType.UNISEGMENTAL,
}
SKIN = {"make-up": Visit.SkinCondition.MAKE_UP}
ABSENT = {"DEMO-005": timedelta(weeks=15)}
"""Who has not come back: the overdue visit of the worklist."""
CARE_ONLY = {"DEMO-006"}
"""No research consent: the researcher of the demonstration does not see this patient."""


@transaction.atomic
def enter_patient(plan: DemoPatient, staff: dict[str, User]) -> Patient:
    """The row of a cohort's patient with all visits; found again on the next call."""
    patient = Patient.objects.filter(record_number=plan.record, is_synthetic=True).first()
    if patient is None:
        shared = [] if plan.record in CARE_ONLY else [Purpose.RESEARCH.value, Purpose.EXPORT.value]
        purposes = [Purpose.CARE.value, *shared]
        patient = create_patient(
            by=staff["demo-admin"],
            consents=purposes,
            record_number=plan.record,
            name=plan.name,
            birth_date=date(plan.birth_year, 6, 15),
            sex=plan.sex,
            phototype=plan.phototype,
            vitiligo_type=KINDS[plan.kind],
            is_synthetic=True,
        )
    _enter_visits(patient, plan, staff["demo-nurse"])
    return patient


def missing_photos(patient: Patient, plan: DemoPatient) -> list[Wanted]:
    """The photographs of the plan whose slots are empty."""
    filled = set(Photo.objects.current().filter(visit__patient=patient).values_list("visit__date", "view"))
    return [
        Wanted(number, view, _moment(day, order))
        for number, day in enumerate(visit_dates(patient, plan))
        for order, view in enumerate(plan.visits[number].views)
        if (day, view.value) not in filled
    ]


def visit_dates(patient: Patient, plan: DemoPatient) -> list[date]:
    """The last visit was the week before the record was made, the others as long before as planned."""
    last = timezone.localdate(patient.created_at) - ABSENT.get(
        plan.record, timedelta(days=3 + patient.pk % 4)
    )
    end = plan.visits[-1].month
    return [last - timedelta(days=round((end - visit.month) * DAYS_A_MONTH)) for visit in plan.visits]


def _enter_visits(patient: Patient, plan: DemoPatient, nurse: User) -> None:
    known = set(patient.visits.values_list("date", flat=True))
    for day, visit in zip(visit_dates(patient, plan), plan.visits, strict=True):
        if day not in known:
            skin = SKIN.get(visit.skin, visit.skin)
            notes = "\n".join(filter(None, [visit.note, plan.story if visit is plan.visits[0] else ""]))
            create_visit(patient=patient, by=nurse, date=day, skin_condition=skin, notes=notes)


def _moment(day: date, order: int) -> datetime:
    """A camera's clock has no time zone."""
    return datetime.combine(day, FIRST_PHOTO) + timedelta(minutes=order)
