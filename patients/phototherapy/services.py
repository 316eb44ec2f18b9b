"""Logging sessions of phototherapy, and new versions of the clinic's protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.entries.services import correct_entry, record_entry
from patients.models import PhototherapyProtocol, PhototherapySession
from patients.phototherapy.judging import Concern, concerns_about


class ReasonNeeded(ValueError):
    """The protocol warns about a session, and nobody has said why it was given so."""

    def __init__(self, concerns: Sequence[Concern]) -> None:
        super().__init__(" ".join(concern.sentence for concern in concerns))
        self.concerns = tuple(concerns)


def protocol_in_force(light: str) -> PhototherapyProtocol | None:
    return PhototherapyProtocol.objects.filter(light=light).order_by("-version").first()


@transaction.atomic
def log_session(*, session: PhototherapySession, by: User) -> PhototherapySession:
    """Store a session as it was given, judged by the protocol in force.

    Raises ReasonNeeded where the protocol warns and no reason is given, and ValidationError.
    """
    session.protocol = protocol_in_force(session.light)
    _require_reason(session)
    return record_entry(entry=session, by=by)


@transaction.atomic
def correct_session(*, session: PhototherapySession, changed: Iterable[str], by: User) -> PhototherapySession:
    """Correct what was logged. The session keeps the protocol that it was judged by, unless its light was
    wrong. Raises ReasonNeeded and ValidationError."""
    fields = set(changed)
    if "light" in fields:
        session.protocol = protocol_in_force(session.light)
        fields.add("protocol")
    _require_reason(session)
    return correct_entry(entry=session, changed=fields, by=by)


def _require_reason(session: PhototherapySession) -> None:
    previous = (
        PhototherapySession.objects.standing()
        .filter(patient=session.patient, light=session.light, region=session.region, date__lt=session.date)
        .exclude(pk=session.pk)
        .order_by("-date")
        .first()
    )
    concerns = concerns_about(
        session,
        previous_date=previous.date if previous else None,
        previous_dose=previous.dose if previous else None,
    )
    if concerns and not session.reason.strip():
        raise ReasonNeeded(concerns)


@transaction.atomic
def publish_protocol(*, light: str, by: User, **limits: Any) -> PhototherapyProtocol:
    """A new version for one light. It judges the sessions from now on; the old ones keep theirs."""
    newest = PhototherapyProtocol.objects.filter(light=light).aggregate(newest=Max("version"))["newest"] or 0
    protocol = PhototherapyProtocol.objects.create(light=light, version=newest + 1, made_by=by, **limits)
    record(user=by, action=Event.Action.CREATE, target=protocol, detail={"version": protocol.version})
    return protocol
