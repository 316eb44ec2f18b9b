"""How a crop becomes the input of the mask and vitiligo networks: the part of a card they share.

Training and serving both go through `CropInput`, so a network never meets pixels prepared in another way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from analysis.vision.face.crop import MARGIN
from analysis.vision.terms import Image, Mask

Triple = tuple[float, float, float]
SMALLEST = 64
SMALLEST_SCALE, LARGEST_SCALE = 0.5, 2.0
STEP = 32
"""Sides of the pictures that networks are asked about are multiples of this."""


@dataclass(frozen=True)
class CropInput:
    """Preprocessing of a crop; the card's `preprocessing` holds these fields."""

    size: int = 320
    """Width and height of the network's grid in pixels."""
    margin: float = MARGIN
    """For `Crop.around`."""
    mean: Triple = (0.485, 0.456, 0.406)
    """Of red, green and blue on a scale of 0 to 1 (the usual ImageNet values)."""
    std: Triple = (0.229, 0.224, 0.225)
    level: float | None = None
    """Mean brightness (0 to 1) that what is not black is brought to before the rest. For a masked face
    this takes the exposure out and leaves the contrast of lesion and skin; None leaves pictures as they
    are."""
    mirrored: bool = False
    """Whether the answer is the mean of that to the picture and that to its mirror image (vitiligo only):
    twice the work for a steadier border."""
    scales: tuple[float, ...] = (1.0,)
    """Sizes of the picture that is asked, as multiples of `size` (vitiligo only); the answer is the mean of
    all, each with its mirror image where `mirrored`. What is seen does not change, only how finely."""
    edges: bool = False
    """Whether the answer is drawn to the edges of the picture before it is cut (vitiligo only)."""

    def __post_init__(self) -> None:
        if self.size < SMALLEST:
            raise ValueError(f"The network's grid has at least {SMALLEST} pixels, not {self.size}.")
        if self.margin < 0 or min(self.std) <= 0 or (self.level is not None and self.level <= 0):
            raise ValueError("The margin must not be negative; each std and the level must be positive.")
        if not self.scales or not all(SMALLEST_SCALE <= scale <= LARGEST_SCALE for scale in self.scales):
            raise ValueError(f"At least one scale is needed, each {SMALLEST_SCALE} to {LARGEST_SCALE}.")

    @classmethod
    def from_card(cls, preprocessing: Mapping[str, Any]) -> Self:
        """Raises TypeError for unknown fields and ValueError for impossible values."""
        # JSON has no tuples.
        entries: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in preprocessing.items()
        }
        return cls(**entries)

    @property
    def sides(self) -> tuple[int, ...]:
        """Width and height in pixels of the picture at each of `scales`, the network's own for 1."""
        return tuple(
            self.size if s == 1 else max(SMALLEST, STEP * round(self.size * s / STEP)) for s in self.scales
        )

    def tensor(self, picture: Image) -> Tensor:
        """RGB (H, W, 3), or a batch (N, H, W, 3), of bytes to normalised float32 (N, 3, H, W)."""
        pixels = torch.from_numpy(np.ascontiguousarray(picture)).float().div_(255)
        batch = pixels if pixels.ndim == 4 else pixels[None]
        if self.level is not None:
            batch = levelled(batch, self.level)
        normalised = (batch - torch.tensor(self.mean)) / torch.tensor(self.std)
        return normalised.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def levelled(pictures: Tensor, level: float) -> Tensor:
    """Pictures (N, H, W, 3) of 0 to 1 with the mean of their pixels that are not black brought to `level`.

    Highlights end at twice the white of the picture. A black picture stays black.
    """
    seen = (pictures.amax(dim=3) > 0).sum(dim=(1, 2)).clamp(min=1)
    mean = pictures.sum(dim=(1, 2, 3)) / (3 * seen)
    gain = level / mean.clamp(min=1 / 255)
    return (pictures * gain[:, None, None, None]).clamp(max=2)


def masked(picture: Image, face: Mask) -> Image:
    """The picture with everything outside the face set to 0: what the vitiligo network sees.

    Picture (H, W, 3) and mask (H, W), values {0, 1}, on one grid.
    """
    only_face: Image = picture * face[..., None]
    return only_face
