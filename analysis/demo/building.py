"""The demonstration clinic from nothing, or from where an earlier call stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.demo.former_release import measure_by_former_release
from analysis.demo.lesions import photograph_lesions
from analysis.demo.photographs import Size, take_photos
from analysis.demo.reviews import review_clinic
from analysis.demo.staff import hire_staff
from analysis.demo.workers import finish_queue, queue_again, synthetic_runs
from analysis.models import Run
from analysis.vision.phantom.cohort import DEMO_PATIENTS
from clinic.accounts.models import User


class UnknownPatient(LookupError):
    """No patient of the cohort has the record number."""


def photograph_clinic(*, only: Sequence[str], size: Size, processes: int) -> dict[str, User]:
    """Staff, patients, visits and photographs; the staff by name.

    `only`: record numbers; empty for all. Raises UnknownPatient.
    """
    known = {plan.record: plan for plan in DEMO_PATIENTS}
    for record in only:
        if record not in known:
            raise UnknownPatient(f"{record} is not one of {', '.join(known)}.")
    staff = hire_staff()
    take_photos([known[record] for record in only or known], staff, size, processes)
    photograph_lesions(staff)
    return staff


def measure_clinic(*, staff: dict[str, User], processes: int) -> Counter[Run.Status]:
    """Analyse and review whatever waits; how many photographs ended in which way."""
    queue_again()
    measure_by_former_release(staff)
    finish_queue(processes)
    review_clinic(staff)
    return Counter(Run.Status(status) for status in synthetic_runs().values_list("status", flat=True))
