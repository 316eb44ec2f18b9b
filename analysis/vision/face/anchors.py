"""Anchors (prior boxes) of RetinaFace, and the coding of boxes and landmarks as offsets from them.

All coordinates are fractions of the picture's width and height. Anchors are (centre x, centre y, width,
height); boxes are corners (x0, y0, x1, y1). Coding and variances as in SSD (Liu et al., 2016).
"""

from functools import lru_cache
from math import ceil

import torch
from torch import Tensor

STRIDES = (8, 16, 32)
SIZES = ((16, 32), (64, 128), (256, 512))
"""Side of the square anchors in pixels, two for each stride."""
VARIANCE_CENTRE, VARIANCE_SIZE = 0.1, 0.2


@lru_cache(maxsize=8)
def make_anchors(height: int, width: int) -> Tensor:
    """The anchors of a picture of `height` x `width` pixels, (A, 4), by stride, row, column, size.

    The result is shared between calls: do not write to it.
    """
    return torch.cat(
        [level_anchors(height, width, stride, sizes) for stride, sizes in zip(STRIDES, SIZES, strict=True)]
    )


def level_anchors(height: int, width: int, stride: int, sizes: tuple[int, ...]) -> Tensor:
    """The anchors of one feature map."""
    y = (torch.arange(ceil(height / stride), dtype=torch.float32) + 0.5) * stride / height
    x = (torch.arange(ceil(width / stride), dtype=torch.float32) + 0.5) * stride / width
    extent = torch.tensor([(size / width, size / height) for size in sizes])
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    centres = torch.stack([columns, rows], dim=-1)[:, :, None].expand(-1, -1, len(sizes), -1)
    return torch.cat([centres, extent.expand_as(centres)], dim=-1).reshape(-1, 4)


def encode_boxes(boxes: Tensor, anchors: Tensor) -> Tensor:
    """Corner boxes (A, 4) as offsets (A, 4) from their anchors (A, 4)."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    sizes = boxes[:, 2:] - boxes[:, :2]
    shift = (centres - anchors[:, :2]) / (VARIANCE_CENTRE * anchors[:, 2:])
    return torch.cat([shift, torch.log(sizes / anchors[:, 2:]) / VARIANCE_SIZE], dim=1)


def decode_boxes(offsets: Tensor, anchors: Tensor) -> Tensor:
    """The inverse of `encode_boxes`; also for a batch of offsets (N, A, 4)."""
    centres = anchors[:, :2] + offsets[..., :2] * VARIANCE_CENTRE * anchors[:, 2:]
    sizes = anchors[:, 2:] * torch.exp(offsets[..., 2:] * VARIANCE_SIZE)
    return torch.cat([centres - sizes / 2, centres + sizes / 2], dim=-1)


def encode_landmarks(points: Tensor, anchors: Tensor) -> Tensor:
    """Points (A, 5, 2) as offsets (A, 10) from their anchors' centres."""
    shift = (points - anchors[:, None, :2]) / (VARIANCE_CENTRE * anchors[:, None, 2:])
    return shift.reshape(len(points), 2 * points.shape[1])


def decode_landmarks(offsets: Tensor, anchors: Tensor) -> Tensor:
    """The inverse of `encode_landmarks`: (A, 10) to (A, 5, 2)."""
    shift = offsets.reshape(len(offsets), offsets.shape[1] // 2, 2)
    return anchors[:, None, :2] + shift * VARIANCE_CENTRE * anchors[:, None, 2:]


def corners(anchors: Tensor) -> Tensor:
    """Anchors (A, 4) as corner boxes (A, 4)."""
    return torch.cat([anchors[:, :2] - anchors[:, 2:] / 2, anchors[:, :2] + anchors[:, 2:] / 2], dim=1)


def overlaps(first: Tensor, second: Tensor) -> Tensor:
    """Intersection over union of every box of `first` (B, 4) with every box of `second` (A, 4): (B, A)."""
    low = torch.maximum(first[:, None, :2], second[None, :, :2])
    high = torch.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = (high - low).clamp(min=0).prod(dim=2)
    return shared / (area(first)[:, None] + area(second)[None] - shared).clamp(min=1e-12)


def area(boxes: Tensor) -> Tensor:
    """Areas (B,) of corner boxes (B, 4)."""
    return (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
