"""The three places for photographs of a visit, each with its newest run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analysis.models import Measurement, Run
from imaging.models import Photo, View
from patients.models import Patient, Visit

MISSING = "missing"
WORDS = {
    MISSING: pgettext_lazy("photo", "Missing"),
    Run.Status.QUEUED: _("Waiting"),
    Run.Status.RUNNING: _("Being analysed"),
    Run.Status.DONE: _("Measured"),
    Run.Status.NOT_MEASURABLE: _("Not measurable"),
    Run.Status.FAILED: _("Failed"),
}
STAGES = list(Run.Stage)


@dataclass(frozen=True)
class Slot:
    """One view of one visit. Without a photograph it is missing, which is no result at all."""

    visit: Visit
    view: View
    photo: Photo | None = None
    run: Run | None = None

    @property
    def status(self) -> str:
        if self.photo is None:
            return MISSING
        return self.run.status if self.run else Run.Status.QUEUED.value

    @property
    def word(self) -> str:
        return str(WORDS[self.status])

    @property
    def is_unfinished(self) -> bool:
        return self.status in {Run.Status.QUEUED, Run.Status.RUNNING}

    @property
    def is_refused(self) -> bool:
        return self.status in {Run.Status.NOT_MEASURABLE, Run.Status.FAILED}

    @property
    def measurement(self) -> Measurement | None:
        """The counts, and only of a run that is done."""
        if self.run is None or self.run.status != Run.Status.DONE:
            return None
        return getattr(self.run, "measurement", None)

    @property
    def has_warning(self) -> bool:
        """Whether a finding speaks against the number and nobody has accepted it."""
        return self.run is not None and not self.run.is_quality_passed

    @property
    def stage_number(self) -> int:
        return STAGES.index(Run.Stage(self.run.stage)) if self.run else 0

    @property
    def stage_count(self) -> int:
        return len(STAGES) - 1


def newest_runs(photos: Iterable[Photo]) -> dict[int, Run]:
    """The newest run of each photograph, with its measurement and releases, in one query."""
    runs = Run.objects.filter(photo__in=list(photos)).latest_per_photo()
    runs = runs.select_related("measurement", "detector", "matting", "vitiligo")
    runs = runs.prefetch_related("overrides")
    return {run.photo_id: run for run in runs}


def slots_of_visits(visits: Iterable[Visit]) -> dict[int, list[Slot]]:
    """Left, front and right of every visit, by its key, in two queries however many visits there are."""
    visits = list(visits)
    photos = list(Photo.objects.current().filter(visit__in=visits))
    filled = {(photo.visit_id, photo.view): photo for photo in photos}
    runs = newest_runs(photos)
    return {visit.pk: [_slot(visit, view, filled, runs) for view in View] for visit in visits}


def slots_of_patient(patient: Patient) -> list[Slot]:
    """All slots of a patient in the order of the visits."""
    visits = list(patient.visits.order_by("date", "pk"))
    by_visit = slots_of_visits(visits)
    return [slot for visit in visits for slot in by_visit[visit.pk]]


def slots_of_visit(visit: Visit) -> list[Slot]:
    return slots_of_visits([visit])[visit.pk]


def slot_of(visit: Visit, view: str) -> Slot:
    return next(slot for slot in slots_of_visit(visit) if slot.view == view)


def _slot(visit: Visit, view: View, photos: dict[tuple[int, str], Photo], runs: dict[int, Run]) -> Slot:
    photo = photos.get((visit.pk, view.value))
    return Slot(visit, view, photo, runs.get(photo.pk) if photo else None)
