"""Delivery of masks and outlines, each after a permission check on the run it belongs to.

Addresses name a run and mean what stands of it: the signed version, or else the newest. `?version=` asks for
another one.
"""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from analysis.highlights import draw_without_highlights
from analysis.mask_files import read_file, read_mask
from analysis.models import Mask, Measurement, Outline, Run
from analysis.outlines import FACE, GLARE, UNCERTAIN, VITILIGO, Layer, draw_fill
from analysis.region_heat import draw_region_heat
from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.delivery import private_picture
from imaging.renditions import DISPLAY_SIDE
from patients.consents.gate import require_export

COLOURS = {
    Mask.Kind.FACE: FACE,
    Mask.Kind.VITILIGO: VITILIGO,
    Mask.Kind.GLARE: GLARE,
    Mask.Kind.UNCERTAIN: UNCERTAIN,
}


@require_safe
def outline(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Lines around face and vitiligo, to lie over the display rendition of the run's photo."""
    return _outline(request, pk, Outline.Kind.DISPLAY)


@require_safe
def outline_thumbnail(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The same, to lie over the thumbnail."""
    return _outline(request, pk, Outline.Kind.THUMBNAIL)


@require_safe
def mask(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """One region of a run filled with its colour, to lie over the display rendition."""
    found = get_object_or_404(Mask, measurement=_measurement(request, pk), kind=kind)
    layer_colour = COLOURS[Mask.Kind(found.kind)]
    return private_picture(
        request,
        etag=f'"{found.sha256}"',
        content_type="image/png",
        read=lambda: draw_fill(Layer(read_mask(found), layer_colour), DISPLAY_SIDE),
    )


@require_safe
def highlights(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The display rendition with its highlights taken back: for viewing only, made anew and never stored."""
    run = get_object_or_404(Run.objects.visible_to(request.user), pk=pk)
    found = Mask.objects.filter(measurement__run=run, kind=Mask.Kind.GLARE)
    glare = get_object_or_404(found.order_by("-measurement__version")[:1])
    return private_picture(
        request,
        etag=f'"highlights-{glare.sha256}"',
        content_type="image/jpeg",
        read=lambda: draw_without_highlights(glare),
    )


@require_safe
def region_heat(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The regions of the face tinted by their shares, to lie over the display rendition."""
    measurement = _measurement(request, pk)
    if not measurement.regions.exists():
        raise Http404
    return private_picture(
        request,
        etag=f'"heat-{measurement.pk}"',
        content_type="image/png",
        read=lambda: draw_region_heat(measurement),
    )


@require_safe
def mask_file(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """The mask itself, one bit a pixel on the photo's own grid, as a download on record."""
    measurement = _measurement(request, pk)
    found = get_object_or_404(Mask, measurement=measurement, kind=kind)
    patient = measurement.run.photo.visit.patient
    require_export(patient=patient, user=request.user, what="mask")
    record(user=request.user, action=Event.Action.EXPORT, target=found, detail={"what": "mask"})
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=f"run-{pk}-{found.kind}-{measurement.version}.png",
        content_type="image/png",
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def mask_pixels(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """The mask itself, one bit a pixel, for the page that edits it; that page is on record."""
    found = get_object_or_404(Mask, measurement=_measurement(request, pk), kind=kind)
    return private_picture(
        request, etag=f'"pixels-{found.sha256}"', content_type="image/png", read=lambda: read_file(found)
    )


def _measurement(request: StaffRequest, run_id: int) -> Measurement:
    runs = Run.objects.visible_to(request.user).prefetch_related("measurements__review")
    run = get_object_or_404(runs, pk=run_id)
    version = request.GET.get("version", "")
    if version:
        return get_object_or_404(run.measurements, version=version if version.isdecimal() else 0)
    if run.standing is None:
        raise Http404
    return run.standing


def _outline(request: StaffRequest, pk: int, kind: Outline.Kind) -> HttpResponseBase:
    found = get_object_or_404(Outline, measurement=_measurement(request, pk), kind=kind)
    return private_picture(
        request, etag=f'"outline-{found.pk}"', content_type="image/png", read=lambda: _bytes(found.file)
    )


def _bytes(field: FieldFile) -> bytes:
    with field.open("rb") as file:
        return bytes(file.read())
