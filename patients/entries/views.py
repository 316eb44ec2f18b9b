"""What the pages of all entries share: the form page, and striking an entry out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest, require_recorder
from patients.entries.forms import StrikeForm
from patients.entries.services import strike_entry
from patients.models import ActivitySign, AdverseEvent, Lesion, PhototherapySession, Score, Treatment
from patients.models.entry import Entry
from patients.models.patient import Patient

form_view = require_http_methods(["GET", "POST"])
KINDS: dict[str, type[Entry]] = {
    "treatment": Treatment,
    "adverse-event": AdverseEvent,
    "session": PhototherapySession,
    "score": Score,
    "sign": ActivitySign,
    "lesion": Lesion,
}


BACK = {"session": "patients:phototherapy", "score": "pages:scores", "sign": "pages:scores"}
"""Where an entry of a kind is listed; the others are on the patient's page."""


def patient_of(request: StaffRequest, pk: int) -> tuple[Patient, User]:
    """The patient of an address and the member of staff who may write in the record."""
    user = require_recorder(request)
    return get_object_or_404(Patient.objects.visible_to(user), pk=pk), user


def entry_page(
    request: StaffRequest, *, form: Any, patient: Patient, title: str, submit: str, **more: Any
) -> HttpResponse:
    """One form on a page of its own; refused input is a 422, so that a script never takes it for success."""
    context = {"form": form, "patient": patient, "title": title, "submit": submit, **more}
    return render(request, "patients/entry_form.html", context, status=422 if form.errors else 200)


@form_view
def entry_strike(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    user = require_recorder(request)
    if kind not in KINDS:
        raise Http404
    rows: Any = KINDS[kind]._default_manager
    entry = get_object_or_404(rows.visible_to(user).standing().select_related("patient"), pk=pk)
    if isinstance(entry, Score | ActivitySign) and not entry.may_be_given_by(user):
        raise PermissionDenied
    form = StrikeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        strike_entry(entry=entry, reason=form.cleaned_data["reason"], by=user)
        messages.success(request, _("The entry is struck out. It stays readable in the record."))
        return redirect(BACK.get(kind, "pages:patient"), entry.patient_id)
    return entry_page(
        request,
        form=form,
        patient=entry.patient,
        title=_("Strike out an entry"),
        submit=_("Strike out"),
        subject=str(entry),
    )
