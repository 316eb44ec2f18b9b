"""The rules of a response: what is pooled, what is joined by a line, what may be called a change."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reports.charts import (
    Reading,
    Status,
    Track,
    Verdict,
    change_between,
    pool,
    series_of,
    summarise,
)
from reports.charts.figure import hover_text, response_figure, summary_lines
from reports.charts.layout import MARKS, line_segments, value_ticks
from reports.charts.response import baseline_of, error_of
from reports.charts.wording import change_text, percent_text, reading_text, verdict_text

RELEASE = "face_detector-1 + face_matting-1 + vitiligo-1"
MODELS_LATER = "face_detector-1 + face_matting-1 + vitiligo-2"
MONTHS = [date(2026, month, 3) for month in range(1, 7)]


def measured(track: Track, visit: int, share: float, **changes: Any) -> Reading:
    """A sound reading of `share` per cent on 100 000 face pixels."""
    reading = Reading(
        track=track,
        visit=visit,
        taken_on=MONTHS[visit],
        status=Status.MEASURED,
        n_vitiligo=round(share * 1000),
        n_face=100_000,
        signed=True,
        release=RELEASE,
        modality="uv_reflectance",
        skin_condition="clean",
        link=f"/photos/{track}-{visit}/",
    )
    return replace(reading, **changes)


def unmeasured(track: Track, visit: int, status: Status, reason: str) -> Reading:
    return Reading(track=track, visit=visit, taken_on=MONTHS[visit], status=status, reason=reason)


class TestReading:
    def test_share_of_face(self) -> None:
        assert measured(Track.FRONT, 0, 12.3).f_vitiligo == pytest.approx(12.3)

    def test_nothing_measured_is_not_zero(self) -> None:
        reading = unmeasured(Track.FRONT, 0, Status.NOT_MEASURABLE, "no face was found")
        assert reading.f_vitiligo is None
        assert reading_text(reading) == "not measurable: no face was found"

    @pytest.mark.parametrize(
        ("status", "n_vitiligo", "n_face"),
        [
            (Status.MEASURED, None, None),
            (Status.MEASURED, 0, 0),
            (Status.MEASURED, 11, 10),
            (Status.MEASURED, -1, 10),
            (Status.NOT_MEASURABLE, 0, 10),
            (Status.FAILED, 0, 0),
        ],
    )
    def test_counts_agree_with_the_status(
        self, status: Status, n_vitiligo: int | None, n_face: int | None
    ) -> None:
        with pytest.raises(ValueError, match="reading"):
            Reading(
                track=Track.LEFT,
                visit=0,
                taken_on=MONTHS[0],
                status=status,
                n_vitiligo=n_vitiligo,
                n_face=n_face,
            )

    @pytest.mark.parametrize(
        ("share", "text"),
        [(0, "0.0 %"), (0.5, "0.5 %"), (0.001, "< 0.1 %"), (9.96, "10.0 %"), (100, "100.0 %")],
    )
    def test_a_small_share_is_shown(self, share: float, text: str) -> None:
        assert percent_text(share) == text


class TestPooled:
    def test_is_a_share_of_sums_and_not_a_mean(self) -> None:
        left = measured(Track.LEFT, 0, 0, n_vitiligo=10, n_face=100)
        front = measured(Track.FRONT, 0, 0, n_vitiligo=30, n_face=300)
        right = measured(Track.RIGHT, 0, 0, n_vitiligo=0, n_face=100)
        (pooled,) = pool([left, front, right])
        assert pooled.f_vitiligo == pytest.approx(8.0)
        assert (pooled.n_vitiligo, pooled.n_face) == (40, 500)

    def test_needs_all_three_views(self) -> None:
        failed = unmeasured(Track.RIGHT, 0, Status.FAILED, "the file could not be read")
        (pooled,) = pool([measured(Track.LEFT, 0, 10), measured(Track.FRONT, 0, 10), failed])
        assert pooled.status is Status.NOT_MEASURABLE
        assert pooled.reason == "needs all three views; not measured: right"

    def test_waits_with_its_views(self) -> None:
        waiting = unmeasured(Track.RIGHT, 0, Status.WAITING, "")
        (pooled,) = pool([measured(Track.LEFT, 0, 10), measured(Track.FRONT, 0, 10), waiting])
        assert pooled.status is Status.WAITING

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"release": MODELS_LATER}, "the views were measured by different releases"),
            ({"modality": "visible"}, "the views were taken under different light"),
        ],
    )
    def test_mixes_nothing(self, change: dict[str, str], reason: str) -> None:
        views = [
            measured(Track.LEFT, 0, 10),
            measured(Track.FRONT, 0, 10),
            measured(Track.RIGHT, 0, 10, **change),
        ]
        (pooled,) = pool(views)
        assert (pooled.f_vitiligo, pooled.reason) == (None, reason)

    def test_is_signed_and_sound_only_with_all_its_views(self) -> None:
        views = [measured(track, 0, 10) for track in (Track.LEFT, Track.FRONT, Track.RIGHT)]
        views[1] = replace(views[1], signed=False, quality_passed=False, skin_condition="sunscreen")
        (pooled,) = pool(views)
        assert (pooled.signed, pooled.quality_passed, pooled.skin_condition) == (False, False, "unknown")

    def test_two_visits_of_one_day_stay_apart(self) -> None:
        morning = [measured(track, 0, 10) for track in (Track.LEFT, Track.FRONT, Track.RIGHT)]
        evening = [replace(reading, visit=1) for reading in morning]
        assert len(pool(morning + evening)) == 2


class TestResponse:
    def test_anchor(self) -> None:
        change = change_between(measured(Track.FRONT, 0, 18.1), measured(Track.FRONT, 3, 11.9), sdc95=1.1)
        assert change is not None
        assert change.points == pytest.approx(-6.2)
        assert change.percent == pytest.approx(-34.2541, abs=1e-3)
        assert change_text(change) == "−6.2 points (−34 %)"
        assert verdict_text(change) == "more than measurement error (1.1)"

    @pytest.mark.parametrize(
        ("before", "after", "verdict"),
        [
            (10, 7.5, Verdict.BEYOND_ERROR),
            (10, 12.5, Verdict.BEYOND_ERROR),
            (10, 8, Verdict.WITHIN_ERROR),  # exactly the SDC is not beyond it
            (10, 12, Verdict.WITHIN_ERROR),
            (10, 10, Verdict.WITHIN_ERROR),
        ],
    )
    def test_has_to_exceed_the_measurement_error(self, before: float, after: float, verdict: Verdict) -> None:
        change = change_between(measured(Track.LEFT, 0, before), measured(Track.LEFT, 1, after), sdc95=2.0)
        assert change is not None
        assert change.verdict is verdict
        assert change.is_response is (verdict is Verdict.BEYOND_ERROR)

    def test_unknown_error_calls_nothing(self) -> None:
        change = change_between(measured(Track.LEFT, 0, 40), measured(Track.LEFT, 1, 1), sdc95=None)
        assert change is not None
        assert change.verdict is Verdict.ERROR_UNKNOWN
        assert not change.is_response

    def test_percent_is_undefined_at_baseline_zero(self) -> None:
        change = change_between(measured(Track.LEFT, 0, 0), measured(Track.LEFT, 1, 4), sdc95=2.0)
        assert change is not None
        assert change.percent is None
        assert change_text(change) == "+4.0 points, baseline 0 %"

    @pytest.mark.parametrize(
        ("left", "text"), [(0.0, "(−100 %)"), (0.02, "(−99.9 %)"), (0.003, "(−99.9 %)"), (0.06, "(−99.6 %)")]
    )
    def test_what_is_left_is_not_rounded_away(self, left: float, text: str) -> None:
        change = change_between(measured(Track.FRONT, 1, 15.0), measured(Track.FRONT, 2, left), sdc95=1.0)
        assert change is not None
        assert text in change_text(change)

    def test_an_unmeasured_reading_has_no_change(self) -> None:
        failed = unmeasured(Track.LEFT, 1, Status.FAILED, "")
        assert change_between(measured(Track.LEFT, 0, 10), failed, sdc95=2.0) is None


class TestSummary:
    def test_baseline_is_the_first_measured_reading(self) -> None:
        readings = [
            measured(Track.LEFT, 2, 8),
            measured(Track.LEFT, 1, 12),
            unmeasured(Track.LEFT, 0, Status.FAILED, ""),
        ]
        outcome = summarise(readings, sdc95=2.0)[Track.LEFT]
        assert outcome.baseline is readings[1]
        assert outcome.latest is readings[0]
        assert outcome.change is not None
        assert outcome.change.points == pytest.approx(-4)

    def test_a_visit_that_cannot_be_compared_is_no_baseline(self) -> None:
        covered = measured(Track.LEFT, 0, 3, skin_condition="sunscreen")
        clean, latest = measured(Track.LEFT, 1, 12), measured(Track.LEFT, 2, 6)
        outcome = summarise([covered, clean, latest], sdc95=2.0)[Track.LEFT]
        assert outcome.baseline is clean
        assert outcome.recent is None
        assert outcome.passed_over == (covered,)
        assert baseline_of(series_of([covered])[0]) is covered

    def test_the_previous_visit_has_its_own_change(self) -> None:
        readings = [measured(Track.LEFT, visit, share) for visit, share in enumerate((20, 12, 11))]
        outcome = summarise(readings, sdc95=2.0)[Track.LEFT]
        assert outcome.change is not None
        assert outcome.recent is not None
        assert (outcome.previous, outcome.recent.baseline) == (readings[1], readings[1])
        assert (outcome.change.verdict, outcome.recent.verdict) == (
            Verdict.BEYOND_ERROR,
            Verdict.WITHIN_ERROR,
        )

    def test_the_previous_visit_refuses_for_its_own_reason(self) -> None:
        readings = [measured(Track.LEFT, visit, share) for visit, share in enumerate((20, 5, 11))]
        readings[1] = replace(readings[1], skin_condition="sunscreen")
        outcome = summarise(readings, sdc95=2.0)[Track.LEFT]
        assert outcome.change is not None
        assert outcome.recent is not None
        assert outcome.change.is_response
        assert verdict_text(outcome.recent) == "not comparable: sunscreen (2026-02-03)"

    def test_the_pooled_error_is_at_most_that_of_the_worst_view(self) -> None:
        by_view = {Track.LEFT: 1.1, Track.FRONT: 0.9, Track.RIGHT: 1.2}
        assert error_of(by_view, Track.POOLED) == 1.2
        assert error_of({**by_view, Track.POOLED: 0.7}, Track.POOLED) == 0.7
        assert error_of({Track.LEFT: 1.1, Track.FRONT: 0.9}, Track.POOLED) is None

    def test_a_latest_photo_without_a_number_hides_behind_no_older_one(self) -> None:
        later = unmeasured(Track.LEFT, 2, Status.NOT_MEASURABLE, "the photo is blurred")
        outcome = summarise([measured(Track.LEFT, 0, 10), measured(Track.LEFT, 1, 5), later], sdc95=2.0)[
            Track.LEFT
        ]
        assert outcome.latest is later
        assert outcome.change is None

    def test_one_visit_is_no_change(self) -> None:
        assert summarise([measured(Track.LEFT, 0, 10)], sdc95=2.0)[Track.LEFT].change is None

    def test_each_track_has_its_own_error(self) -> None:
        readings = [
            measured(track, visit, 10 - visit) for track in (Track.LEFT, Track.RIGHT) for visit in (0, 1)
        ]
        summary = summarise(readings, sdc95={Track.LEFT: 0.5, Track.FRONT: 2.0})
        verdicts = {o.track: o.change.verdict for o in summary.outcomes if o.change}
        assert verdicts == {Track.LEFT: Verdict.BEYOND_ERROR, Track.RIGHT: Verdict.ERROR_UNKNOWN}

    def test_no_photo_at_all(self) -> None:
        summary = summarise([], sdc95=None)
        assert [outcome.latest for outcome in summary.outcomes] == [None] * 4

    def test_in_words(self) -> None:
        lines = summary_lines([measured(Track.LEFT, 0, 10), measured(Track.LEFT, 1, 5)], sdc95=2.0)
        assert lines[0] == "Left: 5.0 %; −5.0 points (−50 %); more than measurement error (2.0)"


class TestLines:
    def test_never_join_two_releases(self) -> None:
        readings = [measured(Track.LEFT, visit, 10) for visit in (0, 1)]
        readings += [measured(Track.LEFT, visit, 12, release=MODELS_LATER) for visit in (2, 3)]
        segments = line_segments(series_of(readings)[0])
        assert [[reading.visit for reading in segment] for segment in segments] == [[0, 1], [2, 3]]

    def test_pass_by_what_is_not_comparable_or_not_measured(self) -> None:
        readings = [
            measured(Track.LEFT, 0, 10),
            measured(Track.LEFT, 1, 2, skin_condition="sunscreen"),
            measured(Track.LEFT, 4, 30, quality_warned=True, warning="Glare on the face"),
            unmeasured(Track.LEFT, 2, Status.NOT_MEASURABLE, "no face was found"),
            measured(Track.LEFT, 3, 8),
        ]
        segments = line_segments(series_of(readings)[0])
        assert [[reading.visit for reading in segment] for segment in segments] == [[0, 3]]

    @pytest.mark.parametrize(
        ("highest", "ticks"),
        [
            (0, (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
            (12, (0, 2, 4, 6, 8, 10, 12)),
            (13, (0, 2.5, 5, 7.5, 10, 12.5, 15)),
            (60, (0, 10, 20, 30, 40, 50, 60)),
            (99, (0, 20, 40, 60, 80, 100)),
        ],
    )
    def test_scale_starts_at_zero_and_reaches_the_highest(
        self, highest: float, ticks: tuple[float, ...]
    ) -> None:
        assert value_ticks(highest) == pytest.approx(ticks)


@pytest.fixture
def history() -> list[Reading]:
    """Four visits: a signed baseline, a sunscreen visit, an unmeasured right view, a new release."""
    views = (Track.LEFT, Track.FRONT, Track.RIGHT)
    readings = [measured(track, 0, 20) for track in views]
    readings += [measured(track, 1, 5, skin_condition="sunscreen") for track in views]
    readings += [measured(track, 2, 14, signed=False) for track in views[:2]]
    readings.append(unmeasured(Track.RIGHT, 2, Status.NOT_MEASURABLE, "<b>blurred</b>"))
    readings += [measured(track, 3, 12, release=MODELS_LATER, signed=False) for track in views]
    return readings


class TestFigure:
    def test_is_plain_json_that_plotly_accepts(self, history: list[Reading]) -> None:
        graph_objects = pytest.importorskip("plotly.graph_objects")
        figure = json.loads(json.dumps(response_figure(history, sdc95=2.2)))
        graph_objects.Figure(data=figure["data"], layout=figure["layout"])  # raises on an unknown property

    def test_every_point_opens_its_photo(self, history: list[Reading]) -> None:
        for trace in response_figure(history)["data"]:
            assert len(trace["customdata"]) == len(trace["x"]) == len(trace["y"]) == len(trace["hovertext"])
        front = [t for t in response_figure(history)["data"] if t["meta"]["track"] == "front"]
        assert {link for trace in front for link in trace["customdata"]} == {
            f"/photos/front-{n}/" for n in range(4)
        }

    def test_time_is_a_date_axis(self, history: list[Reading]) -> None:
        figure = response_figure(history)
        assert figure["layout"]["xaxis"]["type"] == "date"
        assert figure["layout"]["yaxis"]["title"]["text"] == "F-Vitiligo (% of visible face)"
        assert figure["data"][0]["x"][0] == "2026-01-03"

    def test_no_line_joins_two_releases(self, history: list[Reading]) -> None:
        lines = [trace for trace in response_figure(history)["data"] if "lines" in trace["mode"]]
        releases = {
            (reading.track.value, reading.taken_on.isoformat()): reading.release for reading in history
        }
        for trace in lines:
            if trace["meta"]["track"] != "pooled":
                assert len({releases[trace["meta"]["track"], day] for day in trace["x"]}) == 1

    def test_what_was_not_measured_is_beside_the_scale(self, history: list[Reading]) -> None:
        right = [t for t in response_figure(history)["data"] if t["meta"]["track"] == "right"]
        on_scale = [day for trace in right if trace.get("yaxis") != "y2" for day in trace["x"]]
        beside = [day for trace in right if trace.get("yaxis") == "y2" for day in trace["x"]]
        assert "2026-03-03" not in on_scale
        assert beside == ["2026-03-03"]

    def test_hollow_means_unsigned(self, history: list[Reading]) -> None:
        left = [t for t in response_figure(history)["data"] if t["meta"]["track"] == "left"]
        symbols = {
            day: symbol for t in left for day, symbol in zip(t["x"], t["marker"]["symbol"], strict=True)
        }
        assert symbols["2026-01-03"] == "triangle-left"
        assert symbols["2026-03-03"] == "triangle-left-open"
        assert symbols["2026-02-03"] == "x"

    def test_tracks_differ_in_colour_shape_and_dash(self) -> None:
        for attribute in ("light", "dark", "symbol", "dash"):
            assert len({getattr(mark, attribute) for mark in MARKS.values()}) == len(MARKS)

    def test_each_track_is_named_once(self, history: list[Reading]) -> None:
        named = [t["name"] for t in response_figure(history)["data"] if t["showlegend"]]
        assert sorted(named) == ["Front", "Left", "Right", "Three views pooled"]

    def test_text_from_people_is_escaped(self, history: list[Reading]) -> None:
        text = hover_text(next(reading for reading in history if reading.reason))
        assert "&lt;b&gt;blurred" in text

    def test_error_band_is_about_the_baseline(self) -> None:
        figure = response_figure([measured(Track.LEFT, 0, 1), measured(Track.LEFT, 1, 5)], sdc95=2.2)
        (band,) = figure["layout"]["shapes"]
        assert (band["y0"], band["y1"]) == pytest.approx((0, 3.2))
        assert response_figure([measured(Track.LEFT, 0, 1)], sdc95=None)["layout"]["shapes"] == []

    def test_themes_name_a_colour_for_every_track(self) -> None:
        themes = response_figure([])["themes"]
        assert set(themes) == {"light", "dark"}
        assert set(themes["dark"]["tracks"]) == {"left", "front", "right", "pooled"}
