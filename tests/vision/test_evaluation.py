"""The figures that releases are judged by."""

import numpy as np
import pytest

from analysis.vision.training.evaluation import (
    Confusion,
    agreement,
    bootstrap_interval,
    bootstrap_pooled,
    confusion,
    summarise,
)

TRUTH = np.array([[1, 1, 0, 0], [1, 1, 0, 0]], np.uint8)
FOUND = np.array([[0, 1, 1, 0], [0, 1, 1, 0]], np.uint8)


def test_pixels_are_counted() -> None:
    assert confusion(FOUND, TRUTH) == Confusion(hits=2, false_alarms=2, misses=2, rest=2)


def test_undecided_pixels_do_not_count() -> None:
    known = np.array([[1, 1, 0, 0], [0, 0, 0, 0]], np.uint8)
    assert confusion(FOUND, TRUTH, known) == Confusion(hits=1, false_alarms=0, misses=1, rest=0)


def test_ratios_by_hand() -> None:
    counts = Confusion(hits=6, false_alarms=2, misses=4, rest=88)
    assert counts.iou == pytest.approx(0.5)
    assert counts.dice == pytest.approx(12 / 18)
    assert counts.precision == pytest.approx(0.75)
    assert counts.recall == pytest.approx(0.6)
    assert counts.mean_iou == pytest.approx((0.5 + 88 / 94) / 2)


def test_an_empty_truth_found_empty_is_perfect() -> None:
    counts = Confusion(0, 0, 0, 100)
    assert (counts.iou, counts.dice, counts.precision, counts.recall) == (1, 1, 1, 1)


def test_masks_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        confusion(FOUND, TRUTH[:, :2])


def test_pooled_and_per_image_differ_and_empty_pictures_do_not_flatter() -> None:
    large, small, empty = Confusion(90, 10, 0, 0), Confusion(0, 0, 10, 90), Confusion(0, 0, 0, 100)
    values = summarise([large, small, empty])
    assert values["iou"] == pytest.approx(90 / 110)
    assert values["iou_mean"] == pytest.approx((0.9 + 0.0) / 2)


def test_the_interval_holds_the_mean_and_widens_when_one_person_owns_the_pictures() -> None:
    rng = np.random.default_rng(1)
    level = rng.normal(0.8, 0.1, 12)
    values = [float(v + e) for v in level for e in rng.normal(0, 0.01, 5)]
    grouped = bootstrap_interval(values, [f"p{n // 5}" for n in range(60)])
    alone = bootstrap_interval(values, [f"p{n}" for n in range(60)])
    assert grouped[0] < np.mean(values) < grouped[1]
    assert grouped[1] - grouped[0] > 1.5 * (alone[1] - alone[0])


def test_the_pooled_interval_holds_the_pooled_value() -> None:
    counts = [Confusion(40 + n, 5, n, 100) for n in range(20)]
    low, high = bootstrap_pooled(counts, [str(n) for n in range(20)], lambda c: c.dice)
    assert low < summarise(counts)["dice"] < high


def test_an_interval_is_the_same_every_time() -> None:
    values, people = [0.1, 0.4, 0.9], ["a", "b", "c"]
    assert bootstrap_interval(values, people) == bootstrap_interval(values, people)


def test_agreement_of_percentages() -> None:
    result = agreement([10.0, 21.0, 0.0], [12.0, 20.0, 0.0])
    assert (result.n, result.worst) == (3, 2.0)
    assert result.mean_absolute_error == pytest.approx(1.0)
    assert result.bias == pytest.approx(-1 / 3)


def test_nothing_measured_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(ValueError, match="at least one"):
        agreement([], [])
    with pytest.raises(ValueError, match="nothing"):
        summarise([])
