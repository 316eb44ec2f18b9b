"""The picture that a clinician may look at where glare hides the skin. It is never measured."""

from __future__ import annotations

import cv2
import numpy as np

from analysis.mask_files import read_mask
from analysis.models import Mask
from analysis.vision.face.highlights import reduce_highlights
from imaging.display import display_pixels
from imaging.renditions import DISPLAY_SIDE, draw_jpeg

GLARE_COVER = 0.25
"""Share of a pixel of the rendition under glare from which on it is filled: a burnt-out core spills over."""


def draw_without_highlights(glare: Mask) -> bytes:
    """The display rendition of the photo of a glare mask, with the masked highlights filled, as a JPEG."""
    pixels = display_pixels(glare.measurement.run.photo)
    size = pixels.shape[1], pixels.shape[0]
    cover = cv2.resize(read_mask(glare).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    reduced = reduce_highlights(pixels, (cover >= GLARE_COVER).astype(np.uint8))
    return draw_jpeg(reduced, DISPLAY_SIDE).data
