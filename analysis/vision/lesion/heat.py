"""Where a classifier looked: Grad-CAM (Selvaraju et al., 2017), by captum, laid over the photo.

It shows which parts of the crop spoke for malignancy in the last layer that still knows where, coarsely. It
is no outline and no proof.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from captum.attr import LayerGradCam
from numpy.typing import NDArray
from torch import Tensor

from analysis.vision.face.crop import Crop
from analysis.vision.lesion.metadata import Metadata
from analysis.vision.lesion.models import LesionClassifier
from analysis.vision.terms import Image

OPACITY = 0.55
"""Of the hottest place; places that did not speak for malignancy keep the photo's own colours."""

Heat = NDArray[np.float32]


def heat_of(crops: Sequence[Image], classifier: LesionClassifier, metadata: Metadata) -> list[Heat]:
    """What spoke for malignancy in each crop (side, side, 3): maps (side, side), 0 to 1.

    All 0 where nothing did.
    """
    chosen = [classifier.classes.index(name) for name in classifier.malignant]
    others = [number for number in range(len(classifier.classes)) if number not in chosen]

    def odds(x: Tensor) -> Tensor:
        """Log odds (N,) of the malignant classes together."""
        logits = classifier.logits(x, metadata)
        return logits[:, chosen].logsumexp(dim=1) - logits[:, others].logsumexp(dim=1)

    # The weights need no gradient; it flows because the picture asks for one.
    x = classifier.tensor(crops).requires_grad_()
    found = LayerGradCam(odds, classifier.layer).attribute(x, relu_attributions=True)
    maps = torch.as_tensor(found).detach()[:, 0].numpy()
    return [
        _scaled(cv2.resize(one, crop.shape[1::-1], interpolation=cv2.INTER_CUBIC))
        for one, crop in zip(maps, crops, strict=True)
    ]


def lay_over(image: Image, heat: Heat, crop: Crop) -> Image:
    """A copy of a photo (H, W, 3) with the heat of the crop's square (n, n), 0 to 1, in colour."""
    placed = crop.place(heat, image.shape[:2])
    # A large photo is mixed where the heat is alone.
    rows = slice(max(0, crop.y), max(0, crop.y + crop.side))
    columns = slice(max(0, crop.x), max(0, crop.x + crop.side))
    here = placed[rows, columns]
    levels = np.rint(255 * here).astype(np.uint8)
    colours = cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    share = (OPACITY * here)[..., None]
    mixed = image.copy()
    mixed[rows, columns] = np.rint(image[rows, columns] * (1 - share) + colours * share)
    return mixed


def _scaled(values: NDArray[np.generic]) -> Heat:
    positive: Heat = np.maximum(values, 0).astype(np.float32)
    highest = float(positive.max())
    scaled: Heat = positive / max(highest, 1e-12)
    return scaled
