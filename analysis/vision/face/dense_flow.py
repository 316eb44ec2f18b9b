"""The last pixels of an alignment: dense flow between two flattened faces that already nearly coincide."""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.face.flattening import BACKGROUND, as_bytes, smooth
from analysis.vision.face.places import bring, bring_mask, extend, pixel_grid
from analysis.vision.terms import Mask

Floats = NDArray[np.float32]

WIDTHS = 0.015, 0.008
"""Of the Gaussian that smooths the flow in each round, as a share of the side."""
DOUBT = 0.0015
"""Forward-backward distance, as a share of the side, at which a flow vector loses most of its say."""


def refine(first: Floats, second: Floats, masks: tuple[Mask, Mask], places: Floats) -> tuple[Floats, Floats]:
    """Improve `places` (N, N, 2) by dense inverse search (Kroeger et al., ECCV 2016) in rounds.

    A vector counts as far as the flow back leads to where it began; the rest is filled in from around it.
    Returns the places and the forward-backward distance in pixels, (N, N), of the last round.
    """
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    side = first.shape[0]
    grid, here = pixel_grid(side), as_bytes(first)
    distance = np.zeros((side, side), np.float32)
    for width in WIDTHS:
        moved = as_bytes(bring(second, places, outside=BACKGROUND))
        forward, backward = _flow(flow, here, moved), _flow(flow, moved, here)
        returned = forward + bring(backward, grid + forward)
        distance = np.linalg.norm(returned, axis=-1)
        face = (masks[0] > 0) | (bring_mask(masks[1], places) > 0)
        trust = face * np.exp(-((distance / (DOUBT * side)) ** 2)) + 1e-4
        steady = _mean(forward, trust.astype(np.float32), width * side)
        places = np.asarray(extend(places, grid + steady), np.float32)
    return places, distance.astype(np.float32)


def _mean(vectors: Floats, weight: Floats, width: float) -> Floats:
    return smooth(vectors * weight[..., None], width) / smooth(weight, width)[..., None]


def _flow(method: cv2.DISOpticalFlow, here: NDArray[np.uint8], there: NDArray[np.uint8]) -> Floats:
    start = np.zeros((*here.shape, 2), np.float32)  # the method begins with what it is given
    return np.asarray(method.calc(here, there, start), np.float32)
