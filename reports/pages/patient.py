"""The patient's page: who, where it stands, how it went, and every photograph, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import View
from patients.models import Patient, Purpose
from reports.charts.comparability import refusals_between
from reports.charts.response import Change, Outcome, Summary, Verdict, summarise
from reports.charts.series import Reading, Track
from reports.charts.wording import change_text, refusal_text, track_name, verdict_text
from reports.measurement_error import MeasurementError, error_of_slots
from reports.models import Report
from reports.pages.lesions import lesions_card
from reports.pages.scores import scores_card
from reports.pages.therapy import therapy_card
from reports.readings import readings_of
from reports.slots import Slot, slots_of_visits


@dataclass(frozen=True)
class Tile:
    """Where one view stands today."""

    track: Track
    outcome: Outcome
    slot: Slot | None

    @property
    def name(self) -> str:
        return track_name(self.track, _)

    @property
    def latest(self) -> Reading | None:
        return self.outcome.latest

    @property
    def last_value(self) -> Reading | None:
        """The newest reading with a number: it is shown, with its date, when the latest has none."""
        latest = self.latest
        return latest if latest is not None and latest.f_vitiligo is not None else None

    @property
    def change(self) -> str:
        return change_text(self.outcome.change, _) if self.outcome.change else ""

    @property
    def verdict(self) -> str:
        return verdict_text(self.outcome.change, _) if self.outcome.change else ""

    @property
    def is_beyond_error(self) -> bool:
        return self.outcome.change is not None and self.outcome.change.verdict is Verdict.BEYOND_ERROR

    @property
    def is_refused(self) -> bool:
        return self.outcome.change is not None and self.outcome.change.verdict is Verdict.NOT_COMPARABLE

    @property
    def recent_change(self) -> str:
        """Since the measured visit before the latest, unless that is the baseline."""
        return change_text(self.outcome.recent, _) if self.outcome.recent else ""

    @property
    def recent_verdict(self) -> str:
        return verdict_text(self.outcome.recent, _) if self.outcome.recent else ""

    @property
    def passed_over(self) -> str:
        """Why earlier visits with a number are not the baseline."""
        latest = self.outcome.latest
        if latest is None:
            return ""
        refusals = [
            refusal for reading in self.outcome.passed_over for refusal in refusals_between(reading, latest)
        ]
        return ", ".join(dict.fromkeys(refusal_text(refusal, _) for refusal in refusals))

    @property
    def no_change(self) -> str:
        """Why a latest photograph without a number has no change."""
        latest, baseline = self.outcome.latest, self.outcome.baseline
        if latest is None or baseline is None or latest.f_vitiligo is not None:
            return ""
        return ", ".join(refusal_text(refusal, _) for refusal in refusals_between(baseline, latest))

    @property
    def direction(self) -> str:
        return _direction(self.outcome.change)


def _direction(change: Change | None) -> str:
    if change is None or change.verdict is not Verdict.BEYOND_ERROR:
        return "none"
    return "less" if change.points < 0 else "more"


@dataclass(frozen=True)
class Row:
    """One view through all visits."""

    view: View
    slots: Sequence[Slot]


@require_GET
def patient_page(request: StaffRequest, pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    record(user=request.user, action=Event.Action.READ, target=patient)
    visits = list(patient.visits.order_by("date", "pk"))
    by_visit = slots_of_visits(visits)
    slots = [slot for visit in visits for slot in by_visit[visit.pk]]
    consents = list(patient.consents.all())
    error = error_of_slots(slots)
    context = {
        "patient": patient,
        "visits": visits,
        "timeline": [{"visit": visit, "slots": by_visit[visit.pk]} for visit in reversed(visits)],
        "rows": [Row(view, [slot for slot in slots if slot.view == view]) for view in View],
        "tiles": tiles_of(slots, error),
        "error_sentence": error.sentence,
        "consents": consents,
        "standing": [consent for consent in consents if consent.withdrawn_on is None],
        "may_add_consent": len({c.purpose for c in consents if c.withdrawn_on is None}) < len(Purpose),
        "has_photographs": any(slot.photo for slot in slots),
        **therapy_card(patient),
        **scores_card(patient),
        **lesions_card(patient),
        "reports": reports_of(patient, request.user),
        "notes": [visit for visit in reversed(visits) if visit.notes],
    }
    return render(request, "pages/patient.html", context)


def reports_of(patient: Patient, reader: User) -> list[Report]:
    """Every report that the reader may see, the newest first, each with the one that replaced it."""
    reports = Report.objects.visible_to(reader).filter(visit__patient=patient)
    return list(reports.select_related("visit", "author", "successor"))


def tiles_of(slots: Sequence[Slot], error: MeasurementError) -> list[Tile]:
    """Left, front, right, and the pooled value where there is one; each against its own error."""
    summary = summarise(readings_of(slots), sdc95=error.sdc95)
    return [_tile(track, summary, slots) for track in Track]


def _tile(track: Track, summary: Summary, slots: Sequence[Slot]) -> Tile:
    filled = [slot for slot in slots if slot.photo is not None and slot.view == track.value]
    return Tile(track, summary[track], filled[-1] if filled else None)
