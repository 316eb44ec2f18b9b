"""Delivery of what is shown of a lesion, each after a permission check on the reading it belongs to."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from analysis.mask_files import read_file, read_mask
from analysis.models import LesionPicture, LesionReading
from analysis.outlines import LESION, Layer, draw_fill
from analysis.vision.lesion.enhancement import ENHANCEMENTS, Enhancement
from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.delivery import private_picture
from imaging.display import display_pixels
from imaging.models import Photo
from imaging.renditions import DISPLAY_SIDE, draw_jpeg
from patients.consents.gate import require_export

JPEGS = {LesionPicture.Kind.HEAT_RESNET.value, LesionPicture.Kind.HEAT_FUSION.value}


@require_safe
def lesion_picture(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """A stored picture of a reading: an outline to lie over a rendition, or an explanation by itself."""
    picture = _picture(request, pk, kind)
    return private_picture(
        request,
        etag=f'"lesion-{picture.sha256}"',
        content_type="image/jpeg" if kind in JPEGS else "image/png",
        read=lambda: read_file(picture),
    )


@require_safe
def lesion_overlay(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The lesion filled with red, to lie over the display rendition."""
    mask = _picture(request, pk, LesionPicture.Kind.MASK)
    return private_picture(
        request,
        etag=f'"lesion-overlay-{mask.sha256}"',
        content_type="image/png",
        read=lambda: draw_fill(Layer(read_mask(mask), LESION), DISPLAY_SIDE),
    )


@require_safe
def lesion_enhanced(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """The display rendition of a lesion's photo, changed for the eye: drawn anew, never stored or measured.

    `kind` is one of `Enhancement`.
    """
    photo = get_object_or_404(Photo.objects.visible_to(request.user).of_lesions(), pk=pk)
    if kind not in set(Enhancement):
        raise Http404
    return private_picture(
        request,
        etag=f'"lesion-{kind}-{photo.pixel_sha256}"',
        content_type="image/jpeg",
        read=lambda: draw_jpeg(ENHANCEMENTS[Enhancement(kind)](display_pixels(photo)), DISPLAY_SIDE).data,
    )


@require_safe
def lesion_mask_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The mask itself, one bit a pixel on the photo's own grid, as a download on record."""
    mask = _picture(request, pk, LesionPicture.Kind.MASK)
    run = mask.reading.run
    require_export(patient=run.photo.visit.patient, user=request.user, what="mask")
    record(user=request.user, action=Event.Action.EXPORT, target=mask, detail={"what": "mask"})
    response = FileResponse(
        mask.file.open("rb"),
        as_attachment=True,
        filename=f"run-{run.pk}-{mask.reading.segmenter}.png",
        content_type="image/png",
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _picture(request: StaffRequest, reading_id: int, kind: str) -> LesionPicture:
    readings = LesionReading.objects.visible_to(request.user)
    pictures = LesionPicture.objects.select_related("reading__run__photo__visit__patient")
    return get_object_or_404(pictures, reading__in=readings, reading=reading_id, kind=kind)
