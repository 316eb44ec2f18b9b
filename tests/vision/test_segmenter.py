"""How the vitiligo network is asked: on the face alone, and on its mirror image where the card says so."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from analysis.vision.face.crop import Crop
from analysis.vision.face.ddrnet import DDRNet
from analysis.vision.face.inputs import CropInput, levelled
from analysis.vision.face.vitiligo import VitiligoSegmenter, bounds

SIDE = 96


class LeftIsVitiligo(DDRNet):
    """Marks the left half of whatever it sees, for sure."""

    def __init__(self) -> None:
        nn.Module.__init__(self)

    def forward(self, x: Tensor) -> Tensor:
        logits = torch.zeros(len(x), 2, *x.shape[2:])
        logits[:, 1] = -20.0
        logits[:, 1, :, : x.shape[3] // 2] = 20.0
        return logits


def asked(*, mirrored: bool) -> NDArray[np.float32]:
    segmenter = VitiligoSegmenter(LeftIsVitiligo(), CropInput(size=64, margin=0.0, mirrored=mirrored))
    image, face = np.full((SIDE, SIDE, 3), 90, np.uint8), np.ones((SIDE, SIDE), np.uint8)
    return segmenter.probability(image, face, Crop(0, 0, SIDE))


def test_the_plain_answer_is_the_networks_own() -> None:
    answer = asked(mirrored=False)
    assert answer[:, :32].min() == pytest.approx(1)
    assert answer[:, 32:].max() == pytest.approx(0, abs=1e-6)


def test_the_mirrored_answer_favours_no_side() -> None:
    np.testing.assert_allclose(asked(mirrored=True), 0.5, atol=1e-6)


def test_an_empty_face_has_no_vitiligo() -> None:
    segmenter = VitiligoSegmenter(LeftIsVitiligo(), CropInput(size=64))
    empty = np.zeros((SIDE, SIDE), np.uint8)
    assert not segmenter.mask(np.zeros((SIDE, SIDE, 3), np.uint8), empty).any()


def test_vitiligo_stays_inside_the_face() -> None:
    segmenter = VitiligoSegmenter(LeftIsVitiligo(), CropInput(size=64, margin=0.05))
    face = np.zeros((SIDE, SIDE), np.uint8)
    face[20:70, 30:80] = 1
    found = segmenter.mask(np.full((SIDE, SIDE, 3), 90, np.uint8), face)
    assert found.any()
    assert not (found & (1 - face)).any()


def test_bounds_are_pixel_edges() -> None:
    face = np.zeros((SIDE, SIDE), np.uint8)
    face[20:70, 30:80] = 1
    assert bounds(face) == (30, 20, 80, 70)


def test_exposure_is_levelled_and_contrast_kept() -> None:
    picture = torch.zeros(1, 4, 4, 3)
    picture[0, :2] = 0.1
    picture[0, 2] = 0.3
    bright = levelled(picture, 0.45)
    seen = bright[0, :3]
    assert seen.mean().item() == pytest.approx(0.45, abs=1e-5)
    assert (bright[0, 2] / bright[0, 0]).mean().item() == pytest.approx(3, abs=1e-4)
    assert not bright[0, 3].any()
