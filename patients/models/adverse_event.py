"""What went wrong, under a treatment or beside it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.entry import Entry, EntryQuerySet, check_day
from patients.models.patient import Patient
from patients.models.treatment import Treatment


class AdverseEventQuerySet(EntryQuerySet["AdverseEvent"]):
    pass


class AdverseEvent(Entry):
    class Grade(models.IntegerChoices):
        """The grades of the CTCAE."""

        MILD = 1, _("1 mild")
        MODERATE = 2, _("2 moderate")
        SEVERE = 3, _("3 severe")
        LIFE_THREATENING = 4, _("4 life-threatening")
        DEATH = 5, _("5 death")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="adverse_events")
    treatment = models.ForeignKey(
        Treatment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="adverse_events",
        verbose_name=_("under the treatment"),
    )
    date = models.DateField(_("date"))
    grade = models.PositiveSmallIntegerField(
        _("grade"), choices=Grade.choices, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    description = models.CharField(_("what happened"), max_length=300)

    objects = AdverseEventQuerySet.as_manager()

    class Meta(Entry.Meta):
        ordering = ["date", "pk"]
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="adverseevent_grade_in_scale",
                condition=Q(grade__range=(1, 5)),
                violation_error_message=_("A grade is 1 to 5."),
            ),
            models.CheckConstraint(
                name="adverseevent_described",
                condition=~Q(description=""),
                violation_error_message=_("Say what happened."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_grade_display()}"

    def clean(self) -> None:
        check_day(self.patient, date=self.date)
        if self.treatment is not None and self.treatment.patient_id != self.patient_id:
            raise ValidationError({"treatment": _("This treatment is another patient's.")})
