"""The cohort: how many patients reached which reduction by when, under what, and who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from clinic.accounts.staff import StaffRequest, require_recorder
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.models import Patient, Purpose, Treatment
from reports.charts.cohort import (
    MONTHS,
    SMALL_GROUP,
    THRESHOLDS,
    Assessment,
    Course,
    shares_by_month,
)
from reports.charts.cohort_figure import curves_figure, shares_figure
from reports.charts.figure import THEMES
from reports.charts.series import Track
from reports.charts.wording import track_name
from reports.cohort import Cohort, Criteria, Split, cohort_of, export_csv, patients_of
from reports.models import StudyGroup

ANY = [("", gettext_lazy("Any"))]
FIELDS = ("treatment", "vitiligo_type", "facial_subtype", "phototype", "track", "threshold", "split")


class CohortForm(forms.Form):
    """The question, as the address of the page carries it. What cannot be read counts as not asked."""

    treatment = forms.ChoiceField(
        label=gettext_lazy("Treatment"), choices=[*ANY, *Treatment.Kind.choices], required=False
    )
    vitiligo_type = forms.ChoiceField(
        label=gettext_lazy("Vitiligo type"), choices=[*ANY, *Patient.VitiligoType.choices], required=False
    )
    facial_subtype = forms.ChoiceField(
        label=gettext_lazy("Facial subtype"), choices=[*ANY, *Patient.FacialSubtype.choices], required=False
    )
    phototype = forms.TypedChoiceField(
        label=gettext_lazy("Phototype"),
        choices=[*ANY, *Patient.Phototype.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    track = forms.ChoiceField(label=gettext_lazy("View"), required=False)
    threshold = forms.TypedChoiceField(
        label=gettext_lazy("Time to reach"),
        choices=[(number, f"{number} %") for number in THRESHOLDS],
        coerce=int,
        empty_value=None,
        required=False,
    )
    split = forms.ChoiceField(label=gettext_lazy("Curves by"), choices=Split.choices, required=False)

    def __init__(self, query: QueryDict) -> None:
        super().__init__({"track": Track.POOLED, "threshold": 50, "split": Split.TREATMENT, **query.dict()})
        tracks = (Track.POOLED, Track.LEFT, Track.FRONT, Track.RIGHT)
        self.fields["track"].choices = [(track.value, track_name(track, _)) for track in tracks]  # type: ignore[attr-defined]
        self.full_clean()

    @property
    def criteria(self) -> Criteria:
        asked = self.cleaned_data
        return Criteria(
            treatment=asked.get("treatment", ""),
            vitiligo_type=asked.get("vitiligo_type", ""),
            facial_subtype=asked.get("facial_subtype", ""),
            phototype=asked.get("phototype"),
            track=Track(asked.get("track") or Track.POOLED),
            split=asked.get("split") or Split.TREATMENT,
        )

    @property
    def threshold_asked(self) -> int:
        return int(self.cleaned_data.get("threshold") or 50)

    @property
    def query(self) -> str:
        """The same question as the tail of an address."""
        asked = {name: self.cleaned_data.get(name) for name in FIELDS}
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True)
class Line:
    """One patient behind a point: what was seen, and whether it reached the reduction."""

    patient: Patient
    course: Course
    seen: Assessment | None
    is_reached: bool


@require_GET
def cohort(request: StaffRequest) -> HttpResponse:
    form = CohortForm(request.GET)
    record(user=request.user, action=Event.Action.READ, target=None, detail={"what": "cohort"})
    patients = patients_of(form.criteria, request.user)
    found = cohort_of(form.criteria, patients)
    context = {
        "form": form,
        "cohort": found,
        "shares": _table_of_shares(found),
        "months": MONTHS,
        "thresholds": THRESHOLDS,
        "curves": found.curves(form.threshold_asked),
        "threshold": form.threshold_asked,
        "small": SMALL_GROUP,
        "exportable": patients.consenting_to(Purpose.EXPORT).count(),
        "groups": StudyGroup.objects.select_related("created_by"),
    }
    return render(request, "pages/cohort.html", context)


@require_safe
def cohort_charts(request: StaffRequest) -> JsonResponse:
    """Both plotly figures of the question that the address asks, in the colours of `?theme=`."""
    form = CohortForm(request.GET)
    found = cohort_of(form.criteria, patients_of(form.criteria, request.user))
    theme = request.GET.get("theme", "light")
    looks: dict[str, Any] = {"theme": theme if theme in THEMES else "light", "translate": _}

    def link(point: dict[str, object]) -> str:
        return f"{reverse('pages:cohort_patients')}?{form.query}&{urlencode({'at': 1, **point})}"

    shares = [shares_by_month(found.courses, threshold) for threshold in THRESHOLDS]
    curves = found.curves(form.threshold_asked)
    figures = {
        "shares": shares_figure(shares, link=link, **looks),
        "curves": curves_figure(curves, form.threshold_asked, link=link, **looks),
    }
    return JsonResponse(figures, headers={"Cache-Control": "private, no-store"})


@require_GET
def cohort_patients(request: StaffRequest) -> HttpResponse:
    """Who is behind a point: those assessed about a month, or those of a curve."""
    form = CohortForm(request.GET)
    record(user=request.user, action=Event.Action.READ, target=None, detail={"what": "cohort patients"})
    found = cohort_of(form.criteria, patients_of(form.criteria, request.user))
    month, group = request.GET.get("month", ""), request.GET.get("group", "")
    courses = found.of_group(group)
    if month in map(str, MONTHS):
        lines = _lines_about(found, courses, int(month), form.threshold_asked)
    else:
        month, lines = "", _lines_until(found, courses, form.threshold_asked)
    context = {
        "lines": lines,
        "reached": sum(line.is_reached for line in lines),
        "threshold": form.threshold_asked,
        "month": month,
        "group": group,
        "back": f"{reverse('pages:cohort')}?{form.query}",
    }
    return render(request, "pages/cohort_patients.html", context)


@require_safe
def cohort_csv(request: StaffRequest) -> HttpResponse:
    data = export_csv(criteria=CohortForm(request.GET).criteria, user=request.user)
    return HttpResponse(
        data,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="vititrack-cohort.csv"',
            "Cache-Control": "private, no-store",
        },
    )


@require_POST
def group_save(request: StaffRequest) -> HttpResponse:
    """Keep the question of the page under a name; an older one of that name is asked anew."""
    user = require_recorder(request)
    form = CohortForm(QueryDict(request.POST.get("query", "")))
    name = request.POST.get("name", "").strip()[:60]
    if not name:
        messages.error(request, _("Give the group a name, then save it."))
    else:
        group, _is_new = StudyGroup.objects.update_or_create(
            name=name, defaults={"query": form.query, "created_by": user}
        )
        record(user=user, action=Event.Action.CREATE, target=group)
        messages.success(request, _("The group is saved. It asks the same question again on each visit."))
    return redirect(f"{reverse('pages:cohort')}?{form.query}")


@require_POST
def group_delete(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    group = get_object_or_404(StudyGroup, pk=pk)
    record(user=user, action=Event.Action.CHANGE, target=group, detail={"deleted": True})
    group.delete()
    return redirect("pages:cohort")


def _table_of_shares(found: Cohort) -> list[dict[str, Any]]:
    """A row a month at which anybody was assessed, with the share of each threshold."""
    by_threshold = {
        threshold: {share.month: share for share in shares_by_month(found.courses, threshold)}
        for threshold in THRESHOLDS
    }
    months = [month for month in MONTHS if month in by_threshold[THRESHOLDS[0]]]
    return [{"month": month, "shares": [by_threshold[t][month] for t in THRESHOLDS]} for month in months]


def _lines_about(found: Cohort, courses: Sequence[Course], month: int, threshold: int) -> list[Line]:
    lines = [
        Line(found.patients[course.patient], course, seen, seen.reaches(threshold))
        for course in courses
        if (seen := course.near(month)) is not None
    ]
    return sorted(lines, key=lambda line: -(line.seen.reduction if line.seen else 0.0))


def _lines_until(found: Cohort, courses: Sequence[Course], threshold: int) -> list[Line]:
    """Those who reached it by the time they did, then the others by how long they were watched."""
    lines = []
    for course in courses:
        if course.assessments:
            reached = course.reached_at(threshold)
            patient = found.patients[course.patient]
            lines.append(Line(patient, course, reached or course.assessments[-1], reached is not None))
    return sorted(lines, key=lambda line: (not line.is_reached, line.seen.month if line.seen else 0.0))
