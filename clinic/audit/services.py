"""Writing the trail. Reading it is `Event.objects.visible_to`."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from clinic.accounts.models import User
from clinic.audit.models import Event


def record(
    *,
    user: User | AnonymousUser | None,
    action: str,
    target: models.Model | None,
    detail: dict[str, Any] | None = None,
) -> Event:
    """Note that `user` did `action` to `target`; in a transaction, the note stands or falls with the deed.

    `detail` holds numbers, codes and field names, never a patient's name: the trail outlives the patient.
    """
    return Event.objects.create(
        user=user if isinstance(user, User) else None,
        action=Event.Action(action),
        object_label=target._meta.label_lower if target is not None else "",
        object_id=str(target.pk) if target is not None else "",
        detail=detail or {},
    )
