"""Vitiligo without a network: bright pixels after the illumination was flattened.

The baseline that a trained network has to beat. Lesions reflect more light than the skin around them, and
light from one side varies slowly: the logarithm of the brightness less its wide average inside the face
leaves the contrast of the skin, which Otsu's threshold divides in two (Otsu, 1979). The settings were
chosen on ten faces of the training side, so that clear ones stay clear.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.face.crop import Crop
from analysis.vision.face.vitiligo import bounds
from analysis.vision.terms import Image, Mask

Floats = NDArray[np.float32]

DARKEST = 8.0
"""Added to the brightness (0 to 255) before the logarithm: below it a camera shows noise."""
LEVELS = 256


@dataclass(frozen=True)
class FlattenedThreshold:
    """Marks what is brighter than the skin around it. Deterministic."""

    size: int = 320
    """Width and height of the grid on which it works, in pixels."""
    reach: float = 0.5
    """Standard deviation of the average that is taken away, as a share of the crop."""
    dark: float = 0.3
    """Share of the face, darkest first, that Otsu's threshold does not see: brows, eyes, nostrils and shadow
    would else be the one class and all skin the other."""
    contrast: float = 0.25
    """Least difference of the two classes' means in natural logarithms (28 % more light); below it the face
    is taken to be of one tone."""

    def mask(self, image: Image, face: Mask) -> Mask:
        """Vitiligo inside a face mask (H, W), on the same grid as the picture (H, W, 3)."""
        if not face.any():
            return np.zeros_like(face)
        crop = Crop.around(bounds(face), margin=0.05)
        seen = crop.sample_mask(face, self.size).astype(bool)
        grey = averaged(crop.sample_grey(image, self.size), seen, 1.0)
        light = np.log(grey + np.float32(DARKEST))
        flat = light - averaged(light, seen, self.reach * self.size)
        bright = (flat > self._limit(flat[seen])) & seen
        shape = image.shape[0], image.shape[1]
        return crop.place_mask(bright.astype(np.float32), shape, threshold=0.5) & face

    def _limit(self, values: Floats) -> float:
        """The value above which skin is a lesion; infinite where the skin is of one tone."""
        values = values[values > np.quantile(values, self.dark)] if values.size else values
        if values.size == 0:
            return np.inf
        low, high = np.quantile(values, [0.005, 0.995])
        scaled = np.clip((values - low) / max(1e-6, high - low) * (LEVELS - 1), 0, LEVELS - 1)
        cut, _ = cv2.threshold(scaled.astype(np.uint8)[:, None], 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        limit = float(low + (cut + 0.5) / (LEVELS - 1) * (high - low))
        above = values > limit
        if above.all() or not above.any() or values[above].mean() - values[~above].mean() < self.contrast:
            return np.inf
        return limit


def averaged(values: Floats, seen: NDArray[np.bool_], sigma: float) -> Floats:
    """Gaussian average (H, W) of the values that are seen; what lies beside the face does not leak in."""
    weights = seen.astype(np.float32)
    total = cv2.GaussianBlur(values * weights, (0, 0), sigma)
    return np.asarray(total / np.maximum(cv2.GaussianBlur(weights, (0, 0), sigma), 1e-4), np.float32)
