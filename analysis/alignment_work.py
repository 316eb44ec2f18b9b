"""What a worker does with one pair of photos: lay one over the other, and draw what changed."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from analysis.alignments import fail_alignment
from analysis.change_map import draw_change_map
from analysis.mask_files import read_mask
from analysis.models import Alignment, Mask, Measurement
from analysis.vision.face.change import Change, ChangeMap, map_change
from analysis.vision.face.pose import Pose
from analysis.vision.face.registration import FaceInPhoto, NotAligned, Registration, register
from analysis.work import read_original
from imaging.renditions import DISPLAY_SIDE, draw_jpeg
from imaging.storage import written_files

logger = logging.getLogger(__name__)


def perform_alignment(*, alignment_id: int) -> str:
    """Align a pair; the status it ended with. A pair that is done already is left as it is.

    Any error but a refusal fails the pair, is logged with its key, and is raised again.
    """
    pairs = Alignment.objects.select_related("first__run__photo", "second__run__photo")
    alignment = pairs.waiting().filter(pk=alignment_id).first()
    if alignment is None:
        return "not waiting"
    try:
        return _align(alignment)
    except (KeyboardInterrupt, SystemExit):  # the worker is told to stop; another is given the task
        raise
    except BaseException:
        logger.exception("alignment %s failed", alignment_id)
        fail_alignment(alignment_id=alignment_id)
        raise


def _align(alignment: Alignment) -> str:
    first, second = _face_of(alignment.first), _face_of(alignment.second)
    found = register(first, second)
    if isinstance(found, NotAligned):
        facts = {"reason_code": found.reason.value, "value": found.value, "limit": found.limit}
        _finish(alignment, status=Alignment.Status.REFUSED, **facts)
        return Alignment.Status.REFUSED.value
    change = map_change(found, first.vitiligo, second.vitiligo)
    with written_files() as files, transaction.atomic():
        if not _still_waiting(alignment):
            return "not waiting"
        height, width = first.image.shape[:2]
        scale = min(1.0, DISPLAY_SIDE / max(height, width))
        shape = max(1, round(height * scale)), max(1, round(width * scale))
        moved = draw_jpeg(found.bring_photo(second.image, shape, scale), DISPLAY_SIDE).data
        files.write(alignment.photo_file, moved, "photo.jpg")
        files.write(alignment.map_file, draw_change_map(found.first, change.classes, shape, scale), "map.png")
        _finish(alignment, **_numbers(found, change))
    return Alignment.Status.ALIGNED.value


def _face_of(measurement: Measurement) -> FaceInPhoto:
    masks = {mask.kind: mask for mask in measurement.masks.all()}
    x0, y0, x1, y1 = measurement.face_box
    return FaceInPhoto(
        image=read_original(measurement.run.photo),
        face=read_mask(masks[Mask.Kind.FACE]),
        vitiligo=read_mask(masks[Mask.Kind.VITILIGO]),
        landmarks=np.array(measurement.landmarks, np.float32),
        box=(x0, y0, x1, y1),
        pose=Pose(measurement.yaw, measurement.pitch, measurement.roll),
    )


def _numbers(found: Registration, change: ChangeMap) -> dict[str, Any]:
    return {
        "status": Alignment.Status.ALIGNED,
        "residual": found.residual,
        "overlap": found.overlap,
        "repigmented": change.shares[Change.REPIGMENTED],
        "depigmented": change.shares[Change.NEW],
        "stable": change.shares[Change.STABLE],
        "outside": change.shares[Change.OUTSIDE],
    }


def _still_waiting(alignment: Alignment) -> bool:
    """Of two workers with the same pair the second one changes nothing."""
    return Alignment.objects.waiting().select_for_update().filter(pk=alignment.pk).exists()


def _finish(alignment: Alignment, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(alignment, name, value)
    alignment.finished_at = timezone.now()
    alignment.save()
