"""Delivery: every byte of a photograph leaves through one of these, after a permission check."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.delivery import private_picture
from imaging.intake import read_image
from imaging.models import Photo, Rendition
from imaging.renditions import draw_jpeg

CONTENT_TYPES = {
    Photo.Format.JPEG: "image/jpeg",
    Photo.Format.PNG: "image/png",
    Photo.Format.TIFF: "image/tiff",
}
FULL_QUALITY = 94
SUFFIXES = {Photo.Format.JPEG: "jpg", Photo.Format.PNG: "png", Photo.Format.TIFF: "tif"}


@require_safe
def photo_display(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _rendition(request, pk, Rendition.Kind.DISPLAY)


@require_safe
def photo_thumbnail(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _rendition(request, pk, Rendition.Kind.THUMBNAIL)


@require_safe
def photo_full(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The photograph upright at its own size, drawn anew from its pixels: what the mask editor works on."""
    photo = get_object_or_404(Photo.objects.visible_to(request.user), pk=pk)
    return private_picture(
        request,
        etag=f'"full-{photo.pixel_sha256}"',
        content_type="image/jpeg",
        read=lambda: _full_size(photo),
    )


@require_safe
def photo_original(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The untouched bytes with all their metadata: only for those who may know who it is, and on record."""
    photo = get_object_or_404(Photo.objects.visible_to(request.user).select_related("visit"), pk=pk)
    if not request.user.may_identify:
        raise PermissionDenied
    record(user=request.user, action=Event.Action.EXPORT, target=photo, detail={"what": "original"})
    shown = photo.view or f"lesion-{photo.lesion_id}"
    response = FileResponse(
        photo.original.open("rb"),
        as_attachment=True,
        filename=f"{photo.visit.date}-{shown}-{photo.pk}.{SUFFIXES[Photo.Format(photo.format)]}",
        content_type=CONTENT_TYPES[Photo.Format(photo.format)],
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _full_size(photo: Photo) -> bytes:
    with photo.original.open("rb") as file:
        pixels = read_image(file.read()).pixels
    return draw_jpeg(pixels, max(photo.width, photo.height), FULL_QUALITY).data


def _rendition(request: StaffRequest, pk: int, kind: Rendition.Kind) -> HttpResponseBase:
    photos = Photo.objects.visible_to(request.user)
    rendition = get_object_or_404(Rendition, photo__in=photos, photo=pk, kind=kind)
    return private_picture(
        request, etag=f'"rendition-{rendition.pk}"', content_type="image/jpeg", read=lambda: _bytes(rendition)
    )


def _bytes(rendition: Rendition) -> bytes:
    with rendition.file.open("rb") as file:
        return bytes(file.read())
