"""The masks that a measurement was counted from, and lines to draw them with."""

from __future__ import annotations

from secrets import token_hex
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from analysis.models.measurements import Measurement
from clinic.accounts.models import User
from imaging.models import private_storage


def mask_path(mask: Mask, _filename: str) -> str:
    """Never the name of another: a file left by a process that died stands in nobody's way."""
    measurement = mask.measurement
    folder = f"masks/{measurement.run.photo.key}"
    return f"{folder}/{measurement.run_id}-{measurement.version}-{mask.kind}-{token_hex(4)}.png"


def outline_path(outline: Outline, _filename: str) -> str:
    measurement = outline.measurement
    folder = f"outlines/{measurement.run.photo.key}"
    return f"{folder}/{measurement.run_id}-{measurement.version}-{outline.kind}-{token_hex(4)}.png"


class MaskQuerySet(models.QuerySet["Mask"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(measurement__in=Measurement.objects.visible_to(user))


class Mask(models.Model):
    """A lossless binary mask on the grid of the oriented photo.

    Every measurement has the full set; a version that left a mask as it was names its parent's file.
    """

    class Kind(models.TextChoices):
        FACE = "face", _("Face")
        VITILIGO = "vitiligo", _("Vitiligo")
        GLARE = "glare", _("Glare")
        UNCERTAIN = "uncertain", _("Uncertain border")

    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="masks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.FileField(storage=private_storage, upload_to=mask_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MaskQuerySet.as_manager()

    class Meta:
        ordering = ["measurement", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["measurement", "kind"], name="mask_one_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.measurement_id}"


class Outline(models.Model):
    """Lines around the face and the vitiligo, on transparent ground, to lie over a rendition of the photo."""

    class Kind(models.TextChoices):
        DISPLAY = "display", _("Display")
        THUMBNAIL = "thumbnail", _("Thumbnail")

    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="outlines")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.FileField(storage=private_storage, upload_to=outline_path, max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measurement", "kind"], name="outline_one_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.measurement_id}"
