"""Telling the views of photographs that were dropped together, before any of them is stored."""

from __future__ import annotations

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analysis.recognition import NoDetector, recognise_view
from clinic.accounts.staff import StaffRequest, require_recorder
from imaging import refusals
from imaging.intake import RejectedImage, read_image, read_upload
from patients.models import Visit
from reports.capture import advice_for, earlier_slots, view_name


@require_POST
def recognise(request: StaffRequest, pk: int) -> JsonResponse:
    """The view that one posted picture shows, and how its pose differs from the last visit's, in words."""
    user = require_recorder(request)
    visit = get_object_or_404(Visit.objects.visible_to(user).select_related("patient"), pk=pk)
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"view": "", "sentence": _("Choose the photograph first.")}, status=422)
    try:
        seen = recognise_view(read_image(read_upload(file)))
    except RejectedImage as rejected:
        return JsonResponse({"view": "", "sentence": refusals.unreadable(rejected).message}, status=422)
    except NoDetector:
        sentence = _("No face detector is installed: choose the view.")
        return JsonResponse({"view": "", "sentence": sentence})
    if seen is None:
        return JsonResponse({"view": "", "sentence": _("No face was found: choose the view.")})
    advice = advice_for(seen, earlier_slots(visit).get(seen.view))
    return JsonResponse({"view": seen.view, "sentence": _sentence(seen.view, advice)})


def _sentence(view: str, advice: list[str] | None) -> str:
    shown = _("Shows the {view} view.").format(view=view_name(view).lower())
    if advice is None:
        return shown
    if not advice:
        return f"{shown} {_('Same pose as at the last visit.')}"
    return f"{shown} {_('To match the last visit: {moves}.').format(moves=', '.join(advice))}"
