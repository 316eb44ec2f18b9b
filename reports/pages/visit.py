"""The page of one visit: three slots, filled one by one, each showing its own progress and result."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.accounts.staff import StaffRequest, require_recorder
from imaging.intake.limits import Limits
from imaging.models import FACE_MODALITIES, FACE_MODALITY_CHOICES, Modality, Photo, View
from imaging.refusals import PhotoRefused
from imaging.services import move_photo, store_photo, swap_photos, withdraw_photo
from patients.models import Visit
from reports.capture import with_earlier
from reports.slots import slot_of, slots_of_visit, unsigned_slots


def _visit(request: StaffRequest, pk: int) -> Visit:
    return get_object_or_404(Visit.objects.visible_to(request.user).select_related("patient"), pk=pk)


def _view(name: str) -> View:
    if name not in View.values:
        raise Http404
    return View(name)


@require_GET
def visit_page(request: StaffRequest, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    context = {**_slots(visit), **_camera(visit), **_waiting(visit)}
    return render(request, "pages/visit.html", context)


@require_GET
def visit_unsigned(request: StaffRequest, pk: int) -> HttpResponse:
    """What waits for a signature, asked again whenever a slot changed."""
    visit = _visit(request, pk)
    context = {"visit": visit, **_waiting(visit)}
    return render(request, "pages/_visit_sign.html", context)


@require_GET
def slot_result(request: StaffRequest, pk: int, view: str) -> HttpResponse:
    """The part of a slot that changes by itself while its photograph is analysed."""
    visit = _visit(request, pk)
    (slot,) = with_earlier(visit, [slot_of(visit, _view(view))])
    return render(request, "pages/_slot_result.html", {"slot": slot, "visit": slot.visit})


@require_POST
def photo_upload(request: StaffRequest, pk: int, view: str) -> HttpResponse:
    """Fill one slot. A refusal is said inside that slot and touches nothing else on the page."""
    require_recorder(request)
    visit, wanted = _visit(request, pk), _view(view)
    error = _store(request, visit, wanted)
    if not request.headers.get("HX-Request"):
        if error:
            messages.error(request, error)
        return redirect("pages:visit", pk)
    (slot,) = with_earlier(visit, [slot_of(visit, wanted)])
    context = {"error": error, **_slots(visit), "slot": slot}
    return render(request, "pages/_slot.html", context, status=422 if error else 200)


@require_POST
def photo_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Move a photograph to the view it really shows; a photograph that is there takes its place."""
    user = require_recorder(request)
    photo = _current_photo(request, pk)
    view = _view(request.POST.get("view", ""))
    other = Photo.objects.current().filter(visit=photo.visit, view=view).first()
    try:
        if other is None:
            move_photo(photo=photo, view=view, user=user)
        elif other != photo:
            swap_photos(first=photo, second=other, user=user)
    except PhotoRefused as refusal:
        messages.error(request, refusal.message)
        return _whole_page(request, photo.visit)
    return _all_slots(request, photo.visit)


@require_POST
def photo_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Empty a slot that was filled by mistake."""
    user = require_recorder(request)
    photo = _current_photo(request, pk)
    withdraw_photo(photo=photo, user=user)
    return _all_slots(request, photo.visit)


def _current_photo(request: StaffRequest, pk: int) -> Photo:
    photos = Photo.objects.visible_to(request.user).current().select_related("visit__patient")
    return get_object_or_404(photos, pk=pk)


def _store(request: StaffRequest, visit: Visit, view: View) -> str:
    """Store the posted file; the sentence that explains why not, or nothing."""
    file, modality = request.FILES.get("file"), request.POST.get("modality", "")
    if file is None:
        return _("Choose the photograph first.")
    if modality not in FACE_MODALITIES:
        return _("Say under which light the photograph was taken, then choose it again.")
    try:
        store_photo(
            visit=visit,
            view=view,
            modality=modality,
            device=request.POST.get("device", "").strip()[:100],
            file=file,
            user=request.user,
            replace=request.POST.get("replace") == "yes",
        )
    except PhotoRefused as refusal:
        return refusal.message
    return ""


def _whole_page(request: StaffRequest, visit: Visit) -> HttpResponse:
    address = reverse("pages:visit", args=[visit.pk])
    return HttpResponse(headers={"HX-Redirect": address}) if is_asked_by_htmx(request) else redirect(address)


def is_asked_by_htmx(request: StaffRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _all_slots(request: StaffRequest, visit: Visit) -> HttpResponse:
    if not is_asked_by_htmx(request):
        return redirect("pages:visit", visit.pk)
    return render(request, "pages/_slots.html", _slots(visit))


def _waiting(visit: Visit) -> dict[str, object]:
    """What waits for a signature: `unsigned` is on this page, `newer` lies behind a signed value that is."""
    shown = {slot.review for slot in slots_of_visit(visit)}
    waiting = unsigned_slots([visit]).get(visit.pk, [])
    return {
        "unsigned": [slot for slot in waiting if slot.review in shown],
        "newer": [slot for slot in waiting if slot.review not in shown],
    }


def _slots(visit: Visit) -> dict[str, object]:
    return {
        "visit": visit,
        "patient": visit.patient,
        "slots": with_earlier(visit, slots_of_visit(visit)),
        "views": View.choices,
        "max_bytes": Limits().max_bytes,
    }


def _camera(visit: Visit) -> dict[str, object]:
    """How the patient was last photographed: the next photograph is most likely taken in the same way."""
    ours = Photo.objects.of_faces().filter(visit__patient=visit.patient)
    last = ours.order_by("-visit__date", "-pk").first()
    return {
        "modalities": FACE_MODALITY_CHOICES,
        "modality": last.modality if last else Modality.UV_REFLECTANCE,
        "device": last.device if last else "",
    }
