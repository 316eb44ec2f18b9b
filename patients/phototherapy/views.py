"""The phototherapy log of a patient with its quick entry, and the clinic's protocol."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest, require_administrator, require_recorder
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.entries.views import entry_page, form_view
from patients.models import Light, Patient, PhototherapyProtocol, PhototherapySession
from patients.phototherapy.forms import ProtocolForm, SessionForm, as_last_time
from patients.phototherapy.log import courses_of, log_of
from patients.phototherapy.services import ReasonNeeded, correct_session, log_session, publish_protocol

PAGE_SIZE = 30


@form_view
def phototherapy_log(request: StaffRequest, pk: int) -> HttpResponse:
    """The courses, the quick entry, and every session, the newest first."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    form = _session_form(request, patient) if request.user.may_record else None
    if request.method == "POST" and _log(request, form):
        messages.success(request, _("The session is logged."))
        return redirect("patients:phototherapy", pk)
    record(user=request.user, action=Event.Action.READ, target=patient, detail={"what": "phototherapy"})
    log = log_of(patient)
    context = {
        "patient": patient,
        "form": form,
        "courses": courses_of(log),
        "page": Paginator(log[::-1], PAGE_SIZE).get_page(request.GET.get("page")),
        "struck": _struck(patient),
        "protocols": PhototherapyProtocol.objects.newest(),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "patients/phototherapy.html", context, status=status)


def _log(request: StaffRequest, form: SessionForm | None) -> bool:
    """Whether the posted session is stored; where not, the form says why."""
    user = require_recorder(request)
    if form is None or not form.is_valid():
        return False
    try:
        log_session(session=form.instance, by=user)
    except ReasonNeeded as needed:
        form.ask_reason(needed)
        return False
    return True


def _session_form(request: StaffRequest, patient: Patient) -> SessionForm:
    """Prefilled with the last session, or with the one that `?like=` names."""
    sessions = PhototherapySession.objects.filter(patient=patient).standing().order_by("-date", "-pk")
    like = request.GET.get("like", "")
    last = (sessions.filter(pk=int(like)).first() if like.isdecimal() else None) or sessions.first()
    return SessionForm(request.POST or None, patient=patient, initial=as_last_time(last, request.user))


def _struck(patient: Patient) -> list[PhototherapySession]:
    struck = PhototherapySession.objects.filter(patient=patient, struck_at__isnull=False)
    return list(struck.select_related("struck_by"))


@form_view
def session_edit(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    sessions = PhototherapySession.objects.visible_to(user).standing().select_related("patient", "protocol")
    session = get_object_or_404(sessions, pk=pk)
    form = SessionForm(request.POST or None, instance=session, patient=session.patient)
    if request.method == "POST" and form.is_valid() and _correct(form, user):
        messages.success(request, _("The session is corrected."))
        return redirect("patients:phototherapy", session.patient_id)
    return entry_page(
        request,
        form=form,
        patient=session.patient,
        title=_("Correct the session"),
        submit=_("Save"),
        strike=("session", pk),
        note="phototherapy",
    )


def _correct(form: SessionForm, user: User) -> bool:
    try:
        if form.changed_data:
            correct_session(session=form.instance, changed=form.changed_data, by=user)
    except ReasonNeeded as needed:
        form.ask_reason(needed)
        return False
    return True


@require_GET
def protocols(request: StaffRequest) -> HttpResponse:
    """The limits in force and all that were before: whoever reads a warning may read what it goes by."""
    versions = PhototherapyProtocol.objects.select_related("made_by")
    lights: list[dict[str, Any]] = [
        {"light": light, "versions": [one for one in versions if one.light == light]} for light in Light
    ]
    return render(request, "patients/protocols.html", {"lights": lights})


@form_view
def protocol_create(request: StaffRequest, light: str) -> HttpResponse:
    """A new version starts from the one in force."""
    user = require_administrator(request)
    if light not in Light.values:
        raise Http404
    newest = PhototherapyProtocol.objects.filter(light=light).order_by("-version").first()
    initial = {name: getattr(newest, name) for name in ProtocolForm.Meta.fields} if newest else {}
    form = ProtocolForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        protocol = publish_protocol(light=light, by=user, **form.cleaned_data)
        messages.success(
            request, _("Version {version} judges sessions from now on.").format(version=protocol.version)
        )
        return redirect("patients:protocols")
    context = {"form": form, "light": Light(light), "newest": newest}
    return render(request, "patients/protocol_form.html", context, status=422 if form.errors else 200)
