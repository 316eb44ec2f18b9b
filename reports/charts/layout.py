"""What every drawing of a response shares: the marks of a track, the lines that may be drawn, the scale."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import ceil, floor, log10

from reports.charts.comparability import is_sound
from reports.charts.response import Errors, error_of, summarise
from reports.charts.series import Reading, Series, Status, Track


@dataclass(frozen=True, slots=True)
class Mark:
    """How a track looks. Colour is never the only sign: shape and dash tell the tracks apart too."""

    light: str
    dark: str
    symbol: str
    dash: str


# Okabe and Ito's palette, which people with any colour vision tell apart; on dark paper its lighter members.
MARKS = {
    Track.LEFT: Mark(light="#0072b2", dark="#56b4e9", symbol="triangle-left", dash="dash"),
    Track.FRONT: Mark(light="#c04f00", dark="#f0a030", symbol="circle", dash="solid"),
    Track.RIGHT: Mark(light="#00795a", dark="#2fc49a", symbol="triangle-right", dash="dot"),
    Track.POOLED: Mark(light="#5b6472", dark="#b4bcc8", symbol="diamond", dash="dashdot"),
}


def caution(reading: Reading) -> str:
    """Why a measured reading stands outside the line; empty when it does not."""
    if reading.status is not Status.MEASURED or is_sound(reading):
        return ""
    if not reading.quality_passed:
        return reading.warning or "the photo did not pass the quality check"
    if reading.quality_warned:
        return reading.warning or "the quality check gave a warning"
    return f"skin condition: {reading.skin_condition.replace('_', ' ')}"


def line_segments(series: Series) -> list[tuple[Reading, ...]]:
    """The readings that one unbroken line may join.

    A line joins sound readings only and passes by the others as it passes by a missed visit; it ends where
    the release or the modality changes, because a step there would be the method's and not the patient's.
    Segments of one reading are kept: they are drawn as a mark.
    """
    sound = [reading for reading in series.readings if is_sound(reading)]
    return [
        tuple(group) for _, group in groupby(sound, key=lambda reading: (reading.release, reading.modality))
    ]


def value_ticks(highest: float, *, most: int = 6) -> tuple[float, ...]:
    """Round values from 0 to the first that is not below `highest`, in at most `most` steps; 100 at most."""
    highest = min(max(highest, 1.0), 100.0)
    rough = highest / most
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough - 1e-9)
    return tuple(round(index * step, 6) for index in range(ceil(highest / step - 1e-9) + 1))


def highest_value(all_series: Sequence[Series], *, margin: float = 0.0) -> float:
    """The highest value that is drawn, with room for a band of `margin` points above it."""
    values = [reading.f_vitiligo or 0.0 for series in all_series for reading in series.measured]
    return min(max(values, default=0.0) + margin, 100.0)


def largest_error(sdc95: Errors) -> float:
    return max((error_of(sdc95, track) or 0.0 for track in Track), default=0.0)


def error_bands(readings: Iterable[Reading], sdc95: Errors) -> list[tuple[Track, float, float]]:
    """Track, low and high: inside the band about a view's baseline nothing may be called a change."""
    bands: list[tuple[Track, float, float]] = []
    for outcome in summarise(readings, sdc95=sdc95).outcomes:
        error = error_of(sdc95, outcome.track)
        if (
            outcome.track is Track.POOLED
            or outcome.baseline is None
            or outcome.change is None
            or error is None
        ):
            continue
        value = outcome.baseline.f_vitiligo or 0.0
        bands.append((outcome.track, max(value - error, 0.0), min(value + error, 100.0)))
    return bands


def time_span(all_series: Sequence[Series], *, least: timedelta = timedelta(days=14)) -> tuple[date, ...]:
    """From some days before the first reading to some after the last, so that no mark sits on the edge.

    The margin is a twentieth of the time between them, and never less than `least`: a single visit needs an
    axis of days, not of milliseconds. Without readings there is no span.
    """
    days = [reading.taken_on for series in all_series for reading in series.readings]
    if not days:
        return ()
    margin = max(least, (max(days) - min(days)) / 20)
    return min(days) - margin, max(days) + margin


def unmeasured(series: Series) -> tuple[Reading, ...]:
    """Readings without a number; they are shown beside the scale, never at 0."""
    if series.track is Track.POOLED:
        return ()
    return tuple(r for r in series.readings if r.status is not Status.MEASURED)
