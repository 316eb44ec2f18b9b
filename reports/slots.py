"""The three places for photographs of a visit, each with the run that speaks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analysis.models import Measurement, Review, Run
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


@dataclass(frozen=True)
class Slot:
    """One view of one visit. Without a photograph it is missing, which is no result at all.

    `measurement` is the final one of the photo, `run` the run it comes from; without one, `run` is the newest
    and says why there is none. `newest` is the newest run in any case: a signed value outlasts a later run.
    """

    visit: Visit
    view: View
    photo: Photo | None = None
    run: Run | None = None
    measurement: Measurement | None = None
    newest: Run | None = None
    earlier: Slot | None = None
    """The last measured photograph of the view before this visit; only where capture help asks for it."""

    @property
    def status(self) -> str:
        if self.photo is None:
            return MISSING
        if self.run is None:
            return Run.Status.QUEUED.value
        # A result that was stored between two of our queries: the next look finds it whole.
        is_split = self.run.status == Run.Status.DONE and self.measurement is None
        return Run.Status.RUNNING.value if is_split else self.run.status

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
    def review(self) -> Review | None:
        return self.measurement.review if self.measurement else None

    @property
    def is_pending(self) -> bool:
        """Whether another analysis is on its way while the signed value stands."""
        return self.newest is not None and self.newest != self.run and not self.newest.is_finished

    @property
    def is_signed(self) -> bool:
        return self.review is not None and self.review.is_signed

    @property
    def has_warning(self) -> bool:
        """Whether a finding speaks against the number and nobody has accepted it."""
        return self.run is not None and not self.run.is_quality_passed

    @property
    def stage_number(self) -> int:
        return self.run.stages.index(Run.Stage(self.run.stage)) if self.run else 0

    @property
    def stage_count(self) -> int:
        return len(Run.FACE_STAGES) - 1


def newest_runs(photos: Iterable[Photo]) -> dict[int, Run]:
    """The newest run of each photograph, with its releases and what the model measured, in two queries."""
    runs = Run.objects.filter(photo__in=list(photos)).latest_per_photo()
    runs = runs.select_related("detector", "matting", "vitiligo").prefetch_related("measurements")
    return {run.photo_id: run for run in runs}


@dataclass(frozen=True)
class Results:
    """What is known of some photographs, by their keys: the final measurement and the newest run."""

    finals: dict[int, Measurement]
    newest: dict[int, Run]


def results_of(photos: Iterable[Photo]) -> Results:
    """Final measurements and newest runs, with signatures and releases, in three queries."""
    photos = list(photos)
    finals = Measurement.objects.final().filter(review__photo__in=photos)
    measurements = list(finals.select_related("review__signer", "author"))
    ours = Run.objects.filter(photo__in=photos)
    wanted = ours.latest_per_photo() | ours.filter(pk__in=[one.run_id for one in measurements])
    runs = wanted.select_related("detector", "matting", "vitiligo").with_overrides()
    by_key = {run.pk: run for run in runs.order_by("pk")}
    for measurement in measurements:
        measurement.run = by_key[measurement.run_id]
    return Results(
        {measurement.run.photo_id: measurement for measurement in measurements},
        {run.photo_id: run for run in by_key.values()},
    )


def slots_of_visits(visits: Iterable[Visit]) -> dict[int, list[Slot]]:
    """Left, front and right of every visit, by its key, in four queries however many visits there are."""
    visits = list(visits)
    photos = list(Photo.objects.current().filter(visit__in=visits))
    filled = {(photo.visit_id, photo.view): photo for photo in photos}
    results = results_of(photos)
    return {visit.pk: [_slot(visit, view, filled, results) for view in View] for visit in visits}


def slot_of_photo(photo: Photo) -> Slot:
    """The slot that a photograph fills, or filled before it was replaced."""
    filled = {(photo.visit_id, photo.view): photo}
    return _slot(photo.visit, View(photo.view), filled, results_of([photo]))


def slots_of_patient(patient: Patient) -> list[Slot]:
    """All slots of a patient in the order of the visits."""
    visits = list(patient.visits.order_by("date", "pk"))
    by_visit = slots_of_visits(visits)
    return [slot for visit in visits for slot in by_visit[visit.pk]]


def slots_of_visit(visit: Visit) -> list[Slot]:
    return slots_of_visits([visit])[visit.pk]


def slot_of(visit: Visit, view: str) -> Slot:
    return next(slot for slot in slots_of_visit(visit) if slot.view == view)


def unsigned_slots(visits: Iterable[Visit]) -> dict[int, list[Slot]]:
    """By the key of the visit, each view whose newest version waits for a signature, in two queries.

    An earlier version of it may be signed; it is final until this one is signed too.
    """
    waiting = Review.objects.unsigned().of_faces().filter(photo__visit__in=list(visits))
    measurements = Measurement.objects.filter(review__in=waiting).order_by("-review")
    related = ("review", "author", "run__vitiligo", "run__photo__visit")
    found: dict[int, list[Slot]] = {}
    for measurement in measurements.select_related(*related).prefetch_related("run__overrides"):
        photo = measurement.run.photo
        slot = Slot(photo.visit, View(photo.view), photo, measurement.run, measurement)
        found.setdefault(photo.visit_id, []).append(slot)
    order = list(View)
    return {visit: sorted(slots, key=lambda slot: order.index(slot.view)) for visit, slots in found.items()}


def _slot(visit: Visit, view: View, photos: dict[tuple[int, str], Photo], results: Results) -> Slot:
    photo = photos.get((visit.pk, view.value))
    if photo is None:
        return Slot(visit, view)
    newest, measurement = results.newest.get(photo.pk), results.finals.get(photo.pk)
    return Slot(visit, view, photo, measurement.run if measurement else newest, measurement, newest)
