"""Delivery of what an alignment drew, after a permission check on both measurements."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from analysis.models import Alignment
from clinic.accounts.staff import StaffRequest
from imaging.delivery import private_picture


@require_safe
def alignment_photo(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The later photo as the earlier one would show it, as large as the earlier one's display rendition."""
    found = _aligned(request, pk)
    return _picture(request, f'"aligned-{pk}-{found.photo_file.name}"', "image/jpeg", found.photo_file)


@require_safe
def alignment_map(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The map of change, transparent, to lie over the earlier photo's display rendition."""
    found = _aligned(request, pk)
    return _picture(request, f'"map-{pk}-{found.map_file.name}"', "image/png", found.map_file)


def _aligned(request: StaffRequest, pk: int) -> Alignment:
    aligned = Alignment.objects.visible_to(request.user).filter(status=Alignment.Status.ALIGNED)
    return get_object_or_404(aligned, pk=pk)


def _picture(request: StaffRequest, etag: str, content_type: str, field: FieldFile) -> HttpResponseBase:
    return private_picture(request, etag=etag, content_type=content_type, read=lambda: _bytes(field))


def _bytes(field: FieldFile) -> bytes:
    with field.open("rb") as file:
        return bytes(file.read())
