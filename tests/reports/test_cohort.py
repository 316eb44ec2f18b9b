"""Shares by month and time to response, against published numbers and against the rules of a response."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from reports.charts import Reading, Status, Track
from reports.charts.cohort import (
    DAYS_A_MONTH,
    Course,
    course_of,
    kaplan_meier,
    shares_by_month,
    time_to_response,
    wilson,
    window_of,
)

# 6-mercaptopurine in leukaemia, weeks to relapse (Freireich et al., Blood 1963).
RELAPSED = [6.0, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6.0, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def readings_of(shares: dict[float, float], **changes: Any) -> list[Reading]:
    """Front readings of so many per cent at so many months."""
    return [
        replace(
            Reading(
                track=Track.FRONT,
                visit=number,
                taken_on=date(2024, 1, 10) + timedelta(days=round(month * DAYS_A_MONTH)),
                status=Status.MEASURED,
                n_vitiligo=round(share * 1000),
                n_face=100_000,
                release="vitiligo-1",
                modality="uv_reflectance",
                skin_condition="clean",
            ),
            **changes,
        )
        for number, (month, share) in enumerate(shares.items())
    ]


def course(shares: dict[float, float], *, patient: int = 1, sdc95: float = 1.0) -> Course:
    found = course_of(readings_of(shares), patient=patient, group="", track=Track.FRONT, sdc95=sdc95)
    assert found is not None
    return found


def test_kaplan_meier_of_the_textbook() -> None:
    steps = kaplan_meier(RELAPSED, CENSORED)
    survival = {step.month: 1 - step.value for step in steps}
    expected = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert survival == pytest.approx(expected, abs=5e-5)
    assert [step.at_risk for step in steps] == [21, 17, 15, 12, 11, 7, 6]
    last = steps[-1]
    assert last.low is not None
    assert last.high is not None
    assert (1 - last.high, 1 - last.low) == pytest.approx((0.1881, 0.6801), abs=5e-5)


def test_kaplan_meier_agrees_with_another_implementation() -> None:
    draw = np.random.default_rng(8)
    events, censored = draw.integers(1, 24, 30).tolist(), draw.integers(1, 30, 25).tolist()
    curve = stats.ecdf(stats.CensoredData(uncensored=events, right=censored)).sf
    interval = curve.confidence_interval(0.95, method="log-log")
    for step in kaplan_meier(events, censored):
        assert 1 - step.value == pytest.approx(float(curve.evaluate(step.month)))
        assert 1 - (step.high or 0) == pytest.approx(float(interval.low.evaluate(step.month)), abs=1e-5)
        assert 1 - (step.low or 0) == pytest.approx(float(interval.high.evaluate(step.month)), abs=1e-5)


def test_when_everybody_has_responded_the_last_step_has_no_interval() -> None:
    first, last = kaplan_meier([3.0, 6.0], [])
    assert (first.value, last.value) == (0.5, 1.0)
    assert first.low is not None
    assert (last.low, last.high) == (None, None)


@pytest.mark.parametrize(
    ("reached", "n", "low", "high"),
    # Newcombe 1998, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson(reached: int, n: int, low: float, high: float) -> None:
    assert wilson(reached, n) == pytest.approx((low, high), abs=5e-5)


def test_a_course_is_measured_against_its_own_baseline() -> None:
    found = course({0: 20, 3: 12, 6: 4})
    assert [one.reduction for one in found.assessments] == pytest.approx([40, 80])
    reached = {threshold: found.reached_at(threshold) for threshold in (25, 50, 75, 90)}
    months = {threshold: round(one.month, 1) for threshold, one in reached.items() if one is not None}
    assert months == {25: 3.0, 50: 6.0, 75: 6.0}


def test_a_reduction_within_measurement_error_is_none() -> None:
    assert course({0: 4, 6: 1}, sdc95=1.0).reached_at(75) is not None
    assert course({0: 4, 6: 1}, sdc95=5.0).reached_at(75) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"skin_condition": "sunscreen"},
        {"quality_warned": True},
        {"release": "vitiligo-2"},
        {"modality": "visible"},
    ],
)
def test_a_visit_that_is_not_comparable_is_set_aside(changes: dict[str, Any]) -> None:
    first, dip, last = readings_of({0: 20, 3: 2, 6: 18})
    readings = [first, replace(dip, **changes), last]
    found = course_of(readings, patient=1, group="", track=Track.FRONT, sdc95=1.0)
    assert found is not None
    assert (len(found.assessments), found.set_aside) == (1, 1)
    assert found.reached_at(50) is None


@pytest.mark.parametrize("shares", [{}, {0: 0.0, 3: 2.0}])
def test_without_a_baseline_above_zero_there_is_no_course(shares: dict[float, float]) -> None:
    readings = readings_of(shares)
    assert course_of(readings, patient=1, group="", track=Track.FRONT, sdc95=1.0) is None


def test_shares_count_those_assessed_about_the_month() -> None:
    courses = [
        course({0: 20, 2.8: 8, 6.2: 2}, patient=1),
        course({0: 20, 3.3: 16, 6.0: 9}, patient=2),
        course({0: 20, 6.1: 19}, patient=3),
        course({0: 20, 4.6: 1}, patient=4),  # nearer to month 6
    ]
    half = {share.month: (share.reached, share.assessed) for share in shares_by_month(courses, 50)}
    assert half == {3: (1, 2), 6: (3, 4)}
    first = shares_by_month(courses, 50)[0]
    assert (first.low, first.high) == pytest.approx(wilson(1, 2))
    assert first.is_small


def test_of_two_visits_about_a_month_the_nearer_counts() -> None:
    found = course({0: 20, 2: 19, 3.1: 5, 4.2: 20})
    near = found.near(3)
    assert near is not None
    assert near.month == pytest.approx(3.1, abs=0.02)


def test_windows_leave_no_month_out() -> None:
    bounds = [window_of(month) for month in (3, 6, 9, 12, 18, 24)]
    assert all(one[1] == other[0] for one, other in pairwise(bounds))
    assert (bounds[0][0], bounds[-1]) == (1.5, (21.0, 27.0))


def test_time_to_response_censors_at_the_last_visit() -> None:
    courses = [
        course({0: 20, 3: 15, 6: 8}, patient=1),
        course({0: 20, 3: 5}, patient=2),
        course({0: 20, 9: 19}, patient=3),
        course({0: 20}, patient=4),  # never seen again: not watched
    ]
    curve = time_to_response(courses, 50, group="all")
    assert curve is not None
    assert (curve.n, curve.events, curve.is_small) == (3, 2, True)
    assert [(round(step.month), step.at_risk, step.value) for step in curve.steps] == [
        (0, 3, 0.0),
        (3, 3, pytest.approx(1 / 3)),
        (6, 2, pytest.approx(2 / 3)),
    ]
    assert curve.median == pytest.approx(6, abs=0.02)
    assert curve.ends_at == pytest.approx(9, abs=0.02)
    assert dict(curve.at_risk)[0] == 3
    assert dict(curve.at_risk)[9] == 1
    assert time_to_response([course({0: 20})], 50) is None
