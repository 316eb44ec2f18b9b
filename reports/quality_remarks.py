"""Quality findings and glare of a visit's photos, gathered for its report."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.timezone import localtime

from analysis.models import Override
from clinic.accounts.models import User
from reports.charts import Track
from reports.pages.findings import findings_of
from reports.pdf.remarks import GlareRemark, QualityRemark
from reports.slots import Slot

WORTH_SAYING = 0.05
"""Percent of the face; less glare than that is printed as nothing at one decimal."""


def quality_remarks(slots: Iterable[Slot], user: User) -> tuple[QualityRemark, ...]:
    """Every finding that did not pass; a researcher reads no words that a clinician wrote."""
    return tuple(
        QualityRemark(
            track=Track(slot.view),
            finding=finding.name,
            value=finding.value,
            limit=finding.limits,
            level=finding.word,
            acceptance=_acceptance(finding.override, user) if finding.override else "",
        )
        for slot in slots
        for finding in findings_of(slot.run)
        if finding.verdict != "pass"
    )


def glare_remarks(slots: Iterable[Slot]) -> tuple[GlareRemark, ...]:
    measurements = [(slot, slot.measurement) for slot in slots]
    return tuple(
        GlareRemark(
            track=Track(slot.view),
            burnt_out=measurement.glare_percent,
            with_glare=measurement.f_vitiligo,
            without_glare=measurement.f_vitiligo_without_glare,
        )
        for slot, measurement in measurements
        if measurement is not None
        and measurement.glare_percent is not None
        and measurement.glare_percent >= WORTH_SAYING
    )


def _acceptance(override: Override, user: User) -> str:
    day = date_format(localtime(override.made_at), "Y-m-d")
    return f"{override.made_by.username}, {day}: {override.reason}" if user.may_identify else day
