"""Which version of a photo's result counts, and who signed it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.models.lesions import LesionAssessment
from analysis.models.measurements import Measurement
from analysis.models.runs import Run
from analysis.models.versions import OPEN_STATES, ReviewState
from clinic.accounts.models import User
from imaging.models import Photo


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(photo__in=Photo.objects.visible_to(user))

    def of_faces(self) -> Self:
        """Of measurements; each has one."""
        return self.filter(measurement__isnull=False)

    def of_lesions(self) -> Self:
        """Of assessments of single lesions; each has one."""
        return self.filter(assessment__isnull=False)

    def open(self) -> Self:
        """What still waits for a signature."""
        return self.filter(state__in=Review.OPEN)

    def unsigned(self) -> Self:
        """What a clinician has yet to look at: open, of a photo that counts, and not being analysed anew."""
        photo = models.OuterRef("photo")
        newest = models.Subquery(Run.objects.filter(photo=photo).order_by("-pk").values("pk")[:1])
        signed = Review.objects.filter(photo=photo, state=Review.State.SIGNED)
        counts = Q(measurement__run=newest) | Q(assessment__run=newest) | models.Exists(signed)
        return self.open().filter(counts, photo__replaced_at__isnull=True)


class Review(models.Model):
    """Where one version of a photo's result stands: draft or edited, then signed, or superseded.

    The result is the measurement of a face, or the assessment of a lesion. A photo has at most one signed
    review, whose values are final, and beside it at most one open review. The open one takes the signed
    one's place only when it is signed itself.
    """

    State = ReviewState
    OPEN = OPEN_STATES

    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="reviews")
    measurement = models.OneToOneField(
        Measurement, on_delete=models.PROTECT, null=True, related_name="review"
    )
    assessment = models.OneToOneField(
        LesionAssessment, on_delete=models.PROTECT, null=True, related_name="review"
    )
    state = models.CharField(_("state"), max_length=10, choices=ReviewState.choices, db_index=True)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed at"), null=True)
    superseded_at = models.DateTimeField(_("superseded at"), null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # A signature is given to one result, never to a face and a lesion at once.
            models.CheckConstraint(
                name="review_of_one_result",
                condition=Q(measurement__isnull=False, assessment__isnull=True)
                | Q(measurement__isnull=True, assessment__isnull=False),
            ),
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
        return f"{self.get_state_display()} {self.measurement_id or self.assessment_id}"

    @property
    def result(self) -> Measurement | LesionAssessment:
        """The version that this is about."""
        result = self.measurement or self.assessment
        if result is None:
            raise ValueError("A review has one result.")
        return result

    @property
    def measured(self) -> Measurement:
        """The measurement, of a photo of the face. Raises ValueError for that of a lesion."""
        if self.measurement is None:
            raise ValueError("A lesion has no measurement.")
        return self.measurement

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_signed(self) -> bool:
        return self.state == self.State.SIGNED
