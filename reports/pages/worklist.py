"""The first page of the day: what is running, what needs a hand, what is missing, what is new."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analysis.models import Run, RunQuerySet
from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest
from imaging.models import View
from patients.models import Visit, VisitQuerySet
from reports.slots import slots_of_visits

LONGEST = 20
LATEST = 8


@require_GET
def worklist(request: StaffRequest) -> HttpResponse:
    user = request.user
    incomplete = _with_missing_views(user)
    latest = Visit.objects.visible_to(user).select_related("patient").order_by("-date", "-pk")[:LATEST]
    context = {
        **_running(user),
        "refused": _refused(user),
        "incomplete": _missing(incomplete[:LONGEST]),
        "incomplete_count": incomplete.count(),
        "latest": _with_slots(latest),
    }
    return render(request, "pages/worklist.html", context)


@require_GET
def worklist_running(request: StaffRequest) -> HttpResponse:
    """The part of the worklist that changes by itself."""
    return render(request, "pages/_running.html", _running(request.user))


def _runs(user: User) -> RunQuerySet:
    """The newest run of every photograph that fills a slot."""
    runs = Run.objects.visible_to(user).filter(photo__replaced_at__isnull=True).latest_per_photo()
    return runs.select_related("photo__visit__patient")


def _running(user: User) -> dict[str, object]:
    running = _runs(user).unfinished().order_by("pk")
    return {"running": running[:LONGEST], "running_count": running.count()}


def _refused(user: User) -> RunQuerySet:
    refused = _runs(user).filter(status__in=[Run.Status.NOT_MEASURABLE, Run.Status.FAILED])
    return refused.order_by("-finished_at")[:LONGEST]


def _with_missing_views(user: User) -> VisitQuerySet:
    current = Count("photos", filter=Q(photos__replaced_at__isnull=True))
    visits = Visit.objects.visible_to(user).annotate(view_count=current).filter(view_count__lt=len(View))
    return visits.select_related("patient").order_by("-date", "-pk")


def _with_slots(visits: VisitQuerySet) -> list[dict[str, object]]:
    found = list(visits)
    slots = slots_of_visits(found)
    return [{"visit": visit, "slots": slots[visit.pk]} for visit in found]


def _missing(visits: VisitQuerySet) -> list[dict[str, object]]:
    found = list(visits)
    slots = slots_of_visits(found)
    return [
        {"visit": visit, "views": [slot.view for slot in slots[visit.pk] if slot.photo is None]}
        for visit in found
    ]
