"""The releases of the networks: which of them measures, what their cards say, and the choice of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from analysis.models import ModelRelease
from clinic.accounts.staff import StaffRequest, require_administrator
from imaging.models import View
from reports.pages.release_comparison import compare
from reports.pages.release_figures import Evaluation, evaluations_of, reliability_of


@dataclass(frozen=True)
class CardPage:
    """A release and its card. Cards are read with patience: an older one may lack an entry."""

    release: ModelRelease
    active: ModelRelease | None
    """The release of its task that measures."""

    @property
    def card(self) -> Mapping[str, Any]:
        card: Mapping[str, Any] = self.release.card
        return card

    @property
    def evaluations(self) -> list[Evaluation]:
        return [one for one in evaluations_of(self.card) if ", by " not in one.key]

    @property
    def headline(self) -> Evaluation | None:
        """What is said about it in one line: its first set."""
        return self.evaluations[0] if self.evaluations else None

    @property
    def reliability(self) -> list[tuple[str, str, int]]:
        return reliability_of(self.card)

    @property
    def errors(self) -> list[tuple[str, str]]:
        sdc = self.card.get("sdc", {})
        return [(str(view.label), f"{float(sdc[view.value]):.1f}") for view in View if view.value in sdc]


@dataclass(frozen=True)
class Task:
    """One step of the analysis: the release that does it, and the others."""

    name: str
    active: CardPage | None
    others: list[CardPage]


@require_GET
def releases(request: StaffRequest) -> HttpResponse:
    """Nothing here is about a patient: everyone who reads a number may read how it came about."""
    steps = ModelRelease.Task.values
    newest_first = ModelRelease.objects.order_by("-installed_at", "-pk")
    found = sorted(newest_first, key=lambda release: steps.index(release.task))
    tasks = [_task(task, list(of_task)) for task, of_task in groupby(found, key=lambda one: one.task)]
    return render(request, "pages/releases.html", {"tasks": tasks})


@require_http_methods(["GET", "POST"])
def promote_release(request: StaffRequest, pk: int) -> HttpResponse:
    """Asked first, since no value before and after it can be compared; then on record."""
    from analysis.releases import activate_release  # with PyTorch, which no other page needs

    user = require_administrator(request)
    release = get_object_or_404(ModelRelease, pk=pk)
    active = ModelRelease.objects.filter(task=release.task, is_active=True).first()
    problem = _problem(release)
    if request.method == "POST" and not problem:
        activate_release(release=release, user=user)
        messages.success(request, _("{name} measures from now on.").format(name=release.name))
        return redirect("pages:repeats")
    context = {
        "release": release,
        "active": active,
        "problem": problem,
        "comparisons": compare(release, active) if active and active != release else [],
    }
    return render(
        request, "pages/release_promote.html", context, status=409 if request.method == "POST" else 200
    )


def _task(task: str, of_task: list[ModelRelease]) -> Task:
    active = next((release for release in of_task if release.is_active), None)
    pages = [CardPage(release, active) for release in of_task]
    return Task(
        str(ModelRelease.Task(task).label),
        next((page for page in pages if page.release.is_active), None),
        [page for page in pages if not page.release.is_active],
    )


def _problem(release: ModelRelease) -> str:
    """Why a release can't measure: its files are gone or altered. Empty when it can."""
    from analysis.releases import read_active
    from analysis.vision.releases import ReleaseUnusable

    try:
        read_active(release)
    except ReleaseUnusable as unusable:
        return str(unusable)
    return ""
