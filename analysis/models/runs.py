"""Analyses of photographs, and the warnings that clinicians accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.models.releases import ModelRelease
from analysis.run_reasons import sentence_of
from clinic.accounts.models import User
from imaging.models import Photo

if TYPE_CHECKING:  # which stands on this module
    from analysis.models.measurements import Measurement


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(photo__in=Photo.objects.visible_to(user))

    def of_faces(self) -> Self:
        return self.filter(kind=Run.Kind.FACE)

    def of_lesions(self) -> Self:
        return self.filter(kind=Run.Kind.LESION)

    def unfinished(self) -> Self:
        return self.filter(status__in=[Run.Status.QUEUED, Run.Status.RUNNING])

    def held_by(self, run_id: int, attempt: int) -> Self:
        """The run while that attempt may write to it: none once the attempt was superseded."""
        return self.filter(pk=run_id, status=Run.Status.RUNNING, attempt=attempt)

    def with_overrides(self) -> Self:
        """The accepted warnings and who accepted them, in one further query."""
        overrides = Override.objects.select_related("made_by")
        return self.prefetch_related(models.Prefetch("overrides", overrides))

    def latest_per_photo(self) -> Self:
        newest = Run.objects.filter(photo=models.OuterRef("photo")).order_by("-pk").values("pk")[:1]
        return self.filter(pk=models.Subquery(newest))


class Run(models.Model):
    """One analysis of one photo. `attempt` fences: a worker that lost its claim cannot write."""

    class Kind(models.TextChoices):
        FACE = "face", _("Face")
        LESION = "lesion", _("Lesion")

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
        CHECKING = "checking", _("Checking the picture")
        OUTLINING = "outlining", _("Outlining the lesion")
        DESCRIBING = "describing", _("Describing the lesion")
        ESTIMATING = "estimating", _("Estimating")
        STORING = "storing", _("Storing the result")
        FINISHED = "finished", _("Finished")

    FACE_STAGES = (
        Stage.WAITING,
        Stage.READING,
        Stage.DETECTING,
        Stage.MASKING,
        Stage.SEGMENTING,
        Stage.STORING,
        Stage.FINISHED,
    )
    LESION_STAGES = (
        Stage.WAITING,
        Stage.READING,
        Stage.CHECKING,
        Stage.OUTLINING,
        Stage.DESCRIBING,
        Stage.ESTIMATING,
        Stage.STORING,
        Stage.FINISHED,
    )

    RELEASE_COLUMNS: ClassVar[dict[str, str]] = {
        ModelRelease.Task.FACE_DETECTOR.value: "detector",
        ModelRelease.Task.FACE_MATTING.value: "matting",
        ModelRelease.Task.VITILIGO.value: "vitiligo",
        **{task.value: task.value for task in ModelRelease.LESION_TASKS},
    }
    """The column that names the release of a task."""

    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.FACE)
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
    lesion_unet = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, null=True, related_name="+")
    lesion_deeplab = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, null=True, related_name="+")
    lesion_resnet = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, null=True, related_name="+")
    lesion_fusion = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, null=True, related_name="+")
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
                | Q(kind="face", detector__isnull=False, matting__isnull=False, vitiligo__isnull=False)
                | Q(
                    kind="lesion",
                    lesion_unet__isnull=False,
                    lesion_deeplab__isnull=False,
                    lesion_resnet__isnull=False,
                    lesion_fusion__isnull=False,
                ),
            ),
            models.CheckConstraint(name="run_kind_known", condition=Q(kind__in=["face", "lesion"])),
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
    def stages(self) -> tuple[Run.Stage, ...]:
        """What this run goes through, in order."""
        return self.LESION_STAGES if self.kind == self.Kind.LESION else self.FACE_STAGES

    @property
    def releases(self) -> list[ModelRelease]:
        """Those that made the result, in the order of their tasks."""
        found = [getattr(self, column) for column in self.RELEASE_COLUMNS.values()]
        return [release for release in found if release is not None]

    @property
    def by_model(self) -> Measurement | None:
        """What the networks measured before anyone edited it. Prefetch `measurements`."""
        return next((one for one in self.measurements.all() if one.version == 1), None)

    @property
    def standing(self) -> Measurement | None:
        """The version that counts: the signed one, else the newest. Prefetch `measurements__review`."""
        versions = sorted(self.measurements.all(), key=lambda one: one.version)
        signed = [one for one in versions if one.review.is_signed]
        return next(reversed(signed or versions), None)

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
