"""Recording, correcting and striking out entries of the clinical record: each deed with its audit event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.models.entry import Entry

Row = TypeVar("Row", bound=Entry)


class AlreadyStruck(ValueError):
    """The entry was struck out before; its first reason stands."""


@transaction.atomic
def record_entry(*, entry: Row, by: User) -> Row:
    """Store a new entry, checked against the rules of its model. Raises ValidationError."""
    entry.recorded_by = by
    entry.clean()
    entry.save(force_insert=True)
    record(user=by, action=Event.Action.CREATE, target=entry, detail={"patient": entry.patient.pk})
    return entry


@transaction.atomic
def correct_entry(*, entry: Row, changed: Iterable[str], by: User) -> Row:
    """Store corrected fields; the trail names the fields and never their values. Raises ValidationError."""
    fields = sorted(changed)
    if entry.is_struck:
        raise AlreadyStruck("An entry that was struck out is not corrected.")
    entry.clean()
    entry.save(update_fields=fields)
    record(user=by, action=Event.Action.CHANGE, target=entry, detail={"fields": fields})
    return entry


@transaction.atomic
def strike_entry(*, entry: Row, reason: str, by: User) -> Row:
    """Mark an entry as made in error. It stays readable; nothing is computed from it any more."""
    locked = type(entry)._default_manager.select_for_update().get(pk=entry.pk)
    if locked.is_struck:
        raise AlreadyStruck("The entry is struck out already.")
    locked.struck_at, locked.struck_by, locked.struck_reason = timezone.now(), by, reason
    locked.save(update_fields=["struck_at", "struck_by", "struck_reason"])
    record(user=by, action=Event.Action.CHANGE, target=locked, detail={"fields": ["struck_at"]})
    return locked
