"""Pages to record scores and signs, to calculate F-VASI, and to correct a score."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from clinic.accounts.staff import StaffRequest, require_recorder
from patients.entries.views import entry_page, form_view, patient_of
from patients.models import Score
from patients.scores.forms import AssessmentForm, FaceVasiForm, ScoreForm
from patients.scores.services import correct_score, record_assessment, record_f_vasi


@form_view
def assessment_create(request: StaffRequest, pk: int) -> HttpResponse:
    patient, user = patient_of(request, pk)
    form = AssessmentForm(request.POST or None, patient=patient, user=user)
    if request.method == "POST" and form.is_valid():
        record_assessment(
            patient=patient,
            day=form.cleaned_data["date"],
            values=form.values,
            signs=form.signs,
            note=form.cleaned_data["note"],
            by=user,
        )
        messages.success(request, _("The assessment is recorded."))
        return redirect("pages:scores", pk)
    status = 422 if form.errors else 200
    context = {"form": form, "patient": patient}
    return render(request, "patients/assessment_form.html", context, status=status)


@form_view
def f_vasi_create(request: StaffRequest, pk: int) -> HttpResponse:
    patient, user = patient_of(request, pk)
    if not user.may_sign:
        raise PermissionDenied
    form = FaceVasiForm(request.POST or None, patient=patient)
    if request.method == "POST" and form.is_valid():
        try:
            facts = form.cleaned_data
            score = record_f_vasi(
                patient=patient, day=facts["date"], parts=form.parts, note=facts["note"], by=user
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            value = f"{score.value.normalize():f}"
            messages.success(request, _("F-VASI {value} is recorded.").format(value=value))
            return redirect("pages:scores", pk)
    status = 422 if form.errors else 200
    return render(request, "patients/f_vasi_form.html", {"form": form, "patient": patient}, status=status)


@form_view
def score_edit(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    scores = Score.objects.visible_to(user).standing().select_related("patient")
    score = get_object_or_404(scores, pk=pk)
    if not score.may_be_given_by(user):
        raise PermissionDenied
    form = ScoreForm(request.POST or None, instance=score, patient=score.patient)
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            correct_score(score=form.instance, changed=form.changed_data, by=user)
        messages.success(request, _("The score is corrected."))
        return redirect("pages:scores", score.patient_id)
    return entry_page(
        request,
        form=form,
        patient=score.patient,
        title=_("Correct a score"),
        submit=_("Save"),
        strike=("score", pk),
    )
