"""Storing, moving and retaking photographs. Each service is one transaction and leaves its audit event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import transaction
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
from imaging.storage import WrittenFiles, written_files
from patients.consents.gate import refuses_photographs
from patients.models import Visit

SIDES = {Rendition.Kind.DISPLAY: DISPLAY_SIDE, Rendition.Kind.THUMBNAIL: THUMBNAIL_SIDE}


def store_photo(
    *,
    visit: Visit,
    view: str,
    modality: str,
    file: Readable | BinaryIO,
    user: User,
    device: str = "",
    replace: bool = False,
) -> Photo:
    """Keep an uploaded photograph as `view` of `visit`, and have it analysed.

    `file` is anything with `read(size)`; its name is not looked at. Raises PhotoRefused (UnreadablePhoto,
    DuplicatePhoto, SlotFilled), whose message can be shown. With `replace` the photograph that filled the
    slot stays in the record, marked as replaced.
    """
    _require_recorder(user)
    with _refusals_on_record(visit, view, user):
        _require_consent(visit)
        data, clean = _read(file)
        pictures = {kind: draw_jpeg(clean.pixels, side) for kind, side in SIDES.items()}
        with written_files() as files, transaction.atomic():
            _lock(visit)
            _refuse_duplicate(clean, visit, view, user)
            replaced = _free_slot(visit, view, replace)
            photo = _new_photo(clean, visit, view, user)
            photo.modality, photo.device = modality, device
            files.write(photo.original, data)
            photo.save()
            _store_renditions(photo, pictures, files)
            record(user=user, action=Event.Action.CREATE, target=photo, detail=_detail(photo, replaced))
            photo_placed.send(sender=Photo, photo=photo, user=user)
    return photo


def store_repeat(*, first: Photo, file: Readable | BinaryIO, user: User) -> Photo:
    """Keep a second photograph of the same view and sitting, and have it analysed like any other.

    It never fills the slot: no chart, worklist or report of the patient knows it. Raises PhotoRefused.
    """
    _require_recorder(user)
    with _refusals_on_record(first.visit, first.view, user):
        _require_consent(first.visit)
        data, clean = _read(file)
        pictures = {kind: draw_jpeg(clean.pixels, side) for kind, side in SIDES.items()}
        with written_files() as files, transaction.atomic():
            _lock(first.visit)
            _refuse_known(clean, first, user)
            photo = _new_photo(clean, first.visit, first.view, user)
            photo.modality, photo.device, photo.replaced_at = first.modality, first.device, timezone.now()
            files.write(photo.original, data)
            photo.save()
            _store_renditions(photo, pictures, files)
            detail = {"view": photo.view, "sha256": photo.sha256, "repeats": first.pk}
            record(user=user, action=Event.Action.CREATE, target=photo, detail=detail)
            photo_placed.send(sender=Photo, photo=photo, user=user)
    return photo


def swap_photos(*, first: Photo, second: Photo, user: User) -> tuple[Photo, Photo]:
    """Exchange the views of two photographs of one visit that were uploaded in each other's place.

    Both are analysed again, because the view is a part of the quality check. Raises ValueError for
    photographs that do not fill two slots of one visit.
    """
    _require_recorder(user)
    with transaction.atomic():
        _lock(first.visit)
        first, second = _current(first), _current(second)
        if first.visit_id != second.visit_id or first.pk == second.pk:
            raise ValueError("Only two photographs of one visit can be swapped.")
        views = first.view, second.view
        _leave_slot(first)
        _place(second, views[0], user)
        _place(first, views[1], user)
    return first, second


def move_photo(*, photo: Photo, view: str, user: User) -> Photo:
    """Put a photograph into another, empty slot of its visit, and analyse it again.

    Raises SlotFilled; two filled slots are exchanged with `swap_photos`.
    """
    _require_recorder(user)
    with transaction.atomic():
        _lock(photo.visit)
        photo = _current(photo)
        if Photo.objects.current().filter(visit=photo.visit_id, view=view).exists():
            raise refusals.slot_filled(view)
        _place(photo, view, user)
    return photo


def withdraw_photo(*, photo: Photo, user: User) -> Photo:
    """Empty the slot of a photograph that should not be there; its bytes and results stay in the record."""
    _require_recorder(user)
    with transaction.atomic():
        _lock(photo.visit)
        photo = _current(photo)
        _leave_slot(photo)
        record(user=user, action=Event.Action.CHANGE, target=photo, detail={"withdrawn_from": photo.view})
    return photo


def _require_consent(visit: Visit) -> None:
    if refuses_photographs(visit.patient):
        raise refusals.no_consent()


def _require_recorder(user: User) -> None:
    if not user.may_record:
        raise PermissionDenied


def _lock(visit: Visit) -> None:
    """Two uploads into one visit wait for each other, so that a slot is never filled twice."""
    Visit.objects.select_for_update().get(pk=visit.pk)


def _current(photo: Photo) -> Photo:
    return Photo.objects.current().select_related("visit").get(pk=photo.pk)


@contextmanager
def _refusals_on_record(visit: Visit, view: str, user: User) -> Iterator[None]:
    """A refused upload is an event too; it is written outside the transaction that was rolled back."""
    try:
        yield
    except PhotoRefused as refusal:
        detail = {"view": view, "reason": refusal.code}
        record(user=user, action=Event.Action.REFUSE, target=visit, detail=detail)
        raise


def _read(file: Readable | BinaryIO) -> tuple[bytes, CleanImage]:
    try:
        data = read_upload(file)
        return data, read_image(data)
    except RejectedImage as rejected:
        raise refusals.unreadable(rejected) from rejected


def _refuse_duplicate(clean: CleanImage, visit: Visit, view: str, user: User) -> None:
    twins = Photo.objects.standing().filter(pixel_sha256=clean.pixel_sha256)
    twin = twins.select_related("visit__patient").first()
    if twin is not None:
        raise refusals.duplicate(twin, visit, view, user)


def _refuse_known(clean: CleanImage, first: Photo, user: User) -> None:
    """A repeat that is any other photograph again, or of another day, would flatter the measurement.

    Raises DuplicatePhoto or OtherDay.
    """
    twin = Photo.objects.filter(pixel_sha256=clean.pixel_sha256).select_related("visit__patient").first()
    if twin is not None:
        raise refusals.duplicate(twin, first.visit, first.view, user)
    taken = _aware(clean.captured_at)
    if taken is not None and timezone.localdate(taken) != first.visit.date:
        raise refusals.other_day(timezone.localdate(taken), first.visit.date)


def _free_slot(visit: Visit, view: str, replace: bool) -> Photo | None:
    old = Photo.objects.current().filter(visit=visit, view=view).first()
    if old is None:
        return None
    if not replace:
        raise refusals.slot_filled(view)
    _leave_slot(old)
    return old


def _leave_slot(photo: Photo) -> None:
    photo.replaced_at = timezone.now()
    photo.save(update_fields=["replaced_at"])


def _place(photo: Photo, view: str, user: User) -> None:
    detail = {"from": photo.view, "to": view}
    photo.view, photo.replaced_at = view, None
    photo.save(update_fields=["view", "replaced_at"])
    record(user=user, action=Event.Action.CHANGE, target=photo, detail=detail)
    photo_placed.send(sender=Photo, photo=photo, user=user)


def _new_photo(clean: CleanImage, visit: Visit, view: str, user: User) -> Photo:
    return Photo(
        visit=visit,
        view=view,
        format=clean.format.value,
        byte_size=clean.byte_size,
        sha256=clean.sha256,
        pixel_sha256=clean.pixel_sha256,
        width=clean.width,
        height=clean.height,
        captured_at=_aware(clean.captured_at),
        uploaded_by=user,
    )


def _aware(moment: datetime | None) -> datetime | None:
    """A camera without an offset shows the time of the clinic."""
    if moment is not None and timezone.is_naive(moment):
        return timezone.make_aware(moment)
    return moment


def _store_renditions(photo: Photo, pictures: dict[Rendition.Kind, Picture], files: WrittenFiles) -> None:
    for kind, picture in pictures.items():
        rendition = Rendition(photo=photo, kind=kind, width=picture.width, height=picture.height)
        files.write(rendition.file, picture.data)
        rendition.save()


def _detail(photo: Photo, replaced: Photo | None) -> dict[str, object]:
    detail: dict[str, object] = {"view": photo.view, "sha256": photo.sha256}
    return {**detail, "replaces": replaced.pk} if replaced else detail
