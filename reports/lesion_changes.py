"""What changed on a lesion between two of its photographs, and why a value is not compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.lesion_note import colour_names
from analysis.models import LesionReading, ModelRelease, Run
from analysis.vision.lesion.change import Hindrance, LesionChange, Seen, compare
from analysis.vision.lesion.result import Description
from reports.charts.wording import signed_text
from reports.lesion_words import probability_text
from reports.lesions import Shot

HINDRANCES = {
    Hindrance.NO_SCALE: gettext_lazy("no scale on both: sizes in pixels are not compared"),
    Hindrance.OTHER_SEGMENTER: gettext_lazy("outlined by another network or release"),
    Hindrance.OTHER_LIGHT: gettext_lazy("the skin around it looks different: colours are not compared"),
}


@dataclass(frozen=True)
class Change:
    """One feature on both photographs; `difference` is empty where `refusal` says why."""

    name: str
    first: str
    second: str
    difference: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class Pair:
    """Two photographs of a lesion with a result, and what changed from the first to the second."""

    first: Shot
    second: Shot

    @property
    def shots(self) -> tuple[Shot, Shot]:
        return self.first, self.second

    @property
    def refusals(self) -> list[str]:
        """Why nothing at all is compared; empty where something is."""
        found = [_("photographed in another way")] if self._is_other_light else []
        return [*found, *(str(HINDRANCES[one]) for one in self._compared.hindrances if _spoils_all(one))]

    @property
    def changes(self) -> list[Change]:
        """Area, diameter, border, asymmetry, colours and the estimate, in this order."""
        return [*self._features(), self._estimate()]

    def _features(self) -> Iterator[Change]:
        before, after, change = *self._described, self._compared
        sizes = _why(change, Hindrance.NO_SCALE)
        colours = _why(change, Hindrance.OTHER_LIGHT)
        area = _signed(change.area_mm2, 1, " mm²", change.area_percent)
        yield self._row(_("Area"), _size(before.area_mm2, "mm²"), _size(after.area_mm2, "mm²"), area, sizes)
        long = _size(before.diameter_mm, "mm"), _size(after.diameter_mm, "mm")
        yield self._row(_("Diameter"), *long, _signed(change.diameter_mm, 1, " mm"), sizes)
        border = f"{before.border:.2f}", f"{after.border:.2f}"
        yield self._row(_("Border irregularity"), *border, _signed(change.border, 2))
        shape = f"{before.asymmetry:.2f}", f"{after.asymmetry:.2f}"
        yield self._row(_("Asymmetry"), *shape, _signed(change.asymmetry, 2))
        spread = f"{before.colour_variation:.1f}", f"{after.colour_variation:.1f}"
        yield self._row(_("Colour variation"), *spread, _signed(change.colour_variation, 1), colours)
        names = colour_names(before.colours) or "–", colour_names(after.colours) or "–"
        yield self._row(_("Colours"), *names, "" if colours else _colours(change), colours)

    def _row(self, name: str, first: str, second: str, difference: str, why_not: str = "") -> Change:
        refusal = "; ".join(self.refusals) or why_not
        return Change(name, first, second, "" if refusal else difference, refusal)

    def _estimate(self) -> Change:
        before, after = self._readings
        texts = probability_text(before.malignancy, before.sd), probability_text(after.malignancy, after.sd)
        points = _signed(100 * (after.malignancy - before.malignancy), 0)
        same = _classifiers(self.first.run) == _classifiers(self.second.run)
        other = "" if same else _("estimated by other releases")
        return self._row(
            _("Estimated probability of malignancy"), *texts, _("{n} points").format(n=points), other
        )

    @property
    def _readings(self) -> tuple[LesionReading, LesionReading]:
        before, after = self.first.reading, self.second.reading
        if before is None or after is None:
            raise ValueError("Only photographs with a result are compared.")
        return before, after

    @property
    def _described(self) -> tuple[Description, Description]:
        before, after = self._readings
        return before.description, after.description

    @property
    def _compared(self) -> LesionChange:
        before, after = self._described
        makers = [_outliner(shot) for shot in self.shots]
        return compare(Seen(before, makers[0]), Seen(after, makers[1]))

    @property
    def _is_other_light(self) -> bool:
        return self.first.photo.modality != self.second.photo.modality


def _spoils_all(hindrance: Hindrance) -> bool:
    return hindrance is Hindrance.OTHER_SEGMENTER


def _why(change: LesionChange, hindrance: Hindrance) -> str:
    return str(HINDRANCES[hindrance]) if hindrance in change.hindrances else ""


def _outliner(shot: Shot) -> tuple[str, str]:
    release: ModelRelease = getattr(shot.run, shot.reading.segmenter if shot.reading else "")
    return release.name, release.sha256


def _classifiers(run: Run | None) -> tuple[int | None, int | None]:
    return (run.lesion_resnet_id, run.lesion_fusion_id) if run else (None, None)


def _size(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{value:.1f} {unit}"


def _signed(value: float | None, digits: int, unit: str = "", percent: float | None = None) -> str:
    if value is None:
        return ""
    share = "" if percent is None else f" ({signed_text(percent, 0)} %)"
    return f"{signed_text(value, digits)}{unit}{share}"


def _colours(change: LesionChange) -> str:
    parts = []
    if change.new_colours:
        parts.append(_("new: {names}").format(names=colour_names(change.new_colours)))
    if change.lost_colours:
        parts.append(_("no more: {names}").format(names=colour_names(change.lost_colours)))
    return "; ".join(parts) or _("the same")
