"""What changed on the skin between two visits of a view: the later photo laid over the earlier one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from analysis.alignments import NoPair, request_alignment, retry_alignment
from analysis.models import Alignment, Measurement
from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo


@require_GET
def change_page(request: StaffRequest, pk: int) -> HttpResponse:
    """The map since the baseline, or since the photo that `?since=` names."""
    second = _photo(request, pk)
    earlier = _earlier(second)
    wanted = request.GET.get("since", "")
    first = next((photo for photo in earlier if str(photo.pk) == wanted), earlier[0] if earlier else None)
    detail = {"what": "change", "since": first.pk if first else None}
    record(user=request.user, action=Event.Action.READ, target=second, detail=detail)
    context = {"patient": second.visit.patient, "second": second, "first": first, "earlier": earlier}
    return render(request, "pages/change.html", context | (_map(first, second) if first else {}))


@require_GET
def change_map(request: StaffRequest, first: int, second: int) -> HttpResponse:
    """The map alone, to be put into any page; it asks again by itself while a worker is at it."""
    photos = _photo(request, first), _photo(request, second)
    return render(request, "pages/_change_map.html", _map(*photos))


@require_POST
def change_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Try a failed comparison again."""
    alignments = Alignment.objects.visible_to(request.user).select_related("first__run", "second__run")
    alignment = retry_alignment(alignment=get_object_or_404(alignments, pk=pk))
    return redirect("pages:change_map", alignment.first.run.photo_id, alignment.second.run.photo_id)


def _photo(request: StaffRequest, pk: int) -> Photo:
    photos = Photo.objects.visible_to(request.user).of_faces().select_related("visit__patient")
    return get_object_or_404(photos, pk=pk)


def _earlier(photo: Photo) -> list[Photo]:
    """Measured photographs of the same view, the baseline first."""
    same = Photo.objects.current().filter(
        visit__patient=photo.visit.patient_id, view=photo.view, visit__date__lt=photo.visit.date
    )
    measured = Measurement.objects.final().filter(run__photo__in=same).values("run__photo")
    return list(same.filter(pk__in=measured).select_related("visit").order_by("visit__date"))


def _map(first: Photo, second: Photo) -> dict[str, object]:
    context: dict[str, object] = {"first": first, "second": second}
    try:
        return context | {"alignment": request_alignment(first=first, second=second)}
    except NoPair as refusal:
        return context | {"alignment": None, "no_pair": str(refusal)}
