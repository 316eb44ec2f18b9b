"""The picture a person checks a result with: outline of the face, lesions tinted and outlined."""

import cv2
import numpy as np

from analysis.vision.terms import Image, Mask

Colour = tuple[int, int, int]

FACE_COLOUR: Colour = (86, 180, 233)
LESION_COLOUR: Colour = (230, 159, 0)
"""Sky blue and orange of Okabe and Ito (2008): told apart with any colour vision, and on dark UV pictures."""

HALO: Colour = (0, 0, 0)
LINES_PER_SIDE = 300
"""A line is one pixel wide for every so many pixels of the picture's longer side."""


def draw_overlay(
    image: Image,
    face: Mask | None,
    vitiligo: Mask | None,
    *,
    opacity: float = 0.35,
    face_colour: Colour = FACE_COLOUR,
    lesion_colour: Colour = LESION_COLOUR,
) -> Image:
    """Draw masks onto a copy of a picture.

    Args:
        image: RGB picture (H, W, 3).
        face: mask (H, W), drawn as an outline; None draws nothing.
        vitiligo: mask (H, W), drawn as a tint with an outline; None draws nothing.
        opacity: of the lesion's tint, 0 (outline only) to 1.
        face_colour: RGB.
        lesion_colour: RGB.

    Returns:
        A new picture of the same size.

    Raises:
        ValueError: a mask of another size than the picture, or an opacity outside of 0 to 1.
    """
    if not 0 <= opacity <= 1:
        raise ValueError(f"Opacity lies between 0 and 1, not at {opacity}.")
    for mask in (face, vitiligo):
        if mask is not None and mask.shape != image.shape[:2]:
            raise ValueError(f"A mask of {mask.shape} does not lie on a picture of {image.shape[:2]}.")
    drawn = image.copy()
    width = max(1, round(max(image.shape[:2]) / LINES_PER_SIDE))
    if vitiligo is not None:
        _tint(drawn, vitiligo, lesion_colour, opacity)
        _outline(drawn, vitiligo, lesion_colour, width)
    if face is not None:
        _outline(drawn, face, face_colour, width)
    return drawn


def _tint(picture: Image, mask: Mask, colour: Colour, opacity: float) -> None:
    """Mix `colour` into the pixels of the mask; only those are touched, which keeps large pictures quick."""
    inside = mask.astype(bool)
    mixed = picture[inside].astype(np.float32) * (1 - opacity) + np.array(colour, np.float32) * opacity
    picture[inside] = np.rint(mixed).astype(np.uint8)


def _outline(picture: Image, mask: Mask, colour: Colour, width: int) -> None:
    """A coloured line with a dark halo, which stays visible on bright lesions and on dark skin."""
    contours, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, contours, -1, HALO, width + 2, cv2.LINE_AA)
    cv2.drawContours(picture, contours, -1, colour, width, cv2.LINE_AA)
