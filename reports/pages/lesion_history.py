"""Every version of a lesion's assessment, the newest first: who made it, why, and which mask it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.models import LesionAssessment, Run
from imaging.models import Photo
from reports.lesion_words import probability_text
from reports.lesions import WORDS


@dataclass(frozen=True)
class Version:
    assessment: LesionAssessment

    @property
    def probability(self) -> str:
        return probability_text(self.assessment.picked.malignancy, self.assessment.picked.sd)


@dataclass(frozen=True)
class Analysis:
    """One run with its versions; a run whose estimate was withheld has none and says why."""

    run: Run
    versions: Sequence[Version]

    @property
    def word(self) -> str:
        return str(WORDS[self.run.status])


def history_of_lesion(photo: Photo) -> list[Analysis]:
    """In two queries, however long the history is."""
    found = LesionAssessment.objects.filter(run__photo=photo).order_by("-version")
    by_run: dict[int, list[Version]] = {}
    for assessment in found.select_related("author", "picked", "review__signer"):
        by_run.setdefault(assessment.run_id, []).append(Version(assessment))
    return [Analysis(run, by_run.get(run.pk, [])) for run in photo.runs.order_by("-pk")]
