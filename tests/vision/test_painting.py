"""Painted vitiligo has exact truth, stays on skin and follows the light."""

import cv2
import numpy as np
import pytest

from analysis.vision.terms import Image, Modality
from analysis.vision.training.lesion_shapes import KINDS, draw_lesions, frame_of
from analysis.vision.training.optics import MELANIN, darken, depigment, to_image, to_light
from analysis.vision.training.painting import Brush, paint_face
from analysis.vision.training.parts import Part, Parts, face_of, paintable

SIDE = 128


def drawn_face() -> tuple[Image, Parts]:
    """A round face with eyes, brows and a mouth, lit from the left."""
    parts = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(parts, (64, 66), (42, 52), 0, 0, 360, int(Part.SKIN), -1)
    for x in (46, 82):
        cv2.ellipse(parts, (x, 54), (9, 4), 0, 0, 360, int(Part.EYE), -1)
        cv2.ellipse(parts, (x, 44), (10, 2), 0, 0, 360, int(Part.BROW), -1)
    cv2.ellipse(parts, (64, 94), (15, 6), 0, 0, 360, int(Part.LIP), -1)
    shade = np.linspace(1.0, 0.6, SIDE)[None, :, None]
    return np.rint(np.full((SIDE, SIDE, 3), (190, 150, 125)) * shade).astype(np.uint8), parts


IMAGE, PARTS = drawn_face()
ALWAYS = {"without_vitiligo": 0.0, "untouched": 0.0, "distractor": 0.0}


@pytest.mark.parametrize("seed", range(12))
def test_truth_lies_on_skin_and_lips_alone(seed: int) -> None:
    painted = paint_face(np.random.default_rng(seed), IMAGE, PARTS, Brush())
    assert painted.image.shape == IMAGE.shape
    assert painted.image.dtype == np.uint8
    assert set(np.unique(painted.vitiligo)) <= {0, 1}
    assert not (painted.vitiligo & ~paintable(PARTS) & 1).any()


@pytest.mark.parametrize("modality", [Modality.VISIBLE, Modality.UV_REFLECTANCE, Modality.WOODS_LAMP])
def test_lesions_are_brighter_than_the_skin_around_them(modality: Modality) -> None:
    brush = Brush(modalities=((modality, 1.0),), darker_skin=1.0, **ALWAYS)
    brighter = 0
    for seed in range(10):
        painted = paint_face(np.random.default_rng(seed), IMAGE, PARTS, brush)
        inside = painted.vitiligo.astype(bool)
        near = cv2.dilate(painted.vitiligo, np.ones((7, 7), np.uint8)).astype(bool)
        outside = (paintable(PARTS) == 1) & ~near
        if inside.sum() > 20 and outside.sum() > 20:
            brighter += painted.image[inside].mean() > painted.image[outside].mean()
    assert brighter >= 7


def test_a_brush_without_vitiligo_paints_none() -> None:
    brush = Brush(without_vitiligo=1.0)
    assert not any(paint_face(np.random.default_rng(n), IMAGE, PARTS, brush).vitiligo.any() for n in range(6))


def test_an_untouched_face_is_the_photo_itself() -> None:
    painted = paint_face(np.random.default_rng(0), IMAGE, PARTS, Brush(untouched=1.0))
    np.testing.assert_array_equal(painted.image, IMAGE)
    assert not painted.vitiligo.any()


def test_the_same_chance_paints_the_same_picture() -> None:
    first, second = (paint_face(np.random.default_rng(5), IMAGE, PARTS, Brush()) for _ in range(2))
    np.testing.assert_array_equal(first.image, second.image)
    np.testing.assert_array_equal(first.vitiligo, second.vitiligo)


def test_a_picture_without_a_face_is_refused() -> None:
    with pytest.raises(ValueError, match="no face"):
        paint_face(np.random.default_rng(0), IMAGE, np.zeros_like(PARTS), Brush())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_lesion_reaches_the_face(kind: object) -> None:
    frame = frame_of(PARTS)
    touched = [(kind(np.random.default_rng(n), frame) > 0)[face_of(PARTS) == 1].any() for n in range(6)]  # type: ignore[operator]
    assert sum(touched) >= 4


def test_extents_range_from_spots_to_most_of_the_face() -> None:
    skin = paintable(PARTS) == 1
    shares = [(draw_lesions(np.random.default_rng(n), PARTS) >= 0.5)[skin].mean() for n in range(80)]
    assert min(shares) < 0.05
    assert max(shares) > 0.6


def test_depigmentation_keeps_the_shading() -> None:
    light = to_light(IMAGE)
    lesion = np.ones((SIDE, SIDE), np.float32)
    pale = depigment(light, lesion, np.array([1.2, 1.2, 1.2], np.float32))
    np.testing.assert_allclose(pale / light, 1.2, rtol=1e-5)


def test_melanin_takes_more_blue_than_red() -> None:
    light = np.full((2, 2, 3), 0.5, np.float32)
    darker = darken(light, np.full((2, 2), 1.0, np.float32))
    np.testing.assert_allclose(darker[0, 0], 0.5 * np.exp(-MELANIN), rtol=1e-5)
    assert darker[0, 0, 2] < darker[0, 0, 0]


def test_light_and_picture_are_each_others_inverse_up_to_the_highlights() -> None:
    greys = np.repeat(np.arange(0, 200, dtype=np.uint8)[:, None, None], 3, axis=2)
    assert np.abs(to_image(to_light(greys)).astype(int) - greys).max() <= 1
