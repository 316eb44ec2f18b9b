"""Storing one version of a photo's result, with its files and its open review."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from django.utils import timezone

from analysis.face_regions import divide_measurement
from analysis.mask_files import encode_mask
from analysis.models import LesionAssessment, Mask, Measurement, Outline, Review
from analysis.outlines import FACE, VITILIGO, Layer, draw_outlines
from analysis.vision.terms import Mask as PixelMask
from imaging.models import Photo
from imaging.renditions import DISPLAY_SIDE, THUMBNAIL_SIDE
from imaging.storage import WrittenFiles

SIDES = {Outline.Kind.DISPLAY: DISPLAY_SIDE, Outline.Kind.THUMBNAIL: THUMBNAIL_SIDE}
Outlines = Mapping[Outline.Kind, bytes]


def encode_masks(masks: Mapping[Mask.Kind, PixelMask]) -> dict[Mask.Kind, bytes]:
    return {kind: encode_mask(mask) for kind, mask in masks.items()}


def outlines_of(face: PixelMask, vitiligo: PixelMask) -> dict[Outline.Kind, bytes]:
    """The lines around both regions, for every size of picture that they lie over."""
    layers = [Layer(face, FACE, 0.75), Layer(vitiligo, VITILIGO)]
    return {kind: draw_outlines(layers, side) for kind, side in SIDES.items()}


def lock_photo(photo_id: int) -> Photo:
    """Whoever measures, edits or signs a photo waits here for the others; call it first in a transaction."""
    return Photo.objects.select_for_update().get(pk=photo_id)


def store_version(
    *,
    measurement: Measurement,
    masks: Mapping[Mask.Kind, bytes | Mask],
    outlines: Outlines,
    files: WrittenFiles,
) -> Review:
    """Save an unsaved measurement with its files; a Mask in the place of bytes is one that stays as it is.

    Its review takes the place of the photo's open one. The caller holds `lock_photo` in a transaction.
    """
    measurement.save()
    for kind, content in masks.items():
        _store_mask(measurement, kind, content, files)
    divide_measurement(measurement=measurement)
    for shape, picture in outlines.items():
        outline = Outline(measurement=measurement, kind=shape)
        files.write(outline.file, picture)
        outline.save()
    return open_review(measurement)


def open_review(result: Measurement | LesionAssessment) -> Review:
    """A stored version waits for a signature, in the place of the photo's open one.

    The caller holds `lock_photo` in a transaction.
    """
    photo = result.run.photo
    supersede(Review.objects.open().filter(photo=photo).first())
    state = Review.State.EDITED if result.author_id else Review.State.DRAFT
    name = "measurement" if isinstance(result, Measurement) else "assessment"
    return Review.objects.create(photo=photo, state=state, **{name: result})


def supersede(review: Review | None) -> None:
    """Say that another version has taken the place of this one; it stays in the history as it is."""
    if review is not None:
        review.state, review.superseded_at = Review.State.SUPERSEDED, timezone.now()
        review.save(update_fields=["state", "superseded_at"])


def _store_mask(
    measurement: Measurement, kind: Mask.Kind, content: bytes | Mask, files: WrittenFiles
) -> None:
    mask = Mask(measurement=measurement, kind=kind)
    if isinstance(content, Mask):
        mask.file.name, mask.sha256 = content.file.name, content.sha256
    else:
        mask.sha256 = sha256(content).hexdigest()
        files.write(mask.file, content)
    mask.save()
