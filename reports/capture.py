"""Help while a patient is photographed: the earlier photograph of each view, and the pose in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from analysis.models import Measurement
from analysis.recognition import Recognition
from analysis.vision.face.advice import Advice, Move, advise
from analysis.vision.face.pose import Pose
from imaging.models import View
from patients.models import Visit
from reports.slots import Slot, slots_of_visits

LOOK_BACK = 6
"""Earlier visits that are looked through for a measured photograph of a view."""


def with_earlier(visit: Visit, slots: Iterable[Slot]) -> list[Slot]:
    """The slots of a visit, each with the last measured photograph of its view before that visit."""
    earlier = earlier_slots(visit)
    return [replace(slot, earlier=earlier.get(slot.view)) for slot in slots]


def earlier_slots(visit: Visit) -> dict[str, Slot]:
    before = visit.patient.visits.filter(date__lt=visit.date).order_by("-date", "-pk")[:LOOK_BACK]
    found: dict[str, Slot] = {}
    for of_visit in slots_of_visits(before).values():
        for slot in of_visit:
            if slot.measurement is not None:
                found.setdefault(slot.view, slot)
    return found


def pose_advice(slot: Slot) -> list[str] | None:
    """How the head should move to match the earlier photograph; None where nothing can be compared."""
    if slot.measurement is None or slot.earlier is None or slot.earlier.measurement is None:
        return None
    return advice_texts(advise(_pose(slot.measurement), _pose(slot.earlier.measurement)))


def advice_for(seen: Recognition, earlier: Slot | None) -> list[str] | None:
    """The same for a photograph that is not stored yet."""
    if earlier is None or earlier.measurement is None:
        return None
    return advice_texts(advise(Pose(seen.yaw, seen.pitch, seen.roll), _pose(earlier.measurement)))


def advice_texts(advice: Sequence[Advice]) -> list[str]:
    words = {
        Move.TURN_LEFT: _("turn {degrees} degrees to the left"),
        Move.TURN_RIGHT: _("turn {degrees} degrees to the right"),
        Move.LIFT_CHIN: _("lift the chin by {degrees} degrees"),
        Move.LOWER_CHIN: _("lower the chin by {degrees} degrees"),
        Move.TILT_LEFT: _("tilt the head {degrees} degrees to the left"),
        Move.TILT_RIGHT: _("tilt the head {degrees} degrees to the right"),
    }
    return [words[one.move].format(degrees=one.degrees) for one in advice]


def view_name(view: str) -> str:
    return str(View(view).label)


def _pose(measurement: Measurement) -> Pose:
    return Pose(measurement.yaw, measurement.pitch, measurement.roll)
