"""Every version of a photograph's measurement, the newest first: who made it, why, and what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analysis.models import Measurement, Review, Run
from imaging.models import Photo
from reports.charts.wording import signed_text


@dataclass(frozen=True)
class Version:
    """One version; `by_model` is what the networks measured in the same run."""

    measurement: Measurement
    by_model: Measurement

    @property
    def review(self) -> Review:
        return self.measurement.review

    @property
    def is_edited(self) -> bool:
        return self.measurement.author_id is not None

    @property
    def points(self) -> str:
        """The change that the edit made, in percentage points."""
        difference = self.measurement.f_vitiligo - self.by_model.f_vitiligo
        return _("{points} points").format(points=signed_text(difference, 2))


@dataclass(frozen=True)
class Analysis:
    """One run with its versions; a run without a number has none and says why."""

    run: Run
    versions: Sequence[Version]


def history_of(photo: Photo) -> list[Analysis]:
    """In three queries, however long the history is."""
    runs = photo.runs.select_related("detector", "matting", "vitiligo").order_by("-pk")
    found = Measurement.objects.filter(run__photo=photo).order_by("-version")
    by_run: dict[int, list[Measurement]] = {}
    for measurement in found.select_related("author", "review__signer"):
        by_run.setdefault(measurement.run_id, []).append(measurement)
    return [_analysis(run, by_run.get(run.pk, [])) for run in runs]


def _analysis(run: Run, newest_first: Sequence[Measurement]) -> Analysis:
    return Analysis(run, [Version(measurement, newest_first[-1]) for measurement in newest_first])
