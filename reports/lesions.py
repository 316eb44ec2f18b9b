"""The photographs of lesions, each with the run and the assessment that speak for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from analysis.models import LesionAssessment, LesionReading, ModelRelease, Review, Run
from imaging.models import Photo
from patients.models import Lesion, Visit
from reports.slots import WORDS as SLOT_WORDS

WORDS = {**SLOT_WORDS, Run.Status.DONE: _("Estimated"), Run.Status.NOT_MEASURABLE: _("Withheld")}


@dataclass(frozen=True)
class Shot:
    """One photograph of a lesion.

    `assessment` is the final one, `run` the run it comes from; without one, `run` is the newest and says why
    there is none. `newest` is the newest run in any case: a signed assessment outlasts a later run.
    """

    photo: Photo
    run: Run | None = None
    assessment: LesionAssessment | None = None
    newest: Run | None = None

    @property
    def visit(self) -> Visit:
        return self.photo.visit

    @property
    def reading(self) -> LesionReading | None:
        """What follows from the mask that is taken."""
        return self.assessment.picked if self.assessment else None

    @property
    def status(self) -> str:
        if self.run is None:
            return Run.Status.QUEUED.value
        # A result that was stored between two of our queries: the next look finds it whole.
        is_split = self.run.status == Run.Status.DONE and self.assessment is None
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
    def is_pending(self) -> bool:
        """Whether another analysis is on its way while the signed assessment stands."""
        return self.newest is not None and self.newest != self.run and not self.newest.is_finished

    @property
    def review(self) -> Review | None:
        return self.assessment.review if self.assessment else None

    @property
    def is_signed(self) -> bool:
        return self.review is not None and self.review.is_signed

    @property
    def asks_for_review(self) -> bool:
        """Whether the software itself says that it cannot tell, and nobody has signed yet."""
        return self.assessment is not None and not self.is_signed and asks_for_review(self.assessment)

    @property
    def stage_number(self) -> int:
        return self.run.stages.index(Run.Stage(self.run.stage)) if self.run else 0

    @property
    def stage_count(self) -> int:
        return len(Run.LESION_STAGES) - 1

    @property
    def releases(self) -> list[ModelRelease]:
        """Those that made the assessment, or none."""
        return releases_of(self.run) if self.run and self.assessment else []


def asks_for_review(assessment: LesionAssessment) -> bool:
    """The masks agree too little, the classifiers disagree, or the estimate is indeterminate."""
    reading = assessment.picked
    return assessment.needs_review or reading.disagree or reading.band == LesionReading.Band.INDETERMINATE


def releases_of(run: Run) -> list[ModelRelease]:
    found = (getattr(run, task.value) for task in ModelRelease.LESION_TASKS)
    return [release for release in found if release is not None]


def shots_of(photos: Iterable[Photo]) -> list[Shot]:
    """In the order of the photographs, in four queries however many there are."""
    photos = list(photos)
    finals = LesionAssessment.objects.final().filter(review__photo__in=photos)
    assessments = list(finals.select_related("picked", "review__signer", "author"))
    ours = Run.objects.filter(photo__in=photos)
    wanted = ours.latest_per_photo() | ours.filter(pk__in=[one.run_id for one in assessments])
    tasks = [task.value for task in ModelRelease.LESION_TASKS]
    by_key = {run.pk: run for run in wanted.select_related(*tasks).with_overrides().order_by("pk")}
    newest = {run.photo_id: run for run in by_key.values()}
    final = {one.review.photo_id: one for one in assessments}
    return [_shot(photo, final.get(photo.pk), by_key, newest.get(photo.pk)) for photo in photos]


def _shot(
    photo: Photo, assessment: LesionAssessment | None, runs: Mapping[int, Run], newest: Run | None
) -> Shot:
    if assessment is None:
        return Shot(photo, newest, None, newest)
    assessment.run = runs[assessment.run_id]
    return Shot(photo, assessment.run, assessment, newest)


def shots_of_lesion(lesion: Lesion) -> list[Shot]:
    """Every photograph that was not replaced, the oldest first."""
    photos = Photo.objects.of_lesions().standing().filter(lesion=lesion)
    return shots_of(photos.select_related("visit").order_by("visit__date", "pk"))


def latest_shots(lesions: Iterable[Lesion]) -> dict[int, Shot]:
    """By the key of the lesion, its newest photograph, in five queries."""
    photos = Photo.objects.of_lesions().standing().filter(lesion__in=list(lesions))
    in_order = photos.select_related("visit").order_by("visit__date", "pk")
    newest = {photo.lesion_id: photo for photo in in_order}
    return {shot.photo.lesion_id: shot for shot in shots_of(newest.values()) if shot.photo.lesion_id}
