"""Face matting: a coarse mask network and a refinement network.

After Liu et al., "Boosting Semantic Human Matting with Coarse Annotations", CVPR 2020: a first network sees
the whole head at reduced resolution and decides what is face; a second one sees the image at the crop's
resolution together with the coarse mask, and decides where exactly the outline runs. Two differences: there
is no quality unification network, since all masks here are of one quality, and the refinement predicts a
correction of the coarse logit rather than alpha from nothing, so that it starts from the coarse answer.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .ddrnet_parts import BasicBlock, conv_norm, resize

COARSE_WIDTHS = (24, 48, 96, 160)
"""Channels of the coarse network at 1/4, 1/8, 1/16 and 1/32 of the crop."""

FINE_WIDTHS = (16, 32, 48)
"""Channels of the refinement network at 1/1, 1/2 and 1/4 of the crop."""


class CoarseMask(nn.Module):
    """(N, 3, H, W) image to (N, 1, h, w) mask logits at 1/4 of H and W: down to 1/32 and back."""

    def __init__(self) -> None:
        super().__init__()
        first, last = COARSE_WIDTHS[0], COARSE_WIDTHS[-1]
        self.stem = _conv(3, first, stride=2)
        self.encoder = nn.ModuleList(
            nn.Sequential(BasicBlock(a, b, 1 if i == 0 else 2), BasicBlock(b, b))
            for i, (a, b) in enumerate(pairwise((first, *COARSE_WIDTHS)))
        )
        self.context = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(last, last, 1))
        self.decoder = nn.ModuleList(_Up(below, here) for here, below in _upwards(COARSE_WIDTHS))
        self.head = nn.Conv2d(first, 1, 1)

    def forward(self, image: Tensor) -> Tensor:
        x = self.stem(F.avg_pool2d(image, 2))
        levels = []
        for stage in self.encoder:
            x = stage(x)
            levels.append(x)
        x = x + F.relu(self.context(x))
        for up, level in zip(self.decoder, reversed(levels[:-1]), strict=True):
            x = up(x, level)
        logits: Tensor = self.head(x)
        return logits


class Refinement(nn.Module):
    """Image (N, 3, H, W) and coarse logits (N, 1, H, W) to the correction of the logits, (N, 1, H, W)."""

    def __init__(self) -> None:
        super().__init__()
        full, half, quarter = FINE_WIDTHS
        self.at_half = _conv(4, half, stride=2)
        self.at_quarter = nn.Sequential(BasicBlock(half, quarter, 2), BasicBlock(quarter, quarter))
        self.to_half = _Up(quarter, half)
        self.at_full = _conv(4, full)
        self.to_full = _Up(half, full)
        self.head = nn.Conv2d(full, 1, 3, padding=1)
        # Zero weights: before any training the refined mask is the coarse mask.
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)  # type: ignore[arg-type]

    def forward(self, image: Tensor, coarse: Tensor) -> Tensor:
        x = torch.cat([image, coarse.sigmoid() * 2 - 1], dim=1)
        half = self.at_half(x)
        fine = self.to_full(self.to_half(self.at_quarter(half), half), self.at_full(x))
        correction: Tensor = self.head(fine)
        return correction


class FaceMatting(nn.Module):
    """Share of face in every pixel of a crop.

    Input: (N, 3, H, W), normalised, H and W from 64. Output: alpha (N, 1, H, W), float32, 0 to 1; in training
    mode the pair (coarse, alpha), both of that shape and range, so that both networks get a loss. A face
    pixel is alpha >= 0.5.
    """

    def __init__(self) -> None:
        super().__init__()
        self.coarse = CoarseMask()
        self.refine = Refinement()

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        coarse = resize(self.coarse(x), x.shape[-2:])
        # The refinement judges the coarse mask and must not bend it to its own needs.
        logits = coarse.detach() + self.refine(x, coarse.detach())
        # float32 before the sigmoid: bfloat16 would round alpha near 1, where the loss is most curved.
        alpha = logits.float().sigmoid()
        return (coarse.float().sigmoid(), alpha) if self.training else alpha


class _Up(nn.Module):
    """Bring the coarser features to the finer grid, join, mix."""

    def __init__(self, below: int, here: int) -> None:
        super().__init__()
        self.reduce = nn.Sequential(*conv_norm(below, here, 1))
        self.mix = _conv(here, here)

    def forward(self, below: Tensor, here: Tensor) -> Tensor:
        mixed: Tensor = self.mix(here + resize(self.reduce(below), here.shape[-2:]))
        return mixed


def _conv(channels_in: int, channels_out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(*conv_norm(channels_in, channels_out, 3, stride), nn.ReLU(inplace=True))


def _upwards(widths: tuple[int, ...]) -> list[tuple[int, int]]:
    """Neighbouring widths from the deepest level upwards: (here, below)."""
    return list(zip(reversed(widths[:-1]), reversed(widths[1:]), strict=True))
