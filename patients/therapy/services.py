"""Treatments in the course of time: stopped, paused, resumed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.entries.services import correct_entry
from patients.models import Treatment, TreatmentPause


@transaction.atomic
def stop_treatment(*, treatment: Treatment, stopped_on: date, reason: str, by: User) -> Treatment:
    """End a treatment; a pause that was still open ends with it. Raises ValidationError."""
    treatment.stopped_on, treatment.stop_reason = stopped_on, reason
    treatment.validate_constraints()
    for pause in treatment.pauses.filter(resumed_on__isnull=True, paused_on__lt=stopped_on):
        resume_treatment(pause=pause, resumed_on=stopped_on, by=by)
    return correct_entry(entry=treatment, changed=["stopped_on", "stop_reason"], by=by)


@transaction.atomic
def pause_treatment(
    *, treatment: Treatment, paused_on: date, resumed_on: date | None, reason: str, by: User
) -> TreatmentPause:
    """Note days without the treatment, over or still going on. Raises ValidationError."""
    pause = TreatmentPause(
        treatment=treatment, paused_on=paused_on, resumed_on=resumed_on, reason=reason, recorded_by=by
    )
    pause.full_clean()
    pause.save()
    record(user=by, action=Event.Action.CREATE, target=pause, detail={"treatment": treatment.pk})
    return pause


@transaction.atomic
def resume_treatment(*, pause: TreatmentPause, resumed_on: date, by: User) -> TreatmentPause:
    pause.resumed_on = resumed_on
    pause.full_clean()
    pause.save(update_fields=["resumed_on"])
    record(user=by, action=Event.Action.CHANGE, target=pause, detail={"fields": ["resumed_on"]})
    return pause
