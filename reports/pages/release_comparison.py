"""Two releases of one task side by side, on the sets of pictures that judged both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from analysis.models import ModelRelease
from clinic.accounts.staff import StaffRequest
from reports.pages.release_figures import Evaluation, Figure, evaluations_of


class Outcome(Enum):
    """What two intervals say about two figures. Overlapping intervals say nothing."""

    BETTER = _("better")
    WORSE = _("worse")
    UNCLEAR = _("no clear difference")


@dataclass(frozen=True)
class Line:
    """One metric of both releases; the second is what it is compared with."""

    ours: Figure
    theirs: Figure

    @property
    def difference(self) -> str:
        return self.ours.kind.unit.signed(self.ours.value - self.theirs.value)

    @property
    def outcome(self) -> Outcome:
        if not (self.ours.interval or self.theirs.interval):
            return Outcome.UNCLEAR
        ours, theirs = _goodness(self.ours), _goodness(self.theirs)
        if ours[0] > theirs[1]:
            return Outcome.BETTER
        return Outcome.WORSE if ours[1] < theirs[0] else Outcome.UNCLEAR

    @property
    def word(self) -> str:
        return str(self.outcome.value)

    @property
    def is_worse(self) -> bool:
        return self.outcome is Outcome.WORSE

    @property
    def is_better(self) -> bool:
        return self.outcome is Outcome.BETTER


@dataclass(frozen=True)
class Comparison:
    """One set of pictures on which both were judged."""

    evaluation: Evaluation
    n_theirs: int
    lines: list[Line]

    @property
    def is_same_number(self) -> bool:
        return self.evaluation.n == self.n_theirs


@require_GET
def compare_releases(request: StaffRequest, pk: int, other: int) -> HttpResponse:
    """Nothing here is about a patient: everyone who reads a number may read how it came about."""
    release = get_object_or_404(ModelRelease, pk=pk)
    reference = get_object_or_404(ModelRelease, pk=other)
    if release == reference or release.task != reference.task:
        raise Http404
    context = {
        "release": release,
        "reference": reference,
        "comparisons": compare(release, reference),
        "alone": [_only_in(release, reference), _only_in(reference, release)],
    }
    return render(request, "pages/release_comparison.html", context)


def compare(release: ModelRelease, reference: ModelRelease) -> list[Comparison]:
    """Every set that judged both, in the order of the first one's card; the clinic's own set comes first."""
    theirs = _judged(reference, release)
    pairs = [(ours, theirs[key]) for key, ours in _judged(release, reference).items() if key in theirs]
    found = [Comparison(ours, others.n, _lines(ours, others)) for ours, others in pairs]
    return sorted(found, key=lambda one: one.evaluation.key != "clinic")


def _judged(release: ModelRelease, beside: ModelRelease) -> dict[str, Evaluation]:
    """The sets of a release by name. What another card says about it, on that card's own set, counts too:
    a training judges the release it came from on the patients that it held out.
    """
    own = {one.key: one for one in evaluations_of(release.card) if ", by " not in one.key}
    ending = f", by {release.name}"
    reported = [one for one in evaluations_of(beside.card) if one.key.endswith(ending)]
    return own | {one.key.removesuffix(ending): one for one in reported}


def _lines(ours: Evaluation, theirs: Evaluation) -> list[Line]:
    known = {figure.name: figure for figure in theirs.figures}
    return [Line(figure, known[figure.name]) for figure in ours.figures if figure.name in known]


def _only_in(release: ModelRelease, other: ModelRelease) -> tuple[ModelRelease, list[str]]:
    there = _judged(other, release)
    return release, [one.name for key, one in _judged(release, other).items() if key not in there]


def _goodness(figure: Figure) -> tuple[float, float]:
    """The interval of a figure turned so that more is better."""
    low, high = figure.low, figure.high
    if figure.kind.better > 0:
        return low, high
    if figure.kind.better < 0:
        return -high, -low
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return -max(abs(low), abs(high)), -nearest
