"""Skin tone about a lesion by the individual typology angle (Chardon, Cretois and Hourseau, 1991).

ITA = arctan((L* - 50) / b*) in degrees, of the median colour of the skin: visible light only, and never the
lesion itself. A dermatoscope is not a colorimeter; its light and white balance move the angle by several
degrees, so that neighbouring classes are confused. It says which pictures are far from those that taught.
"""

import cv2
import numpy as np

from analysis.vision.lesion.colour import lab_of
from analysis.vision.lesion.result import ToneClass
from analysis.vision.terms import Image, Mask

LOWER_ENDS = (
    (55.0, ToneClass.VERY_LIGHT),
    (41.0, ToneClass.LIGHT),
    (28.0, ToneClass.INTERMEDIATE),
    (10.0, ToneClass.TAN),
    (-30.0, ToneClass.BROWN),
)
"""Degrees above which skin belongs to a class; what is left is dark."""
APART = 0.15
"""Width of the rim about the lesion that is left out, as a share of the radius of a disc of its area."""
BESIDE, NEAREST = 0.8, 0.08
"""Width of the skin beside it that is read, as a share of that radius, and its least width as a share of the
shorter side: light falls off towards the edges of a picture."""
FEWEST = 0.01
"""Share of the picture that must be such skin; with less there is no tone."""
CLIPPED = 250
"""Weakest channel from which a pixel is burnt out."""
LEAST_YELLOW = 0.1
"""b* below which skin has a bluish cast: the angle stays below 90 degrees."""


def tone_of(degrees: float) -> ToneClass:
    """The class of an angle."""
    return next((tone for lower, tone in LOWER_ENDS if degrees > lower), ToneClass.DARK)


def skin_about(image: Image, lesion: Mask, bare: Mask) -> Mask:
    """Skin of the picture (H, W, 3) beside the lesion and not burnt out: mask (H, W).

    bare: (H, W), the pixels inside of the dermatoscope's ring and without hair.
    """
    radius = float(np.sqrt(np.count_nonzero(lesion) / np.pi))
    away = cv2.distanceTransform(1 - lesion, cv2.DIST_L2, 5)
    near = APART * radius
    far = near + max(BESIDE * radius, NEAREST * min(lesion.shape))
    beside = (away > near) & (away <= far)
    skin: Mask = (beside & (bare > 0) & (image.min(axis=2) < CLIPPED)).astype(np.uint8)
    return skin


def typology_angle(image: Image, skin: Mask) -> float | None:
    """ITA in degrees, -90 to 90, of the skin (mask (H, W)); None where less than `FEWEST` of it shows."""
    chosen = skin > 0
    if np.count_nonzero(chosen) < FEWEST * skin.size:
        return None
    lightness, _, yellow = np.median(lab_of(image[chosen]), axis=0)
    return float(np.degrees(np.arctan2(lightness - 50, max(yellow, LEAST_YELLOW))))
