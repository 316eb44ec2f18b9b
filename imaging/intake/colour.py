"""Any pixel form that a photograph comes in becomes RGB with 8 bits a channel."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from imaging.intake.refusal import Reason, RejectedImage

Pixels = NDArray[np.uint8]

SIXTEEN_BIT = {"I;16", "I;16L", "I;16B", "I;16N"}
PLAIN = {"1", "L", "P", "RGB", "RGBX", "CMYK", "YCbCr", "LAB"}
WITH_ALPHA = {"LA", "La", "PA", "RGBA", "RGBa"}


def to_rgb(image: Image.Image, *, inverted: bool = False) -> Image.Image:
    """`image` in RGB, 8 bits a channel, sRGB where its profile says what else it was.

    Transparent pixels are laid on black, the background of a UV booth. Sixteen bits keep their upper eight,
    which is also what Pillow does with the channels of 16-bit colour files. `inverted` says that 16-bit grey
    values count darkness: Pillow turns 8-bit files of this kind itself, but not these.
    Raises RejectedImage for depths that no camera writes (32-bit integers, floating point).
    """
    if image.mode in SIXTEEN_BIT:
        return _from_sixteen_bit(image, inverted)
    if image.mode in WITH_ALPHA or "transparency" in image.info:
        return _on_black(image)
    if image.mode not in PLAIN:
        raise RejectedImage(Reason.DEPTH, found=image.mode)
    return _to_srgb(image)


def _from_sixteen_bit(image: Image.Image, inverted: bool) -> Image.Image:
    values = np.asarray(image).astype(np.uint16)
    if inverted:
        values = np.iinfo(np.uint16).max - values
    return Image.fromarray((values >> 8).astype(np.uint8)).convert("RGB")


def _on_black(image: Image.Image) -> Image.Image:
    picture = image.convert("RGBA")
    profile = image.info.get("icc_profile")
    black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
    flat = Image.alpha_composite(black, picture).convert("RGB")
    flat.info["icc_profile"] = profile if image.mode in {"RGBA", "RGBa"} else None
    return _to_srgb(flat)


def _to_srgb(image: Image.Image) -> Image.Image:
    """RGB by the embedded profile; a profile that is broken or does not fit the pixels is passed over."""
    profile_bytes = image.info.get("icc_profile")
    if not profile_bytes or image.mode not in {"RGB", "CMYK"}:
        return image.convert("RGB")
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(profile_bytes))
        if "srgb" in ImageCms.getProfileDescription(profile).lower():
            return image.convert("RGB")
        converted = ImageCms.profileToProfile(
            image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")
    return converted or image.convert("RGB")
