"""When a patient was seen, and with what on the skin."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from patients.models.patient import Patient


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(patient__in=Patient.objects.visible_to(user))


class Visit(models.Model):
    class SkinCondition(models.TextChoices):
        CLEAN = "clean", _("Clean")
        MAKE_UP = "make_up", _("Make-up")
        SUNSCREEN = "sunscreen", _("Sunscreen")
        CAMOUFLAGE = "camouflage", _("Camouflage")
        UNKNOWN = "unknown", _("Unknown")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="visits")
    date = models.DateField(_("date"))
    skin_condition = models.CharField(
        _("skin condition"),
        max_length=12,
        choices=SkinCondition.choices,
        default=SkinCondition.UNKNOWN,
        help_text=_("Sunscreen and make-up hide vitiligo under ultraviolet light."),
    )
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["date", "pk"]
        constraints = [
            # The response chart has one point a view and day.
            models.UniqueConstraint(fields=["patient", "date"], name="visit_one_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.date}"
