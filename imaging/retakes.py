"""Asking for a better photograph of a view. The request ends when another photograph takes its place."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo, RetakeRequest


class NothingToRetake(ValueError):
    """The photo was replaced meanwhile, or no reason was given."""


@transaction.atomic
def ask_retake(*, photo: Photo, reason: str, user: User) -> RetakeRequest:
    """Ask for a photo to be taken again; a second reader finds the first one's request.

    Raises NothingToRetake for a photo that does not fill its slot any more, and without a reason.
    """
    if not user.may_record:
        raise PermissionDenied
    photo = Photo.objects.select_for_update().get(pk=photo.pk)
    if photo.replaced_at is not None or not (reason := reason.strip()[:300]):
        raise NothingToRetake
    standing = RetakeRequest.objects.open().filter(photo=photo).first()
    if standing is not None:
        return standing
    request = RetakeRequest.objects.create(photo=photo, reason=reason, asked_by=user)
    record(user=user, action=Event.Action.CREATE, target=request, detail={"photo": photo.pk})
    return request


@transaction.atomic
def cancel_retake(*, request: RetakeRequest, user: User) -> RetakeRequest:
    """Take a request back: the photo will do after all. It stays in the record."""
    if not user.may_record:
        raise PermissionDenied
    request = RetakeRequest.objects.select_for_update().get(pk=request.pk)
    if request.cancelled_at is None:
        request.cancelled_at, request.cancelled_by = timezone.now(), user
        request.save(update_fields=["cancelled_at", "cancelled_by"])
        record(user=user, action=Event.Action.CHANGE, target=request, detail={"cancelled": True})
    return request
