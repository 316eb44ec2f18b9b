"""What a clinician would consider after an estimate: the clinic's own text, with its source."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.models import LesionReading
from clinic.accounts.models import User


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def visible_to(self, user: User) -> Self:
        """It says nothing about a patient."""
        return self if user.is_active else self.none()

    def newest(self) -> Self:
        """The version in force for each class and band."""
        in_force = NextStep.objects.order_by().values("lesion_class", "band")
        return self.filter(pk__in=in_force.annotate(newest=models.Max("pk")).values("newest"))


class NextStep(models.Model):
    """Information for one class in one band; without a class, for every class that has no text of its own.

    A version is never changed: a new one takes its place, so that it can be told what was shown when.
    """

    lesion_class = models.CharField(
        _("class"), max_length=40, blank=True, help_text=_("As the release names it; left out, any class.")
    )
    band = models.CharField(_("band"), max_length=13, choices=LesionReading.Band.choices)
    version = models.PositiveSmallIntegerField(editable=False)
    text = models.TextField(
        _("text"),
        max_length=2000,
        help_text=_("What a clinician would consider. Information, never an order."),
    )
    source = models.CharField(
        _("source"), max_length=300, help_text=_("The guideline that it follows, with its edition.")
    )
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = NextStepQuerySet.as_manager()

    class Meta:
        ordering = ["band", "lesion_class", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["lesion_class", "band", "version"], name="next_step_version_unique"
            ),
            models.CheckConstraint(
                name="next_step_band_known", condition=Q(band__in=LesionReading.Band.values)
            ),
            # A text without its source cannot be checked by whoever reads it.
            models.CheckConstraint(
                name="next_step_text_has_source",
                condition=~Q(text="") & ~Q(source=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesion_class or 'any class'}, {self.band} {self.version}"
