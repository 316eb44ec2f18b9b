"""Agreement statistics against published numbers."""

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from reports.agreement import (
    MeanSquares,
    bland_altman,
    icc_1_1,
    lins_concordance,
    mean_absolute_error,
    mean_squares,
    sem_interval,
    smallest_detectable_change,
)

SHROUT_AND_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_the_example_of_shrout_and_fleiss() -> None:
    squares = mean_squares(SHROUT_AND_FLEISS)
    assert icc_1_1(SHROUT_AND_FLEISS) == pytest.approx(0.1657, abs=5e-5)
    assert squares.icc_2_1 == pytest.approx(0.2898, abs=5e-5)
    assert squares.icc_3_1 == pytest.approx(0.7148, abs=5e-5)
    assert (squares.n, squares.k) == (6, 4)


def test_the_published_mean_squares() -> None:
    squares = MeanSquares(subjects=19.67, raters=379.76, error=1.64, n=72, k=2)
    assert squares.icc_3_1 == pytest.approx(0.846, abs=5e-4)
    assert squares.icc_2_1 == pytest.approx(0.567, abs=5e-4)
    assert smallest_detectable_change(squares.sem_consistency) == pytest.approx(3.55, abs=5e-3)
    assert smallest_detectable_change(squares.sem_agreement) == pytest.approx(7.28, abs=5e-3)


def test_sem_of_pairs_is_the_spread_of_their_differences() -> None:
    pairs = np.random.default_rng(4).normal(12, 3, (40, 2))
    differences = pairs[:, 0] - pairs[:, 1]
    assert mean_squares(pairs).sem_consistency == pytest.approx(differences.std(ddof=1) / sqrt(2))


def test_an_offset_counts_for_agreement_and_not_for_consistency() -> None:
    first = np.arange(10.0)
    squares = mean_squares(np.column_stack([first, first + 2]))
    assert squares.sem_consistency == pytest.approx(0, abs=1e-7)
    assert squares.sem_agreement == pytest.approx(sqrt(2))
    assert squares.icc_3_1 == pytest.approx(1)
    assert squares.icc_2_1 < 1


def test_the_interval_of_sem_covers_as_often_as_it_says() -> None:
    draw = np.random.default_rng(20)
    sems = [mean_squares(draw.normal(0, 0.8, (8, 2))).sem_consistency for _ in range(2000)]
    covered = [low <= 0.8 <= high for low, high in (sem_interval(sem, 8) for sem in sems)]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)


def test_limits_of_agreement() -> None:
    # Mean 1, standard deviation 1 of the differences; t(4) = 2.776.
    limits = bland_altman([10, 20, 30, 40, 50], [11 - sqrt(2), 21, 31, 41, 51 + sqrt(2)])
    assert limits.n == 5
    assert limits.bias.value == pytest.approx(1)
    assert limits.upper.value == pytest.approx(1 + 1.96)
    assert limits.lower.value == pytest.approx(1 - 1.96)
    assert limits.bias.high == pytest.approx(1 + 2.776 / sqrt(5), abs=1e-3)
    assert limits.upper.high == pytest.approx(2.96 + 2.776 * sqrt(1 / 5 + 1.96**2 / 8), abs=1e-3)


def test_a_difference_that_grows_with_the_value_is_noticed() -> None:
    values = np.linspace(2, 40, 12)
    wobble = np.tile([0.1, -0.1], 6)
    growing = bland_altman(list(values), list(1.2 * values + wobble))
    assert growing.slope_p < 0.001
    assert growing.slope == pytest.approx(2 * 0.2 / 2.2, abs=0.02)
    steady = bland_altman(list(values), list(values + 1 + wobble))
    assert steady.slope_p > 0.2


def test_concordance_falls_with_offset_and_scale_where_correlation_does_not() -> None:
    first = [1.0, 2, 3, 4, 5]
    second = [2.0, 3, 4, 5, 6]
    assert lins_concordance(first, first) == pytest.approx(1)
    # s_xy = 2, s_x = s_y = 2, offset 1: 2 * 2 / (2 + 2 + 1).
    assert lins_concordance(first, second) == pytest.approx(0.8)
    assert stats.pearsonr(first, second).statistic == pytest.approx(1)
    assert mean_absolute_error(first, second) == pytest.approx(1)


@pytest.mark.parametrize("values", [[[1, 2]], [[1], [2]], [[1, 2], [3, float("nan")]], []])
def test_too_little_is_refused(values: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="two"):
        mean_squares(values)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: sem_interval(1.0, 1),
        lambda: bland_altman([1, 2], [1, 2]),
        lambda: lins_concordance([1, 1], [1, 1]),
        lambda: bland_altman([1, 2, 3], [1, 2]),
    ],
)
def test_what_has_no_answer_is_refused(refused: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  several sentences
        refused()  # type: ignore[operator]
