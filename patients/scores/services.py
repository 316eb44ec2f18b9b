"""Recording scores and signs. A clinician's score is recorded by a clinician, and no mask ever makes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients.entries.services import correct_entry, record_entry
from patients.models import ActivitySign, Patient, Score, ScoreKind, ScorePart, Sign
from patients.scores.arithmetic import f_vasi

Row = TypeVar("Row", Score, ActivitySign)
WHOLE_FACE = Decimal(3)
"""Hand units: a hand with its fingers is about 1 % of the body surface, the face about 3 %."""


@dataclass(frozen=True, slots=True)
class Part:
    region: str
    hand_units: Decimal
    grade: int


@transaction.atomic
def record_assessment(
    *,
    patient: Patient,
    day: date,
    values: Mapping[ScoreKind, Decimal],
    signs: Mapping[Sign, bool],
    note: str,
    by: User,
) -> list[Score]:
    """All that was assessed on one day. Raises ValidationError and PermissionDenied."""
    for sign, is_present in signs.items():
        _record(ActivitySign(patient=patient, date=day, sign=sign, is_present=is_present), by)
    return [
        record_score(score=Score(patient=patient, date=day, kind=kind, value=value, note=note), by=by)
        for kind, value in values.items()
    ]


@transaction.atomic
def record_score(*, score: Score, by: User) -> Score:
    """Raises ValidationError and PermissionDenied."""
    return _record(score, by)


@transaction.atomic
def record_f_vasi(*, patient: Patient, day: date, parts: Iterable[Part], note: str, by: User) -> Score:
    """An F-VASI as the sum over regions, kept with its lines. Raises ValidationError, PermissionDenied."""
    parts = tuple(parts)
    if not parts:
        raise ValidationError(_("Enter the hand units of at least one region."))
    if sum(part.hand_units for part in parts) > WHOLE_FACE:
        raise ValidationError(_("Together these are more than the whole face, which is about 3 hand units."))
    value = f_vasi((part.hand_units, part.grade) for part in parts)
    score = Score(patient=patient, date=day, kind=ScoreKind.F_VASI, value=value, note=note)
    _record(score, by)
    ScorePart.objects.bulk_create(
        ScorePart(score=score, region=part.region, hand_units=part.hand_units, grade=part.grade)
        for part in parts
    )
    return score


@transaction.atomic
def correct_score(*, score: Score, changed: Iterable[str], by: User) -> Score:
    """Raises ValidationError, PermissionDenied; the value of a calculated score is not written over."""
    require_rater(score, by)
    fields = set(changed)
    if fields & {"value", "kind"} and score.parts.exists():
        raise ValidationError(_("This score was calculated by region. Strike it out and calculate it again."))
    return correct_entry(entry=score, changed=fields, by=by)


def require_rater(entry: Score | ActivitySign, user: User) -> None:
    if not entry.may_be_given_by(user):
        raise PermissionDenied


def _record(entry: Row, by: User) -> Row:
    require_rater(entry, by)
    entry.clean()
    entry.validate_constraints()
    return record_entry(entry=entry, by=by)
