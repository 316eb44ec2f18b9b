"""Pages to enter a lesion and to correct it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.staff import StaffRequest, require_recorder
from patients.entries.services import correct_entry, record_entry
from patients.entries.views import form_view, patient_of
from patients.lesions.body_map import body_map
from patients.lesions.forms import LesionForm
from patients.models import Lesion, Patient


@form_view
def lesion_create(request: StaffRequest, pk: int) -> HttpResponse:
    patient, user = patient_of(request, pk)
    initial = {"noted_on": timezone.localdate(), "label": _next_label(patient)}
    form = LesionForm(request.POST or None, patient=patient, initial=initial)
    if request.method == "POST" and form.is_valid():
        lesion = record_entry(entry=form.instance, by=user)
        messages.success(request, _("The lesion is entered. Next: add its photograph."))
        return redirect("pages:lesion", lesion.pk)
    return _page(request, form, patient)


@form_view
def lesion_edit(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    lesions = Lesion.objects.visible_to(user).standing().select_related("patient")
    lesion = get_object_or_404(lesions, pk=pk)
    form = LesionForm(request.POST or None, instance=lesion, patient=lesion.patient)
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            correct_entry(entry=form.instance, changed=form.changed_data, by=user)
        messages.success(request, _("The lesion is corrected."))
        return redirect("pages:lesion", pk)
    return _page(request, form, lesion.patient, lesion)


def _page(
    request: StaffRequest, form: LesionForm, patient: Patient, lesion: Lesion | None = None
) -> HttpResponse:
    others = [one for one in Lesion.objects.filter(patient=patient).standing() if one != lesion]
    context = {"form": form, "patient": patient, "lesion": lesion, "body_map": body_map(others)}
    return render(request, "patients/lesion_form.html", context, status=422 if form.errors else 200)


def _next_label(patient: Patient) -> str:
    """L1, L2 and so on; one that was struck out keeps its label."""
    return f"L{Lesion.objects.filter(patient=patient).count() + 1}"
