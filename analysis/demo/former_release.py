"""A change of model release in the record of one patient, so that the break in the line can be seen."""

from __future__ import annotations

from pathlib import Path

from analysis.models import ModelRelease, Run
from analysis.releases import activate_release, active_releases, newest_first
from analysis.vision.releases import WeightsMissing
from analysis.work import perform_run
from clinic.accounts.models import User
from patients.models import Visit

RECORD = "DEMO-005"
VISITS = 2


def measure_by_former_release(staff: dict[str, User]) -> None:
    """The first visits of one patient were measured before the release that measures today was there.

    Once, and only where an older release is installed: visits that were measured already stay as they are.
    """
    visits = Visit.objects.filter(patient__record_number=RECORD, patient__is_synthetic=True).order_by("date")
    runs = list(Run.objects.unfinished().filter(photo__visit__in=list(visits[:VISITS])).order_by("pk"))
    today, former = _newest_two() if runs else (None, None)
    if today is None or former is None:
        return
    activate_release(release=former, user=staff["demo-admin"])
    try:
        for run in runs:
            perform_run(run_id=run.pk)
    finally:
        activate_release(release=today, user=staff["demo-admin"])


def _newest_two() -> tuple[ModelRelease | None, ModelRelease | None]:
    """The release that marks vitiligo today, and the one before it; none where the clinic chose another."""
    try:
        today = active_releases()[ModelRelease.Task.VITILIGO]
    except WeightsMissing:
        return None, None
    known = ModelRelease.objects.filter(task=ModelRelease.Task.VITILIGO)
    ordered = sorted(known, key=lambda release: newest_first(Path(release.name)))
    return (ordered[0], ordered[1]) if len(ordered) > 1 and ordered[0] == today else (None, None)
