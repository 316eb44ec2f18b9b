"""Under which light a face was photographed, and whether its colours can be those of skin at all.

Read from the colours inside the face mask. Visible light comes back from skin with more red than blue,
whatever its tone: haemoglobin and melanin take the blue. Ultraviolet reflectance, fluorescence and a Wood's
lamp leave grey, blue or violet pictures. The ratio of red to blue tells the two apart at any exposure.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.face.crop import Crop
from analysis.vision.terms import Image, Mask

Colours = NDArray[np.float32]

SCALE = 256
"""Side in pixels of the crop that colours are read from."""
RIM = 9
"""Width in pixels of the kernel that takes hair and background at the outline away."""
DARKEST, BRIGHTEST = 14.0, 226.0
"""Mean level and weakest channel between which a pixel has a colour: below is noise, above is clipped."""
FEWEST = 100
"""Pixels with a colour; with fewer nothing is said."""
NOISE = 8.0
"""Added to each channel before the ratio, in levels, so that the noise of dark pixels makes no colour."""

WARMTH = (-1.5, 2.3)
"""Octaves by which red may outweigh blue on skin under any of the lights, from a Wood's lamp to a tungsten
lamp on tanned skin."""
GREENNESS = (-0.85, 0.35)
"""Octaves by which green may outweigh the mean of red and blue: violet lamps below, fluorescence above."""


def face_colours(image: Image, face: Mask, crop: Crop) -> Colours | None:
    """Colours (N, 3), 0 to 255, of the inside of the face, where they can be told; None for too few.

    Image (H, W, 3) and mask (H, W) on the photo's grid; `crop` around the face.
    """
    size = min(crop.side, SCALE)
    picture = cv2.blur(crop.sample(image, size), (3, 3))
    inside = cv2.erode(crop.sample_mask(face, size), np.ones((RIM, RIM), np.uint8), borderValue=0) > 0
    pixels = picture[inside].astype(np.float32)
    told = pixels[(pixels.mean(axis=1) > DARKEST) & (pixels.min(axis=1) < BRIGHTEST)]
    return told if len(told) >= FEWEST else None


def warmth(colours: Colours) -> float:
    """Octaves by which red outweighs blue in the median colour of (N, 3): visible light > 0 > ultraviolet."""
    red, _, blue = np.median(colours, axis=0) + 1
    return float(np.log2(red / blue))


def foreign_share(colours: Colours) -> float:
    """Share of the colours (N, 3), 0 to 1, that skin has under none of the lights, such as false colours."""
    red, green, blue = np.log2(colours + NOISE).T
    warm, verdant = red - blue, green - (red + blue) / 2
    foreign = (warm < WARMTH[0]) | (warm > WARMTH[1]) | (verdant < GREENNESS[0]) | (verdant > GREENNESS[1])
    return float(np.mean(foreign))
