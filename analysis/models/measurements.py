"""What a run measured, version by version, and which version counts."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext_lazy as _

from analysis.models.runs import Run
from clinic.accounts.models import User
from imaging.models import Photo


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(run__in=Run.objects.visible_to(user))

    def signed(self) -> Self:
        """What clinicians put their names to, and nothing that was superseded since."""
        return self.filter(review__state=Review.State.SIGNED)

    def final(self) -> Self:
        """The one value of each photo that charts, tables, reports and the API speak of.

        The signed one where there is one. Otherwise the open one, if it comes from the newest run: while a
        photo is analysed again, or after that was refused, its earlier draft says nothing any more.
        """
        photo = models.OuterRef("review__photo")
        signed = Review.objects.filter(photo=photo, state=Review.State.SIGNED)
        newest = Run.objects.filter(photo=photo).order_by("-pk").values("pk")[:1]
        draft = Q(review__state__in=Review.OPEN, run=models.Subquery(newest)) & ~models.Exists(signed)
        return self.filter(Q(review__state=Review.State.SIGNED) | draft)


class Measurement(models.Model):
    """The pixel counts of one version of a run's masks. F-Vitiligo is derived by the database.

    Version 1 is the model's; each later one is a person's, with name and reason, and is counted from its own
    masks. Counts never change (see `analysis.finality`); which version counts is said by its `review`.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="measurements")
    version = models.PositiveIntegerField(default=1)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
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
            models.UniqueConstraint(fields=["run", "version"], name="measurement_version_unique"),
            # The model has no name and gives no reason; a person has and does.
            models.CheckConstraint(
                name="measurement_edit_is_explained",
                condition=Q(version=1, author__isnull=True, parent__isnull=True, reason="")
                | (Q(version__gt=1, author__isnull=False, parent__isnull=False) & ~Q(reason="")),
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


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(photo__in=Photo.objects.visible_to(user))

    def open(self) -> Self:
        """What still waits for a signature."""
        return self.filter(state__in=Review.OPEN)

    def unsigned(self) -> Self:
        """What a clinician has yet to look at: open, of a photo that counts, and not being analysed anew."""
        photo = models.OuterRef("photo")
        newest = Run.objects.filter(photo=photo).order_by("-pk").values("pk")[:1]
        signed = Review.objects.filter(photo=photo, state=Review.State.SIGNED)
        counts = Q(measurement__run=models.Subquery(newest)) | models.Exists(signed)
        return self.open().filter(counts, photo__replaced_at__isnull=True)


class Review(models.Model):
    """Where one version of a photo's measurement stands: draft or edited, then signed, or superseded.

    A photo has at most one signed review, whose values are final, and beside it at most one open review. The
    open one takes the signed one's place only when it is signed itself.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        EDITED = "edited", _("Edited, not signed")
        SIGNED = "signed", _("Signed")
        SUPERSEDED = "superseded", _("Superseded")

    OPEN = (State.DRAFT, State.EDITED)

    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="reviews")
    measurement = models.OneToOneField(Measurement, on_delete=models.PROTECT, related_name="review")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, db_index=True)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed at"), null=True)
    superseded_at = models.DateTimeField(_("superseded at"), null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="review_state_known",
                condition=Q(state__in=["draft", "edited", "signed", "superseded"]),
            ),
            models.UniqueConstraint(
                fields=["photo"], condition=Q(state="signed"), name="review_one_signed_per_photo"
            ),
            models.UniqueConstraint(
                fields=["photo"],
                condition=Q(state__in=["draft", "edited"]),
                name="review_one_open_per_photo",
            ),
            # A signature is a person and a moment, or there is none.
            models.CheckConstraint(
                name="review_signature_whole",
                condition=Q(signer__isnull=True, signed_at__isnull=True)
                | Q(signer__isnull=False, signed_at__isnull=False),
            ),
            # One that was signed and then superseded keeps its signature; an open one has none.
            models.CheckConstraint(
                name="review_signature_fits_state",
                condition=Q(state="superseded")
                | Q(state="signed", signer__isnull=False)
                | Q(state__in=["draft", "edited"], signer__isnull=True),
            ),
            models.CheckConstraint(
                name="review_superseded_has_time",
                condition=Q(state="superseded", superseded_at__isnull=False)
                | (~Q(state="superseded") & Q(superseded_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.measurement_id}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_signed(self) -> bool:
        return self.state == self.State.SIGNED
