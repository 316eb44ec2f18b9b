"""Seeded passes, and the rule that picks a mask."""

import numpy as np
import pytest

from analysis.vision.lesion.metadata import Metadata
from analysis.vision.lesion.passes import (
    PASSES,
    Outlined,
    classify,
    draw_passes,
    mean_entropy,
    outline_lesion,
)
from analysis.vision.lesion.picking import agreement_of, needs_review, pick
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.vision.terms import Mask
from tests.vision.known_lesions import known_lesion_models

MODELS = known_lesion_models()


def test_the_first_pass_changes_nothing_and_the_others_differ() -> None:
    image = photograph_lesion(3, size=(320, 240)).image
    passes = draw_passes()
    copies = [one.apply(image) for one in passes]
    assert len(passes) == PASSES
    assert np.array_equal(copies[0], image)
    assert all(not np.array_equal(copy, image) for copy in copies[1:])
    assert passes == draw_passes()
    assert passes != draw_passes(seed=6)


def test_a_map_comes_back_to_the_grid_of_the_picture() -> None:
    photograph = photograph_lesion(3, size=(320, 240))
    image = np.repeat(255 * photograph.mask[..., None], 3, axis=2).astype(np.uint8)
    for one in draw_passes():
        back = one.undo((one.apply(image)[..., 0] / 255).astype(np.float32)) > 0.5
        assert np.mean(back == (photograph.mask > 0)) > 0.995


def test_no_pass_is_refused() -> None:
    with pytest.raises(ValueError, match="pass"):
        draw_passes(0)


def test_entropy_is_nothing_where_sure_and_one_bit_where_undecided() -> None:
    assert mean_entropy(np.array([0.0, 1.0])) == pytest.approx(0, abs=1e-4)
    assert mean_entropy(np.array([0.5, 0.5])) == pytest.approx(1)


def test_all_crops_and_passes_are_classified_with_probabilities_that_sum_to_one() -> None:
    crops = [photograph_lesion(seed, size=(200, 200)).image for seed in (1, 2)]
    values = classify(crops, MODELS.classifiers["lesion_fusion"], Metadata(age=40))
    assert values.shape == (2, PASSES, 2)
    assert values.sum(axis=2) == pytest.approx(1)
    assert np.ptp(values[0, :, 1]) > 0


def test_no_lesion_is_an_empty_mask_that_nobody_is_sure_of() -> None:
    bright = np.full((240, 320, 3), 230, np.uint8)
    found = outline_lesion(bright, MODELS.segmenters["lesion_unet"])
    assert not found.mask.any()
    assert (found.stability, found.entropy) == (0, 1)


def outlined(stability: float, entropy: float) -> Outlined:
    return Outlined(np.ones((4, 4), np.uint8), stability, entropy)


@pytest.mark.parametrize(
    ("first", "second", "picked"),
    [
        ((0.95, 0.1), (0.90, 0.1), "lesion_unet"),
        ((0.95, 0.3), (0.90, 0.1), "lesion_deeplab"),
        ((0.9, 0.1), (0.9, 0.1), "lesion_deeplab"),
    ],
)
def test_the_stabler_and_surer_mask_is_taken(
    first: tuple[float, float], second: tuple[float, float], picked: str
) -> None:
    assert pick({"lesion_unet": outlined(*first), "lesion_deeplab": outlined(*second)}) == picked


def test_nothing_cannot_be_picked_from() -> None:
    with pytest.raises(ValueError, match="mask"):
        pick({})


def square(size: int) -> Mask:
    mask = np.zeros((20, 20), np.uint8)
    mask[:size, :size] = 1
    return mask


def test_masks_that_agree_less_than_seven_tenths_need_a_review() -> None:
    agreement = agreement_of({"lesion_unet": square(10), "lesion_deeplab": square(14)})
    assert agreement == pytest.approx(200 / 296)
    assert needs_review(agreement)
    assert not needs_review(0.70)
    assert agreement_of({"lesion_unet": square(10)}) == 0
