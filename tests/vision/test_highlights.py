"""A picture for viewing: what is burnt out is filled from around, and nothing else is touched."""

import numpy as np
import pytest

from analysis.vision.face.highlights import reduce_highlights
from analysis.vision.face.measure import Counts, count


def test_glare_takes_the_colour_of_the_skin_around_it() -> None:
    rng = np.random.default_rng(0)
    skin = np.clip(rng.normal((120, 90, 80), 3, (300, 240, 3)), 0, 255).astype(np.uint8)
    burnt, glare = skin.copy(), np.zeros((300, 240), np.uint8)
    glare[140:160, 110:130] = 1
    burnt[glare > 0] = 255
    reduced = reduce_highlights(burnt, glare)
    assert np.abs(reduced[glare > 0].astype(float).mean(axis=0) - (120, 90, 80)).max() < 6
    assert (reduced <= burnt).all()
    assert np.array_equal(reduced[:100], burnt[:100])
    assert (burnt[glare > 0] == 255).all()


def test_without_glare_it_is_a_copy() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (40, 30, 3), dtype=np.uint8)
    same = reduce_highlights(picture, np.zeros((40, 30), np.uint8))
    assert np.array_equal(same, picture)
    assert same is not picture


def test_a_mask_of_another_size_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="does not lie on"):
        reduce_highlights(np.zeros((40, 30, 3), np.uint8), np.zeros((30, 40), np.uint8))


def test_the_share_is_counted_with_glare_and_without() -> None:
    face, vitiligo, glare = (np.zeros((10, 10), np.uint8) for _ in range(3))
    face[:8] = 1
    vitiligo[:2] = 1
    glare[1:3] = 1
    glare[9] = 1  # outside of the face
    counts = count(face, vitiligo, glare)
    assert counts == Counts(80, 20, 20, 10)
    assert counts.f_vitiligo == 25
    assert counts.f_vitiligo_without_glare == pytest.approx(100 * 10 / 60)


def test_a_face_that_is_all_glare_has_no_other_share() -> None:
    ones = np.ones((4, 4), np.uint8)
    assert count(ones, ones, ones).f_vitiligo_without_glare is None


@pytest.mark.parametrize("parts", [(10, 5, 4, 5), (10, 5, 11, 0), (10, 2, 3, 3)])
def test_impossible_parts_are_refused(parts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Counts(*parts)
