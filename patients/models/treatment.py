"""What a patient is treated with, and its pauses."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from patients.models.entry import Entry, EntryQuerySet, check_day
from patients.models.patient import Patient


class Region(models.TextChoices):
    FACE = "face", _("Face")
    NECK = "neck", _("Neck")
    TRUNK = "trunk", _("Trunk")
    ARMS = "arms", _("Arms")
    HANDS = "hands", _("Hands")
    LEGS = "legs", _("Legs")
    FEET = "feet", _("Feet")
    WHOLE_BODY = "whole_body", _("Whole body")


class TreatmentQuerySet(EntryQuerySet["Treatment"]):
    def going_on(self, day: date) -> Self:
        """Started by `day` and not stopped before it; a paused one goes on."""
        return self.standing().filter(
            Q(stopped_on__isnull=True) | Q(stopped_on__gte=day), started_on__lte=day
        )


class Treatment(Entry):
    class Kind(models.TextChoices):
        NB_UVB = "nb_uvb", _("NB-UVB 311–313 nm")
        EXCIMER = "excimer", _("Excimer 308 nm")
        RUXOLITINIB = "ruxolitinib", _("Ruxolitinib 1.5 %, topical")
        TACROLIMUS = "tacrolimus", _("Tacrolimus 0.1 %, topical")
        PIMECROLIMUS = "pimecrolimus", _("Pimecrolimus 1 %, topical")
        TOPICAL_STEROID = "topical_steroid", _("Topical steroid")
        MINI_PULSE = "mini_pulse", _("Oral mini-pulse")
        ORAL_JAK = "oral_jak", _("Oral JAK inhibitor")
        PUNCH_GRAFT = "punch_graft", _("Punch grafting")
        BLISTER_GRAFT = "blister_graft", _("Blister grafting")
        CELL_SUSPENSION = "cell_suspension", _("Cell suspension")
        CAMOUFLAGE = "camouflage", _("Camouflage")
        OTHER = "other", _("Other")

    class Unit(models.TextChoices):
        PERCENT = "percent", "%"
        MILLIGRAM = "mg", "mg"
        MILLIGRAM_PER_KILOGRAM = "mg_per_kg", "mg/kg"
        GRAM = "g", "g"
        FINGERTIP = "ftu", _("fingertip units")
        MILLIJOULE = "mj_per_cm2", "mJ/cm²"

    class Adherence(models.TextChoices):
        FULL = "full", _("As prescribed")
        MOST = "most", _("Most of the time")
        HALF = "half", _("About half of the time")
        LITTLE = "little", _("Rarely or not at all")
        UNKNOWN = "unknown", _("Not recorded")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="treatments")
    kind = models.CharField(_("treatment"), max_length=20, choices=Kind.choices)
    name = models.CharField(
        _("name"), max_length=100, blank=True, help_text=_("Product or protocol, as the clinic calls it.")
    )
    region = models.CharField(_("region"), max_length=12, choices=Region.choices, default=Region.FACE)
    dose = models.DecimalField(_("dose"), max_digits=8, decimal_places=2, null=True, blank=True)
    dose_unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices, blank=True)
    schedule = models.CharField(
        _("how often"),
        max_length=100,
        blank=True,
        help_text=_("For example: twice a day, 3 sessions a week."),
    )
    started_on = models.DateField(_("start"))
    stopped_on = models.DateField(_("stop"), null=True, blank=True)
    stop_reason = models.CharField(_("reason for stopping"), max_length=200, blank=True)
    adherence = models.CharField(
        _("adherence"), max_length=10, choices=Adherence.choices, default=Adherence.UNKNOWN
    )
    note = models.TextField(_("note"), blank=True)

    objects = TreatmentQuerySet.as_manager()

    class Meta(Entry.Meta):
        ordering = ["started_on", "pk"]
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="treatment_stops_after_start",
                condition=Q(stopped_on__isnull=True) | Q(stopped_on__gte=F("started_on")),
                violation_error_message=_("The stop is before the start. Check both dates."),
            ),
            models.CheckConstraint(
                name="treatment_dose_positive",
                condition=Q(dose__isnull=True) | Q(dose__gt=0),
                violation_error_message=_("A dose is more than 0. Leave it empty if it is not known."),
            ),
            # A number without its unit is read as another one's.
            models.CheckConstraint(
                name="treatment_dose_has_unit",
                condition=Q(dose__isnull=True, dose_unit="") | Q(dose__isnull=False) & ~Q(dose_unit=""),
                violation_error_message=_("Give the dose together with its unit, or leave both empty."),
            ),
            models.CheckConstraint(
                name="treatment_other_is_named",
                condition=~Q(kind="other") | ~Q(name=""),
                violation_error_message=_("Name the treatment: 'other' alone says nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.started_on}"

    def clean(self) -> None:
        check_day(self.patient, started_on=self.started_on, stopped_on=self.stopped_on)

    @property
    def title(self) -> str:
        """The clinic's own name for it, or else the kind."""
        return self.name or str(self.get_kind_display())

    @property
    def dosage(self) -> str:
        """Dose with unit and how often, as one would say it; empty where neither is recorded."""
        dose = f"{self.dose.normalize():f} {self.get_dose_unit_display()}" if self.dose is not None else ""
        return ", ".join(part for part in (dose, self.schedule) if part)


class TreatmentPauseQuerySet(models.QuerySet["TreatmentPause"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(treatment__in=Treatment.objects.visible_to(user))


class TreatmentPause(models.Model):
    """Days within a treatment on which it was not given. Pauses of one treatment never overlap."""

    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="pauses")
    paused_on = models.DateField(_("paused from"))
    resumed_on = models.DateField(_("resumed on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = TreatmentPauseQuerySet.as_manager()

    class Meta:
        ordering = ["paused_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="treatmentpause_ends_after_it_begins",
                condition=Q(resumed_on__isnull=True) | Q(resumed_on__gt=F("paused_on")),
                violation_error_message=_("A pause ends at least a day after it began."),
            ),
            models.UniqueConstraint(
                fields=["treatment"],
                condition=Q(resumed_on__isnull=True),
                name="treatmentpause_one_open",
                violation_error_message=_("This treatment is paused already. Resume it first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paused_on} – {self.resumed_on or ''}"

    def clean(self) -> None:
        treatment = self.treatment
        check_day(treatment.patient, paused_on=self.paused_on, resumed_on=self.resumed_on)
        last = self.resumed_on or self.paused_on
        if self.paused_on < treatment.started_on or (treatment.stopped_on and last > treatment.stopped_on):
            raise ValidationError({"paused_on": _("The pause is not within the days of the treatment.")})
        others = treatment.pauses.exclude(pk=self.pk).filter(
            Q(resumed_on__isnull=True) | Q(resumed_on__gt=self.paused_on)
        )
        if self.resumed_on:
            others = others.filter(paused_on__lt=self.resumed_on)
        if others.exists():
            raise ValidationError({"paused_on": _("The treatment is paused on some of these days already.")})
