"""Pages to record a consent and its withdrawal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.staff import StaffRequest, require_recorder
from patients.consents.forms import WHAT_ENDS, ConsentForm, WithdrawalForm
from patients.entries.views import entry_page, form_view, patient_of
from patients.models import Consent, Purpose
from patients.services import give_consent, withdraw_consent


@form_view
def consent_create(request: StaffRequest, pk: int) -> HttpResponse:
    patient, user = patient_of(request, pk)
    form = ConsentForm(request.POST or None, patient=patient, initial={"given_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        give_consent(patient=patient, by=user, **form.cleaned_data)
        messages.success(request, _("The consent is recorded."))
        return redirect("pages:patient", pk)
    return entry_page(
        request, form=form, patient=patient, title=_("Add consent"), submit=_("Record the consent")
    )


@form_view
def consent_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Says what ends, and asks for the day and the document."""
    user = require_recorder(request)
    standing = Consent.objects.visible_to(user).standing().select_related("patient")
    consent = get_object_or_404(standing, pk=pk)
    form = WithdrawalForm(request.POST or None, instance=consent)
    if request.method == "POST" and form.is_valid():
        withdraw_consent(consent=consent, by=user, **form.cleaned_data)
        messages.success(request, _("The consent is withdrawn."))
        return redirect("pages:patient", consent.patient_id)
    context = {
        "form": form,
        "consent": consent,
        "patient": consent.patient,
        "what_ends": WHAT_ENDS[Purpose(consent.purpose)],
    }
    return render(request, "patients/withdrawal_form.html", context, status=422 if form.errors else 200)
