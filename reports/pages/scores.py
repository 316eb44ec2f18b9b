"""The page of a patient's clinical scores, and their part of the patient's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.models import ActivitySign, Patient, Score, ScoreKind
from reports.charts.multiples import Panel, panels_of, span_of
from reports.clinical import Scores, scores_of, sign_texts, value_text

WIDTH, HEIGHT = 240.0, 76.0
LEFT, RIGHT, TOP, BOTTOM = 30.0, 8.0, 8.0, 8.0


@dataclass(frozen=True)
class Mark:
    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Drawing:
    """A panel in the coordinates of its SVG; numbers as text, because a locale would write a comma."""

    panel: Panel

    @property
    def name(self) -> str:
        return self.panel.series.name

    @property
    def low(self) -> str:
        return f"{self.panel.low:g}"

    @property
    def high(self) -> str:
        return f"{self.panel.high:g}"

    @property
    def marks(self) -> list[Mark]:
        points = zip(self.panel.places, self.panel.series.points, strict=True)
        return [
            Mark(
                f"{LEFT + x * (WIDTH - LEFT - RIGHT):.1f}",
                f"{HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM):.1f}",
                point.text,
            )
            for (x, y), point in points
        ]

    @property
    def line(self) -> str:
        return " ".join(f"{mark.x},{mark.y}" for mark in self.marks)


@dataclass(frozen=True)
class Listed:
    """A score in the list, in words, with its sum where it was calculated."""

    score: Score
    may_correct: bool

    @property
    def text(self) -> str:
        return value_text(ScoreKind(self.score.kind), self.score.value)


def scores_card(patient: Patient) -> dict[str, object]:
    """What the patient's page says about scores, in two queries."""
    return _said(scores_of(patient))


def _said(scores: Scores) -> dict[str, object]:
    series = scores.series
    return {
        "score_panels": [Drawing(panel) for panel in panels_of(series)],
        "score_span": span_of(series),
        "f_vasi_thresholds": scores.f_vasi_thresholds,
        "activity_signs": sign_texts(scores.signs),
    }


@require_GET
def scores_page(request: StaffRequest, pk: int) -> HttpResponse:
    user = request.user
    patient = get_object_or_404(Patient.objects.visible_to(user), pk=pk)
    record(user=user, action=Event.Action.READ, target=patient, detail={"what": "scores"})
    every = Score.objects.filter(patient=patient).prefetch_related("parts").select_related("recorded_by")
    rows = list(every.order_by("-date", "kind", "-pk"))
    context = {
        "patient": patient,
        **_said(scores_of(patient)),
        "listed": _listed([row for row in rows if not row.is_struck], user),
        "struck": [row for row in rows if row.is_struck],
        "signs": _signs(patient),
    }
    return render(request, "pages/scores.html", context)


def _listed(rows: Sequence[Score], user: User) -> list[Listed]:
    return [Listed(row, row.may_be_given_by(user)) for row in rows]


def _signs(patient: Patient) -> list[ActivitySign]:
    signs = ActivitySign.objects.filter(patient=patient).standing()
    return list(signs.order_by("-date", "sign"))
