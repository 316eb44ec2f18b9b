"""The first page of the day: what is running, what waits for somebody, what is new."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest
from patients.models import Visit, VisitQuerySet
from reports.slots import slots_of_visits
from reports.worklists import WORKLISTS, Worklist, running

LONGEST = 20
LATEST = 8
PER_PAGE = 25
TO_SIGN = {"unsigned", "lesions"}


@dataclass(frozen=True)
class Tab:
    """One list and how much waits in it."""

    list: Worklist
    count: int


@require_GET
def worklist(request: StaffRequest) -> HttpResponse:
    """The list that was asked for; otherwise the first in which something waits for this reader."""
    user = request.user
    tabs = [Tab(one, one.rows(user).count()) for one in WORKLISTS]
    shown = _shown(tabs, request.GET.get("list", ""), user)
    page = Paginator(shown.list.rows(user), PER_PAGE).get_page(request.GET.get("page"))
    latest = Visit.objects.visible_to(user).select_related("patient").order_by("-date", "-pk")[:LATEST]
    context = {
        **_running(user),
        "tabs": tabs,
        "shown": shown,
        "page": page,
        "rows": shown.list.shown(list(page)),
        "template": f"pages/worklist/{shown.list.key}.html",
        "latest": _with_slots(latest),
    }
    return render(request, "pages/worklist.html", context)


@require_GET
def worklist_running(request: StaffRequest) -> HttpResponse:
    """The part of the worklist that changes by itself."""
    return render(request, "pages/_running.html", _running(request.user))


def _shown(tabs: list[Tab], key: str, user: User) -> Tab:
    asked = [tab for tab in tabs if tab.list.key == key]
    # Whoever cannot sign begins with what waits for hands.
    in_order = tabs if user.may_sign else sorted(tabs, key=lambda tab: tab.list.key in TO_SIGN)
    return next(iter([*asked, *(tab for tab in in_order if tab.count), *in_order]))


def _running(user: User) -> dict[str, object]:
    found = running(user)
    return {"running": found[:LONGEST], "running_count": found.count()}


def _with_slots(visits: VisitQuerySet) -> list[dict[str, object]]:
    found = list(visits)
    slots = slots_of_visits(found)
    return [{"visit": visit, "slots": slots[visit.pk]} for visit in found]
