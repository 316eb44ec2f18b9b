"""The interval of F-Vitiligo holds the truth as often as it says, on pictures that did not choose it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.vision.architectures import ARCHITECTURES
from analysis.vision.cards import EvaluationSet, Metric
from analysis.vision.face.models import segmenter_of
from analysis.vision.face.vitiligo import Band
from analysis.vision.releases import read_release, write_card, write_release
from analysis.vision.training.calibration import Calibration, enter, examine
from analysis.vision.training.data import FaceSample
from analysis.vision.training.intervals import (
    STEPS,
    Exam,
    choose_band,
    coverage_set,
    held_out_bands,
    ranked,
)
from analysis.vision.training.parts import Part
from tests.vision.known_networks import card, draw_face, known_models

EVEN = ranked(np.linspace(0.005, 0.995, 100, dtype=np.float32))
"""One pixel in a hundred for each hundredth of probability: a threshold of t marks 100 (1 - t) percent."""


def exam(true_percent: float, *, subject: str = "one") -> Exam:
    return Exam("a", "phantom", subject, true_percent, EVEN, 0.0)


def people(number: int, *, seed: int = 0, scatter: float = 8.0) -> list[Exam]:
    """Faces of which the true share scatters around the 50 % that the network marks."""
    shares = 50 + scatter * np.random.default_rng(seed).standard_normal(number)
    return [exam(float(np.clip(share, 0, 100)), subject=str(index)) for index, share in enumerate(shares)]


@pytest.mark.parametrize("true_percent", [0.0, 0.4, 12.0, 50.0, 99.7, 100.0])
def test_the_thresholds_that_would_have_been_right(true_percent: float) -> None:
    one = exam(true_percent)
    if np.isfinite(one.sufficient):
        assert one.percent_at(one.sufficient) >= true_percent - 1e-6
        assert one.percent_at(one.sufficient + 1e-3) < true_percent
    if np.isfinite(one.excessive):
        assert one.percent_at(one.excessive) > true_percent
        assert one.percent_at(one.excessive + 1e-3) <= true_percent + 1e-6
    assert np.isinf(one.sufficient) == (true_percent == 0)
    assert np.isinf(one.excessive) == (true_percent == 100)


def test_nine_of_ten_new_faces_lie_inside() -> None:
    band = choose_band(people(400, seed=1))
    covered = np.mean([one.is_covered(band) for one in people(1000, seed=2)])
    assert covered == pytest.approx(0.9, abs=0.04)


def test_a_surer_network_gets_a_narrower_band() -> None:
    sure, unsure = (choose_band(people(200, scatter=scatter)) for scatter in (2.0, 12.0))
    assert unsure.low < sure.low < 0.5 < sure.high < unsure.high


def test_faces_without_vitiligo_hide_no_miss() -> None:
    afflicted = people(100)
    bare = [exam(0.0, subject=f"bare {number}") for number in range(300)]
    assert choose_band(afflicted + bare).low == choose_band(afflicted).low


def test_the_threshold_lies_inside_even_where_everything_is_missed() -> None:
    band = choose_band([exam(80 + share / 10, subject=str(share)) for share in range(60)])
    assert band.low < 0.25
    assert band.high == pytest.approx(0.5)


def test_few_pictures_choose_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        choose_band(people(12))


def test_nobody_chooses_the_band_that_judges_them() -> None:
    crowd = people(100)
    stranger = [exam(99.0, subject="stranger") for _ in range(60)]
    bands = held_out_bands(crowd + stranger)
    with_stranger, without = choose_band(crowd + stranger), bands[-1]
    assert with_stranger.low < without.low
    assert not stranger[0].is_covered(without)


def test_coverage_and_width_are_figures_with_intervals() -> None:
    band = Band(0.4, 0.6)
    judged = coverage_set("phantom, interval", [exam(50.0), exam(90.0, subject="two")], [band, band])
    assert judged.n == 2
    assert judged.metrics["interval_coverage"] == Metric(0.5, 0.0, 1.0)
    assert judged.metrics["interval_width"].value == pytest.approx(20)


def test_large_faces_are_thinned_and_stay_what_they_were() -> None:
    many = np.random.default_rng(0).random(200_000).astype(np.float32)
    one = Exam("a", "phantom", "one", 10.0, ranked(many), 0.0)
    assert len(one.ranked) == STEPS
    assert one.percent_at(0.7) == pytest.approx(100 * float((many >= 0.7).mean()), abs=0.02)
    with pytest.raises(ValueError, match="pixels"):
        ranked(many[:0])


def test_a_picture_goes_the_way_of_a_photo() -> None:
    drawn = draw_face((240, 320), share=0.1)
    parts = np.where(drawn.face > 0, Part.SKIN, Part.BACKGROUND).astype(np.uint8)
    sample = FaceSample("a", "phantom", "one", drawn.image, parts, drawn.vitiligo)
    asked = examine(known_models(drawn.detection), sample)
    assert asked is not None
    assert asked.percent_at(0.5) == pytest.approx(asked.true_percent, rel=0.06)
    assert asked.spread == 0
    bare = examine(known_models(drawn.detection), replace(sample, vitiligo=None))
    assert bare is not None
    assert (bare.source, bare.true_percent) == ("phantom, without vitiligo", 0)
    assert examine(known_models(), sample) is None


def test_a_calibration_is_entered_and_replaces_the_one_before(tmp_path: Path) -> None:
    before = card("vitiligo", "ddrnet", thresholds={"vitiligo": 0.5})
    judged = replace(before, evaluation=(EvaluationSet("phantom", 3, {"dice": Metric(0.5, 0.4, 0.6)}),))
    release = write_release(tmp_path / "vitiligo-1", ARCHITECTURES["ddrnet"](), judged)
    for band in (Band(0.3, 0.7), Band(0.2, 0.8)):
        found = Calibration(band, (EvaluationSet("phantom, interval", 3, {}),), 0.5)
        release = enter(read_release(release.folder), found)
    again = read_release(release.folder)
    assert again.sha256 == release.sha256
    assert segmenter_of(again).band == Band(0.2, 0.8)
    assert [one.name for one in again.card.evaluation] == ["phantom", "phantom, interval"]


def test_a_card_stays_with_its_weights(tmp_path: Path) -> None:
    release = write_release(tmp_path / "vitiligo-1", ARCHITECTURES["ddrnet"](), card("vitiligo", "ddrnet"))
    with pytest.raises(ValueError, match="vitiligo-1"):
        write_card(release, replace(release.card, sha256="1" * 64))
