"""How the vitiligo network is asked: on the face alone, and on its mirror image where the card says so."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from analysis.vision.face.crop import Crop
from analysis.vision.face.ddrnet import DDRNet
from analysis.vision.face.inputs import CropInput, levelled
from analysis.vision.face.measure import count, count_span
from analysis.vision.face.vitiligo import Band, VitiligoSegmenter, bounds

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


class SurerWhenLarger(LeftIsVitiligo):
    """Its answer depends on the size of the picture alone: 0.5 at 64 pixels, more at more."""

    def forward(self, x: Tensor) -> Tensor:
        logits = torch.zeros(len(x), 2, *x.shape[2:])
        logits[:, 1] = (x.shape[3] - 64) / 32
        return logits


class Slope(LeftIsVitiligo):
    """From 0 at the left edge to 1 at the right one."""

    def forward(self, x: Tensor) -> Tensor:
        share = (torch.arange(x.shape[3]) + 0.5) / x.shape[3]
        lesion = torch.logit(share).expand(len(x), x.shape[2], -1)
        return torch.stack([torch.zeros_like(lesion), lesion], dim=1)


def test_the_answers_of_all_scales_are_averaged_and_their_spread_is_known() -> None:
    settings = CropInput(size=64, margin=0.0, mirrored=True, scales=(1.0, 1.5))
    image, face = np.full((SIDE, SIDE, 3), 90, np.uint8), np.ones((SIDE, SIDE), np.uint8)
    opinion = VitiligoSegmenter(SurerWhenLarger(), settings).opinion(image, face, Crop(0, 0, SIDE))
    answers = 0.5, 1 / (1 + np.exp(-1))
    np.testing.assert_allclose(opinion.mean, np.mean(answers), atol=1e-6)
    np.testing.assert_allclose(opinion.spread, np.std(answers), atol=1e-6)
    assert opinion.mean.shape == (64, 64)


@pytest.mark.parametrize("scales", [(), (0.1,), (1.0, 3.0)])
def test_impossible_scales_are_refused(scales: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="scale"):
        CropInput(scales=scales)


def test_the_uncertain_band_lies_between_its_two_cuts() -> None:
    segmenter = VitiligoSegmenter(Slope(), CropInput(size=64, margin=0.0), band=Band(0.25, 0.75))
    image, face = np.full((SIDE, SIDE, 3), 90, np.uint8), np.ones((SIDE, SIDE), np.uint8)
    face[:8] = 0
    vitiligo, uncertain = segmenter.segment(image, face)
    assert uncertain is not None
    assert not (uncertain & (1 - face)).any()
    columns = np.flatnonzero(uncertain[10])
    assert (columns[0], columns[-1] + 1) == pytest.approx((0.25 * SIDE, 0.75 * SIDE), abs=1)
    span = count_span(face, vitiligo, uncertain)
    low, high = span.f_vitiligo
    assert low < count(face, vitiligo).f_vitiligo < high
    assert (low, high) == pytest.approx((25, 75), abs=1)


def test_without_a_band_nothing_is_called_uncertain() -> None:
    segmenter = VitiligoSegmenter(Slope(), CropInput(size=64, margin=0.0))
    face = np.ones((SIDE, SIDE), np.uint8)
    assert segmenter.segment(np.full((SIDE, SIDE, 3), 90, np.uint8), face)[1] is None


@pytest.mark.parametrize(
    ("thresholds", "band"),
    [
        ({"vitiligo": 0.5}, None),
        ({"vitiligo": 0.5, "vitiligo_low": 0.2}, None),
        ({"vitiligo": 0.5, "vitiligo_low": 0.2, "vitiligo_high": 0.9}, Band(0.2, 0.9)),
    ],
)
def test_the_band_travels_in_the_card(thresholds: dict[str, float], band: Band | None) -> None:
    assert Band.from_card(thresholds) == band


@pytest.mark.parametrize("ends", [(0.6, 0.9), (0.1, 0.4), (0.7, 0.3), (0.0, 0.9)])
def test_a_band_beside_the_threshold_is_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="band"):
        Band.from_card({"vitiligo": 0.5, "vitiligo_low": ends[0], "vitiligo_high": ends[1]})
