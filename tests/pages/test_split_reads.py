"""A page asks for runs and values one after the other; a worker may store a result in between."""

from __future__ import annotations

from analysis.models import Run
from imaging.models import Photo, View
from patients.models import Visit
from reports.lesions import Shot
from reports.slots import Slot


def test_a_result_that_was_half_read_is_asked_for_again() -> None:
    done = Run(status=Run.Status.DONE, stage=Run.Stage.FINISHED)
    slot = Slot(Visit(), View.LEFT, Photo(), run=done)
    assert slot.is_unfinished
    assert slot.stage_number == slot.stage_count
    assert Shot(Photo(), run=Run(status=Run.Status.DONE, kind=Run.Kind.LESION)).is_unfinished


def test_a_refusal_has_no_value_to_wait_for() -> None:
    refused = Run(status=Run.Status.NOT_MEASURABLE)
    assert not Slot(Visit(), View.LEFT, Photo(), run=refused).is_unfinished
    assert not Shot(Photo(), run=refused).is_unfinished
