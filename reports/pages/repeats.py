"""After another release became active: photographs measured again, new values beside the old."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from analysis.models import ModelRelease
from analysis.repeats import measured_by_others, repeat_patient, repeats_of
from clinic.accounts.staff import StaffRequest, require_recorder
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.models import Patient

PER_PAGE = 25


@require_GET
def repeats(request: StaffRequest) -> HttpResponse:
    """Patients whose values were made by a release that does not measure any more."""
    user = require_recorder(request)
    page = Paginator(measured_by_others(user), PER_PAGE).get_page(request.GET.get("page"))
    active = ModelRelease.objects.filter(is_active=True)
    return render(request, "pages/repeats.html", {"page": page, "active": active})


@require_GET
def patient_repeats(request: StaffRequest, pk: int) -> HttpResponse:
    """Each photograph's value by the earlier releases and by the active ones, side by side."""
    patient = get_object_or_404(Patient.objects.visible_to(require_recorder(request)), pk=pk)
    is_asked_again = bool(request.headers.get("HX-Request"))
    if not is_asked_again:
        record(user=request.user, action=Event.Action.READ, target=patient)
    lines = repeats_of(patient=patient)
    context = {
        "patient": patient,
        "lines": lines,
        "due": sum(line.is_due for line in lines),
        "is_waiting": any(line.now is not None and not line.now.is_finished for line in lines),
    }
    template = "pages/_patient_repeats.html" if is_asked_again else "pages/patient_repeats.html"
    return render(request, template, context)


@require_POST
def repeat(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=pk)
    count = len(repeat_patient(patient=patient, user=user))
    said = ngettext(
        "{n} photograph is analysed again. Its earlier result is kept.",
        "{n} photographs are analysed again. Their earlier results are kept.",
        count,
    )
    messages.success(request, said.format(n=count))
    return redirect("pages:patient_repeats", pk)
