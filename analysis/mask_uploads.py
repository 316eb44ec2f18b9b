"""Masks from outside: untrusted bytes become a plane of zeros and ones, or a sentence."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from django.utils.translation import gettext as _
from PIL import Image

from analysis.review_rules import UnusableMask
from analysis.vision.terms import Mask as PixelMask
from imaging.intake.reading import BOMBS, DECODER_ERRORS, Readable

MOST_BYTES = 16 * 1024 * 1024
"""A mask of 60 million pixels, one bit each, needs half of it before it is packed."""
INSIDE = {"1": (1,), "L": (1, 255)}
"""The modes of a mask as Pillow names them, and what each may use for inside."""


def read_mask_upload(file: Readable, *, width: int, height: int) -> PixelMask:
    """(height, width), uint8, values {0, 1}, from a PNG of that size with values {0, 1} or {0, 255}.

    The size in the header is compared before a pixel is decoded. Raises UnusableMask.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UnusableMask("too_large", _("The mask is too large to be one. Load the page again and save."))
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            if picture.size != (width, height):
                raise _wrong_size(width, height)
            if picture.mode not in INSIDE:
                raise _not_a_mask()
            pixels = np.asarray(picture, dtype=np.uint8)
            inside = INSIDE[picture.mode]
    except BOMBS as bomb:
        raise _wrong_size(width, height) from bomb
    except DECODER_ERRORS as error:
        raise _not_a_mask() from error
    values = set(np.flatnonzero(np.bincount(pixels.ravel(), minlength=256)).tolist()) - {0}
    if len(values) > 1 or not values <= set(inside):
        raise _not_a_mask()
    return (pixels > 0).astype(np.uint8)


def _wrong_size(width: int, height: int) -> UnusableMask:
    message = _("The mask does not have the {width} x {height} pixels of the photograph.")
    return UnusableMask("wrong_size", message.format(width=width, height=height))


def _not_a_mask() -> UnusableMask:
    message = _("A mask is a PNG picture of two values: 0 outside, and 1 or 255 inside.")
    return UnusableMask("not_a_mask", message)
