"""The releases of the networks, and what their cards say about how well they do, on what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analysis.models import ModelRelease
from clinic.accounts.staff import StaffRequest


@dataclass(frozen=True)
class Metric:
    """A figure of a card as text, with its 95 % interval where the card has one."""

    name: str
    value: str
    interval: str


@dataclass(frozen=True)
class Evaluation:
    name: str
    n: int
    note: str
    metrics: list[Metric]


@dataclass(frozen=True)
class CardPage:
    """A release and its card. Cards are read with patience: an older one may lack an entry."""

    release: ModelRelease

    @property
    def card(self) -> Mapping[str, Any]:
        card: Mapping[str, Any] = self.release.card
        return card

    @property
    def evaluations(self) -> list[Evaluation]:
        return [_evaluation(entry) for entry in self.card.get("evaluation", [])]

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [(view, f"{float(sdc):.1f}") for view, sdc in self.card.get("sdc", {}).items()]


@require_GET
def releases(request: StaffRequest) -> HttpResponse:
    """Nothing here is about a patient: everyone who reads a number may read how it came about."""
    found = ModelRelease.objects.order_by("task", "-is_active", "-installed_at")
    return render(request, "pages/releases.html", {"pages": [CardPage(release) for release in found]})


def _evaluation(entry: Mapping[str, Any]) -> Evaluation:
    metrics = [_metric(name, figure) for name, figure in entry.get("metrics", {}).items()]
    return Evaluation(entry.get("name", ""), int(entry.get("n", 0)), entry.get("note", ""), metrics)


def _metric(name: str, figure: Mapping[str, float]) -> Metric:
    low, high = figure["low"], figure["high"]
    interval = f"{_figure(low)} – {_figure(high)}" if low != high else ""
    return Metric(name.replace("_", " "), _figure(figure["value"]), interval)


def _figure(value: float) -> str:
    """Three significant digits: more would pretend a precision that no evaluation here has."""
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
