"""A coarse vitiligo mask, piece by piece, redrawn by Segment Anything from box and point prompts."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.vision.face.crop import Crop
from analysis.vision.face.inputs import CropInput
from analysis.vision.face.vitiligo import bounds
from analysis.vision.segmentation.sam import Sam, frozen
from analysis.vision.terms import Image, Mask

Floats = NDArray[np.float32]

SMALLEST = 1e-3
"""Pieces below this share of the face stay as they are: on SAM's grid they are a few pixels."""
AGREEMENT = 0.5
"""Intersection over union with the coarse piece from which a proposal counts as its outline, and not as
another object: the whole face, a nose, a highlight."""
WIDER = 0.05
"""Space around the piece's box, as a share of its longer side."""
COARSE_LOGIT = 6.0
STRIDE = 4
"""Pixels of the picture for one of SAM's mask."""


@dataclass(frozen=True)
class Prompts:
    """What SAM is told about one piece, in pixels of its picture."""

    box: Floats
    """(4,) x0, y0, x1, y1."""
    points: Floats
    """(K, 2): the middle of the piece and, where there is room, of the pigmented skin beside it."""
    labels: NDArray[np.int64]
    """(K,) 1 on the piece, 0 beside it."""


@dataclass(frozen=True)
class Refiner:
    """Redraws masks with one SAM. Deterministic."""

    sam: Sam

    def __post_init__(self) -> None:
        frozen(self.sam)

    @torch.inference_mode()
    def mask(self, image: Image, face: Mask, coarse: Mask) -> Mask:
        """The coarse vitiligo mask with the outlines that SAM sees.

        Picture (H, W, 3), face and coarse mask (H, W) lie on one grid; so does the result, a subset of
        `face`. A piece for which SAM proposes something else than the piece stays as it was.
        """
        if not (face.any() and coarse.any()):
            return coarse & face
        size = self.sam.image_size
        crop = Crop.around(bounds(face), margin=0.05)
        seen, rough = crop.sample_mask(face, size), crop.sample_mask(coarse & face, size)
        embedding = self.sam(CropInput(size=size).tensor(crop.sample(image, size)))
        drawn = np.zeros((size, size), np.float32)
        for piece in pieces(rough, least=SMALLEST * int(seen.sum())):
            drawn = np.maximum(drawn, self._redrawn(embedding, piece, prompts(piece, seen & (1 - rough))))
        shape = image.shape[0], image.shape[1]
        redrawn = crop.place_mask(drawn, shape, threshold=0.5)
        return (redrawn | untouched(coarse & face, crop, rough, drawn)) & face

    def _redrawn(self, embedding: Tensor, piece: Mask, told: Prompts) -> Floats:
        """Probability (S, S) of the proposal that agrees best with a piece (S, S), or the piece."""
        size = piece.shape[0]
        small = cv2.resize(
            piece.astype(np.float32), None, fx=1 / STRIDE, fy=1 / STRIDE, interpolation=cv2.INTER_AREA
        )
        logits = self.sam.propose(
            embedding,
            box=torch.from_numpy(told.box),
            points=torch.from_numpy(told.points),
            labels=torch.from_numpy(told.labels),
            coarse=torch.from_numpy((2 * small - 1) * np.float32(COARSE_LOGIT)),
        )
        proposals = [
            cv2.resize(one, (size, size), interpolation=cv2.INTER_LINEAR)
            for one in logits.float().sigmoid().numpy()
        ]
        agreements = [overlap(one >= 0.5, piece) for one in proposals]
        best = int(np.argmax(agreements))
        return proposals[best] if agreements[best] >= AGREEMENT else piece.astype(np.float32)


def pieces(mask: Mask, *, least: float) -> Iterator[Mask]:
    """The connected pieces of a mask (H, W) that have `least` pixels, each as a mask."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    for index in range(1, count):
        if stats[index, cv2.CC_STAT_AREA] >= least:
            yield (labels == index).astype(np.uint8)


def prompts(piece: Mask, beside: Mask) -> Prompts:
    """Box and points for a piece (H, W); `beside` is the face without any vitiligo."""
    x0, y0, x1, y1 = bounds(piece)
    wider = WIDER * max(x1 - x0, y1 - y0)
    box = np.clip([x0 - wider, y0 - wider, x1 + wider, y1 + wider], 0, max(piece.shape))
    around = np.zeros_like(piece)
    reach = max(2, round(4 * wider))
    around[max(0, int(y0) - reach) : int(y1) + reach, max(0, int(x0) - reach) : int(x1) + reach] = 1
    points, labels = [middle(piece)], [1]
    if (beside & around).any():
        points.append(middle(beside & around))
        labels.append(0)
    return Prompts(box.astype(np.float32), np.array(points, np.float32), np.array(labels, np.int64))


def middle(mask: Mask) -> tuple[float, float]:
    """The centre x, y of the largest disc in a mask that is not empty: unlike a centroid always inside."""
    inside = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(np.argmax(inside)), inside.shape)
    return float(x) + 0.5, float(y) + 0.5


def untouched(coarse: Mask, crop: Crop, rough: Mask, drawn: Floats) -> Mask:
    """The part of a coarse mask (H, W) whose pieces were too small to be redrawn.

    `rough` and `drawn` lie on SAM's grid of the crop.
    """
    count, labels = cv2.connectedComponents(rough)
    redrawn = np.unique(labels[(drawn > 0.5) & (rough > 0)])
    left = np.isin(labels, [index for index in range(1, count) if index not in redrawn])
    where = crop.place_mask(
        cv2.dilate(left.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32),
        coarse.shape,
        threshold=0.5,
    )
    return coarse & where


def overlap(found: NDArray[np.bool_], piece: Mask) -> float:
    """Intersection over union of two masks (H, W)."""
    both, either = np.count_nonzero(found & (piece > 0)), np.count_nonzero(found | (piece > 0))
    return both / either if either else 0.0
