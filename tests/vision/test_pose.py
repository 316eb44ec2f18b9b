"""The direction of a face from its landmarks."""

import numpy as np
import pytest

from analysis.vision.face.pose import (
    MEAN_HEAD,
    YAW_SHARES,
    Floats,
    Pose,
    estimate_pose,
    landmark_pose,
    offset_yaw,
    view_of,
)
from analysis.vision.terms import View

BOX = (0.0, 0.0, 100.0, 120.0)


def projected(yaw: float, pitch: float, roll: float, *, scale: float = 40.0) -> Floats:
    """The mean head's landmarks in a picture, written out axis by axis."""
    y, p, r = np.radians([yaw, pitch, roll])
    turn = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    lift = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    tilt = np.array([[np.cos(r), np.sin(r), 0], [-np.sin(r), np.cos(r), 0], [0, 0, 1]])
    head = MEAN_HEAD @ (tilt @ lift @ turn).T
    return np.asarray(head[:, :2] * scale * np.array([1, -1]) + np.array([50.0, 60.0]))


@pytest.mark.parametrize("yaw", [-90, -56, 0, 30, 90])
@pytest.mark.parametrize("pitch", [-20, 0, 15])
@pytest.mark.parametrize("roll", [-15, 0, 25])
def test_a_turned_mean_head_gives_its_angles(yaw: float, pitch: float, roll: float) -> None:
    pose = landmark_pose(projected(yaw, pitch, roll))
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((yaw, pitch, roll), abs=1e-6)


def test_pose_does_not_depend_on_place_and_size() -> None:
    points = projected(35, 5, -8)
    near, far = landmark_pose(points), landmark_pose(points * 7 + 300)
    assert (near.yaw, near.pitch, near.roll) == pytest.approx((far.yaw, far.pitch, far.roll))


def test_nose_to_the_images_left_shows_the_patients_left() -> None:
    points = projected(0, 0, 0)
    points[2, 0] -= 20
    pose = estimate_pose(points, BOX)
    assert pose.yaw < -20
    assert view_of(pose) is View.LEFT


def test_mirror_image_mirrors_yaw_and_roll() -> None:
    points = projected(40, 6, 9)
    mirror = (points * np.array([-1, 1]) + np.array([100, 0]))[[1, 0, 2, 4, 3]]
    pose = landmark_pose(mirror)
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((-40, 6, -9))


@pytest.mark.parametrize(("nose", "yaw"), [(-20, -90), (0, -90), (50, 0), (75, 30), (100, 90)])
def test_yaw_from_the_place_of_the_nose_in_the_box(nose: float, yaw: float) -> None:
    assert offset_yaw(nose, BOX) == pytest.approx(yaw)


def test_box_and_landmarks_have_their_shares() -> None:
    points = projected(20, 0, 0)
    centred = (points[2, 0] - 50, 0.0, points[2, 0] + 50, 120.0)
    at_the_edge = (points[2, 0] - 100, 0.0, points[2, 0], 120.0)
    assert estimate_pose(points, centred).yaw == pytest.approx(YAW_SHARES[0] * 20)
    assert estimate_pose(points, at_the_edge).yaw == pytest.approx(YAW_SHARES[0] * 20 + YAW_SHARES[1] * 90)


def test_empty_box_is_refused() -> None:
    with pytest.raises(ValueError, match="box"):
        estimate_pose(projected(0, 0, 0), (10, 0, 10, 20))


@pytest.mark.parametrize(
    ("yaw", "view"),
    [(-90, View.LEFT), (-30, View.LEFT), (-10, View.FRONT), (10, View.FRONT), (60, View.RIGHT)],
)
def test_views(yaw: float, view: View) -> None:
    assert view_of(Pose(yaw, 0, 0)) is view


@pytest.mark.parametrize("points", [np.zeros((4, 2)), np.full((5, 2), np.nan), np.ones((5, 2))])
def test_landmarks_without_a_face_are_refused(points: Floats) -> None:
    with pytest.raises(ValueError, match="landmarks"):
        estimate_pose(points, BOX)
