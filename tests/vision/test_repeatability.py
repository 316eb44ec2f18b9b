"""The smallest detectable change, against numbers known from elsewhere."""

import numpy as np
import pytest

from analysis.vision.training.repeatability import smallest_detectable_change, standard_error


def test_the_published_anchor() -> None:
    assert smallest_detectable_change(np.sqrt(1.64)) == pytest.approx(3.55, abs=0.005)


def test_a_constant_shift_is_no_inconsistency() -> None:
    assert standard_error([1.0, 5.0, 9.0], [2.0, 6.0, 10.0]) == 0


def test_the_error_mean_square_is_half_the_variance_of_the_differences() -> None:
    assert standard_error([10.0, 20.0, 30.0], [11.0, 18.0, 31.0]) == pytest.approx(np.sqrt(3 / 2))


def test_a_value_without_its_partner_is_refused() -> None:
    with pytest.raises(ValueError, match="partner"):
        standard_error([1.0, 2.0], [1.0])
