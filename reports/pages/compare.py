"""Two visits of one view beside each other: how it was, how it is, by how much, and whether that counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from analysis.alignments import NoPair, request_alignment
from analysis.models import Alignment
from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import View
from patients.models import Patient
from reports.charts.response import Verdict, baseline_of, change_between
from reports.charts.series import Series, Track
from reports.charts.wording import change_text, verdict_text
from reports.measurement_error import error_of_slots
from reports.readings import readings_of
from reports.slots import Slot, slots_of_patient

LAID = ("first__run__photo__visit", "second__run")
"""What the words about an alignment need."""


@dataclass(frozen=True)
class Pair:
    """The two photographs that are compared; `first` is the older one unless someone asks otherwise."""

    first: Slot
    second: Slot

    @property
    def slots(self) -> tuple[Slot, Slot]:
        return self.first, self.second


@dataclass(frozen=True)
class Finding:
    """What the pair says: the change in figures, and whether it may be called one."""

    change: str
    verdict: str
    is_beyond_error: bool
    is_refused: bool


@require_GET
def compare_page(request: StaffRequest, pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    filled = [slot for slot in slots_of_patient(patient) if slot.photo is not None]
    view = _view(request, filled)
    slots = [slot for slot in filled if slot.view == view]
    pair = _pair(request, slots)
    context: dict[str, object] = {
        "patient": patient,
        "view": view,
        "views": [(each, sum(slot.view == each for slot in filled)) for each in View],
        "slots": slots,
        "pair": pair,
        "shortcuts": _shortcuts(),
    }
    if pair is not None:
        keys = [slot.photo.pk for slot in pair.slots if slot.photo]
        record(user=request.user, action=Event.Action.READ, target=patient, detail={"photos": keys})
        context |= {"finding": finding_of(pair), **_ways(slots, pair), **_laid(pair)}
    return render(request, "pages/compare.html", context)


@require_GET
def compare_laid(request: StaffRequest, pk: int) -> HttpResponse:
    """How the two lie over each other; it asks again by itself while a worker is at it."""
    alignments = Alignment.objects.visible_to(request.user)
    alignment = get_object_or_404(alignments.select_related(*LAID), pk=pk)
    return render(request, "pages/_compare_laid.html", {"alignment": alignment, "by_landmarks": True})


def finding_of(pair: Pair) -> Finding:
    first, second = readings_of(pair.slots)
    sdc95 = error_of_slots(pair.slots).sdc95.get(second.track)
    change = change_between(first, second, sdc95=sdc95)
    if change is None:
        return Finding("", _("One of the two has no value, so there is no change to tell."), False, True)
    is_refused = change.verdict is Verdict.NOT_COMPARABLE
    return Finding(change_text(change, _), verdict_text(change, _), change.is_response, is_refused)


def _view(request: StaffRequest, filled: Sequence[Slot]) -> View:
    """The view that is asked for; otherwise the front, or whichever was photographed most often."""
    name = request.GET.get("view", "")
    if name:
        if name not in View.values:
            raise Http404
        return View(name)
    counts = {view: sum(slot.view == view for slot in filled) for view in (View.FRONT, View.LEFT, View.RIGHT)}
    return View.FRONT if counts[View.FRONT] > 1 else max(counts, key=lambda view: counts[view])


def _pair(request: StaffRequest, slots: Sequence[Slot]) -> Pair | None:
    """The visits that are asked for; otherwise the latest photograph against the baseline."""
    if len(slots) < 2:
        return None
    second = _chosen(request, "second", slots) or slots[-1]
    others = [slot for slot in slots if slot != second]
    return Pair(_chosen(request, "first", others) or _baseline(others), second)


def _chosen(request: StaffRequest, name: str, slots: Sequence[Slot]) -> Slot | None:
    key = request.GET.get(name, "")
    return next((slot for slot in slots if str(slot.visit.pk) == key), None)


def _baseline(slots: Sequence[Slot]) -> Slot:
    """The baseline of the chart, or the first photograph while none is measured."""
    series = Series(Track(slots[0].view), tuple(readings_of(slots)))
    baseline = baseline_of(series)
    return next((slot for slot in slots if baseline and slot.visit.pk == baseline.visit), slots[0])


def _laid(pair: Pair) -> dict[str, object]:
    """The alignment of the two, which a worker makes if there is none yet, or what stands in for it."""
    earlier, later = sorted(pair.slots, key=lambda slot: (slot.visit.date, slot.visit.pk))
    first, second = (slot.photo if slot.measurement else None for slot in (earlier, later))
    if first is None or second is None:
        return {"by_landmarks": False}
    try:
        alignment = request_alignment(first=first, second=second)
    except NoPair:  # of one day
        return {"by_landmarks": True}
    return {"by_landmarks": True, "alignment": alignment}


def _ways(slots: Sequence[Slot], pair: Pair) -> dict[str, Slot | None]:
    """Where one key leads: baseline or previous visit as first; the second one visit on or back."""
    at = slots.index(pair.second)
    others = [slot for slot in slots if slot != pair.second]
    later = [slot for slot in slots[at + 1 :] if slot != pair.first]
    earlier = [slot for slot in slots[:at] if slot != pair.first]
    return {
        "baseline": _baseline(others),
        "previous": slots[at - 1] if at else None,
        "later": later[0] if later else None,
        "earlier": earlier[-1] if earlier else None,
    }


def _shortcuts() -> list[tuple[str, list[str]]]:
    return [
        (_("Baseline, previous visit as first"), ["B", "P"]),
        (_("Second photograph one visit back, on"), [",", "."]),
        (_("Exchange the two"), ["X"]),
        (_("Map of change"), ["M"]),
        (_("Left, front, right"), ["1", "2", "3"]),
        (_("Side by side, curtain, blink"), ["S", "C", "K"]),
        (_("Move the curtain"), ["[", "]"]),
        (_("Blink by hand"), [_("Space")]),
        (_("Linked zoom on and off"), ["L"]),
        (_("Outlines on and off"), ["O"]),
        (_("Zoom, fit"), ["+", "-", "0"]),
        (_("Move a zoomed picture"), [_("Arrows")]),
        (_("Back to the patient"), [_("Esc")]),
    ]
