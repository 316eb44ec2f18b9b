"""What a probability is called, and the two classifiers as one estimate."""

from dataclasses import replace

import pytest

from analysis.vision.cards import EvaluationSet, Metric
from analysis.vision.lesion.bands import Preset, band_of, estimate_of, logistic, meaning_of
from analysis.vision.lesion.models import is_proven
from analysis.vision.lesion.result import Band, Confidence, Opinion
from tests.vision.known_networks import card

BENIGN, BETWEEN, MALIGNANT = Band.BENIGN, Band.INDETERMINATE, Band.MALIGNANT
LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


@pytest.mark.parametrize(
    ("probability", "band", "confidence"),
    [
        (0.0, BENIGN, HIGH),
        (0.0499, BENIGN, HIGH),
        (0.05, BENIGN, MEDIUM),
        (0.1499, BENIGN, MEDIUM),
        (0.15, BETWEEN, LOW),
        (0.59, BETWEEN, LOW),
        (0.60, BETWEEN, LOW),
        (0.601, MALIGNANT, LOW),
        (0.8499, MALIGNANT, LOW),
        (0.85, MALIGNANT, MEDIUM),
        (0.95, MALIGNANT, MEDIUM),
        (0.951, MALIGNANT, HIGH),
        (1.0, MALIGNANT, HIGH),
    ],
)
def test_the_table_of_bands(probability: float, band: Band, confidence: Confidence) -> None:
    assert band_of(probability) == (band, confidence)
    called = BENIGN if band is BETWEEN else band
    assert band_of(probability, Preset.REFERENCE) == (called, confidence)


@pytest.mark.parametrize("wrong", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_has_no_band(wrong: float) -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        band_of(wrong)


def test_the_logistic_function() -> None:
    assert logistic(0.8) == pytest.approx(0.68997, abs=5e-6)
    assert logistic(0) == 0.5
    assert (logistic(-1000), logistic(1000)) == (0.0, 1.0)


def opinions(first: float, second: float) -> list[Opinion]:
    return [
        Opinion(task, {"benign": 1 - p, "malignant": p}, p, 0.01)
        for task, p in (("lesion_resnet", first), ("lesion_fusion", second))
    ]


@pytest.mark.parametrize(
    ("pair", "band", "confidence", "apart"),
    [
        ((0.01, 0.03), BENIGN, HIGH, False),
        ((0.01, 0.25), BENIGN, MEDIUM, False),
        ((0.01, 0.27), BENIGN, LOW, True),
        ((0.97, 0.99), MALIGNANT, HIGH, False),
        ((0.70, 1.00), MALIGNANT, LOW, True),
        ((0.05, 0.95), BETWEEN, LOW, True),
    ],
)
def test_classifiers_that_disagree_lower_the_confidence(
    pair: tuple[float, float], band: Band, confidence: Confidence, apart: bool
) -> None:
    estimate = estimate_of(opinions(*pair), 0.02)
    assert estimate.malignancy == pytest.approx(sum(pair) / 2)
    assert (estimate.band, estimate.confidence, estimate.disagree) == (band, confidence, apart)
    assert estimate.sd == 0.02


def test_no_opinion_is_no_estimate() -> None:
    with pytest.raises(ValueError, match="opinion"):
        estimate_of([], 0.0)


def test_what_is_no_better_than_chance_is_told_and_not_counted() -> None:
    sure, chance = opinions(0.02, 0.98)
    estimate = estimate_of([sure, replace(chance, counts=False)], 0.02)
    assert estimate.malignancy == 0.02
    assert len(estimate.opinions) == 2
    assert not estimate.disagree
    # Nobody speaks for or against the only one that counts.
    assert (estimate.is_alone, estimate.band, estimate.confidence) == (True, BETWEEN, LOW)
    assert meaning_of(estimate, Preset.REFERENCE) == (BETWEEN, LOW)
    with pytest.raises(ValueError, match="counts"):
        estimate_of([replace(chance, counts=False)], 0.02)


@pytest.mark.parametrize(
    ("low", "proven"),
    [(0.53, True), (0.5, False), (0.36, False), (None, False)],
)
def test_a_card_has_to_show_more_than_chance(low: float | None, proven: bool) -> None:
    metrics = {} if low is None else {"auc": Metric(0.7, low, 0.8)}
    judged = (
        EvaluationSet("held out", 109, metrics),
        EvaluationSet("of one set", 9, {"auc": Metric(1, 1, 1)}),
    )
    assert is_proven(replace(card("lesion_resnet", "resnet18"), evaluation=judged)) is proven
    assert not is_proven(replace(card("lesion_resnet", "resnet18"), evaluation=()))
