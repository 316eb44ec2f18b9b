"""The clinical note of a lesion, composed from stored values by template: no language model words it.

It is stored with the assessment, marked as composed, until a clinician words it anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.models import LesionAssessment, LesionReading, ModelRelease

CAUTION = gettext_lazy(
    "Image-based estimate. A low probability does not exclude skin cancer. Any new, changing, bleeding or "
    "symptomatic lesion needs examination; diagnosis requires clinical assessment, dermoscopy and, where "
    "indicated, histopathology."
)


def compose_note(assessment: LesionAssessment) -> str:
    """One paragraph a subject: where and when, the outline, what it looks like, the estimate, the caution."""
    reading = assessment.picked
    paragraphs = (
        _where(reading),
        _outline(assessment, reading),
        _appearance(reading),
        _estimate(reading),
        str(CAUTION),
    )
    return "\n\n".join(paragraphs)


def _where(reading: LesionReading) -> str:
    photo = reading.run.photo
    lesion = photo.lesion
    if lesion is None:
        raise ValueError("Only a photograph of a lesion has a note.")
    return _("Lesion {label}, {site}. {modality}, {date}.").format(
        label=lesion.label,
        site=lesion.get_site_display().lower(),
        modality=photo.get_modality_display(),
        date=date_format(photo.visit.date, "Y-m-d"),
    )


def _outline(assessment: LesionAssessment, reading: LesionReading) -> str:
    taken = _("Outline of {segmenter}.").format(segmenter=reading.get_segmenter_display())
    if assessment.version == 1:
        taken = _("Outline of {segmenter}, picked by rule.").format(segmenter=reading.get_segmenter_display())
    agree = _("The outlines of both networks agree to {dice} (Dice, 0 to 1).")
    if assessment.needs_review:
        agree = _("The outlines of both networks agree to {dice} only (Dice, 0 to 1): look at both.")
    return f"{taken} {agree.format(dice=f'{assessment.agreement:.2f}')}"


def _appearance(reading: LesionReading) -> str:
    size = _("{pixels} pixels").format(pixels=f"{reading.diameter_px:.0f}")
    if reading.diameter_mm is not None:
        size = _("{millimetres} mm").format(millimetres=f"{reading.diameter_mm:.1f}")
    sentences = [
        _("Longest extent {size}.").format(size=size),
        _("Asymmetry {asymmetry}, border irregularity {border}; image features, not the ABCD score.").format(
            asymmetry=f"{reading.asymmetry:.2f}", border=f"{reading.border:.2f}"
        ),
    ]
    if reading.colours:
        sentences.append(_("Colours: {names}.").format(names=colour_names(reading.colours)))
    if reading.tone and reading.ita_degrees is not None:
        sentence = _("Skin around the lesion: {tone} (ITA {degrees}°).")
        tone = reading.get_tone_display().lower()
        sentences.append(sentence.format(tone=tone, degrees=f"{reading.ita_degrees:.0f}"))
    return " ".join(sentences)


def _estimate(reading: LesionReading) -> str:
    sentence = _("Estimated probability of malignancy {mean} (SD {sd} over repeated passes): {band}.")
    sentences = [
        sentence.format(
            mean=percent(reading.malignancy),
            sd=percent(reading.sd),
            band=reading.get_band_display().lower(),
        ),
        _("Confidence: {confidence}.").format(confidence=reading.get_confidence_display().lower()),
    ]
    if reading.disagree:
        each = ", ".join(
            f"{capfirst(ModelRelease.Task(one['task']).label)} {percent(one['malignancy'])}"
            for one in reading.opinions
        )
        sentences.append(_("The two classifiers are far apart: {each}.").format(each=each))
    return " ".join(sentences)


def colour_names(names: Iterable[str]) -> str:
    return ", ".join(str(LesionReading.Colour(name).label) for name in names)


def percent(share: float) -> str:
    """A share of 0 to 1 in per cent; below ten with a decimal, so that a small one never reads as none."""
    value = 100 * share
    if 0 < value < 0.05:
        return "< 0.1 %"
    return f"{value:.0f} %" if value >= 10 else f"{value:.1f} %"
