"""Asking for a better photograph from the page of the one that will not do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.accounts.staff import StaffRequest, require_recorder
from imaging.models import Photo, RetakeRequest
from imaging.retakes import NothingToRetake, ask_retake, cancel_retake


@require_POST
def retake_ask(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    photo = get_object_or_404(Photo.objects.visible_to(user).of_faces(), pk=pk)
    try:
        ask_retake(photo=photo, reason=request.POST.get("reason", ""), user=user)
    except NothingToRetake:
        messages.error(request, _("Say in a few words what should be better in the next photograph."))
    else:
        messages.success(request, _("The retake is on the worklist until another photograph is there."))
    return redirect("pages:photo", pk)


@require_POST
def retake_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    asked = get_object_or_404(RetakeRequest.objects.visible_to(user).open(), photo=pk)
    cancel_retake(request=asked, user=user)
    messages.success(request, _("The retake is not asked for any more."))
    return redirect("pages:photo", pk)
