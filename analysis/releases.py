"""The releases of the networks that this clinic has, and which of them measures."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from analysis.models import ModelRelease
from analysis.vision.cards import HIGH, LOW
from analysis.vision.releases import Release, ReleaseUnusable, WeightsMismatch, WeightsMissing, read_release
from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record

logger = logging.getLogger(__name__)


def weights_folder() -> Path:
    return Path(settings.WEIGHTS_DIR)


def sync_releases() -> list[ModelRelease]:
    """Enter every usable release folder that is not known yet; in a new clinic the newest becomes active.

    An unusable folder is logged and left out. Which release measures is never changed here: a new one waits
    for `activate_release`, because values of two releases cannot be compared.
    """
    entered = []
    for folder in sorted(weights_folder().glob("*/"), key=newest_first):
        try:
            release = read_release(folder)
        except ReleaseUnusable as unusable:
            logger.warning("release %s cannot be used: %s", folder.name, unusable)
        else:
            # An encoder that others build on measures nothing by itself.
            if release.card.task in ModelRelease.Task.values:
                entered.append(_enter(release))
    return entered


def newest_first(folder: Path) -> tuple[str, int]:
    """Order of release folders: `vitiligo-10` before `vitiligo-9`, and after them names such as
    `vitiligo-clinic-1`, whose numbers are not the project's.
    """
    kind, _, number = folder.name.rpartition("-")
    return (kind, -int(number)) if number.isdecimal() else (folder.name, 0)


def activate_release(*, release: ModelRelease, user: User) -> ModelRelease:
    """Measure with `release` from now on. Results of the former release keep its name."""
    if not user.is_administrator:
        raise PermissionDenied
    with transaction.atomic():
        ModelRelease.objects.filter(task=release.task, is_active=True).update(is_active=False)
        release.is_active = True
        release.save(update_fields=["is_active"])
        record(user=user, action=Event.Action.CHANGE, target=release, detail={"active": release.name})
    return release


def active_releases(
    tasks: Sequence[ModelRelease.Task] = ModelRelease.FACE_TASKS,
) -> dict[str, ModelRelease]:
    """The active release of every one of `tasks`. Raises WeightsMissing, naming the task that has none.

    A clinic without networks for lesions measures faces all the same, and the other way round.
    """
    found = _active(tasks)
    if len(found) < len(tasks):
        sync_releases()
        found = _active(tasks)
    for task in tasks:
        if task not in found:
            raise WeightsMissing(f"No network is installed for the step: {task.label}.")
    return found


def read_active(row: ModelRelease) -> Release:
    """The files of an active release. Raises WeightsMissing or WeightsMismatch."""
    release = read_release(weights_folder() / row.name)
    if release.sha256 != row.sha256:
        raise WeightsMismatch(f"The files of {row.name} are not the ones that were installed.")
    if not _is_same_procedure(row, release):
        raise WeightsMismatch(
            f"The card of {row.name} measures in another way than the one that was installed. Give the "
            "release that does a name of its own."
        )
    return release


def _active(tasks: Sequence[ModelRelease.Task]) -> dict[str, ModelRelease]:
    active = ModelRelease.objects.filter(is_active=True, task__in=tasks)
    return {release.task: release for release in active}


@transaction.atomic
def _enter(release: Release) -> ModelRelease:
    card = json.loads(release.card.to_json())
    row, is_new = ModelRelease.objects.get_or_create(
        name=release.name, sha256=release.sha256, defaults={"task": release.card.task, "card": card}
    )
    if is_new:
        _activate_first(row)
    elif row.card != card and _is_same_procedure(row, release):
        # Another evaluation, or a calibration of the interval.
        row.card = card
        row.save(update_fields=["card"])
    return row


def _is_same_procedure(row: ModelRelease, release: Release) -> bool:
    """Whether the card measures as the installed one did. Without an entry in the row nothing is known."""
    asked = json.loads(json.dumps(release.card.procedure))
    known = {name: row.card[name] for name in asked if name in row.card}
    if "thresholds" in known:
        known["thresholds"] = {n: v for n, v in known["thresholds"].items() if n not in {LOW, HIGH}}
    return all(asked[name] == value for name, value in known.items())


def _activate_first(row: ModelRelease) -> None:
    if ModelRelease.objects.filter(task=row.task, is_active=True).exists():
        return
    try:
        with transaction.atomic():
            row.is_active = True
            row.save(update_fields=["is_active"])
    except IntegrityError:  # another worker, starting at the same time, was first
        row.is_active = False
