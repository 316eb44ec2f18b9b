"""A release of the clinic's own: learnt from signed masks, entered as inactive, promoted only by hand."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from analysis.models import ModelRelease
from analysis.releases import active_releases, read_active, sync_releases, weights_folder
from analysis.signed_masks import signed_faces
from analysis.vision.training.clinic import SETTINGS, next_folder, publish, teach
from analysis.vision.training.loop import Settings
from clinic.audit.models import Event
from clinic.audit.services import record


def train_on_signed_masks(
    *, runs: Path | None = None, schedule: Settings = SETTINGS, resume: bool = True, progress: bool = True
) -> ModelRelease:
    """Go on teaching the active vitiligo release with the signed masks, and enter what comes of it.

    An interrupted training goes on where it stopped; one that was published makes room for the next. Raises
    TooFewPatients, WeightsMissing or WeightsMismatch, and then changes nothing.
    """
    base = read_active(active_releases()[ModelRelease.Task.VITILIGO])
    samples = list(signed_faces())
    runs = runs or Path(settings.DATA_DIR) / "training"
    folder = runs / f"from-{base.name}-{base.sha256[:8]}"
    checkpoint, roles = teach(base, samples, folder, settings=schedule, resume=resume, progress=progress)
    release = publish(base, samples, checkpoint, roles, next_folder(weights_folder()))
    folder.rename(runs / release.name)
    row = next(one for one in sync_releases() if one.sha256 == release.sha256 and one.name == release.name)
    detail = {"base": base.name, "teaching": len(roles.teaching), "judging": len(roles.judging)}
    record(user=None, action=Event.Action.CREATE, target=row, detail=detail)
    return row
