"""SAM-guided U-Net: a frozen Segment Anything encoder says what is where, a small U-Net draws the outline."""

from collections.abc import Callable
from itertools import pairwise
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from analysis.vision.segmentation.sam import Sam, frozen
from analysis.vision.segmentation.unet import Rise, double_convolution

EMBEDDING = 256
WIDTHS = (128, 64, 32, 16)
"""Channels of the decoder, from an eighth of the picture's size to the whole."""


class EncoderMissing(RuntimeError):
    """The network was asked for an answer before it was given its encoder."""


class SamUNet(nn.Module):
    """Class logits for every pixel.

    The frozen encoder turns the picture into an embedding of 1/16 of its size; the decoder rises from there
    in four steps with 128, 64, 32 and 16 channels, each beside features of the picture itself at that size,
    and ends in a 1 x 1 convolution. `classes` counts the background.

    Input: (N, 3, S, S), normalised as for ImageNet, S the encoder's size (1024 for ViT-B). Output: logits
    (N, classes, S, S). Raises EncoderMissing before `guided_by`, and ValueError for another size.

    The encoder is no submodule: state dicts, checkpoints, optimisers and releases hold what was trained here.
    """

    def __init__(self, classes: int = 2) -> None:
        super().__init__()
        beside = [width // 2 for width in WIDTHS]
        rising = pairwise((EMBEDDING, *WIDTHS))
        self.down = nn.ModuleList(double_convolution(a, b) for a, b in pairwise((3, *reversed(beside))))
        self.up = nn.ModuleList(Rise(a, c, b) for (a, b), c in zip(rising, beside, strict=True))
        self.head = nn.Conv2d(WIDTHS[-1], classes, 1)
        self._encoder: tuple[Sam, ...] = ()

    def guided_by(self, encoder: Sam) -> Self:
        """This network with an encoder, which is frozen."""
        self._encoder = (frozen(encoder),)
        return self

    @property
    def encoder(self) -> Sam:
        """Raises EncoderMissing."""
        if not self._encoder:
            raise EncoderMissing("The SAM-guided U-Net was given no encoder.")
        return self._encoder[0]

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            embedding = self.encoder(x)
        levels: list[Tensor] = []
        picture = x
        for level, block in enumerate(self.down):
            picture = block(F.max_pool2d(picture, 2) if level else picture)
            levels.append(picture)
        features = embedding.to(x.dtype)
        for block, beside in zip(self.up, reversed(levels), strict=True):
            features = block(features, beside)
        logits: Tensor = self.head(features)
        return logits

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Moves the encoder along to another device or type."""
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        for encoder in self._encoder:
            encoder._apply(fn, recurse)  # type: ignore[no-untyped-call]
        return self
