"""Measuring the clinic's own error: studies, the second photographs, the result, and taking it over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.models import ModelRelease
from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest, require_recorder
from imaging.intake.limits import Limits
from imaging.models import Photo, View
from imaging.refusals import PhotoRefused
from patients.models import Patient, Visit, VisitQuerySet
from reports.charts.response import error_of
from reports.charts.series import Track
from reports.charts.wording import track_name
from reports.measurement_error import card_errors
from reports.models import AdoptedError, RepeatabilityStudy
from reports.repeatability import (
    ADVISED_PATIENTS,
    FEWEST_PATIENTS,
    PairResult,
    StudyIncomplete,
    ViewError,
    add_repeat,
    adopt_errors,
    choose_visit,
    end_adoption,
    errors_by_view,
    releases_of_study,
    results_of,
    standing_pairs,
    start_study,
)

LONGEST = 12


class StudyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the study"),
        max_length=100,
        error_messages={"required": gettext_lazy("Give the study a name, for instance the season.")},
    )
    views = forms.MultipleChoiceField(
        label=gettext_lazy("Views that are photographed twice"),
        choices=View.choices,
        initial=View.values,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose one view or more.")},
    )


@dataclass(frozen=True)
class Cell:
    """One view of a visit in a study: the visit's photograph, and what became of the second one."""

    view: View
    first: Photo | None
    result: PairResult | None

    @property
    def state(self) -> str:
        if self.first is None:
            return "missing"
        if self.result is None or self.result.second is None:
            return "open"
        if self.result.values is not None:
            return "done"
        waiting = any(
            run is not None and not run.is_finished for run in (self.result.first, self.result.second)
        )
        return "waiting" if waiting else "refused"


@dataclass(frozen=True)
class Row:
    visit: Visit
    cells: list[Cell]


@dataclass(frozen=True)
class InForce:
    """The error of one view as it is used today, and whose it is."""

    name: str
    sdc95: float | None
    is_own: bool
    is_bound: bool = False
    """That of the pooled value was not studied: it is at most the largest of the three views."""
    interval: tuple[float, float] | None = None
    patients: int = 0


@require_http_methods(["GET", "POST"])
def repeatability(request: StaffRequest) -> HttpResponse:
    """Which error is in force, the studies, and a new one."""
    form = StudyForm(request.POST or None)
    if request.method == "POST":
        user = require_recorder(request)
        if form.is_valid():
            study = start_study(user=user, **form.cleaned_data)
            return redirect("pages:repeatability_study", study.pk)
    standing = AdoptedError.objects.standing().select_related("study", "vitiligo").first()
    active = ModelRelease.objects.filter(task=ModelRelease.Task.VITILIGO, is_active=True).first()
    context = {
        "form": form,
        "in_force": _in_force(active, standing),
        "active": active,
        "standing": standing,
        "history": AdoptedError.objects.select_related("study", "adopted_by", "ended_by", "vitiligo"),
        "studies": RepeatabilityStudy.objects.annotate(
            pair_count=Count("pairs", filter=Q(pairs__withdrawn_at__isnull=True))
        ).select_related("created_by"),
    }
    status = 422 if form.errors else 200
    return render(request, "pages/repeatability.html", context, status=status)


@require_GET
def study_page(request: StaffRequest, pk: int) -> HttpResponse:
    study = get_object_or_404(RepeatabilityStudy, pk=pk)
    results = results_of(standing_pairs(study))
    query = request.GET.get("q", "").strip()
    visits = list(_visible(request.user).filter(repeatability_studies=study).order_by("-date", "-pk"))
    context = {
        "study": study,
        "views": [View(view) for view in study.views],
        "rows": _rows(study, visits, results),
        "candidates": _candidates(request.user, study, query),
        "query": query,
        "errors": _named(errors_by_view(results)),
        "releases": releases_of_study(results),
        "fewest": FEWEST_PATIENTS,
        "advised": ADVISED_PATIENTS,
        "adoptions": study.adoptions.select_related("adopted_by", "ended_by"),
    }
    return render(request, "pages/repeatability_study.html", context)


