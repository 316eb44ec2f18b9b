"""Photographing the same patients twice: studies, their pairs, and the errors that were adopted from them."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from analysis.models import ModelRelease
from clinic.accounts.models import User
from imaging.models import Photo
from patients.models import Visit


class RepeatabilityStudyQuerySet(models.QuerySet["RepeatabilityStudy"]):
    def visible_to(self, user: User) -> Self:
        """A study names no patient; its pairs are another matter."""
        return self if user.is_active else self.none()


class RepeatabilityStudy(models.Model):
    """Which visits are photographed twice, and in which views."""

    name = models.CharField(_("name"), max_length=100)
    views = models.JSONField(_("views"), help_text=_("Of left, front and right, those that are repeated."))
    visits = models.ManyToManyField(Visit, related_name="repeatability_studies", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    objects = RepeatabilityStudyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="study_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class RepeatPairQuerySet(models.QuerySet["RepeatPair"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(first__in=Photo.objects.visible_to(user))


class RepeatPair(models.Model):
    """Two photographs of one view in one sitting, between which the patient sat down anew.

    The first is a photograph of the visit. The second never fills a slot, so no chart, worklist or report of
    the patient knows it.
    """

    study = models.ForeignKey(RepeatabilityStudy, on_delete=models.PROTECT, related_name="pairs")
    first = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="repeats")
    second = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="repeat_of")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = RepeatPairQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A third photograph is a retake of the second, which is withdrawn first.
            models.UniqueConstraint(
                fields=["study", "first"],
                condition=Q(withdrawn_at__isnull=True),
                name="pair_one_standing_per_photo",
            ),
            models.CheckConstraint(name="pair_of_two_photos", condition=~Q(first=F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} / {self.second_id}"


class AdoptedErrorQuerySet(models.QuerySet["AdoptedError"]):
    def standing(self) -> Self:
        return self.filter(ended_at__isnull=True)


class AdoptedError(models.Model):
    """The measurement error that the clinic measured itself, for values of exactly these three releases."""

    study = models.ForeignKey(RepeatabilityStudy, on_delete=models.PROTECT, related_name="adoptions")
    detector = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, related_name="+")
    matting = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, related_name="+")
    vitiligo = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(help_text=_("By view: patients, sem, sdc95 and its bounds low and high."))
    adopted_at = models.DateTimeField(auto_now_add=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AdoptedErrorQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Two errors for one number would be chosen between.
            models.UniqueConstraint(
                fields=["detector", "matting", "vitiligo"],
                condition=Q(ended_at__isnull=True),
                name="adopted_one_standing_per_releases",
            ),
            models.CheckConstraint(
                name="adopted_end_has_a_person",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} {self.adopted_at:%Y-%m-%d}"
