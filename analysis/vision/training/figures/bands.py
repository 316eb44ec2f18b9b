"""Subgroups by declared rules: skin tone, view, lesion size."""

import csv
from pathlib import Path

import cv2
import numpy as np

from analysis.vision.terms import Image, Mask
from analysis.vision.training.data import FaceSample
from analysis.vision.training.parts import Part, face_of

LIGHT_ABOVE, DARK_BELOW = 41.0, 10.0
"""Individual typology angle in degrees. The six groups of Del Bino and Bernerd (2013) two by two: very light
and light; intermediate and tan; brown and dark."""

SIZES = ((0.1, 0.3), (0.3, 1.0), (1.0, 5.0), (5.0, 100.0))
"""Lesions by their share of the face, in percent."""

TONES = ("light", "medium", "dark")
VIEWS = ("front", "about 45 degrees", "about 90 degrees", "any")


def typology_angle(image: Image, skin: Mask) -> float:
    """ITA = atan((L* - 50) / b*) of the median colour of the skin, in degrees.

    Visible light only; `skin` (H, W) must not hold lesions. Raises ValueError without skin.
    """
    pixels = image[skin == 1]
    if not len(pixels):
        raise ValueError("There is no skin to take the tone of.")
    lab = cv2.cvtColor(pixels[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
    lightness, _, yellow = np.median(lab, axis=0)
    return float(np.degrees(np.arctan2(lightness - 50, yellow)))


def tone_of(image: Image, skin: Mask) -> str:
    """One of `TONES`."""
    angle = typology_angle(image, skin)
    return "light" if angle > LIGHT_ABOVE else "dark" if angle < DARK_BELOW else "medium"


def tone_of_sample(sample: FaceSample) -> str:
    """The tone of the skin that has no lesion, in visible light; of all skin where nothing else is left."""
    skin = (sample.parts == Part.SKIN).astype(np.uint8)
    bare = skin if sample.vitiligo is None else skin & (1 - sample.vitiligo)
    return tone_of(sample.image, bare if bare.any() else face_of(sample.parts))


def phantom_tones(folder: Path) -> dict[str, str]:
    """The tone of each phantom picture, by its name, from the phototype: 1 and 2, 3 and 4, 5 and 6."""
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        return {
            Path(row["file"]).stem: TONES[(int(row["phototype"]) - 1) // 2] for row in csv.DictReader(file)
        }


def view_of(yaw: float | None, view: str) -> str:
    """One of `VIEWS`, from the yaw in degrees where it is known, else from the view's name."""
    if yaw is None:
        return "front" if view == "front" else "any"
    turned = abs(yaw)
    return VIEWS[0] if turned <= 22.5 else VIEWS[1] if turned <= 67.5 else VIEWS[2]


def size_of(share: float) -> str:
    """A lesion's class of `SIZES`, from its share of the face in percent; empty below the smallest."""
    for low, high in SIZES:
        if low <= share < high or share == high == 100:
            return f"{low:g} to {high:g} %"
    return ""
