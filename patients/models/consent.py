"""What a patient agreed to, since when, and until when."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from patients.models.entry import check_day
from patients.models.patient import Patient
from patients.models.purpose import Purpose


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(patient__in=Patient.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(withdrawn_on__isnull=True)


class Consent(models.Model):
    """Permission for one purpose, from one day until it is withdrawn."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    given_on = models.DateField(_("given on"))
    document = models.CharField(
        _("document"),
        max_length=200,
        blank=True,
        help_text=_("Where the signed form is kept, for example its number in the archive."),
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawal_document = models.CharField(
        _("document of the withdrawal"),
        max_length=200,
        blank=True,
        help_text=_("Where the patient's letter or the note of the conversation is kept."),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    withdrawal_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["purpose", "-given_on"]
        constraints = [
            # At most one standing consent a purpose; withdrawn ones stay as history.
            models.UniqueConstraint(
                fields=["patient", "purpose"],
                condition=Q(withdrawn_on__isnull=True),
                name="consent_one_standing_per_purpose",
                violation_error_message=_("This consent is already recorded and has not been withdrawn."),
            ),
            models.CheckConstraint(name="consent_purpose_known", condition=Q(purpose__in=Purpose.values)),
            models.CheckConstraint(
                name="consent_withdrawn_after_given",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.given_on}"

    def clean(self) -> None:
        check_day(self.patient, given_on=self.given_on, withdrawn_on=self.withdrawn_on)
