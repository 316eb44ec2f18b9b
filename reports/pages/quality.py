"""Accepting a warning from the page of the photo."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analysis.models import Run
from analysis.overrides import OverrideRefused, override_warning
from clinic.accounts.staff import StaffRequest


@require_POST
def warning_accept(request: StaffRequest, pk: int) -> HttpResponse:
    """A clinician's reason why a warned photo may be used; a refusal is said on the same page."""
    run = get_object_or_404(Run.objects.visible_to(request.user).of_faces(), pk=pk)
    code, reason = request.POST.get("code", ""), request.POST.get("reason", "")
    try:
        override_warning(run=run, code=code, reason=reason, user=request.user)
    except OverrideRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The warning is accepted. Your reason is printed in the report."))
    return redirect("pages:photo", run.photo_id)
