"""The display rendition as pixels, for whoever draws something from it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imaging.models import Photo, Rendition


def display_pixels(photo: Photo) -> NDArray[np.uint8]:
    """RGB (height, width, 3)."""
    rendition = photo.renditions.get(kind=Rendition.Kind.DISPLAY)
    with rendition.file.open("rb") as file, Image.open(file) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)
