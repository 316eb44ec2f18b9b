"""Accepting a warning: a clinician looked at the photo and says why its number may be used all the same."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from analysis.models import Override, Run
from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record

LONGEST_REASON = 300


class OverrideRefused(Exception):
    """The finding cannot be accepted; the message is fit to show."""


def override_warning(*, run: Run, code: str, reason: str, user: User) -> Override:
    """Accept one warning of a measured run, for good and with a reason.

    Raises PermissionDenied for those who may not sign, and OverrideRefused for a finding that is no open
    warning of a measured photo, or without a reason.
    """
    if not user.may_sign:
        raise PermissionDenied
    reason = " ".join(reason.split())
    with transaction.atomic():
        # Two clinicians at once: the second sees that the first was there.
        locked = Run.objects.select_for_update().get(pk=run.pk)
        _check(locked, code, reason)
        override = Override.objects.create(run=locked, code=code, reason=reason, made_by=user)
        record(user=user, action=Event.Action.CHANGE, target=locked, detail={"override": code})
    return override


def _check(run: Run, code: str, reason: str) -> None:
    verdict = next((finding["verdict"] for finding in run.quality if finding["code"] == code), "")
    if verdict == "fail" or run.status != Run.Status.DONE:
        raise OverrideRefused(_("A photo that is not measurable stays so. Take the photo again."))
    if verdict != "warn":
        raise OverrideRefused(_("There is no such warning on this photo."))
    if code not in run.open_warnings:
        raise OverrideRefused(_("This warning was accepted already."))
    if not reason:
        raise OverrideRefused(_("Say why the photo may be used all the same."))
    if len(reason) > LONGEST_REASON:
        raise OverrideRefused(_("Keep the reason below 300 characters."))
