"""What the clinic's own protocol has to say about a session that was given. It never says what to give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.models import PhototherapySession
from patients.models.phototherapy import PhototherapyProtocol


@dataclass(frozen=True, slots=True)
class Concern:
    """`code` for a program, `sentence` for a person."""

    code: str
    sentence: str


def concerns_about(
    session: PhototherapySession, *, previous_date: date | None, previous_dose: int | None
) -> tuple[Concern, ...]:
    """Limits of the session's protocol that were passed; none where the clinic had no protocol.

    The previous session is the one of the same light and region; without one there is no gap and no rise.
    """
    protocol = session.protocol
    if protocol is None:
        return ()
    found = [*_over_limits(session, protocol)]
    if previous_date is not None:
        found += _gap((session.date - previous_date).days, protocol)
    if previous_dose is not None:
        found += _rise(previous_dose, session.dose, protocol)
    return tuple(found)


def _gap(days: int, protocol: PhototherapyProtocol) -> Iterator[Concern]:
    if days > protocol.longest_gap_days:
        sentence = ngettext(
            "{days} day since the last session of this region",
            "{days} days since the last session of this region",
            days,
        ).format(days=days)
        yield Concern("gap", _limited(sentence, _("{n} days").format(n=protocol.longest_gap_days), protocol))


def _rise(before: int, after: int, protocol: PhototherapyProtocol) -> Iterator[Concern]:
    # In whole numbers: 20 % of a dose is never missed or met by a rounding error.
    if 100 * (after - before) > protocol.largest_rise_percent * before:
        sentence = _("{percent} % more than the last dose of {before} mJ/cm²").format(
            percent=_percent(before, after), before=before
        )
        yield Concern("rise", _limited(sentence, f"{protocol.largest_rise_percent} %", protocol))


def _percent(before: int, after: int) -> str:
    """With a decimal where a rounded one would read as if it were within the limit."""
    return f"{100 * (after - before) / before:.1f}".removesuffix(".0")


def _over_limits(session: PhototherapySession, protocol: PhototherapyProtocol) -> Iterator[Concern]:
    highest = protocol.highest_dose(session.region)
    if session.dose > highest:
        sentence = _("{dose} mJ/cm² is over the clinic's highest dose").format(dose=session.dose)
        yield Concern("highest_dose", _limited(sentence, f"{highest} mJ/cm²", protocol))
    if session.erythema is not None and session.erythema >= protocol.erythema_grade:
        sentence = _("Erythema of grade {grade} was recorded").format(grade=session.erythema)
        yield Concern(
            "erythema", _limited(sentence, _("grade {n}").format(n=protocol.erythema_grade), protocol)
        )


def _limited(sentence: str, limit: str, protocol: PhototherapyProtocol) -> str:
    return _("{sentence}; limit of the clinic's protocol, version {version}: {limit}.").format(
        sentence=sentence, version=protocol.version, limit=limit
    )
