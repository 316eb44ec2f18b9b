"""What a lesion looks like in numbers: side lessons for a classifier that has few pictures to learn from.

A logistic regression on these numbers alone orders lesions nearly as well as a network that learnt from the
labels of a few hundred pictures. A network that must also say them learns what to look at. They teach; they
are not the description that a clinician reads.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.terms import Image, Mask

Floats = NDArray[np.float32]

TRAITS = 22
SIDE = 192
"""Crops are measured at this width and height."""


def traits_of(crop: Image, mask: Mask) -> Floats:
    """(22,) numbers of a lesion's shape and colours, from its crop (h, w, 3) and mask (h, w) of {0, 1}.

    Raises ValueError for an empty mask.
    """
    if not mask.any():
        raise ValueError("There is no lesion to describe.")
    picture = cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    lesion = np.asarray(cv2.resize(mask, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST), np.uint8)
    lesion[SIDE // 2, SIDE // 2] = 1
    lab = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2LAB), np.float32)
    inside, beside = lab[lesion == 1], lab[(lesion == 0) & (picture.max(axis=2) > 0.02)]
    around = beside.mean(axis=0) if len(beside) else np.zeros(3, np.float32)
    light = lab[..., 0]
    texture = [
        float(np.abs(cv2.Laplacian(light, cv2.CV_32F, ksize=3))[lesion == 1].mean()),
        float((light - cv2.GaussianBlur(light, (0, 0), 4))[lesion == 1].std()),
    ]
    colours = [inside.mean(axis=0), inside.std(axis=0), inside.mean(axis=0) - around]
    return np.concatenate(
        [*colours, np.quantile(inside[:, 0], [0.05, 0.95]), _shape(lesion), _asymmetry(lab, lesion), texture]
    ).astype(np.float32)


def _shape(lesion: Mask) -> list[float]:
    """Share of the crop, its logarithm, compactness, share of the convex hull and roundness."""
    outlines, _ = cv2.findContours(lesion, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=cv2.contourArea)
    area, length = max(1.0, cv2.contourArea(outline)), cv2.arcLength(outline, True)
    hull = max(1.0, cv2.contourArea(cv2.convexHull(outline)))
    share = float(lesion.mean())
    ys, xs = np.nonzero(lesion)
    spread = np.linalg.eigvalsh(np.cov(np.stack([xs, ys]))) if len(xs) > 2 else np.ones(2)
    roundness = float(np.sqrt(max(spread[0], 1e-6) / max(spread[1], 1e-6)))
    return [share, float(np.log(share)), float(length**2 / area), float(area / hull), roundness]


def _asymmetry(lab: Floats, lesion: Mask) -> list[float]:
    """Of outline and of colours, about both principal axes."""
    ys, xs = np.nonzero(lesion)
    centre = np.array([xs.mean(), ys.mean()])
    _, axes = np.linalg.eigh(np.cov(np.stack([xs, ys]))) if len(xs) > 2 else (None, np.eye(2))
    places = np.stack([xs, ys], axis=1) - centre
    found = []
    for axis in axes.T:
        normal = np.array([-axis[1], axis[0]])
        opposite = places - 2 * (places @ normal)[:, None] * normal + centre
        x, y = np.clip(np.rint(opposite), 0, SIDE - 1).astype(int).T
        found += [1 - float(lesion[y, x].mean()), float(np.abs(lab[ys, xs] - lab[y, x]).mean())]
    return found
