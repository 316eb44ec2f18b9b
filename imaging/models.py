"""The photographs of a visit, and the pictures made from them for display."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from patients.models import Lesion, Visit


def private_storage() -> Storage:
    """The store of everything that shows a patient; nothing in it has a public address."""
    return storages["private"]


def original_path(photo: Photo, _filename: str) -> str:
    """A name that tells nothing and never meets another; the uploaded name is not used."""
    return f"originals/{photo.key}"


def rendition_path(rendition: Rendition, _filename: str) -> str:
    return f"renditions/{rendition.photo.key}/{rendition.kind}.jpg"


class View(models.TextChoices):
    """The patient's side that is turned to the camera, in the order of a sitting."""

    LEFT = "left", _("Left")
    FRONT = "front", _("Front")
    RIGHT = "right", _("Right")


class Modality(models.TextChoices):
    UV_REFLECTANCE = "uv_reflectance", _("UV reflectance")
    UV_FLUORESCENCE = "uv_fluorescence", _("UV fluorescence")
    WOODS_LAMP = "woods_lamp", _("Wood's lamp")
    VISIBLE = "visible", _("Visible light")
    CROSS_POLARISED = "cross_polarised", _("Cross-polarised")
    DERMOSCOPY = "dermoscopy", _("Dermoscopy")


LESION_MODALITIES = (Modality.DERMOSCOPY, Modality.VISIBLE)
"""How a single lesion is photographed."""
FACE_MODALITIES = tuple(one for one in Modality if one is not Modality.DERMOSCOPY)
"""How a view of the face is photographed: nobody takes it through a dermatoscope."""
LESION_MODALITY_CHOICES = [(one.value, one.label) for one in LESION_MODALITIES]
FACE_MODALITY_CHOICES = [(one.value, one.label) for one in FACE_MODALITIES]


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(visit__in=Visit.objects.visible_to(user))

    def of_faces(self) -> Self:
        """Views of the face. Whatever counts, draws or lists the face starts here or at `current`."""
        return self.filter(lesion__isnull=True)

    def of_lesions(self) -> Self:
        """Close-ups of single lesions, which no slot, chart or list of the face ever shows."""
        return self.filter(lesion__isnull=False)

    def standing(self) -> Self:
        """Of the face or of a lesion, without those that were replaced by another photograph."""
        return self.filter(replaced_at__isnull=True)

    def current(self) -> Self:
        """The photo that fills each slot of the face; retaken ones are kept but left out."""
        return self.of_faces().standing()


class Photo(models.Model):
    """One accepted photograph: its original bytes, immutable, and what was read from them at intake.

    It shows a view of the face, or a single lesion of the same patient; then it has no view.
    """

    class Format(models.TextChoices):
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"
        TIFF = "tiff", "TIFF"

    key = models.UUIDField(default=uuid4, editable=False, unique=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    view = models.CharField(_("view"), max_length=5, choices=View.choices, blank=True)
    lesion = models.ForeignKey(Lesion, on_delete=models.PROTECT, null=True, blank=True, related_name="photos")
    mm_per_pixel = models.FloatField(
        _("millimetres per pixel"), null=True, blank=True, help_text=_("Where the picture has a scale.")
    )
    modality = models.CharField(
        _("modality"), max_length=20, choices=Modality.choices, default=Modality.UV_REFLECTANCE
    )
    device = models.CharField(_("device"), max_length=100, blank=True)
    original = models.FileField(storage=private_storage, upload_to=original_path, max_length=200)
    format = models.CharField(max_length=4, choices=Format.choices)
    byte_size = models.PositiveBigIntegerField()
    sha256 = models.CharField(_("SHA-256 of the original"), max_length=64)
    pixel_sha256 = models.CharField(_("SHA-256 of the oriented pixels"), max_length=64, db_index=True)
    width = models.PositiveIntegerField(help_text=_("Pixels, after orientation."))
    height = models.PositiveIntegerField(help_text=_("Pixels, after orientation."))
    captured_at = models.DateTimeField(_("captured at"), null=True, blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["visit", "view", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "view"],
                condition=Q(replaced_at__isnull=True, lesion__isnull=True),
                name="photo_one_per_slot",
            ),
            models.UniqueConstraint(
                fields=["visit", "lesion"],
                condition=Q(replaced_at__isnull=True, lesion__isnull=False),
                name="photo_one_per_visit_and_lesion",
            ),
            # The same file twice is a slip of the hand: it would count one sitting as two.
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(replaced_at__isnull=True), name="photo_content_unique"
            ),
            models.CheckConstraint(name="photo_has_pixels", condition=Q(width__gt=0, height__gt=0)),
            models.CheckConstraint(
                name="photo_of_view_or_lesion",
                condition=Q(lesion__isnull=True, view__in=View.values) | Q(lesion__isnull=False, view=""),
            ),
            models.CheckConstraint(
                name="photo_modality_fits",
                condition=Q(lesion__isnull=True, modality__in=[one.value for one in FACE_MODALITIES])
                | Q(lesion__isnull=False, modality__in=[one.value for one in LESION_MODALITIES]),
            ),
            models.CheckConstraint(
                name="photo_scale_positive",
                condition=Q(mm_per_pixel__isnull=True) | Q(mm_per_pixel__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_view_display() or self.lesion} {self.visit}"


class Rendition(models.Model):
    """A picture for the screen, made from the oriented pixels alone: no metadata survives."""

    class Kind(models.TextChoices):
        DISPLAY = "display", _("Display")
        THUMBNAIL = "thumbnail", _("Thumbnail")

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.FileField(storage=private_storage, upload_to=rendition_path, max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["photo", "kind"], name="rendition_one_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.photo_id}"


class RetakeRequestQuerySet(models.QuerySet["RetakeRequest"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(photo__in=Photo.objects.visible_to(user))

    def open(self) -> Self:
        """Not taken back, and not answered: a photo that was replaced needs no retake any more."""
        return self.filter(cancelled_at__isnull=True, photo__replaced_at__isnull=True)


class RetakeRequest(models.Model):
    """A reader asks for a better photograph, with the reason. Replacing the photo answers it."""

    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="retake_requests")
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = RetakeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["photo"], condition=Q(cancelled_at__isnull=True), name="retake_one_request_per_photo"
            ),
            # Whoever takes the next photograph has to know what to do better.
            models.CheckConstraint(name="retake_request_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="retake_request_cancelled_by_someone",
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Retake of {self.photo_id}"
