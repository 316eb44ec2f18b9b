"""Details that two pictures of one face share, and the smooth bending that carries one set onto the other."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.face.flattening import as_bytes
from analysis.vision.face.places import bring, bring_mask, pixel_grid, sample
from analysis.vision.terms import Mask

Floats = NDArray[np.float32]

MOST_DETAILS = 4000
CONTRAST = 0.02
RIM = 7
"""Pixels of the face's edge in which no detail is looked for: hair and background move there."""
REACH = 0.12
"""How far a detail may lie from where it is expected, as a share of the side."""
AFFINE_WITHIN = 0.02
"""Departure from one affine map that a curved, turned face shows, as a share of the side."""
BENT_WITHIN = 0.04
TOLERANCE = 0.012
"""Distance, as a share of the side, at which a detail loses most of its say in the fit."""
ROUNDS = 8
FEWEST = 12
STIFFNESS = 1e-2


@dataclass(frozen=True)
class Details:
    """The same details in two pictures: first and second, each (N, 2) pixel indices x, y."""

    first: Floats
    second: Floats


@dataclass(frozen=True)
class Features:
    """SIFT features (Lowe, IJCV 2004) of one flattened face: points (N, 2), words (N, 128)."""

    points: Floats
    words: Floats


def find_features(flat: Floats, mask: Mask) -> Features:
    """The features of a flattened face (H, W), away from the edge of its mask."""
    inner = cv2.erode(mask, np.ones((RIM, RIM), np.uint8))
    sift = cv2.SIFT.create(MOST_DETAILS, contrastThreshold=CONTRAST)
    points, words = sift.detectAndCompute(as_bytes(flat), inner)
    if words is None:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    return Features(np.array([point.pt for point in points], np.float32), np.asarray(words, np.float32))


def find_details(first: Features, second: Floats, mask: Mask, places: Floats) -> Details:
    """The features of the first face that match one of the second, flattened, both ways.

    The second face and its mask are first brought near the first by `places` (H, W, 2): where the second
    picture shows what lies at each pixel of the first. The result is in the pixels of both as they were.
    """
    there = find_features(bring(second, places), bring_mask(mask, places))
    if not (len(first.points) and len(there.points)):
        return Details(first.points[:0], first.points[:0])
    matches = cv2.BFMatcher(cv2.NORM_L2, crossCheck=True).match(first.words, there.words)
    ours = first.points[[match.queryIdx for match in matches]]
    theirs = there.points[[match.trainIdx for match in matches]]
    near = np.linalg.norm(ours - theirs, axis=1) < REACH * max(second.shape)
    return Details(ours[near], sample(places, theirs[near]))


def agreeing(details: Details, side: int) -> Details:
    """Those that one affine map explains, up to the depth of a face (RANSAC, Fischler and Bolles 1981)."""
    if len(details.first) < FEWEST:
        return Details(details.first[:0], details.second[:0])
    _map, inliers = cv2.estimateAffine2D(
        details.first, details.second, ransacReprojThreshold=AFFINE_WITHIN * side, maxIters=5000
    )
    kept = np.zeros(len(details.first), bool) if inliers is None else inliers[:, 0] > 0
    return Details(details.first[kept], details.second[kept])


def expected(details: Details, places: Floats) -> Details:
    """Those that lie about where `places` leads one to expect them."""
    away = np.linalg.norm(details.second - sample(places, details.first), axis=1)
    kept = away < BENT_WITHIN * max(places.shape[:2])
    return Details(details.first[kept], details.second[kept])


def bend(details: Details, side: int, degree: int) -> Floats:
    """The places (side, side, 2) to which a polynomial of `degree` (2 or 3), fitted robustly, leads."""
    terms = (degree + 1) * (degree + 2) // 2
    basis = _powers(details.first, side)[:, :terms]
    stiff = np.diag(np.r_[np.zeros(3), np.full(terms - 3, STIFFNESS * len(basis))])
    weight = np.ones(len(basis))
    factors = np.zeros((terms, 2))
    for _ in range(ROUNDS):
        weighed = basis * weight[:, None]
        factors = np.linalg.solve(weighed.T @ basis + stiff, weighed.T @ details.second)
        away = np.linalg.norm(basis @ factors - details.second, axis=1)
        weight = (1 + (away / (TOLERANCE * side)) ** 2) ** -2
    places = _powers(pixel_grid(side), side)[..., :terms] @ factors
    return places.astype(np.float32)


def _powers(points: Floats, side: int) -> NDArray[np.float64]:
    x, y = np.moveaxis((points.astype(np.float64) - side / 2) / (side / 2), -1, 0)
    one = np.ones_like(x)
    return np.stack([one, x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3], -1)
