"""What every entry in a patient's clinical record has in common: who made it, and how an error is undone."""

from __future__ import annotations

from datetime import date
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from patients.models.patient import Patient

Row = TypeVar("Row", bound="Entry")


class EntryQuerySet(models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        return self.filter(patient__in=Patient.objects.visible_to(user))

    def standing(self) -> Self:
        """Without those that were struck out as made in error."""
        return self.filter(struck_at__isnull=True)


def check_day(patient: Patient, **days: date | None) -> None:
    """Nothing is recorded of a day that has not come, nor of one before the patient was born.

    `days` by the name of their field. Raises ValidationError.
    """
    for name, day in days.items():
        if day is not None and day > timezone.localdate():
            raise ValidationError({name: _("This day has not come yet. Check the year.")})
        if day is not None and day < patient.birth_date:
            raise ValidationError({name: _("This day is before the patient was born.")})


class Entry(models.Model):
    """Nothing in a clinical record is deleted: an entry made in error is struck out, with a reason."""

    patient: Any
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    struck_at = models.DateTimeField(null=True, editable=False)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    struck_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_struck_with_reason",
                condition=Q(struck_at__isnull=True, struck_reason="")
                | Q(struck_at__isnull=False) & ~Q(struck_reason=""),
                violation_error_message=_("Say why the entry is struck out."),
            ),
        ]

    @property
    def is_struck(self) -> bool:
        return self.struck_at is not None
