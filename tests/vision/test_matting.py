"""The matting network is small, answers on the crop's grid and learns in both parts."""

import pytest
import torch
from torch.nn import functional as F

from analysis.vision.face.matting import FaceMatting


def test_small_enough_to_ship() -> None:
    assert sum(p.numel() for p in FaceMatting().parameters()) < 4e6


@pytest.mark.parametrize("size", [(64, 64), (130, 98)])
def test_alpha_lies_on_the_crop_grid(size: tuple[int, int]) -> None:
    network = FaceMatting().eval()
    with torch.inference_mode():
        alpha = network(torch.randn(1, 3, *size))
    assert isinstance(alpha, torch.Tensor)
    assert alpha.shape == (1, 1, *size)
    assert alpha.dtype == torch.float32
    assert 0 <= alpha.min() <= alpha.max() <= 1


def test_refinement_starts_from_the_coarse_mask() -> None:
    torch.manual_seed(0)
    coarse, alpha = FaceMatting()(torch.randn(2, 3, 64, 64))
    assert torch.equal(coarse, alpha)


def test_both_parts_learn_a_disc_and_the_outline_is_finer_than_the_coarse_grid() -> None:
    torch.manual_seed(0)
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    disc = ((x - 33.3).hypot(y - 29.7) < 17.4).float()[None, None].repeat(2, 1, 1, 1)
    picture = disc.repeat(1, 3, 1, 1) + 0.05 * torch.randn(2, 3, 64, 64)
    network = FaceMatting()
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
    for _ in range(40):
        coarse, alpha = network(picture)
        optimiser.zero_grad()
        loss: torch.Tensor = F.binary_cross_entropy(coarse, disc) + F.binary_cross_entropy(alpha, disc)
        torch.autograd.backward(loss)
        optimiser.step()
    coarse_error = ((coarse >= 0.5) != (disc >= 0.5)).float().mean()
    error = ((alpha >= 0.5) != (disc >= 0.5)).float().mean()
    assert error < 0.005
    assert error <= coarse_error
