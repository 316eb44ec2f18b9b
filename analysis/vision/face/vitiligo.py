"""The vitiligo mask of a photo: the segmentation network, applied to the face alone."""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from analysis.vision.face.crop import Box, Crop
from analysis.vision.face.ddrnet import DDRNet
from analysis.vision.face.inputs import CropInput, masked
from analysis.vision.terms import Image, Mask

Floats = NDArray[np.float32]

LESION = 1
"""Index of the class "vitiligo"; 0 is everything else."""


@dataclass(frozen=True)
class VitiligoSegmenter:
    """Marks vitiligo with a trained network. Deterministic: the same photo and mask give the same answer."""

    network: DDRNet
    crop_input: CropInput = field(default_factory=CropInput)
    threshold: float = 0.5
    device: str = "cpu"

    def __post_init__(self) -> None:
        self.network.eval().to(self.device)

    @torch.inference_mode()
    def probability(self, image: Image, face: Mask, crop: Crop) -> Floats:
        """Probability of vitiligo (size, size), 0 to 1, on the network's grid of the crop.

        `image` (H, W, 3) and `face` (H, W) lie on the photo's grid. Outside of the face the value means
        nothing.
        """
        size = self.crop_input.size
        seen = crop.sample_mask(face, size)
        picture = masked(crop.sample(image, size), seen)
        x = self.crop_input.tensor(picture).to(self.device)
        if self.crop_input.mirrored:
            x = torch.cat([x, x.flip(3)])
        lesion = self.network(x).float().softmax(dim=1)[:, LESION]
        if self.crop_input.mirrored:
            lesion = (lesion[:1] + lesion[1:].flip(2)) / 2
        probability: Floats = lesion[0].cpu().numpy()
        return probability

    def mask(self, image: Image, face: Mask) -> Mask:
        """Vitiligo inside a face mask (H, W), on the same grid; nothing where the mask is empty.

        The crop follows the mask and not the detected box: nothing outside of the mask is seen anyway, so the
        network's pixels are all spent on the face.
        The probability is cut at the photo's resolution and only then confined to the face, so that a lesion
        at the outline ends with the face and not with the network's coarser grid.
        """
        if not face.any():
            return np.zeros_like(face)
        crop = Crop.around(bounds(face), margin=self.crop_input.margin)
        probability = self.probability(image, face, crop)
        shape = image.shape[0], image.shape[1]
        return crop.place_mask(probability, shape, threshold=self.threshold) & face


def bounds(mask: Mask) -> Box:
    """x0, y0, x1, y1 of the pixels of a mask (H, W) that is not empty, pixel edges."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
