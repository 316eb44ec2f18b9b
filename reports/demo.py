"""The demonstration's repeatability study: some patients were photographed twice from the front."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO

from analysis.demo.photographs import Size, take_all
from analysis.demo.rendering import Wanted
from analysis.vision.phantom.cohort import DEMO_PATIENTS, DemoPatient
from analysis.vision.terms import View
from clinic.accounts.models import User
from imaging.models import Photo
from reports.models import RepeatabilityStudy
from reports.repeatability import add_repeat, start_study

NAME = "Phantom booth, front view"
RECORDS = ("DEMO-009", "DEMO-010", "DEMO-011", "DEMO-012", "DEMO-013")
SECOND_PHOTO = time(9, 50)


def enter_study(*, staff: dict[str, User], size: Size, processes: int) -> None:
    """The newest front view of each of them once more; a pair that is there is not taken again."""
    nurse = staff["demo-nurse"]
    firsts = {plan.record: first for plan in DEMO_PATIENTS if (first := _unpaired(plan)) is not None}
    if not firsts:
        return
    study = RepeatabilityStudy.objects.filter(name=NAME).first()
    study = study or start_study(name=NAME, views=[View.FRONT.value], user=nurse)
    wanted = {
        plan.record: [_second(plan, firsts[plan.record].visit.date)]
        for plan in DEMO_PATIENTS
        if plan.record in firsts
    }
    for record, taken in take_all(wanted, size, processes):
        add_repeat(study=study, first=firsts[record], file=BytesIO(taken.data), user=nurse)


def _unpaired(plan: DemoPatient) -> Photo | None:
    """The newest front view of a patient of the study, while it has no second one."""
    if plan.record not in RECORDS:
        return None
    fronts = Photo.objects.current().filter(visit__patient__record_number=plan.record, view=View.FRONT.value)
    newest = (
        fronts.filter(visit__patient__is_synthetic=True)
        .select_related("visit__patient")
        .order_by("visit__date")
        .last()
    )
    return None if newest is None or newest.repeats.exists() else newest


def _second(plan: DemoPatient, day: date) -> Wanted:
    return Wanted(len(plan.visits) - 1, View.FRONT, datetime.combine(day, SECOND_PHOTO), again=True)
