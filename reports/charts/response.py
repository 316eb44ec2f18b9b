"""When a difference between two readings may be called a change, and what to say when it may not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.charts.series import CLEAN, Reading, Series, Status, Track, series_of

Errors = float | Mapping[Track, float] | None
"""SDC95 in percentage points: one for all tracks, one for each that was studied, or not known."""


def error_of(sdc95: Errors, track: Track) -> float | None:
    return sdc95.get(track) if isinstance(sdc95, Mapping) else sdc95


class Difference(StrEnum):
    """Why two readings are not comparable."""

    VIEW = "view"
    MODALITY = "modality"
    SKIN_CONDITION = "skin_condition"
    QUALITY = "quality"
    RELEASE = "release"


class Verdict(StrEnum):
    BEYOND_ERROR = "beyond_error"
    WITHIN_ERROR = "within_error"
    NOT_COMPARABLE = "not_comparable"
    ERROR_UNKNOWN = "error_unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """From `baseline` to `latest`: percentage points, and per cent of baseline (None at a baseline of 0).

    Negative is less depigmented skin. `verdict` is `BEYOND_ERROR` only when `abs(points)` exceeds `sdc95` and
    nothing sets the two photos apart.
    """

    baseline: Reading
    latest: Reading
    points: float
    percent: float | None
    sdc95: float | None
    differences: tuple[Difference, ...]
    verdict: Verdict

    @property
    def is_response(self) -> bool:
        return self.verdict is Verdict.BEYOND_ERROR


def differences_between(first: Reading, second: Reading) -> tuple[Difference, ...]:
    """Everything that keeps two readings from being compared, in the order in which it is told."""
    checks = (
        (Difference.VIEW, first.track is not second.track),
        (Difference.MODALITY, first.modality != second.modality or not first.modality),
        (Difference.SKIN_CONDITION, first.skin_condition != CLEAN or second.skin_condition != CLEAN),
        (Difference.QUALITY, not (first.quality_passed and second.quality_passed)),
        (Difference.RELEASE, first.release != second.release or not first.release),
    )
    return tuple(difference for difference, differs in checks if differs)


def change_between(baseline: Reading, latest: Reading, *, sdc95: float | None) -> Change | None:
    """The change from one measured reading to another; None when either is not measured."""
    before, after = baseline.f_vitiligo, latest.f_vitiligo
    if before is None or after is None:
        return None
    points = after - before
    differences = differences_between(baseline, latest)
    return Change(
        baseline=baseline,
        latest=latest,
        points=points,
        percent=None if before == 0 else 100.0 * points / before,
        sdc95=sdc95,
        differences=differences,
        verdict=_verdict(points, sdc95, differences),
    )


def _verdict(points: float, sdc95: float | None, differences: tuple[Difference, ...]) -> Verdict:
    if differences:
        return Verdict.NOT_COMPARABLE
    if sdc95 is None:
        return Verdict.ERROR_UNKNOWN
    return Verdict.BEYOND_ERROR if abs(points) > sdc95 else Verdict.WITHIN_ERROR


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a track stands: its latest reading, its first measured one, and the change between the two.

    `change` is None while there is one measured reading only, or when the latest is not measured.
    """

    track: Track
    latest: Reading | None
    baseline: Reading | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The outcomes of left, front, right and pooled, in this order."""

    outcomes: tuple[Outcome, ...]

    def __getitem__(self, track: Track) -> Outcome:
        return next(outcome for outcome in self.outcomes if outcome.track is track)


def summarise(readings: Iterable[Reading], *, sdc95: Errors) -> Summary:
    return Summary(tuple(_outcome(series, error_of(sdc95, series.track)) for series in series_of(readings)))


def _outcome(series: Series, sdc95: float | None) -> Outcome:
    latest = series.readings[-1] if series.readings else None
    baseline = series.measured[0] if series.measured else None
    change = None
    if latest and baseline and latest is not baseline and latest.status is Status.MEASURED:
        change = change_between(baseline, latest, sdc95=sdc95)
    return Outcome(series.track, latest, baseline, change)
