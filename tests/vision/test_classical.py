"""The threshold after flattening: what it can do, and what it must not do."""

import numpy as np
import pytest

from analysis.vision.segmentation.classical import FlattenedThreshold
from analysis.vision.training.evaluation import confusion
from tests.vision.known_networks import draw_face


def test_a_bright_lesion_is_marked_in_uneven_light() -> None:
    drawn = draw_face((300, 420), share=0.06)
    slope = np.linspace(0.45, 1.0, 300)[None, :, None]
    lit = (drawn.image * slope).astype(np.uint8)
    found = FlattenedThreshold().mask(lit, drawn.face)
    assert confusion(found, drawn.vitiligo).dice > 0.8
    assert not (found & (1 - drawn.face)).any()


def test_a_face_of_one_tone_has_none() -> None:
    drawn = draw_face((300, 420), share=0.0)
    assert not FlattenedThreshold().mask(drawn.image, drawn.face).any()


@pytest.mark.parametrize("value", [0, 255])
def test_a_picture_without_light_or_contrast_has_none(value: int) -> None:
    face = np.ones((80, 80), np.uint8)
    assert not FlattenedThreshold().mask(np.full((80, 80, 3), value, np.uint8), face).any()
    assert not FlattenedThreshold().mask(np.full((80, 80, 3), value, np.uint8), 0 * face).any()
