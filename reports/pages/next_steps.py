"""The clinic's texts on next steps: everyone reads them, administrators put new versions in force."""

from __future__ import annotations

from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clinic.accounts.staff import StaffRequest, require_administrator
from reports.models import NextStep
from reports.next_steps import next_step_for, publish_next_step


class NextStepForm(forms.ModelForm[NextStep]):
    class Meta:
        model = NextStep
        fields: ClassVar[list[str]] = ["band", "lesion_class", "text", "source"]
        widgets: ClassVar[dict[str, Any]] = {
            "text": forms.Textarea(attrs={"rows": 8}),
            "source": forms.Textarea(attrs={"rows": 2}),
        }


@require_GET
def next_steps(request: StaffRequest) -> HttpResponse:
    """What is in force and all that was before, band by band."""
    versions = NextStep.objects.visible_to(request.user).select_related("made_by")
    texts = [list(of_one) for _key, of_one in groupby(versions, lambda one: (one.band, one.lesion_class))]
    return render(request, "pages/next_steps.html", {"texts": texts})


@require_http_methods(["GET", "POST"])
def next_step_create(request: StaffRequest) -> HttpResponse:
    """A new version starts from the one in force for the class and band that the address names."""
    user = require_administrator(request)
    asked = {"lesion_class": request.GET.get("class", ""), "band": request.GET.get("band", "")}
    newest = next_step_for(**asked)
    initial = asked | ({"text": newest.text, "source": newest.source} if newest else {})
    form = NextStepForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        publish_next_step(by=user, **form.cleaned_data)
        messages.success(request, _("The text is shown from now on."))
        return redirect("pages:next_steps")
    return render(request, "pages/next_step_form.html", {"form": form}, status=422 if form.errors else 200)
