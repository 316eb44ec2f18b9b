"""Storing, moving and retaking photographs. Each service is one transaction and leaves its audit event."""

from __future__ import annotations

from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging import refusals
from imaging.intake.reading import Readable
from imaging.keeping import (
    Received,
    keep,
    leave_place,
    lock_visit,
    receive,
    refusals_on_record,
    refuse_duplicate,
    require_consent,
    require_recorder,
)
from imaging.models import Modality, Photo
from imaging.signals import photo_placed
from imaging.storage import written_files
from patients.models import Lesion, Visit

COARSEST = 1.0
"""Millimetres per pixel: a picture with larger pixels shows no single lesion."""


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
    require_recorder(user)
    photo = Photo(visit=visit, view=view, modality=modality, device=device)
    with refusals_on_record(photo, user):
        require_consent(visit)
        received = receive(file)
        with written_files() as files, transaction.atomic():
            lock_visit(visit)
            refuse_duplicate(received, photo, user)
            return keep(photo, received, files, user, **_free_slot(visit, view, replace))


def store_repeat(*, first: Photo, file: Readable | BinaryIO, user: User) -> Photo:
    """Keep a second photograph of the same view and sitting, and have it analysed like any other.

    It never fills the slot: no chart, worklist or report of the patient knows it. Raises PhotoRefused.
    """
    require_recorder(user)
    photo = Photo(visit=first.visit, view=first.view, modality=first.modality, device=first.device)
    with refusals_on_record(photo, user):
        require_consent(first.visit)
        received = receive(file)
        with written_files() as files, transaction.atomic():
            lock_visit(first.visit)
            _refuse_known(received, photo, user)
            photo.replaced_at = timezone.now()
            return keep(photo, received, files, user, repeats=first.pk)


def store_lesion_photo(
    *,
    lesion: Lesion,
    visit: Visit,
    file: Readable | BinaryIO,
    user: User,
    modality: str = Modality.DERMOSCOPY,
    device: str = "",
    mm_per_pixel: float | None = None,
    replace: bool = False,
) -> Photo:
    """Keep an uploaded photograph of `lesion` at `visit`, and have it analysed.

    `modality` is one of `LESION_MODALITIES`. Raises PhotoRefused (UnreadablePhoto, DuplicatePhoto,
    SlotFilled, UnfitLesion, UnfitScale), whose message can be shown. With `replace` the lesion's earlier
    photograph of that visit stays in the record, marked as replaced.
    """
    require_recorder(user)
    photo = Photo(visit=visit, lesion=lesion, modality=modality, device=device, mm_per_pixel=mm_per_pixel)
    with refusals_on_record(photo, user):
        _require_fit(photo, lesion)
        require_consent(visit)
        received = receive(file)
        with written_files() as files, transaction.atomic():
            lock_visit(visit)
            refuse_duplicate(received, photo, user)
            return keep(photo, received, files, user, **_make_room(photo, lesion, replace))


def swap_photos(*, first: Photo, second: Photo, user: User) -> tuple[Photo, Photo]:
    """Exchange the views of two photographs of one visit that were uploaded in each other's place.

    Both are analysed again, because the view is a part of the quality check. Raises ValueError for
    photographs that do not fill two slots of one visit.
    """
    require_recorder(user)
    with transaction.atomic():
        lock_visit(first.visit)
        first, second = _current(first), _current(second)
        if first.visit_id != second.visit_id or first.pk == second.pk:
            raise ValueError("Only two photographs of one visit can be swapped.")
        views = first.view, second.view
        leave_place(first)
        _place(second, views[0], user)
        _place(first, views[1], user)
    return first, second


def move_photo(*, photo: Photo, view: str, user: User) -> Photo:
    """Put a photograph into another, empty slot of its visit, and analyse it again.

    Raises SlotFilled; two filled slots are exchanged with `swap_photos`.
    """
    require_recorder(user)
    with transaction.atomic():
        lock_visit(photo.visit)
        photo = _current(photo)
        if Photo.objects.current().filter(visit=photo.visit_id, view=view).exists():
            raise refusals.slot_filled(view)
        _place(photo, view, user)
    return photo


def withdraw_photo(*, photo: Photo, user: User) -> Photo:
    """Take away a photograph, of a face or of a lesion, that should not be there; its bytes and results stay
    in the record.
    """
    require_recorder(user)
    with transaction.atomic():
        lock_visit(photo.visit)
        photo = Photo.objects.standing().get(pk=photo.pk)
        leave_place(photo)
        detail = {"withdrawn_from": photo.view} if photo.view else {"withdrawn_from_lesion": photo.lesion_id}
        record(user=user, action=Event.Action.CHANGE, target=photo, detail=detail)
    return photo


def _current(photo: Photo) -> Photo:
    return Photo.objects.current().select_related("visit").get(pk=photo.pk)


def _refuse_known(received: Received, wanted: Photo, user: User) -> None:
    """A repeat that is any other photograph again, or of another day, would flatter the measurement.

    Raises DuplicatePhoto or OtherDay.
    """
    twins = Photo.objects.filter(pixel_sha256=received.clean.pixel_sha256)
    twin = twins.select_related("visit__patient", "lesion").first()
    if twin is not None:
        raise refusals.duplicate(twin, wanted, user)
    taken = received.captured_at
    if taken is not None and timezone.localdate(taken) != wanted.visit.date:
        raise refusals.other_day(timezone.localdate(taken), wanted.visit.date)


def _free_slot(visit: Visit, view: str, replace: bool) -> dict[str, int]:
    """What the audit event says of the photograph that makes room, if any. Raises SlotFilled."""
    old = Photo.objects.current().filter(visit=visit, view=view).first()
    if old is None:
        return {}
    if not replace:
        raise refusals.slot_filled(view)
    leave_place(old)
    return {"replaces": old.pk}


def _place(photo: Photo, view: str, user: User) -> None:
    detail = {"from": photo.view, "to": view}
    photo.view, photo.replaced_at = view, None
    photo.save(update_fields=["view", "replaced_at"])
    record(user=user, action=Event.Action.CHANGE, target=photo, detail=detail)
    photo_placed.send(sender=Photo, photo=photo, user=user)


def _require_fit(photo: Photo, lesion: Lesion) -> None:
    if lesion.patient_id != photo.visit.patient_id:
        raise refusals.other_patients_lesion()
    if lesion.is_struck:
        raise refusals.struck_lesion()
    scale = photo.mm_per_pixel
    if scale is not None and not 0 < scale <= COARSEST:  # false for not-a-number too
        raise refusals.unfit_scale()


def _make_room(photo: Photo, lesion: Lesion, replace: bool) -> dict[str, int]:
    """What the audit event says of the photograph that makes room, if any. Raises SlotFilled."""
    old = Photo.objects.standing().filter(visit=photo.visit, lesion=lesion).first()
    if old is None:
        return {}
    if not replace:
        raise refusals.lesion_photographed(lesion)
    leave_place(old)
    return {"replaces": old.pk}
