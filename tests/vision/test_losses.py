"""Losses fall when masks get better, ignore what is undecided, and keep their slope."""

import pytest
import torch
from torch import Tensor

from analysis.vision.training.losses import (
    alpha_loss,
    composition_loss,
    dice_loss,
    dice_loss_by_picture,
    laplacian_loss,
    ohem_cross_entropy,
)


def disc(side: int = 32, radius: float = 9) -> Tensor:
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    return ((rows - side / 2).square() + (columns - side / 2).square() < radius**2).float()


def logits_for(mask: Tensor, sure: float) -> Tensor:
    return torch.stack([-sure * (2 * mask - 1), sure * (2 * mask - 1)])[None]


def test_ohem_is_the_mean_of_the_hardest_quarter() -> None:
    target = torch.zeros(1, 2, 2, dtype=torch.long)
    logits = torch.zeros(1, 2, 2, 2)
    logits[0, 0] = torch.tensor([[0.0, 3.0], [4.0, 5.0]])
    known = torch.ones(1, 2, 2)
    assert ohem_cross_entropy(logits, target, known, keep=0.25).item() == pytest.approx(0.6931, abs=1e-3)
    assert ohem_cross_entropy(logits, target, known, keep=1.0).item() < 0.25


def test_ohem_counts_no_undecided_pixel() -> None:
    target = torch.zeros(1, 2, 2, dtype=torch.long)
    logits = torch.zeros(1, 2, 2, 2)
    logits[0, 1, 0, 0] = 20.0
    logits[0, 0, 0, 1:] = 20.0
    logits[0, 0, 1] = 20.0
    known = torch.tensor([[[0.0, 1.0], [1.0, 1.0]]])
    assert ohem_cross_entropy(logits, target, known).item() < 1e-3


def test_ohem_of_nothing_is_zero_and_has_a_gradient() -> None:
    logits = torch.zeros(1, 2, 4, 4, requires_grad=True)
    loss = ohem_cross_entropy(logits, torch.zeros(1, 4, 4, dtype=torch.long), torch.zeros(1, 4, 4))
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() == 0


def test_dice_of_the_truth_is_zero_and_of_its_reverse_is_near_one() -> None:
    mask, known = disc()[None], torch.ones(1, 32, 32)
    assert dice_loss(mask, mask, known).item() == pytest.approx(0, abs=1e-6)
    assert dice_loss(1 - mask, mask, known).item() > 0.9


def test_dice_asks_for_an_empty_mask_where_there_is_no_lesion() -> None:
    empty, known = torch.zeros(1, 32, 32), torch.ones(1, 32, 32)
    assert dice_loss(empty, empty, known).item() == pytest.approx(0, abs=1e-6)
    assert dice_loss(disc()[None], empty, known).item() > 0.5


def test_the_matting_losses_fall_as_alpha_nears_the_truth() -> None:
    truth = disc()[None, None]
    known, picture = torch.ones_like(truth), torch.ones(1, 3, 32, 32)
    far, near = torch.full_like(truth, 0.5), 0.9 * truth + 0.05
    assert alpha_loss(near, truth, known) < alpha_loss(far, truth, known)
    assert laplacian_loss(near, truth, known) < laplacian_loss(far, truth, known)
    assert composition_loss(near, truth, known, picture) < composition_loss(far, truth, known, picture)


def test_undecided_pixels_do_not_pull_on_alpha() -> None:
    truth = disc()[None, None]
    known = torch.ones_like(truth)
    known[..., 20:, :] = 0
    alpha = torch.full_like(truth, 0.5, requires_grad=True)
    picture = torch.ones(1, 3, 32, 32)
    total = alpha_loss(alpha, truth, known) + composition_loss(alpha, truth, known, picture)
    total.backward()  # type: ignore[no-untyped-call]
    assert alpha.grad is not None
    assert alpha.grad[..., 20:, :].abs().sum() == 0
    assert alpha.grad[..., :20, :].abs().sum() > 0


def test_a_saturated_alpha_still_comes_back() -> None:
    truth = torch.ones(1, 1, 4, 4)
    logits = torch.full((1, 1, 4, 4), -8.0, requires_grad=True)
    alpha_loss(logits.sigmoid(), truth, torch.ones_like(truth)).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert (logits.grad < 0).all()


def test_logits_that_are_surely_right_cost_next_to_nothing() -> None:
    mask = disc()
    logits = logits_for(mask, 12)
    assert ohem_cross_entropy(logits, mask[None].long(), torch.ones(1, 32, 32)).item() < 1e-4


def test_dice_by_picture_owes_the_small_lesion_as_much() -> None:
    large, small = disc(64, 25), disc(64, 9)
    target = torch.stack([large, small])
    known = torch.ones_like(target)
    misses_small = torch.stack([large, torch.zeros_like(small)])
    pooled = dice_loss(misses_small, target, known)
    each = dice_loss_by_picture(misses_small, target, known)
    assert each > 2 * pooled
    assert dice_loss_by_picture(target, target, known).item() == pytest.approx(0, abs=1e-5)
    nothing = torch.zeros_like(target)
    assert dice_loss_by_picture(misses_small, nothing, known).item() == 0
