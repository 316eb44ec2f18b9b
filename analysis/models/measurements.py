"""What a run measured on a face, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext_lazy as _

from analysis.models.runs import Run
from analysis.models.versions import Version, VersionQuerySet


class MeasurementQuerySet(VersionQuerySet["Measurement"]):
    pass


class Measurement(Version):
    """The pixel counts of one version of a run's masks; those that a person edited are counted anew.

    F-Vitiligo is derived by the database.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="measurements")
    dice_face = models.FloatField(null=True, help_text=_("Agreement with the model's face mask, 0 to 1."))
    dice_vitiligo = models.FloatField(
        null=True, help_text=_("Agreement with the model's vitiligo mask, 0 to 1.")
    )
    n_face = models.PositiveBigIntegerField(help_text=_("Pixels of the face mask."))
    n_vitiligo = models.PositiveBigIntegerField(help_text=_("Lesion pixels inside the face mask."))
    n_least = models.PositiveBigIntegerField(
        null=True,
        help_text=_("Lesion pixels at the least, its uncertain borders left out; null if not known."),
    )
    n_most = models.PositiveBigIntegerField(
        null=True, help_text=_("Lesion pixels at the most, its uncertain borders counted in.")
    )
    f_vitiligo = models.GeneratedField(
        expression=Cast(F("n_vitiligo"), models.FloatField())
        * 100.0
        / Cast(F("n_face"), models.FloatField()),
        output_field=models.FloatField(),
        db_persist=True,
    )
    n_glare = models.PositiveBigIntegerField(null=True, help_text=_("Face pixels that are burnt out."))
    n_vitiligo_glare = models.PositiveBigIntegerField(null=True, help_text=_("Lesion pixels among them."))
    f_vitiligo_without_glare = models.GeneratedField(
        expression=Cast(F("n_vitiligo") - F("n_vitiligo_glare"), models.FloatField())
        * 100.0
        / NullIf(Cast(F("n_face") - F("n_glare"), models.FloatField()), 0.0),
        output_field=models.FloatField(null=True),
        db_persist=True,
    )
    face_box = models.JSONField(help_text=_("x0, y0, x1, y1 in pixels of the oriented photo."))
    landmarks = models.JSONField(help_text=_("Five points, x and y in pixels."))
    yaw = models.FloatField(help_text=_("Degrees; positive when the face turns to the picture's right."))
    pitch = models.FloatField()
    roll = models.FloatField()

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        constraints = [
            *Version.Meta.constraints,
            # Without a face there is no ratio: such a run is not measurable, never 0 %.
            models.CheckConstraint(name="measurement_has_face", condition=Q(n_face__gt=0)),
            models.CheckConstraint(
                name="measurement_vitiligo_within_face", condition=Q(n_vitiligo__lte=F("n_face"))
            ),
            # Both ends or none, around the value they belong to.
            models.CheckConstraint(
                name="measurement_span_holds_value",
                condition=Q(n_least__isnull=True, n_most__isnull=True)
                | Q(
                    n_least__lte=F("n_vitiligo"),
                    n_most__gte=F("n_vitiligo"),
                    n_most__lte=F("n_face"),
                    n_least__isnull=False,
                    n_most__isnull=False,
                ),
            ),
            # Results of before glare was counted have neither number; a share of unknown parts is none.
            models.CheckConstraint(
                name="measurement_glare_within_face",
                condition=Q(n_glare__isnull=True, n_vitiligo_glare__isnull=True)
                | Q(
                    n_glare__isnull=False,
                    n_vitiligo_glare__isnull=False,
                    n_glare__lte=F("n_face"),
                    n_vitiligo_glare__lte=F("n_vitiligo"),
                    n_vitiligo__lte=F("n_face") - F("n_glare") + F("n_vitiligo_glare"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.f_vitiligo:.1f} %"

    @property
    def f_vitiligo_least(self) -> float | None:
        """F-Vitiligo without its uncertain borders, in percent; None where the release knows no interval."""
        return None if self.n_least is None else 100 * self.n_least / self.n_face

    @property
    def f_vitiligo_most(self) -> float | None:
        """F-Vitiligo with its uncertain borders, in percent; None where the release knows no interval."""
        return None if self.n_most is None else 100 * self.n_most / self.n_face

    @property
    def glare_percent(self) -> float | None:
        """The burnt-out share of the face, 0 to 100; None where it was not counted."""
        return None if self.n_glare is None else 100.0 * self.n_glare / self.n_face
