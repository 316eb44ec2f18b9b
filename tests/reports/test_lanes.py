"""Treatment lanes: one for each treatment, overlaps apart, gaps open, under the response."""

from __future__ import annotations

import json
from datetime import date

import pytest

from reports.charts.figure import response_figure
from reports.charts.lanes import with_lanes
from reports.charts.therapy import (
    Course,
    Family,
    Mishap,
    Pause,
    Therapy,
    Tick,
    lanes_of,
    spaced,
    stretches_of,
    therapy_lines,
    widened,
)
from tests.reports.conftest import make_readings

TODAY = date(2025, 7, 1)


def course(name: str, start: date, stop: date | None = None, *pauses: Pause) -> Course:
    return Course(name=name, family=Family.TOPICAL, start=start, stop=stop, pauses=pauses)


def jan(day: int) -> date:
    return date(2025, 1, day)


@pytest.mark.parametrize(
    ("courses", "lanes"),
    [
        ([], []),
        ([course("A", jan(1), jan(5)), course("A", jan(6), jan(9))], [("A", 2)]),
        ([course("A", jan(1), jan(5)), course("A", jan(5), jan(9))], [("A", 1), ("A", 1)]),
        ([course("A", jan(1)), course("A", jan(6), jan(9))], [("A", 1), ("A", 1)]),
        ([course("B", jan(2), jan(5)), course("A", jan(1), jan(5))], [("A", 1), ("B", 1)]),
        (
            [course("A", jan(1), jan(5)), course("A", jan(3), jan(7)), course("A", jan(6), jan(9))],
            [("A", 2), ("A", 1)],
        ),
    ],
)
def test_what_overlaps_gets_a_lane_of_its_own(courses: list[Course], lanes: list[tuple[str, int]]) -> None:
    found = lanes_of(Therapy(today=TODAY, courses=tuple(courses)))
    assert [(lane.name, len(lane.courses)) for lane in found] == lanes


@pytest.mark.parametrize(
    ("one", "stretches"),
    [
        (course("A", jan(1), jan(9)), [(1, 9, False)]),
        (course("A", jan(1), jan(9), Pause(jan(3), jan(5))), [(1, 3, False), (5, 9, False)]),
        (course("A", jan(1), None, Pause(jan(3), jan(5))), [(1, 3, False), (5, None, True)]),
        (course("A", jan(1), None, Pause(jan(3))), [(1, 3, False)]),
        (course("A", jan(1), None, Pause(jan(1), jan(4))), [(4, None, True)]),
        (
            course("A", jan(1), jan(9), Pause(jan(6), jan(7)), Pause(jan(2), jan(3))),
            [(1, 2, False), (3, 6, False), (7, 9, False)],
        ),
    ],
)
def test_gaps_are_left_out(one: Course, stretches: list[tuple[int, int | None, bool]]) -> None:
    expected = [(jan(first), jan(last) if last else TODAY, goes_on) for first, last, goes_on in stretches]
    assert [(part.start, part.end, part.goes_on) for part in stretches_of(one, TODAY)] == expected


def test_sessions_lie_on_the_lane_of_their_treatment_or_on_their_own() -> None:
    therapy = Therapy(
        today=TODAY,
        courses=(course("UVB", jan(1), jan(9)), course("UVB", jan(5), jan(20))),
        ticks=(Tick(jan(3), "UVB", ""), Tick(jan(15), "UVB", ""), Tick(jan(3), "Excimer", "")),
    )
    lanes = lanes_of(therapy)
    assert [(lane.name, [tick.on.day for tick in lane.ticks]) for lane in lanes] == [
        ("UVB", [3]),
        ("UVB", [15]),
        ("Excimer", [3]),
    ]


@pytest.mark.parametrize(
    ("courses", "expected"),
    [
        ([], (jan(1), jan(31))),
        ([course("A", jan(20), jan(21))], (jan(1), jan(31))),
        ([course("A", date(2020, 1, 1), jan(21))], (date(2024, 11, 2), jan(31))),
        ([course("A", jan(20))], (jan(1), date(2025, 7, 8))),
    ],
)
def test_the_axis_reaches_today_and_not_ten_years_back(
    courses: list[Course], expected: tuple[date, date]
) -> None:
    assert widened(jan(1), jan(31), Therapy(today=TODAY, courses=tuple(courses))) == expected


def full() -> Therapy:
    return Therapy(
        today=TODAY,
        courses=(
            course("<b>Cream</b>", date(2019, 1, 1)),
            course("UVB", jan(20), date(2025, 4, 1), Pause(date(2025, 2, 1), date(2025, 3, 1))),
        ),
        ticks=(Tick(jan(22), "UVB", "300 mJ/cm²", warned=True),),
        mishaps=(Mishap(jan(25), 2, "Burning"), Mishap(jan(27), 1, "")),
    )


class TestFigure:
    def test_lanes_stand_under_the_response_on_its_time_axis(self) -> None:
        plain = response_figure(make_readings(3))
        figure = with_lanes(plain, full())
        layout = figure["layout"]
        assert figure["lanes"] == 3
        assert layout["xaxis"]["anchor"] == "y9"
        assert layout["yaxis9"]["domain"][1] < layout["yaxis2"]["domain"][0] < layout["yaxis"]["domain"][0]
        assert layout["yaxis"]["domain"][1] == pytest.approx(1)
        assert {trace["yaxis"] for trace in figure["data"] if trace["meta"]["track"] == "therapy"} == {"y9"}
        assert figure["data"][: len(plain["data"])] == plain["data"]
        json.dumps(figure, allow_nan=False)

    def test_a_response_without_therapy_is_left_alone(self) -> None:
        plain = response_figure(make_readings(3))
        assert with_lanes(plain, Therapy(today=TODAY)) == {**plain, "lanes": 0}
        nothing = response_figure([])
        assert with_lanes(nothing, full())["lanes"] == 0

    def test_a_treatment_that_goes_on_has_an_arrow_and_an_old_one_another(self) -> None:
        figure = with_lanes(response_figure(make_readings(3)), full())
        mine = [
            trace["marker"]["symbol"]
            for trace in figure["data"]
            if trace["meta"]["track"] == "therapy" and trace.get("cliponaxis") is False
        ]
        assert mine == ["triangle-right", "triangle-left"]

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_text_from_people_is_escaped_and_nothing_becomes_inline_style(self, theme: str) -> None:
        text = json.dumps(with_lanes(response_figure(make_readings(3), theme=theme), full(), theme=theme))
        assert "<b>" not in text
        assert "&lt;b&gt;Cream" in text

    def test_it_is_said_in_words(self) -> None:
        lines = therapy_lines(full())
        assert lines[0] == "<b>Cream</b>: since 2019-01-01"
        assert "paused from 2025-02-01 to 2025-03-01" in lines[1]
        assert lines[2] == "UVB: 1 sessions from 2025-01-22 to 2025-01-22"
        assert lines[3] == "Adverse event of grade 2, 2025-01-25: Burning"


@pytest.mark.parametrize(
    ("places", "free"), [([], []), ([0.5], [True]), ([0.1, 0.2, 0.6], [False, True, True])]
)
def test_texts_are_left_out_where_they_would_touch(places: list[float], free: list[bool]) -> None:
    assert spaced(places, least=0.22) == free
