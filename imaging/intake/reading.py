"""The one way in: bytes are identified, capped, decoded completely and turned upright."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, Protocol

import numpy as np
from PIL import Image, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

from imaging.intake.capture_time import capture_time
from imaging.intake.colour import Pixels, to_rgb
from imaging.intake.limits import MEBIBYTE, Limits
from imaging.intake.refusal import Reason, RejectedImage, gettext_noop
from imaging.intake.signatures import Format, identify

# What Pillow and its codecs raise on damaged or hostile files. A programming error of ours must not look
# like a damaged photograph, so this list is as short as the fuzz tests allow.
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
START_OF_SCAN = b"\xff\xda"
NEW_SUBFILE_TYPE = 254
REDUCED_RESOLUTION = 1
DNG_VERSION = 50706
PHOTOMETRIC = 262
WHITE_IS_ZERO = 0
DEFAULT_LIMITS = Limits()


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, eq=False)
class CleanImage:
    """A photograph that was decoded to its last pixel.

    `pixels` is RGB, uint8, shape (height, width, 3), with the orientation baked in. `sha256` is of the bytes
    as they came; `pixel_sha256` of the size and the oriented pixels, so that a file saved again in another
    lossless format is still known. `captured_at` is naive where the camera wrote no offset.
    """

    pixels: Pixels
    format: Format
    byte_size: int
    sha256: str
    pixel_sha256: str
    captured_at: datetime | None

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


def read_upload(stream: Readable | BinaryIO, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes of `stream`, of which never more than the cap and one byte are read.

    Raises RejectedImage (too_large).
    """
    data = stream.read(limits.max_bytes + 1)
    _check_size(data, limits)
    return data


def read_image(data: bytes, limits: Limits = DEFAULT_LIMITS) -> CleanImage:
    """Decode `data` completely. Raises RejectedImage with the reason."""
    _check_size(data, limits)
    kind = identify(data)
    if kind is Format.JPEG and data.count(START_OF_SCAN) > limits.max_scans:
        raise RejectedImage(Reason.DAMAGED)
    try:
        with Image.open(BytesIO(data), formats=[kind.name]) as image:
            _check_header(image, kind, limits)
            captured_at = capture_time(image.getexif())
            pixels = _upright_pixels(image)
    except BOMBS as bomb:
        raise _too_many_pixels(limits) from bomb
    except DECODER_ERRORS as error:
        raise RejectedImage(Reason.DAMAGED) from error
    return CleanImage(
        pixels, kind, len(data), sha256(data).hexdigest(), pixel_fingerprint(pixels), captured_at
    )


def pixel_fingerprint(pixels: Pixels) -> str:
    """SHA-256 of the picture's size and RGB values, whatever file they came in."""
    height, width, _channels = pixels.shape
    digest = sha256(f"{width}x{height} RGB8 ".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def _check_size(data: bytes, limits: Limits) -> None:
    if not data:
        raise RejectedImage(Reason.EMPTY)
    if len(data) > limits.max_bytes:
        raise RejectedImage(Reason.TOO_LARGE, limit=limits.max_bytes // MEBIBYTE)


def _too_many_pixels(limits: Limits) -> RejectedImage:
    return RejectedImage(Reason.TOO_MANY_PIXELS, limit=limits.max_pixels // 1_000_000)


def _check_header(image: Image.Image, kind: Format, limits: Limits) -> None:
    """Refuse by what the header says, before a pixel is decoded."""
    width, height = image.size
    if width * height > limits.max_pixels:
        raise _too_many_pixels(limits)
    if min(width, height) < limits.min_side:
        raise RejectedImage(Reason.TOO_SMALL, width=width, height=height, limit=limits.min_side)
    if kind is Format.PNG and getattr(image, "is_animated", False):
        raise RejectedImage(Reason.ANIMATED, found=gettext_noop("an animated PNG picture"))
    if isinstance(image, TiffImageFile):
        _check_pages(image)


def _check_pages(image: TiffImageFile) -> None:
    """A TIFF is one photograph, perhaps with a preview of it; two photographs would be a guess."""
    if DNG_VERSION in image.tag_v2:
        raise RejectedImage(Reason.OTHER_FORMAT, found="a camera raw file")
    try:
        image.seek(1)
    except EOFError:
        return
    is_preview = image.tag_v2.get(NEW_SUBFILE_TYPE, 0) & REDUCED_RESOLUTION
    has_more = _has_page(image, 2)
    image.seek(0)
    if has_more or not is_preview:
        raise RejectedImage(Reason.SEVERAL_PAGES)


def _has_page(image: TiffImageFile, number: int) -> bool:
    try:
        image.seek(number)
    except EOFError:
        return False
    return True


def _upright_pixels(image: Image.Image) -> Pixels:
    """RGB, turned upright. Pillow turns a TIFF itself while it loads, and then drops the tag that said so."""
    inverted = isinstance(image, TiffImageFile) and image.tag_v2.get(PHOTOMETRIC) == WHITE_IS_ZERO
    image.load()
    upright = ImageOps.exif_transpose(image)
    return np.ascontiguousarray(np.asarray(to_rgb(upright, inverted=inverted), dtype=np.uint8))
