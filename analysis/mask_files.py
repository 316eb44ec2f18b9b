"""Masks on disk: lossless PNG with one bit a pixel, 1 inside; in memory, arrays of 0 and 1."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

import numpy as np
from PIL import Image

from analysis.models import LesionPicture, Mask
from analysis.vision.terms import Mask as PixelMask


class MaskAltered(Exception):
    """A stored mask is not the one that was counted, or a stored picture not the one that was drawn."""


def encode_mask(mask: PixelMask) -> bytes:
    """`mask` (height, width), values {0, 1}, as a PNG of one bit a pixel. Raises ValueError for others."""
    if mask.ndim != 2 or not ((mask == 0) | (mask == 1)).all():
        raise ValueError("A mask is a plane of zeros and ones.")
    target = BytesIO()
    Image.fromarray(mask.astype(bool)).save(target, "PNG")
    return target.getvalue()


def decode_mask(data: bytes) -> PixelMask:
    """The inverse of `encode_mask`: (height, width), uint8, values {0, 1}."""
    with Image.open(BytesIO(data), formats=["PNG"]) as picture:
        return np.asarray(picture.convert("1"), dtype=np.uint8)


def read_file(stored: Mask | LesionPicture) -> bytes:
    """The bytes of a stored picture. Raises MaskAltered when the file is not the one that was stored."""
    with stored.file.open("rb") as file:
        data = bytes(file.read())
    if sha256(data).hexdigest() != stored.sha256:
        raise MaskAltered(f"{stored._meta.object_name} {stored.pk}")
    return data


def read_mask(mask: Mask | LesionPicture) -> PixelMask:
    """The pixels of a stored mask. Raises MaskAltered when the file is not the one that was stored."""
    return decode_mask(read_file(mask))
