"""The parts of a face as one label map, whatever the data set called them.

One map is enough for everything that training needs: the face mask, where vitiligo may be painted, where
the eyes and the mouth are. It travels through flips and rotations as a picture does.
"""

from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Mask

Parts = NDArray[np.uint8]
"""(H, W), values of `Part`."""


class Part(IntEnum):
    """What a pixel shows."""

    BACKGROUND = 0
    SKIN = 1
    """Skin of the face, nose and ears included."""
    EYE = 2
    BROW = 3
    LIP = 4
    MOUTH = 5
    """The inside of the open mouth with the teeth."""
    GLASSES = 6
    HAIR = 7
    OTHER_SKIN = 8
    """Neck."""
    CLOTHES = 9
    DOUBTFUL = 254
    """Skin that may be vitiligo or not: shown, and left out of every loss and every count."""
    UNDECIDED = 255
    """Left out of every loss and every count, and not shown either."""


FACE_PARTS = (Part.SKIN, Part.EYE, Part.BROW, Part.LIP, Part.MOUTH, Part.GLASSES, Part.DOUBTFUL)


def face_of(parts: Parts) -> Mask:
    """The face mask: skin, eyes, brows, lips, mouth and what glasses cover; undecided pixels are 0."""
    return _lookup(FACE_PARTS)[parts]


def decided(parts: Parts) -> Mask:
    """1 where the truth is known."""
    mask: Mask = ((parts != Part.UNDECIDED) & (parts != Part.DOUBTFUL)).astype(np.uint8)
    return mask


def paintable(parts: Parts) -> Mask:
    """1 where vitiligo can show: skin and lips."""
    return _lookup((Part.SKIN, Part.LIP))[parts]


def bare_skin(parts: Parts) -> Mask:
    """1 on all skin, the neck and undecided pixels included: what shares one complexion."""
    return _lookup((Part.SKIN, Part.LIP, Part.OTHER_SKIN, Part.UNDECIDED))[parts]


def _lookup(parts: tuple[Part, ...]) -> Mask:
    table = np.zeros(256, np.uint8)
    table[list(parts)] = 1
    return table


CELEBA = {
    Part.SKIN: (1, 2, 8, 9),
    Part.GLASSES: (3,),
    Part.EYE: (4, 5),
    Part.BROW: (6, 7),
    Part.MOUTH: (10,),
    Part.LIP: (11, 12),
    Part.HAIR: (13, 14, 15),
    Part.OTHER_SKIN: (17,),
    Part.CLOTHES: (16, 18),
}
"""The indices of CelebAMask-HQ, with hats among the hair: both hide the face."""


def parts_from_celeba(labels: NDArray[np.uint8]) -> Parts:
    """Parts from a CelebAMask-HQ label map (H, W), indices 0 to 18."""
    table = np.zeros(256, np.uint8)
    for part, indices in CELEBA.items():
        table[list(indices)] = part
    return table[labels]


def parts_from_fasseg(labels: NDArray[np.uint8], *, yaw: float) -> Parts:
    """Parts from a FASSEG label map (H, W): 1 skin with neck, 2 hair with brows, 3 nose, 4 eyes, 5 mouth.

    The neck is told from the face by the line of the jaw, which is estimated from eyes and mouth; a band on
    both sides of that line is undecided. `yaw` is in degrees, positive when the face turns to image left.
    """
    table = np.zeros(256, np.uint8)
    table[[1, 3]] = Part.SKIN
    table[2], table[4], table[5] = Part.HAIR, Part.EYE, Part.LIP
    parts = table[labels]
    _separate_brows(parts)
    _cut_neck(parts, yaw)
    return parts


def _separate_brows(parts: Parts) -> None:
    """Hair that stands alone above the eyes is a brow."""
    eye_rows, eye_columns = np.nonzero(parts == Part.EYE)
    if eye_rows.size == 0:
        return
    top, left, right = eye_rows.min(), eye_columns.min(), eye_columns.max()
    reach = 0.16 * parts.shape[0]
    hair = (parts == Part.HAIR).astype(np.uint8)
    # Opened first: a brow may hang on the hair by a strand.
    opened = cv2.morphologyEx(hair, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(opened)
    for index in range(1, count):
        x, y = centres[index]
        near = left - reach < x < right + reach and top - reach < y < eye_rows.max()
        if near and stats[index, cv2.CC_STAT_AREA] < 0.012 * parts.size:
            grown = cv2.dilate((labels == index).astype(np.uint8), np.ones((7, 7), np.uint8))
            parts[(grown & hair) == 1] = Part.BROW


def _cut_neck(parts: Parts, yaw: float) -> None:
    eyes, mouth = np.nonzero(parts == Part.EYE), np.nonzero(parts == Part.LIP)
    rows, columns = np.mgrid[: parts.shape[0], : parts.shape[1]]
    if eyes[0].size == 0 or mouth[0].size == 0:
        parts[(parts == Part.SKIN) & (rows > 0.75 * parts.shape[0])] = Part.UNDECIDED
        return
    mouth_y, mouth_x = mouth[0].mean(), mouth[1].mean()
    unit = mouth_y - eyes[0].mean()
    height = (rows - mouth_y) / unit - jaw_line((columns - mouth_x) / unit, yaw)
    skin = parts == Part.SKIN
    parts[skin & (height > -0.12)] = Part.UNDECIDED
    parts[skin & (height > 0.25)] = Part.OTHER_SKIN


def jaw_line(across: NDArray[np.float64], yaw: float) -> NDArray[np.float64]:
    """Height of the jaw below the mouth, at a distance `across` from the mouth towards image right.

    Both in units of the distance between the eyes' and the mouth's height. Chin, jaw angle, ear lobe: three
    points on either side, measured by eye on frontal faces and profiles.
    """
    turn = np.sin(np.radians(yaw))
    far, near = max(0.3, 1.1 * float(np.cos(np.radians(yaw)))), 1.1 + 0.7 * abs(turn)
    left, right = (far, near) if turn > 0 else (near, far)
    points = [-left, -0.65 * left, 0.0, 0.65 * right, right]
    return np.interp(across, points, [-0.2, 0.5, 0.8, 0.5, -0.2])