@require_POST
def study_choose(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a visit into the study, and go on to its second photographs."""
    user = require_recorder(request)
    study = get_object_or_404(RepeatabilityStudy, pk=pk)
    chosen = request.POST.get("visit", "")
    visit = get_object_or_404(_visible(user), pk=int(chosen) if chosen.isdecimal() else 0)
    choose_visit(study=study, visit=visit, user=user)
    return redirect("pages:repeatability_visit", pk, visit.pk)


@require_GET
def study_visit(request: StaffRequest, pk: int, visit_pk: int) -> HttpResponse:
    """The second photographs of one visit."""
    study = get_object_or_404(RepeatabilityStudy, pk=pk)
    visit = get_object_or_404(_visible(request.user).filter(repeatability_studies=study), pk=visit_pk)
    (row,) = _rows(study, [visit], results_of(standing_pairs(study)))
    context = {"study": study, "visit": visit, "row": row, "patient": visit.patient, **_limits()}
    return render(request, "pages/repeatability_visit.html", context)


@require_http_methods(["GET", "POST"])
def study_repeat(request: StaffRequest, pk: int, photo_pk: int) -> HttpResponse:
    """One second photograph: uploaded by POST, watched by GET while it is analysed."""
    study = get_object_or_404(RepeatabilityStudy, pk=pk)
    photos = Photo.objects.visible_to(request.user).current().select_related("visit__patient")
    first = get_object_or_404(photos, pk=photo_pk)
    error = ""
    if request.method == "POST":
        error = _store(request, study, first)
        if not request.headers.get("HX-Request"):
            if error:
                messages.error(request, error)
            return redirect("pages:repeatability_visit", pk, first.visit_id)
    pairs = [pair for pair in standing_pairs(study) if pair.first_id == first.pk]
    results = results_of(pairs)
    cell = Cell(View(first.view), first, results[0] if results else None)
    context = {"study": study, "visit": first.visit, "cell": cell, "error": error, **_limits()}
    return render(request, "pages/_repeat_slot.html", context, status=422 if error else 200)


@require_POST
def study_adopt(request: StaffRequest, pk: int) -> HttpResponse:
    try:
        adopt_errors(study=get_object_or_404(RepeatabilityStudy, pk=pk), user=request.user)
    except StudyIncomplete as incomplete:
        messages.error(request, str(incomplete))
        return redirect("pages:repeatability_study", pk)
    messages.success(
        request, _("Adopted. Changes are judged by this clinic's own measurement error from now on.")
    )
    return redirect("pages:repeatability")


@require_POST
def adoption_end(request: StaffRequest, pk: int) -> HttpResponse:
    if not request.user.may_sign:
        raise PermissionDenied
    adopted = get_object_or_404(AdoptedError.objects.standing(), pk=pk)
    end_adoption(adopted=adopted, user=request.user)
    messages.success(request, _("Ended. Changes are judged by the figures of the release's card again."))
    return redirect("pages:repeatability")


def _visible(user: User) -> VisitQuerySet:
    return Visit.objects.visible_to(user).select_related("patient")


def _limits() -> dict[str, object]:
    return {"max_bytes": Limits().max_bytes}


def _store(request: StaffRequest, study: RepeatabilityStudy, first: Photo) -> str:
    """Store the posted second photograph; the sentence that explains why not, or nothing."""
    user = require_recorder(request)
    file = request.FILES.get("file")
    if file is None:
        return _("Choose the photograph first.")
    try:
        add_repeat(study=study, first=first, file=file, user=user)
    except PhotoRefused as refusal:
        return refusal.message
    return ""


def _rows(study: RepeatabilityStudy, visits: Sequence[Visit], results: Sequence[PairResult]) -> list[Row]:
    photos = Photo.objects.current().filter(visit__in=visits)
    filled = {(photo.visit_id, photo.view): photo for photo in photos}
    by_photo = {result.pair.first_id: result for result in results}
    return [
        Row(
            visit,
            [
                Cell(View(view), photo, by_photo.get(photo.pk) if photo else None)
                for view in study.views
                for photo in [filled.get((visit.pk, view))]
            ],
        )
        for visit in visits
    ]


def _candidates(user: User, study: RepeatabilityStudy, query: str) -> list[Visit]:
    """Visits with photographs that are not in the study yet, the latest first."""
    patients = Patient.objects.visible_to(user)
    if query:
        patients = patients.search(query) if user.may_identify else patients.with_pseudonym(query)
    photographed = Photo.objects.current().filter(view__in=study.views).values("visit")
    visits = _visible(user).filter(patient__in=patients, pk__in=photographed)
    visits = visits.exclude(repeatability_studies=study)
    return list(visits.order_by("-date", "-pk")[:LONGEST])


def _named(errors: Sequence[ViewError]) -> list[tuple[str, ViewError]]:
    return [(track_name(error.track, _), error) for error in errors]


def _in_force(active: ModelRelease | None, standing: AdoptedError | None) -> list[InForce]:
    of_card = card_errors(active)
    own = standing.figures if standing is not None and standing.vitiligo == active else {}
    used = {**of_card, **{Track(name): float(figure["sdc95"]) for name, figure in own.items()}}
    return [_one_in_force(track, used, own.get(track.value)) for track in Track]


def _one_in_force(track: Track, used: dict[Track, float], own: dict[str, float] | None) -> InForce:
    name, sdc95 = track_name(track, _), error_of(used, track)
    if own is None:
        return InForce(name, sdc95, is_own=False, is_bound=sdc95 is not None and track not in used)
    return InForce(
        name, sdc95, is_own=True, interval=(own["low"], own["high"]), patients=int(own["patients"])
    )
