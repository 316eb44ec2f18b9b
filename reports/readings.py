"""From the rows of the database to the readings that charts, pages and the PDF speak about."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from analysis.models import Run
from clinic.accounts.models import User
from reports.charts.series import Reading, Status, Track
from reports.pages.findings import warnings_of
from reports.slots import Slot

STATUSES = {
    Run.Status.QUEUED: Status.WAITING,
    Run.Status.RUNNING: Status.WAITING,
    Run.Status.DONE: Status.MEASURED,
    Run.Status.NOT_MEASURABLE: Status.NOT_MEASURABLE,
    Run.Status.FAILED: Status.FAILED,
}


def readings_of(slots: Iterable[Slot]) -> list[Reading]:
    """One reading for each slot with a photograph; an empty slot says nothing."""
    return [_reading(slot) for slot in slots if slot.photo is not None]


def releases_of(run: Run) -> str:
    """The names of the three releases behind a number; two numbers of different releases never meet."""
    releases = (run.detector, run.matting, run.vitiligo)
    return ", ".join(f"{release.name} {release.sha256[:8]}" for release in releases if release)


def name_of(user: User) -> str:
    return user.get_full_name() or user.get_username()


def _signature(slot: Slot) -> dict[str, Any]:
    review = slot.review
    if review is None or review.signer is None or review.signed_at is None or not review.is_signed:
        return {"signed": False}
    return {
        "signed": True,
        "signed_by": name_of(review.signer),
        "signed_at": timezone.localtime(review.signed_at),
    }


def _reading(slot: Slot) -> Reading:
    if slot.photo is None:
        raise ValueError("An empty slot has no reading.")
    measurement, run = slot.measurement, slot.run
    return Reading(
        track=Track(slot.view),
        visit=slot.visit.pk,
        taken_on=slot.visit.date,
        status=STATUSES[Run.Status(slot.status)],
        n_vitiligo=measurement.n_vitiligo if measurement else None,
        n_face=measurement.n_face if measurement else None,
        n_least=measurement.n_least if measurement else None,
        n_most=measurement.n_most if measurement else None,
        reason=run.reason if run and measurement is None else "",
        **_signature(slot),
        corrected_by=name_of(measurement.author) if measurement and measurement.author else "",
        release=releases_of(run) if run else "",
        modality=slot.photo.modality,
        skin_condition=slot.visit.skin_condition,
        quality_passed=run is None or all(finding["verdict"] != "fail" for finding in run.quality),
        quality_warned=run is not None and bool(run.open_warnings),
        warning=", ".join(warnings_of(run)),
        link=reverse("pages:photo", args=[slot.photo.pk]),
    )
