"""The vitiligo mask of a photo: the segmentation network, applied to the face alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from analysis.vision.cards import HIGH, LOW, THRESHOLD
from analysis.vision.face.crop import Box, Crop
from analysis.vision.face.edges import drawn_to_edges
from analysis.vision.face.inputs import CropInput, masked
from analysis.vision.terms import Image, Mask

Floats = NDArray[np.float32]

EDGES_SIDE = 640
"""Pixels of the crop at which edges are looked for; finer ones are pores and hairs."""

LESION = 1
"""Index of the class "vitiligo"; 0 is everything else."""


@dataclass(frozen=True)
class Band:
    """Probabilities between which a pixel may or may not be vitiligo; calibrated, see `calibration`."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high <= 1:
            raise ValueError(
                f"A band lies between 0 and 1 and has a width; {self.low} to {self.high} has not."
            )

    @classmethod
    def from_card(cls, thresholds: Mapping[str, float]) -> Self | None:
        """The band of a card; None for a card without. Raises ValueError where it misses the threshold."""
        if LOW not in thresholds or HIGH not in thresholds:
            return None
        band = cls(thresholds[LOW], thresholds[HIGH])
        if not band.low <= thresholds.get(THRESHOLD, 0.5) <= band.high:
            raise ValueError("The threshold of the mask lies outside of its uncertain band.")
        return band


@dataclass(frozen=True)
class Opinion:
    """What a network says about a crop when it is asked once for each scale and mirror image."""

    mean: Floats
    """Probability of vitiligo (size, size), 0 to 1."""
    spread: Floats
    """Standard deviation of the answers (size, size); 0 where it was asked once."""


@dataclass(frozen=True)
class VitiligoSegmenter:
    """Marks vitiligo with a trained network. Deterministic: the same photo and mask give the same answer."""

    network: nn.Module
    """One of `architectures.SEGMENTERS`."""
    crop_input: CropInput = field(default_factory=CropInput)
    threshold: float = 0.5
    device: str = "cpu"
    band: Band | None = None

    def __post_init__(self) -> None:
        self.network.eval().to(self.device)

    def opinion(self, image: Image, face: Mask, crop: Crop) -> Opinion:
        """Mean and spread of the answers to the picture at every scale of the card, and mirrored.

        `image` (H, W, 3) and `face` (H, W) lie on the photo's grid, the result on the network's grid of the
        crop. Outside of the face the values mean nothing.
        """
        asked = [self._answers(image, face, crop, side) for side in self.crop_input.sides]
        answers = np.concatenate(asked)
        return Opinion(answers.mean(axis=0), answers.std(axis=0))

    def probability(self, image: Image, face: Mask, crop: Crop) -> Floats:
        """What is cut at the threshold: the mean of `opinion`, as `finished`."""
        return self.finished(self.opinion(image, face, crop).mean, image, face, crop)

    def finished(self, mean: Floats, image: Image, face: Mask, crop: Crop) -> Floats:
        """The mean of an opinion; (M, M) on a finer grid of the crop where the card wants it drawn to the
        edges of the picture.
        """
        if not self.crop_input.edges:
            return mean
        side = max(self.crop_input.size, min(EDGES_SIDE, crop.side))
        return drawn_to_edges(mean, crop.sample(image, side), crop.sample_mask(face, side))

    def mask(self, image: Image, face: Mask) -> Mask:
        """Vitiligo inside a face mask (H, W), on the same grid; nothing where the mask is empty."""
        return self.segment(image, face)[0]

    def segment(self, image: Image, face: Mask) -> tuple[Mask, Mask | None]:
        """Vitiligo inside a face mask (H, W), and the pixels of which that is uncertain, on the same grid.

        The second is None where the card knows no band.
        The crop follows the mask and not the detected box: nothing outside of the mask is seen anyway, so the
        network's pixels are all spent on the face.
        The probability is cut at the photo's resolution and only then confined to the face, so that a lesion
        at the outline ends with the face and not with the network's coarser grid.
        """
        shape = face.shape[0], face.shape[1]
        if not face.any():
            return np.zeros_like(face), None if self.band is None else np.zeros_like(face)
        crop = Crop.around(bounds(face), margin=self.crop_input.margin)
        probability = self.probability(image, face, crop)
        if self.band is None:
            return crop.place_mask(probability, shape, threshold=self.threshold) & face, None
        cuts = (self.threshold, self.band.low, self.band.high)
        vitiligo, most, least = crop.place_masks(probability, shape, cuts)
        return vitiligo & face, most & (1 - least) & face

    @torch.inference_mode()
    def _answers(self, image: Image, face: Mask, crop: Crop, side: int) -> Floats:
        """(1 or 2, size, size): the answer to the picture of `side` pixels, and to its mirror image."""
        picture = masked(crop.sample(image, side), crop.sample_mask(face, side))
        x = self.crop_input.tensor(picture).to(self.device)
        if self.crop_input.mirrored:
            x = torch.cat([x, x.flip(3)])
        lesion = self.network(x).float().softmax(dim=1)[:, LESION]
        if self.crop_input.mirrored:
            lesion = torch.cat([lesion[:1], lesion[1:].flip(2)])
        size = self.crop_input.size
        return np.stack([_brought_to(answer, size) for answer in lesion.cpu().numpy()])


def _brought_to(answer: Floats, size: int) -> Floats:
    if answer.shape[0] == size:
        return answer
    method = cv2.INTER_AREA if answer.shape[0] > size else cv2.INTER_LINEAR
    return cv2.resize(answer, (size, size), interpolation=method).astype(np.float32, copy=False)


def bounds(mask: Mask) -> Box:
    """x0, y0, x1, y1 of the pixels of a mask (H, W) that is not empty, pixel edges."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
