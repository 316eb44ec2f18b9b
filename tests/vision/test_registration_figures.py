"""What the report says of pairs that were laid over each other, and of those that were refused."""

from pathlib import Path

from analysis.vision.terms import View
from analysis.vision.training.figures.book import bind
from analysis.vision.training.figures.registration import Judged, part_of


def test_refused_pairs_are_counted_and_judge_nothing(tmp_path: Path) -> None:
    judged = [
        Judged(View.LEFT, middle=0.5, tail=2.0, exact=0.2, found=0.9),
        Judged(View.LEFT, middle=1.5, tail=4.0, exact=0.4, found=2.9),
        Judged(View.FRONT, middle=0.7, tail=3.0, exact=0.3, found=1.0),
        Judged(View.RIGHT, refusal="residual"),
    ]
    part = part_of(judged, ("vitiligo-1",), 1)
    values = {figure.name: (figure.n, round(figure.metric.value, 3)) for figure in part.figures}
    assert values == {
        "Median error of a pair: median": (3, 0.7),
        "90th percentile of a pair's errors: median": (3, 3.0),
        "Area of change, exact masks: mean": (3, 0.3),
        "Area of change, the networks' masks: mean": (3, 1.6),
    }
    assert "| left | 2 | 0 | 1.50 | 0.40 | 2.90 |" in part.text
    assert "| right | 1 | residual |  |  |  |" in part.text
    part.write(tmp_path)
    report = bind(tmp_path)
    assert "0.70 px (0.50 to 1.50) | <= 3 px | yes |" in report
    assert "**3 of 3" not in report


def test_when_all_are_refused_there_is_no_figure() -> None:
    part = part_of([Judged(View.FRONT, refusal="no_details")] * 2, ("vitiligo-1",), 1)
    assert part.figures == ()
    assert "| front | 2 | no_details, no_details |" in part.text
