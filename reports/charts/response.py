"""When a difference between two readings may be called a change, and what to say when it may not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.charts.comparability import Difference, Refusal, is_sound, refusals_between
from reports.charts.series import VIEWS, Reading, Series, Status, Track, series_of

Errors = float | Mapping[Track, float] | None
"""SDC95 in percentage points: one for all tracks, one for each that was studied, or not known."""


def error_of(sdc95: Errors, track: Track) -> float | None:
    """The SDC95 of a track. Where that of the pooled value was not studied, the largest of the three views.

    The pooled value is a weighted mean of the views, so its error is never larger than the largest of theirs.
    """
    if not isinstance(sdc95, Mapping):
        return sdc95
    if track is Track.POOLED and track not in sdc95 and all(view in sdc95 for view in VIEWS):
        return max(sdc95[view] for view in VIEWS)
    return sdc95.get(track)


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
    refusals: tuple[Refusal, ...]
    verdict: Verdict

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(refusal.difference for refusal in self.refusals)

    @property
    def is_response(self) -> bool:
        return self.verdict is Verdict.BEYOND_ERROR


def change_between(baseline: Reading, latest: Reading, *, sdc95: float | None) -> Change | None:
    """The change from one measured reading to another; None when either is not measured."""
    before, after = baseline.f_vitiligo, latest.f_vitiligo
    if before is None or after is None:
        return None
    points = after - before
    refusals = refusals_between(baseline, latest)
    return Change(
        baseline=baseline,
        latest=latest,
        points=points,
        percent=None if before == 0 else 100.0 * points / before,
        sdc95=sdc95,
        refusals=refusals,
        verdict=_verdict(points, sdc95, refusals),
    )


def _verdict(points: float, sdc95: float | None, refusals: tuple[Refusal, ...]) -> Verdict:
    if refusals:
        return Verdict.NOT_COMPARABLE
    if sdc95 is None:
        return Verdict.ERROR_UNKNOWN
    return Verdict.BEYOND_ERROR if abs(points) > sdc95 else Verdict.WITHIN_ERROR


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a track stands: its latest reading, the readings it is held against, and what changed since.

    `change` is since baseline, `recent` since `previous`, the measured reading before the latest. Both are
    None where there is no number to subtract; `recent` also while the previous reading is the baseline.
    """

    track: Track
    latest: Reading | None
    baseline: Reading | None
    change: Change | None
    previous: Reading | None = None
    recent: Change | None = None
    passed_over: tuple[Reading, ...] = ()
    """Measured readings before the baseline, which are not fit to be one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The outcomes of left, front, right and pooled, in this order."""

    outcomes: tuple[Outcome, ...]

    def __getitem__(self, track: Track) -> Outcome:
        return next(outcome for outcome in self.outcomes if outcome.track is track)


def summarise(readings: Iterable[Reading], *, sdc95: Errors) -> Summary:
    return Summary(tuple(_outcome(series, error_of(sdc95, series.track)) for series in series_of(readings)))


def baseline_of(series: Series) -> Reading | None:
    """The first reading that is fit to be compared; without any, the first with a number.

    A first visit under sunscreen would otherwise make every later visit incomparable.
    """
    sound = (reading for reading in series.measured if is_sound(reading))
    return next(sound, series.measured[0] if series.measured else None)


def _outcome(series: Series, sdc95: float | None) -> Outcome:
    latest = series.readings[-1] if series.readings else None
    baseline = baseline_of(series)
    if latest is None or latest.status is not Status.MEASURED or baseline is None:
        return Outcome(series.track, latest, baseline, None)
    previous = series.measured[-2] if len(series.measured) > 1 else None
    is_recent = previous is not None and previous is not baseline and latest is not baseline
    return Outcome(
        series.track,
        latest,
        baseline,
        None if latest is baseline else change_between(baseline, latest, sdc95=sdc95),
        previous,
        change_between(previous, latest, sdc95=sdc95) if is_recent and previous else None,
        tuple(reading for reading in series.measured if reading.order < baseline.order),
    )
