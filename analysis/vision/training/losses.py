"""Losses for masks. Every one takes a weight map, so that undecided pixels count for nothing."""

import torch
from torch import Tensor
from torch.nn import functional as F


def ohem_cross_entropy(logits: Tensor, target: Tensor, known: Tensor, *, keep: float = 0.25) -> Tensor:
    """Cross-entropy over the hardest pixels (online hard example mining; Shrivastava et al., 2016).

    Args:
        logits: (N, C, H, W).
        target: (N, H, W) class indices.
        known: (N, H, W), 1 where the pixel counts.
        keep: the share of the counting pixels that is kept, hardest first. A small share trains on label
            noise: keeping 2 % was much worse than plain cross-entropy here.

    Returns:
        The mean over the kept pixels; 0 where none counts.
    """
    losses = F.cross_entropy(logits.float(), target, reduction="none")[known.bool()]
    if losses.numel() == 0:
        return logits.sum() * 0
    kept = max(1, int(keep * losses.numel()))
    return losses.topk(kept, sorted=False).values.mean()


def dice_loss(probability: Tensor, target: Tensor, known: Tensor, *, smooth: float = 20.0) -> Tensor:
    """1 - Dice between a probability and a mask, both (N, H, W), over all pictures of the batch together.

    Pooled, since one by one the pictures with the smallest lesions would pull hardest and the first epochs
    learn next to nothing. `smooth` pixels are added to both sides of the fraction, so that a batch without
    lesions asks for empty masks.
    """
    probability, target = probability.float() * known, target.float() * known
    overlap = (probability * target).sum()
    total = probability.sum() + target.sum()
    return 1 - (2 * overlap + smooth) / (total + smooth)


def dice_loss_by_picture(
    probability: Tensor, target: Tensor, known: Tensor, *, smooth: float = 60.0
) -> Tensor:
    """The mean of 1 - Dice over the pictures that show a lesion, (N, H, W) each; 0 where none does.

    What a person with a small lesion is owed. `smooth` pixels on both sides of the fraction keep lesions of
    a few pixels from pulling as hard as an error of half a face.
    """
    probability, target = probability.float() * known, target.float() * known
    lesion = target.sum(dim=(1, 2))
    shown = lesion > 0
    if not shown.any():
        return probability.sum() * 0
    overlap = (probability * target).sum(dim=(1, 2))[shown]
    total = (probability.sum(dim=(1, 2)) + lesion)[shown]
    return (1 - (2 * overlap + smooth) / (total + smooth)).mean()


def alpha_loss(alpha: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Binary cross-entropy and absolute error of an alpha matte, (N, 1, H, W) each, over the known pixels."""
    weights = known / known.sum().clamp(min=1)
    # Clamped: bfloat16 networks reach exactly 0 and 1, where the logarithm has no slope to come back on.
    safe = alpha.float().clamp(1e-4, 1 - 1e-4)
    entropy = -(target * safe.log() + (1 - target) * (1 - safe).log())
    return ((entropy + (safe - target).abs()) * weights).sum()


def laplacian_loss(alpha: Tensor, target: Tensor, known: Tensor, *, levels: int = 3) -> Tensor:
    """Absolute difference of Laplacian pyramids, (N, 1, H, W) each: where the outline runs, at several
    scales.

    After Hou and Liu, "Context-aware image matting", ICCV 2019.
    """
    difference = (alpha.float() - target) * known
    total = difference.new_zeros(())
    for level in range(levels):
        smaller = F.avg_pool2d(difference, 2)
        larger = F.interpolate(smaller, size=difference.shape[-2:], mode="bilinear", align_corners=False)
        total = total + 2**level * (difference - larger).abs().mean()
        difference = smaller
    return total


def composition_loss(alpha: Tensor, target: Tensor, known: Tensor, picture: Tensor) -> Tensor:
    """Absolute difference of the pictures cut out with either matte: errors on visible skin count most."""
    error = (alpha.float() - target).abs() * known * picture.float().abs()
    return torch.mean(error)
