"""SAM's refinement: the prompts, the way to SAM's grid and back, and when the coarse mask stays."""

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from analysis.vision.segmentation.refinement import Refiner, middle, prompts
from analysis.vision.segmentation.sam import Sam
from analysis.vision.terms import Mask
from analysis.vision.training.evaluation import confusion
from tests.vision.known_networks import DrawnFace, draw_face


class BrightThing(Sam):
    """Proposes whatever is bright in the box; its embedding is the picture itself."""

    def __init__(self, *, stubborn: bool = False) -> None:
        super().__init__("tiny")
        self.stubborn = stubborn
        self.asked = 0

    @property
    def image_size(self) -> int:
        return 256

    def forward(self, pictures: Tensor) -> Tensor:
        return pictures

    def propose(
        self, embedding: Tensor, *, box: Tensor, points: Tensor, labels: Tensor, coarse: Tensor
    ) -> Tensor:
        self.asked += 1
        grey = embedding.mean(dim=1, keepdim=True)
        x0, y0, x1, y1 = (int(value) for value in box)
        assert grey[0, 0, int(points[0, 1]), int(points[0, 0])] > 1.0  # the first point lies on the lesion
        assert labels.tolist() == [1, 0]
        inside = torch.zeros_like(grey)
        inside[..., y0:y1, x0:x1] = 1
        thing = ((grey > 1.0) & (inside > 0)).float()
        logits = torch.nn.functional.avg_pool2d(thing, 4)[0, 0] * 12 - 6
        whole = torch.full_like(logits, 6.0)
        return torch.stack([whole, whole if self.stubborn else logits, whole])


@pytest.fixture(scope="module")
def drawn() -> DrawnFace:
    return draw_face((360, 520), share=0.05)


def shaken(mask: Mask) -> Mask:
    """A coarse mask: eroded and moved."""
    smaller = cv2.erode(mask, np.ones((9, 9), np.uint8))
    return np.roll(smaller, 6, axis=1)


def test_a_coarse_mask_gets_the_outline_of_the_thing(drawn: DrawnFace) -> None:
    coarse = shaken(drawn.vitiligo)
    before = confusion(coarse, drawn.vitiligo).dice
    refined = Refiner(BrightThing()).mask(drawn.image, drawn.face, coarse)
    assert before < 0.8
    assert confusion(refined, drawn.vitiligo).dice > 0.9
    assert not (refined & (1 - drawn.face)).any()


def test_another_object_is_not_an_outline(drawn: DrawnFace) -> None:
    coarse = shaken(drawn.vitiligo)
    kept = Refiner(BrightThing(stubborn=True)).mask(drawn.image, drawn.face, coarse)
    assert confusion(kept, coarse).dice > 0.9


def test_specks_stay_and_cost_nothing(drawn: DrawnFace) -> None:
    speck = np.zeros_like(drawn.face)
    speck[250:252, 180:182] = 1
    sam = BrightThing()
    assert np.array_equal(Refiner(sam).mask(drawn.image, drawn.face, speck), speck)
    assert sam.asked == 0


def test_nothing_stays_nothing(drawn: DrawnFace) -> None:
    nothing = np.zeros_like(drawn.face)
    assert not Refiner(BrightThing()).mask(drawn.image, drawn.face, nothing).any()
    assert not Refiner(BrightThing()).mask(drawn.image, nothing, drawn.vitiligo).any()


def test_a_real_sam_of_the_tiny_size_runs_through(drawn: DrawnFace) -> None:
    torch.manual_seed(0)
    refiner = Refiner(Sam("tiny"))
    first, second = (refiner.mask(drawn.image, drawn.face, shaken(drawn.vitiligo)) for _ in range(2))
    assert first.any()
    assert np.array_equal(first, second)


def test_the_middle_of_a_ring_lies_on_the_ring() -> None:
    ring = np.zeros((60, 60), np.uint8)
    cv2.circle(ring, (30, 30), 20, 1, 6)
    x, y = middle(ring)
    assert ring[int(y), int(x)] == 1


def test_the_box_holds_the_piece() -> None:
    piece = np.zeros((64, 64), np.uint8)
    piece[20:30, 0:12] = 1
    told = prompts(piece, np.zeros_like(piece))
    assert told.box.tolist() == pytest.approx([0, 19.4, 12.6, 30.6], abs=1e-4)
    assert told.labels.tolist() == [1]
