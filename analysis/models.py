"""Releases of the networks, the runs that used them, and what they measured."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext_lazy as _

from analysis.run_reasons import sentence_of
from clinic.accounts.models import User
from imaging.models import Photo, private_storage


class ModelRelease(models.Model):
    """Weights and their card, as installed; `name` and `sha256` say exactly which."""

    class Task(models.TextChoices):
        FACE_DETECTOR = "face_detector", _("Face detection")
        FACE_MATTING = "face_matting", _("Face mask")
        VITILIGO = "vitiligo", _("Vitiligo segmentation")

    name = models.CharField(_("release"), max_length=60)
    task = models.CharField(_("task"), max_length=20, choices=Task.choices)
    sha256 = models.CharField("SHA-256", max_length=64)
    card = models.JSONField(default=dict)
    is_active = models.BooleanField(_("active"), default=False)
    installed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["task", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "sha256"], name="release_name_and_content_unique"),
            # A photo is analysed by exactly one release of each task.
            models.UniqueConstraint(
                fields=["task"], condition=Q(is_active=True), name="release_one_active_per_task"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(photo__in=Photo.objects.visible_to(user))

    def unfinished(self) -> Self:
        return self.filter(status__in=[Run.Status.QUEUED, Run.Status.RUNNING])

    def held_by(self, run_id: int, attempt: int) -> Self:
        """The run while that attempt may write to it: none once the attempt was superseded."""
        return self.filter(pk=run_id, status=Run.Status.RUNNING, attempt=attempt)

    def latest_per_photo(self) -> Self:
        newest = Run.objects.filter(photo=models.OuterRef("photo")).order_by("-pk").values("pk")[:1]
        return self.filter(pk=models.Subquery(newest))


class Run(models.Model):
    """One analysis of one photo. `attempt` fences: a worker that lost its claim cannot write."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Measured")
        NOT_MEASURABLE = "not_measurable", _("Not measurable")
        FAILED = "failed", _("Failed")

    class Stage(models.TextChoices):
        WAITING = "waiting", _("Waiting for a worker")
        READING = "reading", _("Reading the photograph")
        DETECTING = "detecting", _("Finding the face")
        MASKING = "masking", _("Masking the face")
        SEGMENTING = "segmenting", _("Marking vitiligo")
        STORING = "storing", _("Storing the result")
        FINISHED = "finished", _("Finished")

    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="runs")
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.QUEUED, db_index=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.WAITING)
    attempt = models.PositiveIntegerField(default=0)
    task_id = models.CharField(
        max_length=64, blank=True, help_text=_("The task that does, or is to do, the work.")
    )
    enqueued_at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=40, blank=True)
    reason_facts = models.JSONField(
        default=dict, blank=True, help_text=_("What the reason's sentence names.")
    )
    detector = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, null=True, related_name="+")
    matting = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, null=True, related_name="+")
    vitiligo = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, null=True, related_name="+")
    quality = models.JSONField(
        default=list, help_text=_("Findings: code, verdict, value, unit, threshold, fail_threshold.")
    )
    timings_ms = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="run_status_known",
                condition=Q(
                    status__in=["queued", "running", "done", "not_measurable", "failed"],
                ),
            ),
            # A value without the releases that made it could never be compared.
            models.CheckConstraint(
                name="run_done_has_releases",
                condition=~Q(status="done")
                | Q(detector__isnull=False, matting__isnull=False, vitiligo__isnull=False),
            ),
            # Not measurable and failed always say why.
            models.CheckConstraint(
                name="run_refusal_has_reason",
                condition=~Q(status__in=["not_measurable", "failed"]) | ~Q(reason_code=""),
            ),
            # Two analyses of one photo at once would race for which value is the newest.
            models.UniqueConstraint(
                fields=["photo"],
                condition=Q(status__in=["queued", "running"]),
                name="run_one_unfinished_per_photo",
            ),
            models.CheckConstraint(
                name="run_finished_has_time",
                condition=Q(status__in=["queued", "running"]) | Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.status not in {self.Status.QUEUED, self.Status.RUNNING}

    @property
    def reason(self) -> str:
        """Why there is no number, as a sentence in the reader's language; empty when there is one."""
        return sentence_of(self.reason_code, self.reason_facts) if self.reason_code else ""

    @property
    def open_warnings(self) -> list[str]:
        """Codes of the warnings that nobody has accepted; the number stands beside them unconfirmed."""
        accepted = {override.code for override in self.overrides.all()}
        warned = [finding["code"] for finding in self.quality if finding["verdict"] == "warn"]
        return [code for code in warned if code not in accepted]

    @property
    def is_quality_passed(self) -> bool:
        """Whether the photo may be compared with others: nothing failed, every warning was accepted."""
        return not self.open_warnings and all(finding["verdict"] != "fail" for finding in self.quality)


class OverrideQuerySet(models.QuerySet["Override"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(run__in=Run.objects.visible_to(user))


class Override(models.Model):
    """A clinician's word that a warning does not spoil this photo, with the reason. It is never changed."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="overrides")
    code = models.CharField(_("finding"), max_length=40)
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "code"], name="override_one_per_finding"),
            # An acceptance that nobody can follow later is none.
            models.CheckConstraint(name="override_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.run_id}"


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(run__in=Run.objects.visible_to(user))


class Measurement(models.Model):
    """The pixel counts of one run. F-Vitiligo is derived by the database and never typed in."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="measurement")
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
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        constraints = [
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


def mask_path(mask: Mask, _filename: str) -> str:
    """The attempt is a part of the name: a file left by one that died never stands in its successor's way."""
    run = mask.measurement.run
    return f"masks/{run.photo.key}/{run.pk}-{run.attempt}-{mask.kind}-{mask.version}.png"


def outline_path(outline: Outline, _filename: str) -> str:
    run = outline.measurement.run
    return f"outlines/{run.photo.key}/{run.pk}-{run.attempt}-{outline.kind}.png"


class MaskQuerySet(models.QuerySet["Mask"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(measurement__in=Measurement.objects.visible_to(user))


class Mask(models.Model):
    """A lossless binary mask on the grid of the oriented photo. Version 1 is the model's."""

    class Kind(models.TextChoices):
        FACE = "face", _("Face")
        VITILIGO = "vitiligo", _("Vitiligo")
        GLARE = "glare", _("Glare")
        UNCERTAIN = "uncertain", _("Uncertain border")

    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="masks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    version = models.PositiveIntegerField(default=1)
    file = models.FileField(storage=private_storage, upload_to=mask_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MaskQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["measurement", "kind", "version"], name="mask_version_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"


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
