"""The overlay marks what it was given and leaves the rest of the picture alone."""

import numpy as np
import pytest

from analysis.vision.overlay import FACE_COLOUR, draw_overlay
from tests.vision.known_networks import draw_face


def test_the_original_is_not_touched_and_far_pixels_stay() -> None:
    drawn = draw_face((240, 320))
    before = drawn.image.copy()
    picture = draw_overlay(drawn.image, drawn.face, drawn.vitiligo)
    assert np.array_equal(drawn.image, before)
    assert np.array_equal(picture[:20], before[:20])
    outlined = np.abs(picture.astype(int) - FACE_COLOUR).max(axis=2) < 48
    assert outlined.sum() > 100


def test_opacity_tints_lesions_only() -> None:
    drawn = draw_face((240, 320))
    outlined = draw_overlay(drawn.image, None, drawn.vitiligo, opacity=0).astype(int)
    tinted = draw_overlay(drawn.image, None, drawn.vitiligo, opacity=1).astype(int)
    changed = (outlined != tinted).any(axis=2)
    assert changed.sum() > 0.5 * drawn.vitiligo.sum()
    assert not (changed & (drawn.vitiligo == 0)).any()


@pytest.mark.parametrize(("opacity", "crop"), [(1.5, 0), (-0.1, 0), (0.5, 1)])
def test_impossible_input_is_refused(opacity: float, crop: int) -> None:
    drawn = draw_face((240, 320))
    with pytest.raises(ValueError, match=r"Opacity|mask"):
        draw_overlay(drawn.image, drawn.face[crop:], None, opacity=opacity)
