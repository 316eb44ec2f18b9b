"""Delivery of pictures of a lesion for the eye alone: made anew from the rendition, never measured."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from analysis.vision.lesion.enhancement import ENHANCEMENTS, Enhancement
from clinic.accounts.staff import StaffRequest
from imaging.delivery import private_picture
from imaging.display import display_pixels
from imaging.models import Photo
from imaging.renditions import DISPLAY_SIDE, draw_jpeg


@require_safe
def lesion_enhanced(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """The display rendition of a photograph of a lesion under one of the library's enhancements."""
    if kind not in set(Enhancement):
        raise Http404
    photo = get_object_or_404(Photo.objects.visible_to(request.user).of_lesions(), pk=pk)
    return private_picture(
        request,
        etag=f'"{kind}-{photo.pixel_sha256}"',
        content_type="image/jpeg",
        read=lambda: _draw(photo, Enhancement(kind)),
    )


def _draw(photo: Photo, enhancement: Enhancement) -> bytes:
    return draw_jpeg(ENHANCEMENTS[enhancement](display_pixels(photo)), DISPLAY_SIDE).data
