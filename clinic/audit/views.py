"""The trail, newest first, for administrators."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinic.accounts.staff import StaffRequest, require_administrator
from clinic.audit.models import Event, EventQuerySet

PAGE_SIZE = 50


@require_GET
def events(request: StaffRequest) -> HttpResponse:
    user = require_administrator(request)
    wanted = {name: request.GET.get(name, "").strip() for name in ("action", "user", "object")}
    found = _matching(Event.objects.visible_to(user).select_related("user"), **wanted)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"page": page, "actions": Event.Action.choices, "wanted": wanted, "query": query.urlencode()}
    return render(request, "audit/events.html", context)


def _matching(found: EventQuerySet, *, action: str, user: str, object: str) -> EventQuerySet:  # noqa: A002
    """`object` is a label with an optional key, as the page shows it: 'patients.patient 12'."""
    if action in Event.Action.values:
        found = found.filter(action=action)
    if user:
        found = found.filter(user__username__icontains=user)
    label, _, key = object.partition(" ")
    if label:
        found = found.filter(object_label__icontains=label)
    return found.filter(object_id=key) if key else found
