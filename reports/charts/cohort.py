"""The response of many patients: shares that reached a reduction by month, and the time until it. Pure.

A reduction is of F-Vitiligo from the patient's own baseline. It counts only between comparable photos, and
only where it is more than measurement error. An area share says nothing about the clinician's F-VASI.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log, sqrt

from scipy import stats

from reports.charts.response import Errors, Verdict, baseline_of, change_between, error_of
from reports.charts.series import Reading, Track, series_of

DAYS_A_MONTH = 30.44
Z95 = 1.959964
THRESHOLDS = (25, 50, 75, 90)
"""Per cent of the baseline that are gone."""
MONTHS = (3, 6, 9, 12, 18, 24)
SMALL_GROUP = 5


@dataclass(frozen=True, slots=True)
class Assessment:
    """A visit that can be held against the baseline. reduction: per cent of baseline, negative for a rise."""

    taken_on: date
    month: float
    reduction: float
    is_beyond_error: bool
    link: str = ""

    def reaches(self, threshold: float) -> bool:
        return self.is_beyond_error and self.reduction >= threshold


@dataclass(frozen=True, slots=True)
class Course:
    """One patient's assessments in the order of time; `set_aside` counts measured visits not comparable."""

    patient: int
    group: str
    baseline: Reading
    assessments: tuple[Assessment, ...]
    set_aside: int = 0
    is_error_known: bool = True

    def reached_at(self, threshold: float) -> Assessment | None:
        """The first assessment that reaches the threshold."""
        return next((one for one in self.assessments if one.reaches(threshold)), None)

    def near(self, month: float) -> Assessment | None:
        """The assessment nearest to a month of the grid, within half the way to its neighbours."""
        low, high = window_of(month)
        inside = [one for one in self.assessments if low <= one.month < high]
        return min(inside, key=lambda one: abs(one.month - month), default=None)


def course_of(
    readings: Iterable[Reading], *, patient: int, group: str, track: Track, sdc95: Errors
) -> Course | None:
    """None for a patient without a baseline, or with one of 0 %, of which no per cent can be taken."""
    series = next(series for series in series_of(readings) if series.track is track)
    baseline = baseline_of(series)
    if baseline is None or not baseline.f_vitiligo:
        return None
    changes = [
        change
        for reading in series.measured
        if reading.order > baseline.order
        and (change := change_between(baseline, reading, sdc95=error_of(sdc95, track))) is not None
    ]
    sound = [change for change in changes if change.verdict is not Verdict.NOT_COMPARABLE]
    return Course(
        patient=patient,
        group=group,
        baseline=baseline,
        assessments=tuple(
            Assessment(
                taken_on=change.latest.taken_on,
                month=(change.latest.taken_on - baseline.taken_on).days / DAYS_A_MONTH,
                reduction=-(change.percent or 0.0),
                is_beyond_error=change.is_response,
                link=change.latest.link,
            )
            for change in sound
        ),
        set_aside=len(changes) - len(sound),
        is_error_known=error_of(sdc95, track) is not None,
    )


def window_of(month: float) -> tuple[float, float]:
    """From halfway to the earlier month of the grid to halfway to the later one; the grid begins at 0."""
    grid = (0, *MONTHS)
    place = grid.index(int(month))
    low = (grid[place - 1] + grid[place]) / 2
    if place + 1 < len(grid):
        return low, (grid[place] + grid[place + 1]) / 2
    return low, 2 * grid[place] - low


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those assessed about a month had reached a reduction then, with Wilson's 95 % interval."""

    month: int
    threshold: int
    reached: int
    assessed: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """0 to 1."""
        return self.reached / self.assessed

    @property
    def is_small(self) -> bool:
        return self.assessed < SMALL_GROUP


def shares_by_month(courses: Sequence[Course], threshold: int) -> list[Share]:
    """One share for each month of the grid at which anybody was assessed."""
    shares = []
    for month in MONTHS:
        there = [one for course in courses if (one := course.near(month)) is not None]
        if there:
            reached = sum(one.reaches(threshold) for one in there)
            low, high = wilson(reached, len(there))
            shares.append(Share(month, threshold, reached, len(there), low, high))
    return shares


def wilson(reached: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion (Wilson 1927). Raises ValueError for n = 0."""
    interval = stats.binomtest(reached, n).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


@dataclass(frozen=True, slots=True)
class Step:
    """From `month` on, the share that has reached the reduction, and its 95 % interval where it has one."""

    month: float
    reached: int
    at_risk: int
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Time to response of one group by Kaplan and Meier; time begins at the baseline."""

    group: str
    n: int
    events: int
    steps: tuple[Step, ...]
    """The first at month 0, then one for each time at which somebody reached the reduction."""
    ends_at: float
    at_risk: tuple[tuple[int, int], ...]
    """Months of the grid with the number still watched and without the reduction just before."""

    @property
    def is_small(self) -> bool:
        return self.n < SMALL_GROUP

    @property
    def median(self) -> float | None:
        """The month at which half have reached the reduction; None while fewer have."""
        return next((step.month for step in self.steps if step.value >= 0.5), None)


def time_to_response(courses: Sequence[Course], threshold: float, *, group: str = "") -> Curve | None:
    """The curve of those with one assessment or more; None without any.

    A reduction is dated to the visit at which it was first seen, which is later than it came about. Who never
    reached it is censored at the last comparable visit. Intervals: Greenwood's variance on the log-log scale.
    """
    watched = [course for course in courses if course.assessments]
    if not watched:
        return None
    first = {course.patient: course.reached_at(threshold) for course in watched}
    events = sorted(one.month for one in first.values() if one is not None)
    censored = [course.assessments[-1].month for course in watched if first[course.patient] is None]
    times = sorted([*events, *censored])
    return Curve(
        group=group,
        n=len(watched),
        events=len(events),
        steps=(Step(0.0, 0, len(times), 0.0, None, None), *kaplan_meier(events, censored)),
        ends_at=times[-1],
        at_risk=tuple((month, sum(time >= month for time in times)) for month in (0, *MONTHS)),
    )


def kaplan_meier(events: Sequence[float], censored: Sequence[float]) -> list[Step]:
    """One step for each event time: 1 - S(t), as the share that has had the event (Kaplan and Meier 1958).

    Who is censored at the time of an event was still at risk. Greenwood's variance on the log-log scale keeps
    the interval within 0 and 1; once everybody has had the event it has none.
    """
    times = [*events, *censored]
    steps: list[Step] = []
    survival, variance = 1.0, 0.0
    for time in sorted(set(events)):
        at_risk, happened = sum(one >= time for one in times), sum(one == time for one in events)
        survival *= 1 - happened / at_risk
        low = high = None
        if survival > 0:
            variance += happened / (at_risk * (at_risk - happened))
            width = exp(Z95 * sqrt(variance) / abs(log(survival)))
            low, high = 1 - survival ** (1 / width), 1 - survival**width
        steps.append(Step(time, happened, at_risk, 1 - survival, low, high))
    return steps
