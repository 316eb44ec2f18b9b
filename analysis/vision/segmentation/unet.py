"""U-Net, the plain network that the others are compared with.

Ronneberger, Fischer and Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI 2015,
with padded convolutions and batch normalisation, so that the answer is as large as the picture.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def double_convolution(channels_in: int, channels_out: int) -> nn.Sequential:
    """Two 3 x 3 convolutions, each with batch normalisation and ReLU; height and width stay."""
    layers: list[nn.Module] = []
    for channels in (channels_in, channels_out):
        layers += [
            nn.Conv2d(channels, channels_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)


class Rise(nn.Module):
    """One step up: twice the size, beside the features that the way down had at that size, then mixed."""

    def __init__(self, below: int, beside: int, channels: int) -> None:
        super().__init__()
        self.mix = double_convolution(below + beside, channels)

    def forward(self, below: Tensor, beside: Tensor) -> Tensor:
        raised = F.interpolate(below, size=beside.shape[-2:], mode="bilinear", align_corners=False)
        mixed: Tensor = self.mix(torch.cat([raised, beside], dim=1))
        return mixed


class UNet(nn.Module):
    """Class logits for every pixel.

    `classes` counts the background, `widths` are the channels from the picture's size downwards; the default
    has 2.0 million parameters. Input: (N, 3, H, W), normalised, any H and W from 16. Output: logits
    (N, classes, H, W). Fewer than two widths raise ValueError.
    """

    def __init__(self, classes: int = 2, widths: Sequence[int] = (16, 32, 64, 128, 256)) -> None:
        super().__init__()
        if len(widths) < 2:
            raise ValueError("A U-Net has at least two levels.")
        self.down = nn.ModuleList(double_convolution(a, b) for a, b in pairwise((3, *widths)))
        rising = list(pairwise(reversed(widths)))
        self.up = nn.ModuleList(Rise(below, beside, beside) for below, beside in rising)
        self.head = nn.Conv2d(widths[0], classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        levels: list[Tensor] = []
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if level else x)
            levels.append(x)
        for block, beside in zip(self.up, reversed(levels[:-1]), strict=True):
            x = block(x, beside)
        logits: Tensor = self.head(x)
        return logits
