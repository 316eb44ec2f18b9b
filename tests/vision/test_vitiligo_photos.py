"""Coarse outlines teach only where brightness agrees with them."""

import cv2
import numpy as np

from analysis.vision.training.parts import Part, decided, face_of
from analysis.vision.training.splits import NEVER_TRAINS, Side, side_of
from analysis.vision.training.vitiligo_photos import TEACHING_GROUPS, outlined_skin

SKIN, PALE = (150, 100, 75), (225, 190, 175)


def test_an_island_inside_and_a_spot_outside_are_doubtful() -> None:
    image = np.full((200, 200, 3), SKIN, np.uint8)
    lesion = np.zeros((200, 200), np.uint8)
    cv2.circle(lesion, (100, 100), 40, 1, -1)
    image[lesion == 1] = PALE
    cv2.circle(image, (100, 100), 8, SKIN, -1)
    cv2.circle(image, (155, 100), 6, PALE, -1)
    parts = outlined_skin(image, lesion)
    assert parts[100, 100] == Part.DOUBTFUL, "an island of pigment that the polygon runs over"
    assert parts[100, 155] == Part.DOUBTFUL, "a lesion that the polygon misses"
    assert parts[100, 75] == Part.SKIN
    assert parts[100, 60] == Part.DOUBTFUL, "the polygon's border"
    assert parts[5, 5] == Part.BACKGROUND, "far from any lesion nothing is said"


def test_doubtful_skin_is_shown_and_not_counted() -> None:
    parts = np.array([[Part.SKIN, Part.DOUBTFUL, Part.UNDECIDED]], np.uint8)
    assert face_of(parts).tolist() == [[1, 1, 0]]
    assert decided(parts).tolist() == [[1, 0, 0]]


def test_what_judges_does_not_teach() -> None:
    assert not TEACHING_GROUPS & {"rv25", "rv31"}, "these are in vitiligo_faces"
    assert "vitiligo_faces" in NEVER_TRAINS
    sides = {side_of("vitiligo_photos", file_name="any.jpg", group=group) for group in TEACHING_GROUPS}
    assert sides == set(Side), "some of these sources are held out too"
