"""What the pages say about a lesion."""

from __future__ import annotations

from django import template

from analysis.models import LesionReading
from reports import lesion_words

register = template.Library()


@register.filter
def meaning(reading: LesionReading) -> str:
    """What the estimate is called by the clinic's own bands."""
    return lesion_words.meaning_of(reading).words


@register.filter
def probability(reading: LesionReading) -> str:
    return lesion_words.probability_text(reading.malignancy, reading.sd)


@register.filter
def described(reading: LesionReading | None) -> list[tuple[str, str]]:
    return lesion_words.description_of(reading) if reading else []
