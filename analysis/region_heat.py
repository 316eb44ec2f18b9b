"""The regions of a measured face as a tinted picture to lie over its photograph: where the vitiligo is.

Five degrees of one ordered scale that any colour vision reads (Nuñez et al. 2018, cividis), from dark blue to
yellow; each region carries its value in figures, so that the colour is never the only sign.
"""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from analysis.heat import heat_of
from analysis.mask_files import read_mask
from analysis.models import Mask, Measurement, RegionMeasurement
from analysis.outlines import EDGE, Colour
from analysis.vision.terms import Mask as PixelMask
from imaging.renditions import DISPLAY_SIDE

SCALE: tuple[Colour, ...] = ((0, 34, 78), (66, 78, 108), (125, 124, 120), (188, 174, 108), (254, 232, 56))
TINT = 125
NO_TINT = 0
TEXT_SHARE = 1 / 45
"""Height of the figures, as a share of the picture's longer side."""


def draw_region_heat(measurement: Measurement) -> bytes:
    """A PNG with alpha, as large as the display rendition of the measured photo.

    Raises NotDivisible for a face without regions.
    """
    # SciPy is loaded when a face is divided, not when the application starts.
    from analysis.vision.face.pose import Pose
    from analysis.vision.face.regions import Region, divide_face

    masks = {mask.kind: mask for mask in measurement.masks.all()}
    face = _fitted(read_mask(masks[Mask.Kind.FACE]))
    scale = face.shape[0] / measurement.run.photo.height
    pose = Pose(measurement.yaw, measurement.pitch, measurement.roll)
    laid = divide_face(np.array(measurement.landmarks) * scale, face, pose)
    counted = {RegionMeasurement.Region(one.region).name: one.f_vitiligo for one in measurement.regions.all()}
    shares = {region: counted[region.name] for region in Region if region.name in counted}
    canvas = np.zeros((*laid.shape, 4), np.uint8)
    for region, share in shares.items():
        degree = heat_of(share)
        canvas[laid == region] = (*SCALE[degree - 1], TINT) if degree else NO_TINT
    _draw_borders(canvas, laid)
    picture = Image.fromarray(canvas)
    for region, share in shares.items():
        _write_share(picture, (laid == region).astype(np.uint8), share)
    target = BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def _fitted(mask: PixelMask) -> PixelMask:
    """The mask on the grid of the display rendition."""
    height, width = mask.shape
    scale = min(1.0, DISPLAY_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _draw_borders(canvas: NDArray[np.uint8], laid: PixelMask) -> None:
    """A white line with a dark one beside it where two regions meet, and around the face."""
    square = np.ones((3, 3), np.uint8)
    border = cv2.morphologyEx(laid, cv2.MORPH_GRADIENT, square) > 0
    around = cv2.dilate(border.astype(np.uint8), square) > 0
    canvas[around] = (*EDGE, 190)
    canvas[border] = (255, 255, 255, 220)


def _write_share(picture: Image.Image, region: PixelMask, share: float) -> None:
    """The value at the place of the region that is farthest from its border."""
    if not region.any():
        return
    depth = cv2.distanceTransform(region, cv2.DIST_L2, 5)
    y, x = np.unravel_index(int(np.argmax(depth)), depth.shape)
    height = max(11, round(max(picture.size) * TEXT_SHARE))
    ImageDraw.Draw(picture).text(
        (float(x), float(y)),
        f"{share:.1f} %",
        font=ImageFont.load_default(height),
        fill=(255, 255, 255, 255),
        stroke_fill=(*EDGE, 255),
        stroke_width=max(2, height // 7),
        anchor="mm",
    )
