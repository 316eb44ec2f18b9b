"""What was read from the photograph of a single lesion, and the assessment a clinician signs."""

from __future__ import annotations

from secrets import token_hex
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.models.runs import Run
from analysis.models.versions import Version, VersionQuerySet
from analysis.vision.lesion import result as vision
from analysis.vision.lesion.result import Description, Estimate, Opinion, ToneClass
from clinic.accounts.models import User
from imaging.models import private_storage


def lesion_picture_path(picture: LesionPicture, _filename: str) -> str:
    """Never the name of another: a file left by a process that died stands in nobody's way."""
    reading = picture.reading
    folder = f"lesions/{reading.run.photo.key}"
    return f"{folder}/{reading.run_id}-{reading.segmenter}-{picture.kind}-{token_hex(4)}"


class LesionReadingQuerySet(models.QuerySet["LesionReading"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(run__in=Run.objects.visible_to(user))


class LesionReading(models.Model):
    """Everything that follows from the mask of one segmenter. It never changes.

    A measured run has one for each segmenter that found a lesion.
    """

    class Segmenter(models.TextChoices):
        UNET = "lesion_unet", _("U-Net")
        DEEPLAB = "lesion_deeplab", _("DeepLabV3")

    class Tone(models.TextChoices):
        """Skin around the lesion by its individual typology angle."""

        VERY_LIGHT = "very_light", _("Very light")
        LIGHT = "light", _("Light")
        INTERMEDIATE = "intermediate", _("Intermediate")
        TAN = "tan", _("Tan")
        BROWN = "brown", _("Brown")
        DARK = "dark", _("Dark")

    class Colour(models.TextChoices):
        """The colours of dermoscopy that the library names."""

        WHITE = "white", _("white")
        RED = "red", _("red")
        LIGHT_BROWN = "light_brown", _("light brown")
        DARK_BROWN = "dark_brown", _("dark brown")
        BLUE_GREY = "blue_grey", _("blue-grey")
        BLACK = "black", _("black")

    class Band(models.TextChoices):
        BENIGN = "benign", _("Benign")
        INDETERMINATE = "indeterminate", _("Indeterminate, needs clinician review")
        MALIGNANT = "malignant", _("Malignant")

    class Confidence(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="lesion_readings")
    segmenter = models.CharField(max_length=20, choices=Segmenter.choices)
    stability = models.FloatField(help_text=_("Mean Dice to the masks of the seeded passes, 0 to 1."))
    entropy = models.FloatField(help_text=_("Mean entropy of the mask's pixels: 0 sure, 1 undecided."))
    asymmetry = models.FloatField(help_text=_("0 mirror-symmetric to 1. Not the clinical ABCD score."))
    border = models.FloatField(help_text=_("Irregularity of the outline, 0 (an ellipse) upwards."))
    colours = models.JSONField(default=list, help_text=_("Names of the colours inside the lesion."))
    colour_variation = models.FloatField(help_text=_("Spread of the colour inside, CIELAB units."))
    area_px = models.PositiveBigIntegerField(help_text=_("Pixels of the mask."))
    diameter_px = models.FloatField(help_text=_("The longest extent in pixels."))
    diameter_mm = models.FloatField(null=True, help_text=_("Null where the picture has no scale."))
    ita_degrees = models.FloatField(
        null=True, help_text=_("Individual typology angle of the skin around; null where too little shows.")
    )
    tone = models.CharField(max_length=12, choices=Tone.choices, blank=True)
    malignancy = models.FloatField(help_text=_("Estimated probability of both classifiers together, 0 to 1."))
    sd = models.FloatField(help_text=_("SD over the seeded passes: spread, not a confidence interval."))
    band = models.CharField(max_length=13, choices=Band.choices)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)
    disagree = models.BooleanField(help_text=_("The two classifiers are far apart."))
    opinions = models.JSONField(
        help_text=_("Of each classifier: task, probabilities by class, malignancy, sd.")
    )

    objects = LesionReadingQuerySet.as_manager()

    class Meta:
        ordering = ["run", "-segmenter"]
        constraints = [
            models.UniqueConstraint(fields=["run", "segmenter"], name="lesion_reading_one_per_segmenter"),
            models.CheckConstraint(
                name="lesion_reading_segmenter_known",
                condition=Q(segmenter__in=["lesion_unet", "lesion_deeplab"]),
            ),
            # A mask of nothing is no lesion: such a run is not measurable.
            models.CheckConstraint(
                name="lesion_reading_has_lesion", condition=Q(area_px__gt=0, diameter_px__gt=0)
            ),
            models.CheckConstraint(
                name="lesion_reading_probability", condition=Q(malignancy__range=(0, 1), sd__gte=0)
            ),
            models.CheckConstraint(
                name="lesion_reading_sureness",
                condition=Q(stability__range=(0, 1), entropy__range=(0, 1)),
            ),
            models.CheckConstraint(
                name="lesion_reading_band_known",
                condition=Q(band__in=["benign", "indeterminate", "malignant"])
                & Q(confidence__in=["low", "medium", "high"]),
            ),
            models.CheckConstraint(
                name="lesion_reading_diameter_positive",
                condition=Q(diameter_mm__isnull=True) | Q(diameter_mm__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.segmenter} {self.run_id}"

    @property
    def description(self) -> Description:
        """The image features as the library speaks of them."""
        return Description(
            asymmetry=self.asymmetry,
            border=self.border,
            colours=tuple(self.colours),
            colour_variation=self.colour_variation,
            area_px=self.area_px,
            diameter_px=self.diameter_px,
            diameter_mm=self.diameter_mm,
            ita_degrees=self.ita_degrees,
            tone=ToneClass(self.tone) if self.tone else None,
        )

    @property
    def estimate(self) -> Estimate:
        """Both classifiers as the library speaks of them."""
        return Estimate(
            opinions=tuple(Opinion(**opinion) for opinion in self.opinions),
            malignancy=self.malignancy,
            sd=self.sd,
            band=vision.Band(self.band),
            confidence=vision.Confidence(self.confidence),
            disagree=self.disagree,
        )


class LesionPictureQuerySet(models.QuerySet["LesionPicture"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(reading__in=LesionReading.objects.visible_to(user))


class LesionPicture(models.Model):
    """A file that belongs to a reading: stored with it and never made anew, so that it outlives restarts.

    The mask is a lossless PNG of one bit a pixel on the photo's grid. The outlines are lines on transparent
    ground, to lie over the rendition of the same name. The heat pictures are JPEGs as large as the display
    rendition.
    """

    class Kind(models.TextChoices):
        MASK = "mask", _("Mask")
        OUTLINE = "outline", _("Outline")
        OUTLINE_THUMBNAIL = "outline_thumbnail", _("Outline, thumbnail")
        HEAT_RESNET = "heat_resnet", _("Explanation of the classifier without metadata")
        HEAT_FUSION = "heat_fusion", _("Explanation of the classifier with metadata")

    reading = models.ForeignKey(LesionReading, on_delete=models.PROTECT, related_name="pictures")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    file = models.FileField(storage=private_storage, upload_to=lesion_picture_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LesionPictureQuerySet.as_manager()

    class Meta:
        ordering = ["reading", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["reading", "kind"], name="lesion_picture_one_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reading_id}"


class LesionAssessmentQuerySet(VersionQuerySet["LesionAssessment"]):
    pass


class LesionAssessment(Version):
    """What the clinic says about one photograph of a lesion: which mask is taken, and the clinical note.

    The values are those of the `picked` reading. Version 1 takes the mask of the pre-declared rule and a note
    composed from the values by template; each later version is a person's.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="assessments")
    picked = models.ForeignKey(LesionReading, on_delete=models.PROTECT, related_name="assessments")
    agreement = models.FloatField(help_text=_("Dice of the masks of the two segmenters, 0 to 1."))
    needs_review = models.BooleanField(help_text=_("The two masks agree too little."))
    note = models.TextField(_("clinical note"), blank=True)
    is_note_composed = models.BooleanField(
        default=True, help_text=_("Composed from the values by template; no person has worded it yet.")
    )

    objects = LesionAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["run", "version"]
        constraints = [
            *Version.Meta.constraints,
            models.CheckConstraint(
                name="lesionassessment_agreement_is_share", condition=Q(agreement__range=(0, 1))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.picked_id} version {self.version}"
