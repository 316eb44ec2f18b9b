"""What waits for somebody, list by list. Each is a queryset, so that the database counts and cuts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analysis.models import Review, Run, RunQuerySet
from clinic.accounts.models import User
from imaging.models import Photo, RetakeRequest, View
from patients.models import Patient, Visit
from reports.lesions import shots_of
from reports.slots import slots_of_visits, unsigned_slots


@dataclass(frozen=True)
class Worklist:
    """One kind of work: who waits, and what the page shows of each row beside the row itself."""

    key: str
    label: Promise
    rows: Callable[[User], QuerySet[Any]]
    shown: Callable[[Sequence[Any]], list[dict[str, Any]]]


def newest_runs(user: User) -> RunQuerySet:
    """The newest run of every photograph that fills a slot of the face."""
    runs = Run.objects.visible_to(user).of_faces().filter(photo__replaced_at__isnull=True).latest_per_photo()
    return runs.select_related("photo__visit__patient")


def running(user: User) -> RunQuerySet:
    """Whatever is being analysed, of a face or of a lesion; a photograph has one such run at most."""
    runs = Run.objects.visible_to(user).unfinished().filter(photo__replaced_at__isnull=True)
    return runs.select_related("photo__visit__patient", "photo__lesion").order_by("pk")


def unsigned(user: User) -> QuerySet[Visit]:
    """Visits with a value that no dermatologist has signed."""
    waiting = Review.objects.unsigned().of_faces().filter(photo__visit=OuterRef("pk"))
    visits = Visit.objects.visible_to(user).filter(Exists(waiting))
    return visits.select_related("patient").order_by("-date", "-pk")


def lesions(user: User) -> QuerySet[Photo]:
    """Photographs of lesions with an assessment that no dermatologist has signed."""
    waiting = Review.objects.unsigned().of_lesions().values("photo")
    photos = Photo.objects.visible_to(user).filter(pk__in=waiting, lesion__struck_at__isnull=True)
    return photos.select_related("visit__patient", "lesion").order_by("-visit__date", "-pk")


def retakes(user: User) -> QuerySet[RetakeRequest]:
    related = ("photo__visit__patient", "asked_by")
    return RetakeRequest.objects.visible_to(user).open().select_related(*related).order_by("pk")


def _without_number(user: User, status: Run.Status) -> QuerySet[Run]:
    """Photos whose newest analysis gave no number; one that is signed all the same needs no hand."""
    signed = Review.objects.filter(photo=OuterRef("photo"), state=Review.State.SIGNED)
    return newest_runs(user).filter(~Exists(signed), status=status).order_by("-finished_at")


def not_measurable(user: User) -> QuerySet[Run]:
    return _without_number(user, Run.Status.NOT_MEASURABLE)


def failed(user: User) -> QuerySet[Run]:
    return _without_number(user, Run.Status.FAILED)


def overdue(user: User) -> QuerySet[Patient]:
    """Who should have come already, the longest away first."""
    return Patient.objects.visible_to(user).overdue(timezone.localdate())


def incomplete(user: User) -> QuerySet[Visit]:
    current = Count("photos", filter=Q(photos__in=Photo.objects.current()))
    visits = Visit.objects.visible_to(user).annotate(view_count=current).filter(view_count__lt=len(View))
    return visits.select_related("patient").order_by("-date", "-pk")


def _with_unsigned(visits: Sequence[Visit]) -> list[dict[str, Any]]:
    slots = unsigned_slots(visits)
    return [{"visit": visit, "slots": slots.get(visit.pk, [])} for visit in visits]


def _with_assessment(photos: Sequence[Photo]) -> list[dict[str, Any]]:
    return [{"shot": shot} for shot in shots_of(photos)]


def _with_missing(visits: Sequence[Visit]) -> list[dict[str, Any]]:
    slots = slots_of_visits(visits)
    return [
        {"visit": visit, "views": [slot.view for slot in slots[visit.pk] if slot.photo is None]}
        for visit in visits
    ]


def _with_due_day(patients: Sequence[Any]) -> list[dict[str, Any]]:
    """`patients` carry `last_visit`, and every one of them has a follow-up."""
    return [{"patient": one, "due": one.last_visit + one.follow_up} for one in patients]


def _alone(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"row": row} for row in rows]


WORKLISTS = (
    Worklist("unsigned", _("Not signed"), unsigned, _with_unsigned),
    Worklist("lesions", _("Lesions not signed"), lesions, _with_assessment),
    Worklist("retakes", _("Retakes asked for"), retakes, _alone),
    Worklist("not_measurable", _("Not measurable"), not_measurable, _alone),
    Worklist("failed", pgettext_lazy("runs", "Failed runs"), failed, _alone),
    Worklist("incomplete", _("Missing views"), incomplete, _with_missing),
    Worklist("overdue", _("Overdue visits"), overdue, _with_due_day),
)
