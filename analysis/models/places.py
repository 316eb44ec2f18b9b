"""Where on the face: what was measured in each region, and what changed between two photos."""

from __future__ import annotations

from secrets import token_hex
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analysis.models.measurements import Measurement
from analysis.vision.face.misfits import SENTENCES, Misfit
from clinic.accounts.models import User
from imaging.models import private_storage


def alignment_path(alignment: Alignment, filename: str) -> str:
    """`filename` says which of the two pictures; the rest is never the name of another file."""
    folder = f"alignments/{alignment.first.run.photo.key}"
    return f"{folder}/{alignment.first_id}-{alignment.second_id}-{token_hex(4)}-{filename}"


class RegionMeasurementQuerySet(models.QuerySet["RegionMeasurement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(measurement__in=Measurement.objects.visible_to(user))


class RegionMeasurement(models.Model):
    """The counts of one region of a measured face; those of all its regions add up to the measurement's.

    A region that the view does not show has no row: it is not 0 %.
    """

    class Region(models.TextChoices):
        FOREHEAD = "forehead", _("Forehead")
        PERIOCULAR_LEFT = "periocular_left", _("Around the left eye")
        PERIOCULAR_RIGHT = "periocular_right", _("Around the right eye")
        NOSE = "nose", _("Nose")
        CHEEK_LEFT = "cheek_left", _("Left cheek")
        CHEEK_RIGHT = "cheek_right", _("Right cheek")
        PERIORAL = "perioral", _("Around the mouth")
        CHIN = "chin", _("Chin")
        EAR_LEFT = "ear_left", _("Left ear")
        EAR_RIGHT = "ear_right", _("Right ear")

    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="regions")
    region = models.CharField(max_length=20, choices=Region.choices)
    n_face = models.PositiveBigIntegerField(help_text=_("Pixels of the face in this region."))
    n_vitiligo = models.PositiveBigIntegerField(help_text=_("Lesion pixels among them."))
    f_vitiligo = models.GeneratedField(
        expression=Cast(F("n_vitiligo"), models.FloatField())
        * 100.0
        / Cast(F("n_face"), models.FloatField()),
        output_field=models.FloatField(),
        db_persist=True,
    )

    objects = RegionMeasurementQuerySet.as_manager()

    class Meta:
        ordering = ["measurement", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["measurement", "region"], name="region_one_per_measurement"),
            models.CheckConstraint(name="region_has_face", condition=Q(n_face__gt=0)),
            models.CheckConstraint(
                name="region_vitiligo_within_face", condition=Q(n_vitiligo__lte=F("n_face"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.f_vitiligo:.1f} %"


class AlignmentQuerySet(models.QuerySet["Alignment"]):
    def visible_to(self, user: User) -> Self:
        seen = Measurement.objects.visible_to(user)
        return self.filter(first__in=seen, second__in=seen)

    def waiting(self) -> Self:
        return self.filter(status=Alignment.Status.WAITING)


class Alignment(models.Model):
    """The photo of a later measurement laid over that of an earlier one, and what changed between them.

    A row belongs to two versions of masks: when one of them is edited, the pair is aligned anew. For display
    and map only; F-Vitiligo is counted on each photo's own grid.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Being compared")
        ALIGNED = "aligned", _("Aligned")
        REFUSED = "refused", _("Cannot be aligned")
        FAILED = "failed", _("Failed")

    first = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="alignments_onto")
    second = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="alignments_from")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    task_id = models.CharField(max_length=64, blank=True)
    reason_code = models.CharField(max_length=20, blank=True)
    value = models.FloatField(null=True, help_text=_("What was judged when the pair was refused."))
    limit = models.FloatField(null=True)
    residual = models.FloatField(
        null=True, help_text=_("Median distance after going there and back, in pixels of 1024.")
    )
    overlap = models.FloatField(null=True, help_text=_("Share of the first face seen in both, 0 to 1."))
    repigmented = models.FloatField(null=True, help_text=_("Per cent of the first face."))
    depigmented = models.FloatField(null=True, help_text=_("Newly; per cent of the first face."))
    stable = models.FloatField(null=True, help_text=_("Per cent of the first face."))
    outside = models.FloatField(null=True, help_text=_("Not seen in both; per cent of the first face."))
    photo_file = models.FileField(
        storage=private_storage, upload_to=alignment_path, max_length=200, blank=True
    )
    map_file = models.FileField(storage=private_storage, upload_to=alignment_path, max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = AlignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="alignment_one_per_pair"),
            models.CheckConstraint(name="alignment_of_two", condition=~Q(first=F("second"))),
            models.CheckConstraint(
                name="alignment_status_known",
                condition=Q(status__in=["waiting", "aligned", "refused", "failed"]),
            ),
            models.CheckConstraint(
                name="alignment_refusal_has_reason",
                condition=~Q(status__in=["refused", "failed"]) | ~Q(reason_code=""),
            ),
            # Areas of change are shown with how well the faces lie over each other, or not at all.
            models.CheckConstraint(
                name="alignment_aligned_is_whole",
                condition=~Q(status="aligned")
                | Q(
                    residual__isnull=False,
                    overlap__isnull=False,
                    repigmented__isnull=False,
                    depigmented__isnull=False,
                    stable__isnull=False,
                    outside__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.status}"

    @property
    def reason(self) -> str:
        """Why there is no map, fit to show; empty where there is one or will be."""
        if self.status == self.Status.REFUSED:
            return gettext(SENTENCES[Misfit(self.reason_code)])
        if self.status == self.Status.FAILED:
            return gettext("The comparison stopped because of a fault in the software. Try it again.")
        return ""

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    @property
    def is_aligned(self) -> bool:
        return self.status == self.Status.ALIGNED
