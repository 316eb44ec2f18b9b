"""All single lesions, each with the photograph that waits or the newest one; and those of one patient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from analysis.models import LesionAssessment, LesionReading, Review, Run
from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest
from imaging.models import Photo, PhotoQuerySet
from patients.lesions.body_map import body_map
from patients.models import Lesion, Patient
from reports.lesions import latest_shots, shots_of

PER_PAGE = 25


@dataclass(frozen=True)
class Filter:
    """Which photographs a list is about; a lesion is in it with the newest of them."""

    key: str
    label: Promise
    photos: Callable[[], PhotoQuerySet]


def _all() -> PhotoQuerySet:
    return Photo.objects.of_lesions().standing()


def _unsigned() -> PhotoQuerySet:
    return _all().filter(pk__in=Review.objects.unsigned().of_lesions().values("photo"))


def _needs_review() -> PhotoQuerySet:
    """Where the software itself says that it cannot tell, and nobody has signed."""
    unsure = Q(needs_review=True) | Q(picked__disagree=True)
    unsure |= Q(picked__band=LesionReading.Band.INDETERMINATE)
    final = LesionAssessment.objects.final().filter(unsure).exclude(review__state=Review.State.SIGNED)
    return _all().filter(pk__in=final.values("review__photo"))


def _withheld() -> PhotoQuerySet:
    newest = (
        Run.objects.of_lesions()
        .latest_per_photo()
        .filter(status__in=[Run.Status.NOT_MEASURABLE, Run.Status.FAILED])
    )
    signed = Review.objects.of_lesions().filter(state=Review.State.SIGNED)
    return _all().filter(pk__in=newest.values("photo")).exclude(pk__in=signed.values("photo"))


FILTERS = (
    Filter("", _("All"), _all),
    Filter("unsigned", _("Not signed"), _unsigned),
    Filter("review", _("Needs review"), _needs_review),
    Filter("withheld", _("Withheld or failed"), _withheld),
)


@dataclass(frozen=True)
class Tab:
    """One list and how many lesions are in it."""

    filter: Filter
    count: int


@require_GET
def lesions(request: StaffRequest) -> HttpResponse:
    """Lesions by what waits; without a filter also those that were never photographed."""
    tabs = [Tab(one, _rows(one, request.user).count()) for one in FILTERS]
    asked = request.GET.get("show", "")
    shown = next((tab.filter for tab in tabs if tab.filter.key == asked), FILTERS[0])
    page = Paginator(_rows(shown, request.user), PER_PAGE).get_page(request.GET.get("page"))
    keys = [lesion.shot for lesion in page if lesion.shot]
    photos = Photo.objects.filter(pk__in=keys).select_related("visit")
    shots = {shot.photo.lesion_id: shot for shot in shots_of(photos)}
    rows = [{"lesion": lesion, "shot": shots.get(lesion.pk)} for lesion in page]
    context = {"tabs": tabs, "shown": shown, "page": page, "rows": rows}
    return render(request, "pages/lesions.html", context)


def lesions_card(patient: Patient) -> dict[str, object]:
    """The part of the patient's page, in six queries: the map, and each lesion with its newest photograph."""
    found = list(Lesion.objects.standing().filter(patient=patient).order_by("pk"))
    shots = latest_shots(found)
    rows = [{"lesion": lesion, "shot": shots.get(lesion.pk)} for lesion in found]
    return {"lesion_rows": rows, "body_map": body_map(found)}


def _rows(wanted: Filter, user: User) -> QuerySet[Any]:
    """The lesions of a list with `shot`, the key of the newest photograph that put them there."""
    of_lesion = wanted.photos().filter(lesion=OuterRef("pk")).order_by("-visit__date", "-pk")
    found = Lesion.objects.visible_to(user).standing().annotate(shot=Subquery(of_lesion.values("pk")[:1]))
    found = found.filter(shot__isnull=False) if wanted.key else found
    return found.select_related("patient").order_by(F("shot").desc(nulls_last=True), "-pk")
