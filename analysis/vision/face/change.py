"""What became of the skin between two photos that lie over each other: a map, and its areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from analysis.vision.face.registration import SIDE, Registration
from analysis.vision.terms import Mask


class Change(IntEnum):
    """What a pixel of the first face became."""

    NONE = 0
    """No vitiligo in either photo."""
    STABLE = 1
    REPIGMENTED = 2
    NEW = 3
    OUTSIDE = 4
    """Not seen in the second photo: nothing is known."""


@dataclass(frozen=True)
class ChangeMap:
    """classes: (SIDE, SIDE) values of `Change` on the first square, 0 outside the face.

    shares: of each change but NONE, in per cent of the first face, 0 to 100.
    """

    classes: Mask
    shares: Mapping[Change, float]


def map_change(registration: Registration, first: Mask, second: Mask) -> ChangeMap:
    """Compare the vitiligo of two aligned photos; first, second: masks (H, W) on each photo's own grid.

    Every pixel counts. The borders of an unchanged lesion lie about a pixel apart, so that it shows thin
    seams of change; leaving seams out would leave out the islands in which repigmentation begins.
    """
    before = registration.first.sample_mask(first, SIDE) & registration.face
    after = registration.bring_mask(second)
    seen = registration.shared > 0
    classes = np.zeros((SIDE, SIDE), np.uint8)
    classes[before > 0] = np.where(after > 0, Change.STABLE, Change.REPIGMENTED)[before > 0]
    classes[(after > 0) & (before == 0)] = Change.NEW
    classes[~seen] = Change.OUTSIDE
    classes[registration.face == 0] = Change.NONE
    whole = int(registration.face.sum())
    shares = {one: 100 * int(np.count_nonzero(classes == one)) / whole for one in Change if one}
    return ChangeMap(classes, shares)
