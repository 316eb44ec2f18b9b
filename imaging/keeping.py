"""What every upload goes through, of a face or of a lesion: refused on record, or kept for good.

The steps of one service: `require_recorder`, `refusals_on_record` around everything else, `require_consent`,
`receive`, then in a transaction `lock_visit`, `refuse_duplicate` and `keep`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging import refusals
from imaging.intake import CleanImage, RejectedImage, read_image, read_upload
from imaging.intake.reading import Readable
from imaging.models import Photo, Rendition
from imaging.refusals import PhotoRefused
from imaging.renditions import DISPLAY_SIDE, THUMBNAIL_SIDE, Picture, draw_jpeg
from imaging.signals import photo_placed
from imaging.storage import WrittenFiles
from patients.consents.gate import refuses_photographs
from patients.models import Visit

SIDES = {Rendition.Kind.DISPLAY: DISPLAY_SIDE, Rendition.Kind.THUMBNAIL: THUMBNAIL_SIDE}


@dataclass(frozen=True)
class Received:
    """An upload that can be read: its bytes, what intake found in them, and pictures for the screen."""

    data: bytes
    clean: CleanImage
    pictures: dict[Rendition.Kind, Picture]

    @property
    def captured_at(self) -> datetime | None:
        """A camera without an offset shows the time of the clinic."""
        moment = self.clean.captured_at
        return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment


def require_recorder(user: User) -> None:
    if not user.may_record:
        raise PermissionDenied


def require_consent(visit: Visit) -> None:
    if refuses_photographs(visit.patient):
        raise refusals.no_consent()


@contextmanager
def refusals_on_record(wanted: Photo, user: User) -> Iterator[None]:
    """A refused upload is an event too; it is written outside the transaction that was rolled back."""
    try:
        yield
    except PhotoRefused as refusal:
        detail = {**place_of(wanted), "reason": refusal.code}
        record(user=user, action=Event.Action.REFUSE, target=wanted.visit, detail=detail)
        raise


def receive(file: Readable | BinaryIO) -> Received:
    """Read an upload whole. Raises UnreadablePhoto."""
    try:
        data = read_upload(file)
        clean = read_image(data)
    except RejectedImage as rejected:
        raise refusals.unreadable(rejected) from rejected
    return Received(data, clean, {kind: draw_jpeg(clean.pixels, side) for kind, side in SIDES.items()})


def lock_visit(visit: Visit) -> None:
    """Two uploads into one visit wait for each other, so that a slot is never filled twice."""
    Visit.objects.select_for_update().get(pk=visit.pk)


def refuse_duplicate(received: Received, wanted: Photo, user: User) -> None:
    """Raises DuplicatePhoto for a picture that fills a place already, whether of a face or of a lesion."""
    twins = Photo.objects.standing().filter(pixel_sha256=received.clean.pixel_sha256)
    twin = twins.select_related("visit__patient", "lesion").first()
    if twin is not None:
        raise refusals.duplicate(twin, wanted, user)


def leave_place(photo: Photo) -> None:
    photo.replaced_at = timezone.now()
    photo.save(update_fields=["replaced_at"])


def keep(photo: Photo, received: Received, files: WrittenFiles, user: User, **detail: Any) -> Photo:
    """Save `photo`, of which the caller knows the place, with its bytes; on record, and told to who analyses.

    `detail` goes into the audit event.
    """
    clean = received.clean
    photo.format, photo.byte_size = clean.format.value, clean.byte_size
    photo.sha256, photo.pixel_sha256 = clean.sha256, clean.pixel_sha256
    photo.width, photo.height = clean.width, clean.height
    photo.captured_at, photo.uploaded_by = received.captured_at, user
    files.write(photo.original, received.data)
    photo.save()
    for kind, picture in received.pictures.items():
        rendition = Rendition(photo=photo, kind=kind, width=picture.width, height=picture.height)
        files.write(rendition.file, picture.data)
        rendition.save()
    detail = {**place_of(photo), "sha256": photo.sha256, **detail}
    record(user=user, action=Event.Action.CREATE, target=photo, detail=detail)
    photo_placed.send(sender=Photo, photo=photo, user=user)
    return photo


def place_of(photo: Photo) -> dict[str, Any]:
    """What the audit trail says of where a photograph belongs."""
    return {"lesion": photo.lesion_id} if photo.lesion_id else {"view": photo.view}
