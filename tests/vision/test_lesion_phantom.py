"""Photographs of made-up moles: repeatable, with a mask that is true, in every tone of skin."""

from typing import Any

import cv2
import numpy as np
import pytest

from analysis.vision.phantom.dermoscopy import LesionPhotograph, photograph_lesion
from analysis.vision.phantom.mole import Course


def small(seed: int, **arguments: Any) -> LesionPhotograph:
    return photograph_lesion(seed, size=(320, 240), **arguments)


def test_the_same_arguments_give_the_same_bytes_and_other_seeds_other_moles() -> None:
    first, again, other = small(3), small(3), small(4)
    assert np.array_equal(first.image, again.image)
    assert np.array_equal(first.mask, again.mask)
    assert not np.array_equal(first.mask, other.mask)


@pytest.mark.parametrize("phototype", range(1, 7))
def test_the_lesion_is_darker_than_its_skin_in_every_tone(phototype: int) -> None:
    for seed in range(4):
        photograph = small(seed, phototype=phototype)
        grey = cv2.cvtColor(photograph.image, cv2.COLOR_RGB2GRAY)
        lesion, skin = grey[photograph.mask == 1], grey[photograph.mask == 0]
        assert np.median(lesion) < 0.85 * np.median(skin)
        assert 0.01 < photograph.mask.mean() < 0.5


def test_darker_phototypes_give_darker_skin() -> None:
    levels = [np.median(small(5, phototype=one).image[:40]) for one in range(1, 7)]
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize(
    "obstacle", [{"hair": 0.8}, {"bubbles": True}, {"ruler": True}, {"ring": True}], ids=str
)
def test_what_lies_in_the_way_changes_the_picture_and_not_the_mask(obstacle: dict[str, Any]) -> None:
    plain, covered = small(2), small(2, **obstacle)
    assert np.array_equal(plain.mask, covered.mask)
    assert np.abs(plain.image.astype(int) - covered.image).max() > 40


def test_a_stable_lesion_keeps_its_area_and_a_growing_one_gains() -> None:
    stable, growing = (
        [small(8, course=course, months=months).mask.sum() for months in (0, 3, 6)] for course in Course
    )
    assert max(stable) < 1.03 * min(stable)
    assert growing[0] == stable[0]
    assert growing[1] > 1.2 * growing[0]
    assert growing[2] > 1.2 * growing[1]


def test_millimetres_do_not_depend_on_the_size_of_the_picture() -> None:
    fine, coarse = photograph_lesion(6, size=(640, 480)), small(6)
    areas = [p.mask.sum() * p.mm_per_pixel**2 for p in (fine, coarse)]
    assert areas[0] == pytest.approx(areas[1], rel=0.02)


@pytest.mark.parametrize("wrong", [{"phototype": 7}, {"hair": 1.5}, {"scale": 0}, {"months": -1}], ids=str)
def test_impossible_arguments_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"needed|months"):
        small(1, **wrong)
