"""The clinical note of a lesion, composed from stored values by template: no language model words it.

It is stored with the assessment, marked as composed, until somebody words it anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.models import LesionAssessment, LesionReading
from analysis.vision.lesion.note import Degree, NoteFacts, note_facts
from imaging.models import Photo

CAUTION = gettext_lazy(
    "Image-based estimate. A low probability does not exclude skin cancer. Any new, changing, bleeding or "
    "symptomatic lesion needs examination; diagnosis requires clinical assessment, dermoscopy and, where "
    "indicated, histopathology."
)
DEGREES = {
    Degree.SLIGHT: gettext_lazy("slight"),
    Degree.MODERATE: gettext_lazy("moderate"),
    Degree.MARKED: gettext_lazy("marked"),
}


def compose_note(assessment: LesionAssessment) -> str:
    """One paragraph a subject: where and when, outline, look, estimate, releases, and the caution."""
    reading = assessment.picked
    facts = note_facts(
        reading.description,
        reading.estimate,
        segmenter=reading.segmenter,
        agreement=assessment.agreement,
        needs_review=assessment.needs_review,
        releases=[release.name for release in assessment.run.releases],
    )
    paragraphs = (
        _where(reading.run.photo),
        _outline(facts, by_rule=assessment.version == 1),
        _look(facts),
        _estimate(facts),
        _("Releases: {names}.").format(names=", ".join(facts.releases)),
        str(CAUTION),
    )
    return "\n\n".join(paragraphs)


def _where(photo: Photo) -> str:
    if photo.lesion is None:
        raise ValueError("Only a photograph of a lesion has a note.")
    return _("Lesion {label}, {site}. {modality}, {date}.").format(
        label=photo.lesion.label,
        site=photo.lesion.get_site_display().lower(),
        modality=photo.get_modality_display(),
        date=date_format(photo.visit.date, "Y-m-d"),
    )


def _outline(facts: NoteFacts, *, by_rule: bool) -> str:
    taken = _("Outline of {segmenter}, picked by rule.") if by_rule else _("Outline of {segmenter}.")
    agree = _("The outlines of both networks agree to {dice} (Dice, 0 to 1).")
    if facts.needs_review:
        agree = _("The outlines of both networks agree to {dice} only (Dice, 0 to 1): look at both.")
    name = LesionReading.Segmenter(facts.segmenter).label
    return f"{taken.format(segmenter=name)} {agree.format(dice=f'{facts.agreement:.2f}')}"


def _look(facts: NoteFacts) -> str:
    size = _("{pixels} pixels").format(pixels=f"{facts.diameter_px:.0f}")
    if facts.diameter_mm is not None and facts.area_mm2 is not None:
        size = _("{diameter} mm, area {area} mm²").format(
            diameter=f"{facts.diameter_mm:.1f}", area=f"{facts.area_mm2:.1f}"
        )
    sentences = [
        _("Longest extent {size}.").format(size=size),
        _("Asymmetry {asymmetry}, border irregularity {border}; image features, not the ABCD score.").format(
            asymmetry=DEGREES[facts.asymmetry], border=DEGREES[facts.border]
        ),
    ]
    if facts.colours:
        sentences.append(_("Colours: {names}.").format(names=colour_names(facts.colours)))
    if facts.tone is not None and facts.ita_degrees is not None:
        tone = str(LesionReading.Tone(facts.tone.value).label).lower()
        sentence = _("Skin around the lesion: {tone} (ITA {degrees}°).")
        sentences.append(sentence.format(tone=tone, degrees=f"{facts.ita_degrees:.0f}"))
    return " ".join(sentences)


def _estimate(facts: NoteFacts) -> str:
    sentence = _(
        "Estimated probability of malignancy {mean} (SD {sd} over repeated passes): {band}. "
        "Confidence: {confidence}."
    ).format(
        mean=percent_text(facts.malignancy_percent),
        sd=percent_text(facts.sd_percent),
        band=str(LesionReading.Band(facts.band.value).label).lower(),
        confidence=str(LesionReading.Confidence(facts.confidence.value).label).lower(),
    )
    if facts.disagree:
        return f"{sentence} {_('The two classifiers are far apart.')}"
    return sentence


def colour_names(names: Iterable[str]) -> str:
    return ", ".join(str(LesionReading.Colour(name).label) for name in names)


def percent_text(percent: float) -> str:
    """Below ten with a decimal, so that a small probability never reads as none."""
    if 0 < percent < 0.05:
        return "< 0.1 %"
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %"
