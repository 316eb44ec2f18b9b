"""The face mask of a photo: the matting network, applied and tidied."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from analysis.vision.face.crop import Box, Crop
from analysis.vision.face.inputs import CropInput
from analysis.vision.face.matting import FaceMatting
from analysis.vision.terms import Image, Mask

Floats = NDArray[np.float32]

LARGEST_HOLE = 0.05
"""A hole in the mask is filled up to this share of the face: an eye or an open mouth belongs to the face, a
hand in front of it does not."""


@dataclass(frozen=True)
class FaceMasker:
    """Masks faces with a trained network. Deterministic: the same crop gives the same mask."""

    network: FaceMatting
    crop_input: CropInput = field(default_factory=CropInput)
    threshold: float = 0.5
    device: str = "cpu"

    def __post_init__(self) -> None:
        self.network.eval().to(self.device)

    @torch.inference_mode()
    def alpha(self, image: Image, crop: Crop) -> Floats:
        """Share of face (size, size), 0 to 1, on the network's grid: one piece, small holes filled."""
        picture = crop.sample(image, self.crop_input.size)
        alpha = self.network(self.crop_input.tensor(picture).to(self.device))
        return one_piece(alpha[0, 0].float().cpu().numpy(), self.threshold)

    def mask(self, image: Image, box: Box) -> Mask:
        """The face in a detected box, on the photo's grid (H, W)."""
        crop = Crop.around(box, margin=self.crop_input.margin)
        shape = image.shape[0], image.shape[1]
        return crop.place_mask(self.alpha(image, crop), shape, threshold=self.threshold)


def one_piece(alpha: Floats, threshold: float = 0.5) -> Floats:
    """Alpha (H, W) without islands beside the largest piece and without small holes in it."""
    inside = (alpha >= threshold).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
    if count == 1:
        return alpha
    areas = stats[:, cv2.CC_STAT_AREA]
    largest = 1 + int(np.argmax(areas[1:]))
    cleaned = np.where((inside == 1) & (labels != largest), np.float32(0), alpha)
    return _fill_holes(cleaned, labels == largest, int(areas[largest] * LARGEST_HOLE))


def _fill_holes(alpha: Floats, piece: NDArray[np.bool_], limit: int) -> Floats:
    # A frame of background makes everything outside of the piece one component, the one at the corner.
    outside = np.pad((~piece).astype(np.uint8), 1, constant_values=1)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(outside, connectivity=4)
    holes = stats[:, cv2.CC_STAT_AREA] <= limit
    holes[[0, labels[0, 0]]] = False
    filled: Floats = np.where(holes[labels][1:-1, 1:-1], np.float32(1), alpha)
    return filled
