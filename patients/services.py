"""What staff do with patients, consents and visits: each deed and its audit event in one transaction."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.models import Consent, Patient, Visit


@transaction.atomic
def create_patient(*, by: User, consents: list[str], **facts: Any) -> Patient:
    """Open a patient's record; `consents` are the purposes the patient has agreed to today."""
    patient = Patient.objects.create(created_by=by, **facts)
    record(user=by, action=Event.Action.CREATE, target=patient)
    for purpose in consents:
        give_consent(patient=patient, purpose=purpose, given_on=timezone.localdate(), by=by)
    return patient


@transaction.atomic
def correct_patient(*, patient: Patient, changed: list[str], by: User) -> Patient:
    """Store corrected facts; the trail names the fields and never their values."""
    patient.save(update_fields=changed)
    record(user=by, action=Event.Action.CHANGE, target=patient, detail={"fields": sorted(changed)})
    return patient


@transaction.atomic
def give_consent(*, patient: Patient, purpose: str, given_on: date, by: User, document: str = "") -> Consent:
    consent = Consent.objects.create(
        patient=patient, purpose=purpose, given_on=given_on, document=document, recorded_by=by
    )
    record(user=by, action=Event.Action.CREATE, target=consent, detail={"purpose": purpose})
    return consent


@transaction.atomic
def withdraw_consent(
    *, consent: Consent, withdrawn_on: date, by: User, withdrawal_document: str = ""
) -> Consent:
    """End a consent; the row stays, because what was done under it was allowed."""
    consent.withdrawn_on, consent.withdrawal_document = withdrawn_on, withdrawal_document
    consent.withdrawal_recorded_by = by
    consent.save(update_fields=["withdrawn_on", "withdrawal_document", "withdrawal_recorded_by"])
    record(user=by, action=Event.Action.CHANGE, target=consent, detail={"purpose": consent.purpose})
    return consent


@transaction.atomic
def create_visit(*, patient: Patient, by: User, **facts: Any) -> Visit:
    visit = Visit.objects.create(patient=patient, created_by=by, **facts)
    record(user=by, action=Event.Action.CREATE, target=visit)
    return visit


@transaction.atomic
def correct_visit(*, visit: Visit, changed: list[str], by: User) -> Visit:
    visit.save(update_fields=changed)
    record(user=by, action=Event.Action.CHANGE, target=visit, detail={"fields": sorted(changed)})
    return visit
