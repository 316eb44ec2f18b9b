"""The clinic's text on what a clinician would consider, by class and band."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from reports.models import NextStep


def next_step_for(*, lesion_class: str, band: str) -> NextStep | None:
    """The text in force for a class in a band; that of any class where it has none of its own."""
    texts = NextStep.objects.newest().filter(band=band, lesion_class__in={lesion_class, ""})
    return next(iter(sorted(texts, key=lambda step: step.lesion_class == "")), None)


@transaction.atomic
def publish_next_step(*, lesion_class: str, band: str, text: str, source: str, by: User) -> NextStep:
    """A new version for a class and band; what was shown before stays as it was."""
    of_both = NextStep.objects.filter(lesion_class=lesion_class, band=band)
    newest = of_both.aggregate(newest=Max("version"))["newest"] or 0
    step = NextStep.objects.create(
        lesion_class=lesion_class, band=band, version=newest + 1, text=text, source=source, made_by=by
    )
    detail = {"class": lesion_class, "band": band, "version": step.version}
    record(user=by, action=Event.Action.CREATE, target=step, detail=detail)
    return step
