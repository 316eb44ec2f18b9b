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
SMALLEST_ISLAND = 0.003
"""A piece beside the face counts from this share of the face on: an ear behind a strand of hair."""
REACH = 0.04
"""How far from the face, as a share of the crop, such a piece may lie."""
KERNEL_REACH = np.ones((5, 5), np.uint8)
"""Pixels that cubic resampling mixes with a pixel; what is removed or filled takes them along, or traces of
it would come back at the photo's resolution."""


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
        """Share of face (size, size), 0 to 1, on the network's grid, tidied."""
        picture = crop.sample(image, self.crop_input.size)
        alpha = self.network(self.crop_input.tensor(picture).to(self.device))
        return tidy(alpha[0, 0].float().cpu().numpy(), self.threshold)

    def mask(self, image: Image, box: Box) -> Mask:
        """The face in a detected box, on the photo's grid (H, W)."""
        crop = Crop.around(box, margin=self.crop_input.margin)
        shape = image.shape[0], image.shape[1]
        return crop.place_mask(self.alpha(image, crop), shape, threshold=self.threshold)


def tidy(alpha: Floats, threshold: float = 0.5) -> Floats:
    """Alpha (H, W) of one face: its largest piece and what lies close to it, without small holes."""
    inside = (alpha >= threshold).astype(np.uint8)
    face = _face_pieces(inside)
    holes = _small_holes(face)
    removed = cv2.dilate(inside & (1 - face), KERNEL_REACH)
    filled = cv2.dilate(holes, KERNEL_REACH)
    tidied = np.where((removed > 0) & (face == 0), np.float32(0), alpha)
    cleaned: Floats = np.where((filled > 0) & ((face | holes) > 0), np.float32(1), tidied)
    return cleaned


def _face_pieces(inside: Mask) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
    if count == 1:
        return inside
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.int64)
    areas[0] = 0
    largest = int(np.argmax(areas))
    reach = max(1, round(REACH * max(inside.shape)))
    around = cv2.dilate(
        (labels == largest).astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    )
    near = np.unique(labels[around > 0])
    kept = near[areas[near] >= SMALLEST_ISLAND * areas[largest]]
    return np.isin(labels, kept).astype(np.uint8)


def _small_holes(face: Mask) -> Mask:
    # A frame of background makes everything outside of the face one component, the one at the corner.
    outside = np.pad(1 - face, 1, constant_values=1)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(outside, connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] <= LARGEST_HOLE * np.count_nonzero(face)
    small[[0, labels[0, 0]]] = False
    holes: Mask = small[labels][1:-1, 1:-1].astype(np.uint8)
    return holes
