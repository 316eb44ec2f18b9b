"""The page of one photograph: the viewer, the numbers and where they come from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analysis.heat import heat_bands
from analysis.models import Mask, Measurement, Review, Run
from analysis.services import rerun
from clinic.accounts.staff import StaffRequest, require_recorder
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo, RetakeRequest
from reports.charts.series import Track
from reports.measurement_error import error_of_run
from reports.pages.findings import findings_of
from reports.pages.history import history_of
from reports.slots import Slot, slot_of_photo, slots_of_visit


@dataclass(frozen=True)
class Neighbours:
    """The photographs one key away: the same view one visit earlier or later, and the other views."""

    earlier: Photo | None
    later: Photo | None
    views: list[Slot]


@require_GET
def photo_page(request: StaffRequest, pk: int) -> HttpResponse:
    photos = Photo.objects.visible_to(request.user).of_faces().select_related("visit__patient", "uploaded_by")
    photo = get_object_or_404(photos, pk=pk)
    record(user=request.user, action=Event.Action.READ, target=photo)
    slot = _shown(photo, request.GET.get("review", ""))
    context = {
        **_result(slot),
        "patient": photo.visit.patient,
        "neighbours": _neighbours(photo),
        "findings": findings_of(slot.run),
        "layers": _layers(slot),
        "regions": list(slot.measurement.regions.all()) if slot.measurement else [],
        "heat_bands": heat_bands(),
        "seconds": _seconds(slot.run),
        "history": history_of(photo),
        "retake": RetakeRequest.objects.open().filter(photo=photo).select_related("asked_by").first(),
    }
    return render(request, "pages/photo.html", context)


@require_GET
def photo_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """What changes while the photograph is analysed; when it is finished, the page is loaded anew."""
    photos = Photo.objects.visible_to(request.user).of_faces().select_related("visit")
    photo = get_object_or_404(photos, pk=pk)
    slot = slot_of_photo(photo)
    if not (slot.is_unfinished or slot.is_pending):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "pages/_photo_result.html", _result(slot))


def _shown(photo: Photo, review: str) -> Slot:
    """The photograph with its final value, or with the version of its history that was asked for."""
    slot = slot_of_photo(photo)
    if not review:
        return slot
    versions = Measurement.objects.filter(review__photo=photo).select_related(
        "review__signer", "author", "run__detector", "run__matting", "run__vitiligo"
    )
    measurement = get_object_or_404(versions, review=review if review.isdecimal() else 0)
    return replace(slot, run=measurement.run, measurement=measurement)


def _result(slot: Slot) -> dict[str, object]:
    """What the panel says; `signed` and `waiting` are the photo's signed and open reviews."""
    reviews = Review.objects.filter(photo=slot.photo).select_related("measurement__author", "signer")
    return {
        "slot": slot,
        "photo": slot.photo,
        "visit": slot.visit,
        "run": slot.run,
        "signed": next((review for review in reviews if review.is_signed), None),
        "waiting": next((review for review in reviews if review.is_open), None),
        "error": _measurement_error(slot),
    }


@require_POST
def photo_rerun(request: StaffRequest, pk: int) -> HttpResponse:
    """Analyse again, for instance after a failure or with newer releases; earlier results stay."""
    user = require_recorder(request)
    photo = get_object_or_404(Photo.objects.visible_to(user).current(), pk=pk)
    rerun(photo=photo, user=user)
    messages.success(request, _("The analysis runs again. The earlier result is kept."))
    if request.POST.get("back") == "visit":
        return redirect("pages:visit", photo.visit_id)
    return redirect("pages:photo", pk)


def _neighbours(photo: Photo) -> Neighbours:
    same = Photo.objects.current().filter(visit__patient=photo.visit.patient_id, view=photo.view)
    earlier = same.filter(visit__date__lt=photo.visit.date).order_by("visit__date").last()
    later = same.filter(visit__date__gt=photo.visit.date).order_by("visit__date").first()
    return Neighbours(earlier, later, slots_of_visit(photo.visit))


def _layers(slot: Slot) -> list[str]:
    """The kinds of masks there are, in the order in which they are switched."""
    if slot.measurement is None:
        return []
    there = set(slot.measurement.masks.values_list("kind", flat=True))
    return [kind for kind in Mask.Kind.values if kind in there]


def _measurement_error(slot: Slot) -> float | None:
    return error_of_run(slot.run).sdc95.get(Track(slot.view))


def _seconds(run: Run | None) -> float | None:
    total = run.timings_ms.get("total") if run else None
    return total / 1000 if total else None
