"""Therapy and scores in the report: on the time axis, on their own scales, only when there are any."""

from __future__ import annotations

from datetime import date

import pytest

from reports.charts.multiples import ScorePoint, ScoreSeries, panels_of, value_range
from reports.charts.therapy import Course, Family, Mishap, Pause, Therapy, Tick
from reports.pdf import ScoreFacts, build_pdf
from reports.pdf.chart import ResponseChart
from reports.pdf.fonts import find_family
from tests.reports.conftest import make_content, make_readings
from tests.reports.test_pdf import pages_of

THERAPY = Therapy(
    today=date(2025, 3, 15),
    courses=(
        Course(
            name="NB-UVB",
            family=Family.LIGHT,
            start=date(2019, 1, 1),
            pauses=(Pause(date(2025, 2, 1), date(2025, 2, 9)),),
        ),
    ),
    ticks=(Tick(date(2025, 2, 20), "NB-UVB", "", warned=True),),
    mishaps=(Mishap(date(2025, 2, 25), 2, "Burning of 피부"),),
)


def series(*values: float, key: str = "dlqi", highest: float = 30, whole: bool = False) -> ScoreSeries:
    points = tuple(ScorePoint(date(2025, 1, 1 + day), value, "") for day, value in enumerate(values))
    return ScoreSeries(key=key, name=key.upper(), lowest=0, highest=highest, points=points, whole=whole)


def test_the_report_carries_treatments_lanes_and_scores() -> None:
    scores = ScoreFacts(series=(series(12, 4),), remarks=("F-VASI25 reached 2025-01-02",))
    text = " ".join(pages_of(build_pdf(make_content(therapy=THERAPY, scores=scores))))
    for words in (
        "Treatments",
        "NB-UVB: since 2019-01-01; paused from 2025-02-01 to 2025-02-09",
        "Adverse event of grade 2, 2025-02-25: Burning of 피부",
        "Clinical scores",
        "They are not F-Vitiligo",
        "DLQI",
        "F-VASI25 reached 2025-01-02",
    ):
        assert words in text


def test_without_them_it_says_nothing_about_them() -> None:
    nothing = make_content(therapy=Therapy(today=date(2025, 3, 15)), scores=ScoreFacts(series=()))
    text = " ".join(pages_of(build_pdf(nothing)))
    assert "Treatments" not in text
    assert "Clinical scores" not in text


def test_lanes_and_response_share_one_time_axis() -> None:
    family = find_family()
    chart = ResponseChart(family, make_readings(3), 2.2, therapy=THERAPY)
    chart.wrap(400, 200)
    assert chart.first == date(2024, 11, 12)  # sixty days before the response, not in 2019
    assert chart.x_of(chart.first) < chart.x_of(date(2025, 1, 14)) < chart.x_of(THERAPY.today) <= 400


def test_many_panels_break_over_pages() -> None:
    many = tuple(series(1, 2, key=f"score{number}") for number in range(60))
    file = build_pdf(make_content(scores=ScoreFacts(series=many)))
    text = " ".join(pages_of(file))
    assert "SCORE0" in text
    assert "SCORE59" in text


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (series(2, 1, highest=4, whole=True), (0, 4)),
        (series(12, 4, whole=True), (0, 20)),
        (series(29, whole=True), (0, 30)),
        (series(0.49, 0, highest=3), (0, 0.5)),
        (series(0, 0, highest=3), (0, 0.03)),
        (series(104, highest=112), (0, 112)),
    ],
)
def test_a_panel_shows_a_short_scale_whole_and_a_long_one_from_its_bottom(
    one: ScoreSeries, expected: tuple[float, float]
) -> None:
    assert value_range(one) == pytest.approx(expected)


def test_panels_share_their_days_and_stay_inside() -> None:
    first, second = panels_of((series(12, 4), series(3, key="vasi", highest=100)))
    assert first.places[0][0] == second.places[0][0]
    for panel in (first, second):
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in panel.places)
    assert panels_of((series(),)) == ()
