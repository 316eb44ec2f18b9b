"""Hands and the edge of the picture take away from the face exactly what they hide."""

import numpy as np
import pytest

from analysis.vision.training.augmentation import Cut
from analysis.vision.training.data import FaceSample
from analysis.vision.training.obstacles import LEAST_FACE, cut_off, hand_before
from analysis.vision.training.parts import Part, face_of


def head(side: int = 120) -> FaceSample:
    rows, columns = np.mgrid[:side, :side]
    face = (np.hypot(rows - 60, columns - 60) < 35).astype(np.uint8)
    image = np.where(face[..., None] > 0, (150, 110, 90), (10, 40, 200)).astype(np.uint8)
    return FaceSample("a", "made", "a", image, (face * Part.SKIN).astype(np.uint8), face)


@pytest.mark.parametrize("seed", range(6))
def test_a_hand_takes_its_pixels_from_face_and_vitiligo(seed: int) -> None:
    sample = head()
    before = Cut(sample.image, sample.parts, face_of(sample.parts))
    after = hand_before(np.random.default_rng(seed), before)
    hidden = (face_of(before.parts) == 1) & (face_of(after.parts) == 0)
    assert hidden.any()
    assert not after.vitiligo[hidden].any()
    assert face_of(after.parts).sum() >= LEAST_FACE * face_of(before.parts).sum()
    assert np.abs(after.image[hidden].astype(int) - before.image[hidden]).mean() > 2


@pytest.mark.parametrize("seed", range(6))
def test_a_close_up_ends_within_the_face(seed: int) -> None:
    sample = head()
    cut = cut_off(np.random.default_rng(seed), sample)
    assert cut.vitiligo is not None
    assert cut.image.shape[:2] == cut.parts.shape == cut.vitiligo.shape
    share = face_of(cut.parts).sum() / face_of(sample.parts).sum()
    assert LEAST_FACE <= share < 1
    left, top, right, bottom = cut.box
    height, width = cut.parts.shape
    assert left == 0 or top == 0 or right == width or bottom == height


def test_no_face_is_left_alone() -> None:
    empty = Cut(np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.uint8), np.zeros((40, 40), np.uint8))
    assert hand_before(np.random.default_rng(0), empty) is empty
