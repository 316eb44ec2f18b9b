"""What is read from a lesion, in words and numbers fit to print."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.lesion_note import colour_names, percent_text
from analysis.models import LesionPicture, LesionReading, ModelRelease
from analysis.vision.lesion import bands
from analysis.vision.lesion.bands import Preset

CLASSIFIERS = {
    ModelRelease.Task.LESION_RESNET.value: gettext_lazy("Picture alone"),
    ModelRelease.Task.LESION_FUSION.value: gettext_lazy("Picture with age, sex and site"),
}
HEAT = {
    ModelRelease.Task.LESION_RESNET.value: LesionPicture.Kind.HEAT_RESNET.value,
    ModelRelease.Task.LESION_FUSION.value: LesionPicture.Kind.HEAT_FUSION.value,
}


@dataclass(frozen=True)
class Meaning:
    """What a probability is called under a table of bands."""

    band: LesionReading.Band
    confidence: LesionReading.Confidence

    @property
    def words(self) -> str:
        if self.band == LesionReading.Band.INDETERMINATE:
            return _("Indeterminate: needs clinician review")
        called = {
            LesionReading.Band.BENIGN: _("Leans benign"),
            LesionReading.Band.MALIGNANT: _("Leans malignant"),
        }
        confidence = self.confidence.label.lower()
        return _("{band}, confidence {confidence}").format(band=called[self.band], confidence=confidence)


@dataclass(frozen=True)
class OpinionWords:
    """One classifier, by the name of its task."""

    name: str
    probability: str
    classes: tuple[tuple[str, str], ...]
    heat: str
    """The kind of its explanation overlay among the pictures of the reading."""
    counts: bool
    """Whether the estimate takes it in."""


def meaning_of(reading: LesionReading, preset: Preset = Preset.STANDARD) -> Meaning:
    """Band and confidence under a table, by the rule of the library."""
    band, confidence = bands.meaning_of(reading.estimate, preset)
    return Meaning(LesionReading.Band(band.value), LesionReading.Confidence(confidence.value))


def probability_text(probability: float, sd: float | None = None) -> str:
    """'44 ± 3.0 %': mean and SD over the seeded passes; or the mean alone."""
    mean = percent_text(100 * probability)
    return mean if sd is None else f"{mean.removesuffix(' %')} ± {percent_text(100 * sd)}"


def opinions_of(reading: LesionReading) -> list[OpinionWords]:
    """Each classifier alone, in the order in which they are stored."""
    return [
        OpinionWords(
            name=str(CLASSIFIERS[one["task"]]),
            probability=probability_text(one["malignancy"], one["sd"]),
            classes=tuple((name, probability_text(value)) for name, value in one["probabilities"].items()),
            heat=HEAT[one["task"]],
            counts=one["counts"],
        )
        for one in reading.opinions
    ]


def uncounted() -> str:
    """Why an opinion stands beside the estimate and not in it."""
    return _("Not counted: on lesions that did not teach it, it was no better than chance.")


def leading_class(reading: LesionReading) -> str:
    """The class with the highest mean probability over the classifiers that count; the first of equals."""
    sums: dict[str, float] = {}
    for opinion in filter(lambda one: one["counts"], reading.opinions):
        for name, value in opinion["probabilities"].items():
            sums[name] = sums.get(name, 0.0) + value
    return max(sums, key=lambda name: sums[name])


def description_of(reading: LesionReading) -> list[tuple[str, str]]:
    """Image features with their names; not the clinical ABCD score."""
    area, size = f"{reading.area_px} px", f"{reading.diameter_px:.0f} px"
    if reading.diameter_mm is not None:
        area, size = f"{reading.description.area_mm2:.1f} mm²", f"{reading.diameter_mm:.1f} mm"
    tone = _("not measured")
    if reading.ita_degrees is not None:
        name = LesionReading.Tone(reading.tone).label
        tone = _("{tone}, ITA {degrees}°").format(tone=name, degrees=f"{reading.ita_degrees:.0f}")
    return [
        (_("Asymmetry"), f"{reading.asymmetry:.2f}"),
        (_("Border irregularity"), f"{reading.border:.2f}"),
        (_("Colours"), colour_names(reading.colours) or "–"),
        (_("Colour variation"), f"{reading.colour_variation:.1f}"),
        (_("Area"), area),
        (_("Diameter"), size),
        (_("Skin around it"), tone),
    ]
