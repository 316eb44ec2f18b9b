"""The words and array types that every part of the vision library shares."""

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""An RGB picture, shape (height, width, 3), values 0 to 255."""

Mask = NDArray[np.uint8]
"""A binary mask on its picture's pixel grid, shape (height, width), values 0 and 1."""

Array = NDArray[Any]


class View(StrEnum):
    """The side of the patient's face that is turned to the camera; left is the patient's left."""

    LEFT = "left"
    FRONT = "front"
    RIGHT = "right"


class Modality(StrEnum):
    """How the picture was lit and filtered."""

    UV_REFLECTANCE = "uv_reflectance"
    UV_FLUORESCENCE = "uv_fluorescence"
    WOODS_LAMP = "woods_lamp"
    VISIBLE = "visible"
    CROSS_POLARISED = "cross_polarised"
    DERMOSCOPY = "dermoscopy"
