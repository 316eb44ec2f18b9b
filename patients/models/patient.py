"""Who is treated, and who may see it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from patients.models.purpose import Purpose


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, user: User) -> Self:
        """Staff of the clinic see every patient; researchers those whose research consent stands."""
        if not user.is_active:
            return self.none()
        return self if user.may_identify else self.consenting_to(Purpose.RESEARCH)

    def exportable_by(self, user: User) -> Self:
        """Whose data `user` may carry away as files: the staff that treats them, in the course of care;
        a researcher only of patients who agreed to that too."""
        visible = self.visible_to(user)
        return visible if user.may_identify else visible.consenting_to(Purpose.EXPORT)

    def consenting_to(self, purpose: Purpose) -> Self:
        """Whose consent to `purpose` stands today. A patient is never in it twice: one may stand at most."""
        return self.filter(consents__purpose=purpose, consents__withdrawn_on__isnull=True)

    def search(self, text: str) -> Self:
        return self.filter(Q(name__icontains=text) | Q(record_number__icontains=text))

    def with_pseudonym(self, text: str) -> Self:
        """A researcher's search: it can never tell whether a name or a record number exists."""
        digits = text.upper().removeprefix("P-")
        return self.filter(pk=int(digits)) if digits.isdecimal() and len(digits) < 10 else self.none()

    def overdue(self, today: date) -> Self:
        """Whose next visit should have been before `today`, with `last_visit`, the longest away first."""
        late = Q()
        for weeks in set(Patient.FollowUp.values) - {Patient.FollowUp.NONE}:
            late |= Q(follow_up_weeks=weeks, last_visit__lt=today - timedelta(weeks=weeks))
        if usual := settings.FOLLOW_UP_WEEKS:
            late |= Q(follow_up_weeks__isnull=True, last_visit__lt=today - timedelta(weeks=usual))
        came = self.annotate(last_visit=models.Max("visits__date"))
        return came.filter(late).order_by("last_visit", "pk")

    def summarised(self) -> Self:
        """With what a list says about each: how many visits, and when the last one was."""
        return self.annotate(
            visit_count=models.Count("visits", distinct=True), last_visit=models.Max("visits__date")
        )


class Patient(models.Model):
    class Sex(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")
        UNKNOWN = "unknown", _("Unknown")

    class Phototype(models.IntegerChoices):
        I = 1, "I"  # noqa: E741
        II = 2, "II"
        III = 3, "III"
        IV = 4, "IV"
        V = 5, "V"
        VI = 6, "VI"

    class VitiligoType(models.TextChoices):
        GENERALISED = "generalised", _("Non-segmental, generalised")
        ACROFACIAL = "acrofacial", _("Non-segmental, acrofacial")
        MUCOSAL = "mucosal", _("Non-segmental, mucosal")
        UNIVERSAL = "universal", _("Non-segmental, universal")
        MIXED = "mixed", _("Non-segmental, mixed")
        UNISEGMENTAL = "unisegmental", _("Segmental, unisegmental")
        BISEGMENTAL = "bisegmental", _("Segmental, bisegmental")
        MULTISEGMENTAL = "multisegmental", _("Segmental, multisegmental")
        FOCAL = "focal", _("Unclassified, focal")
        SINGLE_MUCOSAL = "single_mucosal", _("Unclassified, single mucosal")
        UNKNOWN = "unknown", _("Not recorded")

    class FacialSubtype(models.TextChoices):
        CENTROFACIAL = "centrofacial", _("Centrofacial")
        PANFACIAL = "panfacial", _("Panfacial")
        HAIRLINE = "hairline", _("Hairline")
        UNKNOWN = "unknown", _("Not recorded")

    class FollowUp(models.IntegerChoices):
        NONE = 0, _("No follow-up planned")
        FOUR = 4, _("Every 4 weeks")
        SIX = 6, _("Every 6 weeks")
        EIGHT = 8, _("Every 8 weeks")
        TWELVE = 12, _("Every 12 weeks")
        SIXTEEN = 16, _("Every 16 weeks")
        HALF_YEAR = 26, _("Every half year")
        YEAR = 52, _("Every year")

    record_number = models.CharField(_("record number"), max_length=40)
    name = models.CharField(_("name"), max_length=200, help_text=_("As written, in any script."))
    birth_date = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    phototype = models.PositiveSmallIntegerField(
        _("Fitzpatrick phototype"), choices=Phototype.choices, null=True, blank=True
    )
    vitiligo_type = models.CharField(
        _("vitiligo type"), max_length=20, choices=VitiligoType.choices, default=VitiligoType.UNKNOWN
    )
    facial_subtype = models.CharField(
        _("facial subtype"), max_length=20, choices=FacialSubtype.choices, default=FacialSubtype.UNKNOWN
    )
    onset_year = models.PositiveSmallIntegerField(
        _("year of onset"), null=True, blank=True, help_text=_("When the first lesion was noticed.")
    )
    follow_up_weeks = models.PositiveSmallIntegerField(
        _("follow-up"),
        choices=FollowUp.choices,
        null=True,
        blank=True,
        help_text=_("When the next visit is due. Left open, the clinic's own interval applies."),
    )
    is_synthetic = models.BooleanField(_("synthetic data"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            # Two charts under one number would mix two people's photographs.
            models.UniqueConstraint(fields=["record_number"], name="patient_record_number_unique"),
            models.CheckConstraint(name="patient_record_number_present", condition=~Q(record_number="")),
            models.CheckConstraint(
                name="patient_follow_up_known",
                condition=Q(follow_up_weeks__isnull=True)
                | Q(follow_up_weeks__in=[0, 4, 6, 8, 12, 16, 26, 52]),
            ),
            models.CheckConstraint(
                name="patient_phototype_in_scale",
                condition=Q(phototype__isnull=True) | Q(phototype__range=(1, 6)),
            ),
            # A disease does not begin before its bearer.
            models.CheckConstraint(
                name="patient_onset_after_birth",
                condition=Q(onset_year__isnull=True) | Q(onset_year__gte=F("birth_date__year")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.record_number})"

    @property
    def pseudonym(self) -> str:
        """What a researcher reads in place of the name and the record number."""
        return f"P-{self.pk:05d}"

    @property
    def follow_up(self) -> timedelta | None:
        """How long after a visit the next one is due: the patient's own interval, or that of the clinic."""
        own = self.follow_up_weeks
        weeks = settings.FOLLOW_UP_WEEKS if own is None else own
        return timedelta(weeks=weeks) if weeks else None

    @property
    def age(self) -> int:
        return self.age_on(timezone.localdate())

    def age_on(self, day: date) -> int:
        """Completed years on a day, for instance that of a visit."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
