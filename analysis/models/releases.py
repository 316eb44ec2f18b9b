"""Releases of the networks, as this clinic has them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ModelRelease(models.Model):
    """Weights and their card, as installed; `name` and `sha256` say exactly which."""

    class Task(models.TextChoices):
        FACE_DETECTOR = "face_detector", _("Face detection")
        FACE_MATTING = "face_matting", _("Face mask")
        VITILIGO = "vitiligo", _("Vitiligo segmentation")
        LESION_UNET = "lesion_unet", _("Lesion outline, U-Net")
        LESION_DEEPLAB = "lesion_deeplab", _("Lesion outline, DeepLabV3")
        LESION_RESNET = "lesion_resnet", _("Lesion estimate, picture alone")
        LESION_FUSION = "lesion_fusion", _("Lesion estimate, with age, sex and site")

    FACE_TASKS = (Task.FACE_DETECTOR, Task.FACE_MATTING, Task.VITILIGO)
    LESION_TASKS = (Task.LESION_UNET, Task.LESION_DEEPLAB, Task.LESION_RESNET, Task.LESION_FUSION)

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
