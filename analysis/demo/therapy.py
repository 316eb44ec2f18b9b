"""Treatments, phototherapy, scores and consents of the demonstration, after each patient's planned course."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from django.db import transaction

from analysis.demo.records import DAYS_A_MONTH, visit_dates
from analysis.vision.phantom.cohort import DemoPatient, DemoTreatment
from clinic.accounts.models import User
from patients.entries.services import record_entry
from patients.models import (
    AdverseEvent,
    Light,
    Patient,
    PhototherapyProtocol,
    PhototherapySession,
    ScoreKind,
    Sign,
    Treatment,
)
from patients.phototherapy.services import log_session, publish_protocol
from patients.scores.definitions import GRADES
from patients.scores.services import Part, record_assessment, record_f_vasi
from patients.therapy.services import pause_treatment

SOURCE = "Invented for the demonstration. Not a recommendation, and not any clinic's protocol."
FACE_HAND_UNITS = Decimal(3)
SHARES = {
    "forehead": Decimal("0.25"),
    "left_periocular": Decimal("0.2"),
    "right_periocular": Decimal("0.2"),
    "perioral": Decimal("0.35"),
}
"""How the demonstration spreads a patient's hand units over the face."""
BOOTH = "Demonstration booth"
HOLIDAY = (20, 17)
"""After so many sessions nobody came for so many days."""


def enter_protocols(staff: dict[str, User]) -> None:
    """The limits of the invented clinic, where it has none yet."""
    for light in Light:
        if not PhototherapyProtocol.objects.filter(light=light).exists():
            publish_protocol(
                light=light,
                by=staff["demo-admin"],
                longest_gap_days=7,
                largest_rise_percent=20,
                highest_dose_face=1000,
                highest_dose_body=2500,
                erythema_grade=2,
                source=SOURCE,
            )


@transaction.atomic
def enter_therapy(patient: Patient, plan: DemoPatient, staff: dict[str, User]) -> None:
    """Everything but the photographs; a patient who has a treatment or a score is left as found."""
    if patient.treatments.exists() or patient.scores.exists():
        return
    days = visit_dates(patient, plan)
    for planned in plan.treatments:
        treatment = _enter_treatment(patient, planned, days, staff["demo-doctor"])
        if planned.kind == "nb_uvb":
            _log_sessions(patient, treatment, plan, days[-1], staff["demo-nurse"])
    _note_event(patient, plan, days, staff["demo-doctor"])
    for number, day in enumerate(days):
        _assess(patient, plan, number, day, staff["demo-doctor"])


def _enter_treatment(
    patient: Patient, planned: DemoTreatment, days: Sequence[date], doctor: User
) -> Treatment:
    kind = Treatment.Kind(planned.kind)
    begun = days[0] + timedelta(days=round(planned.start * DAYS_A_MONTH))
    stop = None if planned.stop is None else days[0] + timedelta(days=round(planned.stop * DAYS_A_MONTH))
    schedule = "3 sessions a week" if kind is Treatment.Kind.NB_UVB else "twice a day"
    treatment = Treatment(
        patient=patient,
        kind=kind,
        schedule=schedule,
        started_on=min(begun, days[-1]),
        stopped_on=None if stop is None else min(stop, days[-1]),
        stop_reason="" if stop is None else "End of the planned course.",
        adherence=Treatment.Adherence.MOST,
    )
    return record_entry(entry=treatment, by=doctor)


@dataclass(frozen=True)
class _Given:
    day: date
    dose: int
    erythema: int
    reason: str = ""


def _sessions(first: date, last: date, phototype: int) -> Iterator[_Given]:
    """Twice a week, slowly rising, with one holiday after which the dose was lower."""
    draw = np.random.default_rng(phototype)
    day, dose, count = first, 120 + 40 * phototype, 0
    while day <= last:
        erythema = int(draw.random() < 0.12)
        after_holiday = count == HOLIDAY[0]
        reason = "Back from a holiday; lower dose as ordered." if after_holiday else ""
        yield _Given(day, dose, erythema, reason)
        dose = min(round(dose * (1.0 if erythema else 1.05) / 10) * 10, 980)
        count += 1
        day += timedelta(days=3 + count % 2)
        if count == HOLIDAY[0]:
            day += timedelta(days=HOLIDAY[1])
            dose = round(dose * 0.75 / 10) * 10


def _log_sessions(
    patient: Patient, treatment: Treatment, plan: DemoPatient, last_visit: date, nurse: User
) -> None:
    last = treatment.stopped_on or last_visit
    given = list(_sessions(treatment.started_on, last, plan.phototype))
    for one in given:
        session = PhototherapySession(
            patient=patient,
            date=one.day,
            light=Light.NB_UVB,
            device=BOOTH,
            dose=one.dose,
            seconds=max(round(one.dose / 4), 1),
            erythema=one.erythema,
            reason=one.reason,
            operator=nurse,
        )
        log_session(session=session, by=nurse)
    if len(given) > HOLIDAY[0]:
        before, after = given[HOLIDAY[0] - 1].day, given[HOLIDAY[0]].day
        pause_treatment(
            treatment=treatment,
            paused_on=before + timedelta(days=1),
            resumed_on=after,
            reason="Holiday.",
            by=nurse,
        )


def _note_event(patient: Patient, plan: DemoPatient, days: Sequence[date], doctor: User) -> None:
    """Every other patient had something minor in the first weeks."""
    treatment = patient.treatments.order_by("started_on", "pk").first()
    if treatment is None or plan.seed % 2 or len(days) < 2:
        return
    event = AdverseEvent(
        patient=patient,
        treatment=treatment,
        date=min(treatment.started_on + timedelta(days=18), days[-1]),
        grade=1 + plan.seed % 3 // 2,
        description="Burning after use",
    )
    record_entry(entry=event, by=doctor)


def _assess(patient: Patient, plan: DemoPatient, number: int, day: date, doctor: User) -> None:
    """Scores that go with the share that has repigmented; a clinician would round as coarsely."""
    amount = plan.visits[number].amount
    units = (FACE_HAND_UNITS * Decimal(str(plan.extent))).quantize(Decimal("0.01"))
    grade = min(GRADES, key=lambda one: abs(one - 100 * (1 - amount)))
    parts = [
        Part(region, (units * share).quantize(Decimal("0.01")), grade) for region, share in SHARES.items()
    ]
    record_f_vasi(patient=patient, day=day, parts=parts, note="", by=doctor)
    values = {
        ScoreKind.DLQI: Decimal(round((6 + plan.seed % 7) * (1 - 0.8 * amount))),
        ScoreKind.VIDA: Decimal(-1 if amount > 0.2 else 3 if number == 0 else 1),
        ScoreKind.PHGVA: Decimal(max(0, round(4 * float(units) * (1 - amount)) if units < 1 else 4)),
    }
    if number:
        values[ScoreKind.VNS] = Decimal(2 + sum(amount > limit for limit in (0.1, 0.4, 0.9)))
    signs = {Sign.KOEBNER: number == 0 and plan.seed % 2 == 1, Sign.CONFETTI: False}
    record_assessment(patient=patient, day=day, values=values, signs=signs, note="", by=doctor)
