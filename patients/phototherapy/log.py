"""The phototherapy log of a patient as it is read: each session with its course and its concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from patients.models import Patient, PhototherapySession
from patients.phototherapy.judging import Concern, concerns_about

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Logged:
    """A session, what came before it in its course, and what the protocol says about it."""

    session: PhototherapySession
    previous_date: date | None
    previous_dose: int | None
    cumulative_dose: int

    @property
    def gap_days(self) -> int | None:
        return (self.session.date - self.previous_date).days if self.previous_date else None

    @property
    def change(self) -> str:
        """Against the last dose of the course, in per cent with its sign; empty for the first session."""
        if self.previous_dose is None:
            return ""
        percent = round(100 * (self.session.dose - self.previous_dose) / self.previous_dose)
        return f"{percent:+d} %".replace("-", MINUS).replace("+0", "0")

    @cached_property
    def concerns(self) -> tuple[Concern, ...]:
        return concerns_about(
            self.session, previous_date=self.previous_date, previous_dose=self.previous_dose
        )


@dataclass(frozen=True)
class Course:
    """All sessions of one light on one region. `last` holds the cumulative dose."""

    last: Logged
    first_date: date
    count: int


def log_of(patient: Patient) -> list[Logged]:
    """Every standing session, the oldest first, in one query."""
    sessions = PhototherapySession.objects.filter(patient=patient).in_course()
    rows = sessions.select_related("protocol", "operator").order_by("date", "pk")
    return [
        Logged(row, row.previous_date, row.previous_dose, row.cumulative_dose)  # type: ignore[attr-defined]
        for row in rows
    ]


def courses_of(log: Iterable[Logged]) -> list[Course]:
    """The courses in a log, the one with the latest session first."""
    courses: dict[tuple[str, str], Course] = {}
    for logged in log:
        key = (logged.session.light, logged.session.region)
        before = courses.get(key)
        first = before.first_date if before else logged.session.date
        courses[key] = Course(logged, first, before.count + 1 if before else 1)
    return sorted(courses.values(), key=lambda course: course.last.session.date, reverse=True)
