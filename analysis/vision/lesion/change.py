"""What became of a lesion between two photos: area, border, colours, diameter; or why that cannot be said.

Pixels can only be compared where a pixel is the same length on both photos. Without a scale on both, sizes
are not compared; the shape and the colours, which need no scale, are.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from analysis.vision.lesion.result import Description


class Hindrance(StrEnum):
    """Why two photos are not compared, or not in everything."""

    NO_SCALE = "no_scale"
    """At least one photo has no scale: sizes are not compared."""
    OTHER_SEGMENTER = "other_segmenter"
    """The masks come from different networks or releases: nothing is compared."""
    OTHER_LIGHT = "other_light"
    """The skin about the lesion reads another tone on each: colours are not compared."""


TONE_TOLERANCE = 15.0
"""Degrees of ITA by which the same skin may differ between two photos: a class is 13 to 18 degrees wide."""


@dataclass(frozen=True)
class Seen:
    """One visit. outlined_by: name and sha256 of the release whose mask was described."""

    description: Description
    outlined_by: tuple[str, str]


@dataclass(frozen=True)
class LesionChange:
    """Later minus earlier; None for what cannot be compared, and `hindrances` say why."""

    hindrances: tuple[Hindrance, ...]
    area_percent: float | None = None
    """Of the earlier area: 100 is twice the area."""
    area_mm2: float | None = None
    diameter_mm: float | None = None
    asymmetry: float | None = None
    border: float | None = None
    colour_variation: float | None = None
    new_colours: tuple[str, ...] = ()
    lost_colours: tuple[str, ...] = ()


def compare(before: Seen, after: Seen) -> LesionChange:
    """The change of one lesion from an earlier to a later photo."""
    if before.outlined_by != after.outlined_by:
        return LesionChange((Hindrance.OTHER_SEGMENTER,))
    first, second = before.description, after.description
    change = LesionChange(
        (), asymmetry=second.asymmetry - first.asymmetry, border=second.border - first.border
    )
    return _with_colours(_with_sizes(change, first, second), first, second)


def _with_sizes(change: LesionChange, first: Description, second: Description) -> LesionChange:
    areas = first.area_mm2, second.area_mm2
    diameters = first.diameter_mm, second.diameter_mm
    if areas[0] is None or areas[1] is None or diameters[0] is None or diameters[1] is None:
        return replace(change, hindrances=(*change.hindrances, Hindrance.NO_SCALE))
    return replace(
        change,
        area_mm2=areas[1] - areas[0],
        area_percent=100 * (areas[1] / areas[0] - 1),
        diameter_mm=diameters[1] - diameters[0],
    )


def _with_colours(change: LesionChange, first: Description, second: Description) -> LesionChange:
    tones = first.ita_degrees, second.ita_degrees
    if tones[0] is None or tones[1] is None or abs(tones[0] - tones[1]) > TONE_TOLERANCE:
        return replace(change, hindrances=(*change.hindrances, Hindrance.OTHER_LIGHT))
    return replace(
        change,
        colour_variation=second.colour_variation - first.colour_variation,
        new_colours=tuple(name for name in second.colours if name not in first.colours),
        lost_colours=tuple(name for name in first.colours if name not in second.colours),
    )
