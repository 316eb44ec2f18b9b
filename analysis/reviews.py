"""Editing the masks of a photo, and signing what was found on it. Nothing here overwrites anything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.mask_files import decode_mask, read_mask
from analysis.models import Mask, Measurement, Review, Run
from analysis.review_rules import (
    ReviewRefused,
    Superseded,
    UnusableMask,
    lock_current,
    require_newest,
    superseded,
)
from analysis.versions import encode_masks, outlines_of, store_version, supersede
from analysis.vision.face.measure import count
from analysis.vision.terms import Mask as PixelMask
from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo
from imaging.storage import written_files


def save_masks(
    *,
    run: Run,
    author: User,
    reason: str,
    based_on: int,
    face: PixelMask | None = None,
    vitiligo: PixelMask | None = None,
) -> Review:
    """Keep edited masks as the next version of a run, counted from what is stored; it waits for a signature.

    face, vitiligo: (height, width) of the photo, values {0, 1}; None leaves the mask of version `based_on` as
    it is. Vitiligo is kept inside the face. Raises Superseded when `based_on` is not the newest version,
    UnusableMask, and ReviewRefused without a reason.
    """
    if not author.may_record:
        raise PermissionDenied
    if not (reason := reason.strip()[:300]):
        raise ReviewRefused("no_reason", _("Say in a few words why the outline was changed."))
    base = _base(run, based_on)
    kept = {Mask.Kind(mask.kind): mask for mask in base.masks.all()}
    face_now, vitiligo_now = _whole(run.photo, kept, face, vitiligo)
    pixels = {Mask.Kind.FACE: face_now, Mask.Kind.VITILIGO: vitiligo_now}
    files_now = encode_masks(pixels)
    measurement = _count(base, files_now, read_mask(kept[Mask.Kind.GLARE]))
    measurement.author, measurement.reason = author, reason
    measurement.dice_face, measurement.dice_vitiligo = _agreement(run, pixels)
    masks = {Mask.Kind.GLARE: kept[Mask.Kind.GLARE], **_changed(files_now, pixels, kept)}
    outlines = outlines_of(face_now, vitiligo_now)
    with written_files() as files, transaction.atomic():
        lock_current(run.photo)
        require_newest(base)
        review = store_version(measurement=measurement, masks=masks, outlines=outlines, files=files)
        detail = {"what": "masks", "run": run.pk, "version": measurement.version, "based_on": based_on}
        record(user=author, action=Event.Action.CREATE, target=review, detail=detail)
    return review


def sign_review(*, review: Review, signer: User) -> Review:
    """Put a dermatologist's name to a version. Raises Superseded when it is not the open one any more."""
    return sign_reviews(reviews=[review], signer=signer)[0]


@transaction.atomic
def sign_reviews(*, reviews: Sequence[Review], signer: User) -> list[Review]:
    """Sign several photos' versions at once: all of them, or none. Raises Superseded."""
    if not signer.may_sign:
        raise PermissionDenied
    in_order = sorted(reviews, key=lambda review: review.photo_id)  # two signers never wait for each other
    return [_sign(review, signer) for review in in_order]


def _sign(review: Review, signer: User) -> Review:
    photo = lock_current(review.photo)
    review = Review.objects.select_related("signer", "measurement__run", "assessment__run").get(pk=review.pk)
    if not review.is_open:
        raise superseded(photo)
    former = Review.objects.filter(photo=photo, state=Review.State.SIGNED).first()
    supersede(former)
    review.state, review.signer, review.signed_at = Review.State.SIGNED, signer, timezone.now()
    review.save(update_fields=["state", "signer", "signed_at"])
    name = "measurement" if review.measurement_id else "assessment"
    detail = {"what": "signature", "photo": photo.pk, name: review.result.pk}
    record(
        user=signer,
        action=Event.Action.CHANGE,
        target=review,
        detail={**detail, "supersedes": former.pk} if former else detail,
    )
    return review


def _base(run: Run, version: int) -> Measurement:
    base = run.measurements.select_related("run__photo", "review").filter(version=version).first()
    if base is None:
        raise Superseded("no_version", _("The version that was edited does not exist. Load the page again."))
    return base


def _whole(
    photo: Photo, kept: dict[Mask.Kind, Mask], face: PixelMask | None, vitiligo: PixelMask | None
) -> tuple[PixelMask, PixelMask]:
    """Both masks of the new version on the photo's grid, vitiligo inside the face. Raises UnusableMask."""
    shape = photo.height, photo.width
    if any(mask is not None and (mask.shape != shape or mask.max() > 1) for mask in (face, vitiligo)):
        message = _("The outline does not fit the photograph of {width} x {height} pixels. Load it again.")
        raise UnusableMask("wrong_size", message.format(width=photo.width, height=photo.height))
    face_now = read_mask(kept[Mask.Kind.FACE]) if face is None else face
    vitiligo_now = read_mask(kept[Mask.Kind.VITILIGO]) if vitiligo is None else vitiligo
    if not face_now.any():
        raise UnusableMask("no_face", _("The face outline is empty. Mark the visible face before saving."))
    return face_now.astype(np.uint8), (vitiligo_now & face_now).astype(np.uint8)


def _changed(
    files: dict[Mask.Kind, bytes], pixels: dict[Mask.Kind, PixelMask], kept: dict[Mask.Kind, Mask]
) -> dict[Mask.Kind, bytes | Mask]:
    """A mask that is still the same is not stored a second time."""
    same = {kind for kind in files if np.array_equal(pixels[kind], read_mask(kept[kind]))}
    return {kind: kept[kind] if kind in same else data for kind, data in files.items()}


def _count(base: Measurement, files: dict[Mask.Kind, bytes], glare: PixelMask) -> Measurement:
    """The counts of the very bytes that are kept; where the face lies is taken over from `base`."""
    counts = count(decode_mask(files[Mask.Kind.FACE]), decode_mask(files[Mask.Kind.VITILIGO]), glare)
    return Measurement(
        run=base.run,
        version=base.version + 1,
        parent=base,
        n_face=counts.n_face,
        n_vitiligo=counts.n_vitiligo,
        n_glare=counts.n_glare,
        n_vitiligo_glare=counts.n_vitiligo_glare,
        face_box=base.face_box,
        landmarks=base.landmarks,
        yaw=base.yaw,
        pitch=base.pitch,
        roll=base.roll,
    )


def _agreement(run: Run, pixels: dict[Mask.Kind, PixelMask]) -> tuple[float, float]:
    """Dice of the face and of the vitiligo mask to those of the model."""
    model = {mask.kind: mask for mask in Mask.objects.filter(measurement__run=run, measurement__version=1)}
    face, vitiligo = (
        dice(pixels[kind], read_mask(model[kind])) for kind in (Mask.Kind.FACE, Mask.Kind.VITILIGO)
    )
    return face, vitiligo


def dice(first: PixelMask, second: PixelMask) -> float:
    """2 |A and B| / (|A| + |B|) of two masks of one shape, 0 to 1; two empty ones agree entirely."""
    total = int(np.count_nonzero(first)) + int(np.count_nonzero(second))
    return 2 * int(np.count_nonzero(first & second)) / total if total else 1.0
