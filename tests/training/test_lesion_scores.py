"""Order and calibration of probabilities, against what is known of them."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from analysis.vision.training.lesion_scores import (
    auc,
    brier,
    calibration_error,
    chance_calibration_error,
    reliability,
    scored,
    sensitivity,
)


def rows(truth: list[int], probabilities: list[float]) -> np.ndarray:
    return np.array([truth, probabilities], float).T


def test_the_auc_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 200)
    probabilities = np.round(0.3 * truth + rng.random(200), 1)
    table = np.stack([truth, probabilities], axis=1).astype(float)
    assert auc(table) == pytest.approx(roc_auc_score(truth, probabilities))


@pytest.mark.parametrize(
    ("bad", "expected"),
    [([0.9, 0.95], 1.0), ([0.1, 0.95], 0.5), ([0.75, 0.95], 0.5), ([0.1, 0.2], 0.0)],
)
def test_one_benign_lesion_in_five_may_be_called(bad: list[float], expected: float) -> None:
    assert sensitivity(rows([0] * 5 + [1] * 2, [0.0, 0.2, 0.4, 0.8, 1.0, *bad])) == expected


def test_one_class_alone_has_no_order() -> None:
    one = rows([1, 1, 1], [0.2, 0.4, 0.9])
    assert np.isnan([auc(one), sensitivity(one)]).all()
    assert set(scored(one, ["a", "b", "c"])) == {"ece", "brier"}


def test_what_comes_true_has_no_error() -> None:
    true = rows([0, 1] * 50, [0.5] * 100)
    assert calibration_error(true) == pytest.approx(0, abs=1e-9)
    assert calibration_error(rows([1] * 10, [0.0] * 10)) == 1
    assert brier(rows([1, 0], [0.5, 1.0])) == pytest.approx(0.625)
    assert 0.05 < chance_calibration_error(true) < 0.12


def test_bins_hold_about_equally_many() -> None:
    bins = reliability(rows([0, 1] * 11, list(np.linspace(0, 1, 22))))
    assert [one.n for one in bins] == [5, 5, 4, 4, 4]
    assert [one.said for one in bins] == sorted(one.said for one in bins)


def test_an_interval_holds_its_value() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 80)
    metrics = scored(
        np.stack([truth, 0.5 * truth + 0.5 * rng.random(80)], axis=1), [str(n) for n in range(80)]
    )
    assert all(one.low <= one.value <= one.high for name, one in metrics.items() if name != "ece")
