"""Pages to find and register patients, and the forms of their consents and visits."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest, require_recorder
from patients import services
from patients.forms import NewPatientForm, PatientForm, VisitForm
from patients.models import Patient, PatientQuerySet, Visit

PAGE_SIZE = 25
form_view = require_http_methods(["GET", "POST"])


def _found(user: User, query: str) -> PatientQuerySet:
    """Researchers get the order of the pseudonyms: that of the names would tell something about them."""
    patients = Patient.objects.visible_to(user).summarised()
    if not user.may_identify:
        return (patients.with_pseudonym(query) if query else patients).order_by("pk")
    return (patients.search(query) if query else patients).order_by("name", "pk")


@require_GET
def patient_list(request: StaffRequest) -> HttpResponse:
    """All patients this user may see; with htmx, only the rows that match the search so far."""
    query = request.GET.get("q", "").strip()
    page = Paginator(_found(request.user, query), PAGE_SIZE).get_page(request.GET.get("page"))
    template = "patients/_results.html" if request.headers.get("HX-Request") else "patients/list.html"
    return render(request, template, {"page": page, "query": query})


@form_view
def patient_create(request: StaffRequest) -> HttpResponse:
    user = require_recorder(request)
    form = NewPatientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        patient = services.create_patient(by=user, **form.cleaned_data)
        messages.success(request, _("The record is open. Next: add the first visit."))
        return redirect("pages:patient", patient.pk)
    return _form(request, "patients/patient_form.html", {"form": form})


@form_view
def patient_edit(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=pk)
    form = PatientForm(request.POST or None, instance=patient)
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            services.correct_patient(patient=form.instance, changed=form.changed_data, by=user)
        messages.success(request, _("The record is corrected."))
        return redirect("pages:patient", pk)
    # A refused form has already written its values into the instance; the heading shows what is stored.
    stored = Patient.objects.get(pk=pk)
    return _form(request, "patients/patient_form.html", {"form": form, "patient": stored})


@form_view
def visit_create(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=pk)
    form = VisitForm(request.POST or None, patient=patient, initial={"date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        visit = services.create_visit(patient=patient, by=user, **form.cleaned_data)
        return redirect("pages:visit", visit.pk)
    return _form(request, "patients/visit_form.html", {"form": form, "patient": patient})


@form_view
def visit_edit(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    visit = get_object_or_404(Visit.objects.visible_to(user).select_related("patient"), pk=pk)
    form = VisitForm(request.POST or None, instance=visit, patient=visit.patient)
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            services.correct_visit(visit=form.instance, changed=form.changed_data, by=user)
        messages.success(request, _("The visit is corrected."))
        return redirect("pages:visit", pk)
    stored = Visit.objects.get(pk=pk)
    return _form(
        request, "patients/visit_form.html", {"form": form, "patient": visit.patient, "visit": stored}
    )


def _form(request: StaffRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form page; refused input is a 422, so that a script never takes it for success."""
    return render(request, template, context, status=422 if context["form"].errors else 200)
