"""Borders are drawn to the edges of the picture, inside of the face alone."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.vision.face.crop import Crop
from analysis.vision.face.edges import drawn_to_edges
from analysis.vision.face.inputs import CropInput
from analysis.vision.face.vitiligo import VitiligoSegmenter, bounds
from analysis.vision.terms import Image
from tests.vision.known_networks import BrightIsVitiligo, draw_face

SIDE = 320
EVERYWHERE = np.ones((SIDE, SIDE), np.uint8)


def skin(*, step: int, dark: int = 90, light: int = 190) -> Image:
    """Skin with a lesion from the column `step` on, with grain."""
    grey = np.full((SIDE, SIDE), dark, np.float32)
    grey[:, step:] = light
    grain = np.random.default_rng(0).normal(0, 3, grey.shape)
    return np.repeat((grey + grain).clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


def slope(centre: float, width: float) -> NDArray[np.float32]:
    """A probability on a grid of 80 that rises from 0 to 1 around `centre`, in pixels of the picture."""
    x = (np.arange(80) + 0.5) * SIDE / 80
    return np.repeat(((x - centre) / width + 0.5).clip(0, 1).astype(np.float32)[None], 80, axis=0)


@pytest.mark.parametrize(("dark", "light"), [(90, 190), (20, 45), (150, 240)])
def test_a_border_moves_towards_the_edge_of_the_skin(dark: int, light: int) -> None:
    rough = slope(163.0, 16.0)
    drawn = drawn_to_edges(rough, skin(step=160, dark=dark, light=light), EVERYWHERE)
    borders = (drawn >= 0.5).argmax(axis=1)
    assert np.abs(borders - 160).mean() < 2  # it was 3 pixels away


def test_without_an_edge_the_border_stays() -> None:
    flat = np.full((SIDE, SIDE, 3), 120, np.uint8)
    drawn = drawn_to_edges(slope(163.0, 16.0), flat, EVERYWHERE)
    assert np.abs((drawn >= 0.5).argmax(axis=1) - 163).max() <= 1
    assert drawn.min() >= 0
    assert drawn.max() <= 1


def test_what_lies_outside_of_the_face_says_nothing() -> None:
    face = EVERYWHERE.copy()
    face[:, 240:] = 0
    picture = skin(step=160)
    other = picture.copy()
    other[:, 240:] = 255
    first, second = (drawn_to_edges(slope(163.0, 16.0), one, face) for one in (picture, other))
    np.testing.assert_array_equal(first, second)
    assert not first[:, 240:].any()
    assert first[:, 239].min() > 0.9


def test_the_card_asks_for_it() -> None:
    drawn = draw_face((708, 1060), share=0.1)
    crop = Crop(0, 0, 708)
    sizes = [
        VitiligoSegmenter(BrightIsVitiligo(), CropInput(size=64, edges=edges))
        .probability(drawn.image, drawn.face, crop)
        .shape[0]
        for edges in (False, True)
    ]
    assert sizes == [64, 640]


@pytest.mark.parametrize("edges", [False, True])
def test_borders_are_smooth_at_full_resolution(edges: bool) -> None:
    """A round lesion stays round, to less than half a cell of the network's coarser grid."""
    drawn = draw_face((2832, 4240), share=0.05)
    plain = CropInput(size=320, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), edges=edges)
    found = VitiligoSegmenter(BrightIsVitiligo(), plain).mask(drawn.image, drawn.face)
    area, truth = int(found.sum()), int(drawn.vitiligo.sum())
    assert area == pytest.approx(truth, rel=0.02)
    (outline,), _ = cv2.findContours(found, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    distances = np.linalg.norm(outline[:, 0] - outline[:, 0].mean(axis=0), axis=1)
    cell = Crop.around(bounds(drawn.face)).side / 320
    assert np.abs(distances - np.sqrt(area / np.pi)).max() < cell / 2
