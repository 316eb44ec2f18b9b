"""The report beside its targets: statistics, lesions, subgroups, parts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.vision.cards import Metric
from analysis.vision.face.vitiligo import VitiligoSegmenter
from analysis.vision.terms import Image, Mask
from analysis.vision.training.data import FaceSample
from analysis.vision.training.figures.bands import phantom_tones, size_of, tone_of, view_of
from analysis.vision.training.figures.book import PARTS, bind
from analysis.vision.training.figures.comparison import SAM_UNET, UNET, entrants
from analysis.vision.training.figures.figure import Figure, Part, Target, table
from analysis.vision.training.figures.marks import (
    Case,
    Marked,
    Remembering,
    dice_figure,
    error_figure,
    icc_figure,
    lesions,
    mark,
    recall_figure,
)
from analysis.vision.training.figures.pictures import noise, room
from analysis.vision.training.figures.repeats import sem_of_error, sem_of_measured, sem_of_truth
from analysis.vision.training.figures.resampling import (
    agreement_icc,
    mean,
    measured,
    median,
    percentile_95,
    share,
)
from analysis.vision.training.figures.vitiligo import FEW, alarm_figures, gaps, subgroups
from analysis.vision.training.parts import Part as FacePart
from analysis.vision.training.parts import face_of
from tests.vision.known_networks import PLAIN, BrightIsVitiligo, draw_face

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def test_the_icc_is_that_of_shrout_and_fleiss() -> None:
    assert agreement_icc(SHROUT_FLEISS) == pytest.approx(0.2898, abs=5e-5)


def test_an_offset_costs_agreement() -> None:
    true = np.array([5.0, 20, 40, 60])
    assert agreement_icc(np.stack([true, true], 1)) == pytest.approx(1)
    assert agreement_icc(np.stack([true + 15, true], 1)) < 0.9
    assert np.isnan(agreement_icc(np.full((3, 2), 7.0)))


def test_an_interval_resamples_people_and_not_pictures() -> None:
    rows = np.array([[0.0]] * 50 + [[1.0]] * 50)
    by_picture = measured(rows, [str(n) for n in range(100)], mean)
    by_person = measured(rows, ["a"] * 50 + ["b"] * 50, mean)
    assert by_picture.value == by_person.value == 0.5
    assert by_picture.high - by_picture.low < 0.25
    assert (by_person.low, by_person.high) == (0, 1)
    assert by_picture == measured(rows, [str(n) for n in range(100)], mean)


def test_an_interval_needs_a_person_for_each_row() -> None:
    with pytest.raises(ValueError, match="one person"):
        measured(np.zeros((2, 1)), ["a"], mean)


def test_statistics_read_their_columns() -> None:
    rows = np.array([[1.0, 2], [3, 4], [0, 2]])
    assert mean(rows) == pytest.approx(4 / 3)
    assert (median(rows), share(rows)) == (1, 50)
    assert percentile_95(np.arange(101.0)[:, None]) == 95


def test_the_error_of_a_repetition_leaves_out_what_turned_away() -> None:
    rng = np.random.default_rng(0)
    true, turned, error = rng.uniform(5, 30, 400), rng.normal(0, 2, 400), rng.normal(0, 0.5, (400, 2))
    rows = np.stack([true + error[:, 0], true, true + turned + error[:, 1], true + turned], 1)
    assert sem_of_error(rows) == pytest.approx(0.5, rel=0.1)
    assert sem_of_truth(rows) == pytest.approx(2 / np.sqrt(2), rel=0.1)
    assert sem_of_measured(rows) > sem_of_error(rows)


def square(x: int, y: int, side: int) -> Mask:
    mask = np.zeros((100, 100), np.uint8)
    mask[y : y + side, x : x + side] = 1
    return mask


def test_lesions_are_counted_one_by_one() -> None:
    face = square(0, 0, 100)
    truth = square(5, 5, 10) | square(50, 50, 4) | square(90, 90, 2)  # 1 %, 0.16 %, 0.04 %
    large, small = lesions(square(5, 5, 10) | square(50, 50, 1), truth, face)
    assert (large.percent, large.marked) == (1.0, 1.0)
    assert small.percent == pytest.approx(0.16)
    assert small.marked == pytest.approx(1 / 16)


@pytest.mark.parametrize(
    ("share_of_face", "expected"),
    [(0.05, ""), (0.1, "0.1 to 0.3 %"), (0.3, "0.3 to 1 %"), (4.9, "1 to 5 %"), (100, "5 to 100 %")],
)
def test_sizes(share_of_face: float, expected: str) -> None:
    assert size_of(share_of_face) == expected


@pytest.mark.parametrize(
    ("colour", "tone"), [((240, 215, 195), "light"), ((180, 140, 110), "medium"), ((90, 60, 45), "dark")]
)
def test_skin_tones(colour: tuple[int, int, int], tone: str) -> None:
    skin = square(20, 20, 50)
    image = np.full((100, 100, 3), 255, np.uint8)
    image[skin == 1] = colour
    assert tone_of(image, skin) == tone


@pytest.mark.parametrize(
    ("yaw", "view", "expected"),
    [(-15, "", "front"), (45, "", "about 45 degrees"), (-90, "left", "about 90 degrees"), (None, "", "any")],
)
def test_views(yaw: float | None, view: str, expected: str) -> None:
    assert view_of(yaw, view) == expected


def test_phantoms_bring_their_phototype(tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text("file,phototype\na.jpg,2\nb.jpg,3\nc.jpg,6\n")
    assert phantom_tones(tmp_path) == {"a": "light", "b": "medium", "c": "dark"}


def test_pictures_without_a_face_are_the_same_every_time() -> None:
    for make in (room, lambda number: noise(np.random.default_rng(number))):
        first, again, other = make(3), make(3), make(4)
        assert first.shape[2] == 3
        assert np.array_equal(first, again)
        assert first.shape != other.shape or not np.array_equal(first, other)


def case(share_of_face: float = 0.08, person: str = "p", tone: str = "light") -> Case:
    drawn = draw_face((200, 300), share=share_of_face)
    parts = np.where(drawn.face, FacePart.SKIN, FacePart.BACKGROUND).astype(np.uint8)
    return Case(FaceSample("n", "drawn", person, drawn.image, parts, drawn.vitiligo, 0.0, "visible"), tone)


@pytest.fixture(scope="module")
def marked() -> list[Marked]:
    segmenter = VitiligoSegmenter(BrightIsVitiligo(), PLAIN)
    cases = [case(0.02 + 0.02 * number, f"p{number}") for number in range(4)]
    return mark(segmenter, cases, progress=False)


class Silent:
    """Marks nothing."""

    def mask(self, image: Image, face: Mask) -> Mask:
        return np.zeros_like(face)


def test_a_picture_is_marked_once() -> None:
    class Counting(Silent):
        asked = 0

        def mask(self, image: Image, face: Mask) -> Mask:
            self.asked += 1
            return face & (image[..., 0] > 200)

    marker = Counting()
    remembering = Remembering(marker)
    one, other = case(0.03).sample, case(0.08).sample
    masks = [remembering.mask(s.image, face_of(s.parts)) for s in (one, other, one)]
    assert marker.asked == 2
    assert np.array_equal(masks[0], masks[2])
    assert np.array_equal(masks[1], Counting().mask(other.image, face_of(other.parts)))


def test_a_marker_that_knows_is_nearly_perfect(marked: list[Marked]) -> None:
    assert dice_figure("", marked).metric.value > 0.97
    assert recall_figure("", marked).metric.value == 1
    assert recall_figure("", marked).n == 4
    assert error_figure("", marked).metric.value < 0.5
    assert icc_figure("", marked).metric.value > 0.98
    assert {one.view for one in marked} == {"front"}


def test_small_cells_are_flagged_and_tiny_ones_make_no_gap(marked: list[Marked]) -> None:
    text = subgroups({"drawn": marked})
    assert "| drawn | skin tone: light | 4 (few) |" in text
    assert "| drawn | lamp: visible | 4 (few) |" in text
    assert gaps("drawn", marked) == []


def test_a_gap_between_tones_is_seen(marked: list[Marked]) -> None:
    worse = replace(marked[0].counts, misses=marked[0].counts.hits)
    dark = [replace(marked[0], tone="dark", counts=worse, person=f"d{n}") for n in range(FEW)]
    light = [replace(marked[0], person=f"l{n}") for n in range(FEW)]
    (figure,) = gaps("drawn", dark + light)
    assert "skin tone" in figure.name
    assert figure.metric.value == pytest.approx(marked[0].dice - dark[0].dice)
    assert figure.target is not None
    assert not figure.target.is_met_by(figure.metric.value)


def test_false_alarms_have_targets() -> None:
    middle, tail = alarm_figures("clear", [0.0] * 99 + [5.0], [str(n) for n in range(100)])
    assert middle.metric.value == 0
    assert tail.target is not None
    assert tail.target.is_met_by(tail.metric.value)


def test_a_figure_says_whether_it_reached_its_target() -> None:
    metric = Metric(0.91, 0.9, 0.92)
    assert Figure("f", 9, metric, Target(0.9)).line() == "| f | 9 | 0.910 (0.900 to 0.920) | >= 0.9 | yes |"
    low = Figure("f", 9, Metric(2, 2, 2), Target(1, at_least=False), "points", 1)
    assert low.line() == "| f | 9 | 2.0 points | <= 1 points | **no** |"
    lost = Figure("f", 0, Metric(float("nan"), float("nan"), float("nan")), Target(1))
    assert "not defined" in lost.line()
    assert "**no**" in lost.line()
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n|---|---|\n| 1 | 2 |\n"


def test_the_report_binds_the_parts_that_are_there(tmp_path: Path) -> None:
    for name, value in ((PARTS[0], 0.95), (PARTS[2], 0.5)):
        figure = Figure(f"of {name}", 3, Metric(value, 0.4, 0.99), Target(0.9))
        Part(name, name.title(), (figure,), "Words.", ("vitiligo-7",), 2).write(tmp_path)
    text = bind(tmp_path)
    assert "**1 of 2 figures reach their target.**" in text
    assert text.index("Detection") < text.index("Vitiligo")
    assert "Measured: vitiligo-7. One picture in 2 only, but all real vitiligo." in text
    assert (tmp_path / "report.md").read_text() == text
    assert len((tmp_path / "figures.csv").read_text().splitlines()) == 3


def test_an_entrant_that_is_not_installed_says_what_to_do(tmp_path: Path) -> None:
    found = dict(entrants(Silent(), "vitiligo-9", tmp_path, ()))
    assert next(iter(found)) == "vitiligo-9"
    assert isinstance(found[UNET], str)
    assert "manage.py train" in str(found[SAM_UNET])
    assert "weights import" in str(found["vitiligo-9, refined by SAM"])
    assert not isinstance(found["illumination-flattened threshold"], str)
