"""Pages to start, correct, pause and stop a treatment, and to note an adverse event."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest, require_recorder
from patients.entries.services import correct_entry, record_entry
from patients.entries.views import entry_page, form_view, patient_of
from patients.models import AdverseEvent, Treatment, TreatmentPause
from patients.therapy import services
from patients.therapy.forms import AdverseEventForm, PauseForm, ResumeForm, StopForm, TreatmentForm


@form_view
def treatment_create(request: StaffRequest, pk: int) -> HttpResponse:
    patient, user = patient_of(request, pk)
    initial = {"started_on": timezone.localdate()}
    form = TreatmentForm(request.POST or None, patient=patient, initial=initial)
    if request.method == "POST" and form.is_valid():
        record_entry(entry=form.instance, by=user)
        messages.success(request, _("The treatment is recorded."))
        return redirect("pages:patient", pk)
    return entry_page(request, form=form, patient=patient, title=_("New treatment"), submit=_("Record"))


@form_view
def treatment_edit(request: StaffRequest, pk: int) -> HttpResponse:
    treatment, user = _treatment(request, pk)
    form = TreatmentForm(request.POST or None, instance=treatment, patient=treatment.patient)
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            correct_entry(entry=form.instance, changed=form.changed_data, by=user)
        messages.success(request, _("The treatment is corrected."))
        return redirect("pages:patient", treatment.patient_id)
    return entry_page(
        request,
        form=form,
        patient=treatment.patient,
        title=_("Correct the treatment"),
        submit=_("Save"),
        strike=("treatment", pk),
    )


@form_view
def treatment_stop(request: StaffRequest, pk: int) -> HttpResponse:
    treatment, user = _treatment(request, pk)
    form = StopForm(request.POST or None, instance=treatment, patient=treatment.patient)
    if request.method == "POST" and form.is_valid():
        day, reason = form.cleaned_data["stopped_on"], form.cleaned_data["stop_reason"]
        services.stop_treatment(treatment=form.instance, stopped_on=day, reason=reason, by=user)
        messages.success(request, _("The treatment is stopped."))
        return redirect("pages:patient", treatment.patient_id)
    return entry_page(
        request,
        form=form,
        patient=treatment.patient,
        title=_("Stop the treatment"),
        submit=_("Stop"),
        subject=str(treatment),
    )


@form_view
def treatment_pause(request: StaffRequest, pk: int) -> HttpResponse:
    treatment, user = _treatment(request, pk)
    initial = {"paused_on": timezone.localdate()}
    form = PauseForm(request.POST or None, treatment=treatment, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.pause_treatment(treatment=treatment, by=user, **form.cleaned_data)
        messages.success(request, _("The pause is recorded."))
        return redirect("pages:patient", treatment.patient_id)
    return entry_page(
        request,
        form=form,
        patient=treatment.patient,
        title=_("Pause the treatment"),
        submit=_("Record the pause"),
        subject=str(treatment),
    )


@form_view
def treatment_resume(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    pauses = TreatmentPause.objects.visible_to(user).filter(resumed_on__isnull=True)
    pause = get_object_or_404(pauses.select_related("treatment__patient"), pk=pk)
    treatment = pause.treatment
    form = ResumeForm(request.POST or None, instance=pause, treatment=treatment)
    if request.method == "POST" and form.is_valid():
        services.resume_treatment(pause=pause, resumed_on=form.cleaned_data["resumed_on"], by=user)
        messages.success(request, _("The treatment goes on."))
        return redirect("pages:patient", treatment.patient_id)
    return entry_page(
        request,
        form=form,
        patient=treatment.patient,
        title=_("Resume the treatment"),
        submit=_("Resume"),
        subject=str(treatment),
    )


@form_view
def adverse_event_create(request: StaffRequest, pk: int) -> HttpResponse:
    patient, user = patient_of(request, pk)
    initial = {"date": timezone.localdate()}
    form = AdverseEventForm(request.POST or None, patient=patient, initial=initial)
    if request.method == "POST" and form.is_valid():
        record_entry(entry=form.instance, by=user)
        messages.success(request, _("The adverse event is recorded."))
        return redirect("pages:patient", pk)
    return entry_page(request, form=form, patient=patient, title=_("New adverse event"), submit=_("Record"))


@form_view
def adverse_event_edit(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    events = AdverseEvent.objects.visible_to(user).standing().select_related("patient")
    event = get_object_or_404(events, pk=pk)
    form = AdverseEventForm(request.POST or None, instance=event, patient=event.patient)
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            correct_entry(entry=form.instance, changed=form.changed_data, by=user)
        messages.success(request, _("The adverse event is corrected."))
        return redirect("pages:patient", event.patient_id)
    return entry_page(
        request,
        form=form,
        patient=event.patient,
        title=_("Correct the adverse event"),
        submit=_("Save"),
        strike=("adverse-event", pk),
    )


def _treatment(request: StaffRequest, pk: int) -> tuple[Treatment, User]:
    user = require_recorder(request)
    treatments = Treatment.objects.visible_to(user).standing().select_related("patient")
    return get_object_or_404(treatments, pk=pk), user
