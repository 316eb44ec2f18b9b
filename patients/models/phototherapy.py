"""Sessions of phototherapy as they were given, and the clinic's own protocol that they are judged by."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Sum, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from patients.models.entry import Entry, EntryQuerySet, check_day
from patients.models.patient import Patient
from patients.models.treatment import Region


class Light(models.TextChoices):
    NB_UVB = "nb_uvb", _("NB-UVB 311–313 nm")
    EXCIMER = "excimer", _("Excimer 308 nm")


class PhototherapyProtocolQuerySet(models.QuerySet["PhototherapyProtocol"]):
    def visible_to(self, user: User) -> Self:
        """It says nothing about a patient."""
        return self if user.is_active else self.none()

    def newest(self) -> Self:
        """The version in force for each light."""
        in_force = (
            PhototherapyProtocol.objects.order_by()
            .values("light")
            .annotate(newest=models.Max("pk"))
            .values("newest")
        )
        return self.filter(pk__in=in_force)


class PhototherapyProtocol(models.Model):
    """When the clinic wants to be warned. A version is never changed: a new one takes its place, and what
    was judged by the old one stays so."""

    light = models.CharField(_("light"), max_length=10, choices=Light.choices)
    version = models.PositiveSmallIntegerField(editable=False)
    longest_gap_days = models.PositiveSmallIntegerField(
        _("longest gap, days"),
        validators=[MinValueValidator(1)],
        help_text=_("Warn when more days than these lie between two sessions of a region."),
    )
    largest_rise_percent = models.PositiveSmallIntegerField(
        _("largest rise, %"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Warn when a dose is higher than the last one of the region by more than this."),
    )
    highest_dose_face = models.PositiveIntegerField(
        _("highest dose on face and neck, mJ/cm²"), validators=[MinValueValidator(1)]
    )
    highest_dose_body = models.PositiveIntegerField(
        _("highest dose elsewhere, mJ/cm²"), validators=[MinValueValidator(1)]
    )
    erythema_grade = models.PositiveSmallIntegerField(
        _("erythema from grade"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text=_("Warn when erythema of this grade or more is recorded."),
    )
    source = models.CharField(
        _("source"), max_length=300, help_text=_("Where these limits come from, and who decided them.")
    )
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = PhototherapyProtocolQuerySet.as_manager()

    class Meta:
        ordering = ["light", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["light", "version"], name="phototherapyprotocol_version_unique"),
            models.CheckConstraint(
                name="phototherapyprotocol_limits_positive",
                condition=Q(
                    longest_gap_days__gte=1,
                    largest_rise_percent__range=(1, 100),
                    highest_dose_face__gte=1,
                    highest_dose_body__gte=1,
                    erythema_grade__range=(1, 4),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_light_display()} {self.version}"

    def highest_dose(self, region: str) -> int:
        on_face = region in {Region.FACE, Region.NECK}
        return self.highest_dose_face if on_face else self.highest_dose_body


class PhototherapySessionQuerySet(EntryQuerySet["PhototherapySession"]):
    def in_course(self) -> Self:
        """Standing sessions with what the record says about each: the session of the same light and region
        before it (`previous_date`, `previous_dose`) and `cumulative_dose` up to and with it, in mJ/cm².

        Narrow it to a patient before, not after: a later filter would cut the course.
        """
        return self.standing().annotate(
            previous_date=_over_course(Lag("date")),
            previous_dose=_over_course(Lag("dose")),
            cumulative_dose=_over_course(Sum("dose")),
        )


def _over_course(expression: models.Func) -> Window:
    """Over the sessions of one patient, light and region, in the order in which they were given."""
    return Window(
        expression,
        partition_by=[models.F("patient"), models.F("light"), models.F("region")],
        order_by=[models.F("date").asc(), models.F("pk").asc()],
    )


class PhototherapySession(Entry):
    class Erythema(models.IntegerChoices):
        NONE = 0, _("0 none")
        BARELY = 1, _("1 barely visible")
        MARKED = 2, _("2 marked, no pain")
        PAINFUL = 3, _("3 painful")
        BLISTERS = 4, _("4 blisters")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="phototherapy_sessions")
    date = models.DateField(_("date"))
    light = models.CharField(_("light"), max_length=10, choices=Light.choices, default=Light.NB_UVB)
    device = models.CharField(_("device"), max_length=100)
    region = models.CharField(_("region"), max_length=12, choices=Region.choices, default=Region.FACE)
    dose = models.PositiveIntegerField(_("dose given, mJ/cm²"), validators=[MinValueValidator(1)])
    seconds = models.PositiveIntegerField(_("seconds"), validators=[MinValueValidator(1)])
    erythema = models.PositiveSmallIntegerField(
        _("erythema since the last session"), choices=Erythema.choices, null=True, blank=True
    )
    reason = models.CharField(
        _("reason of change"), max_length=300, blank=True, help_text=_("Asked for when the protocol warns.")
    )
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("operator")
    )
    protocol = models.ForeignKey(
        PhototherapyProtocol, on_delete=models.PROTECT, null=True, editable=False, related_name="sessions"
    )

    objects = PhototherapySessionQuerySet.as_manager()

    class Meta(Entry.Meta):
        ordering = ["-date", "-pk"]
        constraints = [
            *Entry.Meta.constraints,
            # A form that was sent twice must not double the cumulative dose.
            models.UniqueConstraint(
                fields=["patient", "light", "region", "date"],
                condition=Q(struck_at__isnull=True),
                name="phototherapysession_one_per_day",
                violation_error_message=_(
                    "A session of this light and region is already logged for this day. Correct that one."
                ),
            ),
            models.CheckConstraint(
                name="phototherapysession_light_given",
                condition=Q(dose__gte=1, seconds__gte=1),
                violation_error_message=_("A session has a dose and a duration of at least 1."),
            ),
            models.CheckConstraint(
                name="phototherapysession_erythema_in_scale",
                condition=Q(erythema__isnull=True) | Q(erythema__range=(0, 4)),
                violation_error_message=_("A grade of erythema is 0 to 4."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_light_display()} {self.dose} mJ/cm²"

    def clean(self) -> None:
        check_day(self.patient, date=self.date)
