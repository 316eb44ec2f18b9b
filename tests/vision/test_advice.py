"""Advice in degrees, tried on heads that were turned by known angles."""

import pytest

from analysis.vision.face.advice import Advice, Move, advise
from analysis.vision.face.pose import Pose, landmark_pose
from analysis.vision.phantom import Person, Scene, Vitiligo, take_photo
from analysis.vision.terms import Modality, View

STRAIGHT = Pose(0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("now", "advice"),
    [
        (Pose(8, 0, 0), Advice(Move.TURN_RIGHT, 8)),
        (Pose(-8, 0, 0), Advice(Move.TURN_LEFT, 8)),
        (Pose(0, 7.4, 0), Advice(Move.LOWER_CHIN, 7)),
        (Pose(0, -7.4, 0), Advice(Move.LIFT_CHIN, 7)),
        (Pose(0, 0, 6), Advice(Move.TILT_RIGHT, 6)),
        (Pose(0, 0, -6), Advice(Move.TILT_LEFT, 6)),
    ],
)
def test_every_direction_has_its_way_back(now: Pose, advice: Advice) -> None:
    assert advise(now, STRAIGHT) == (advice,)


def test_within_the_error_of_the_estimate_nothing_is_advised() -> None:
    assert advise(Pose(4.9, -4.9, 4.9), STRAIGHT) == ()


def test_several_movements_are_told_in_order() -> None:
    moves = [advice.move for advice in advise(Pose(-50, 10, -9), Pose(-40, 0, 0))]
    assert moves == [Move.TURN_LEFT, Move.LOWER_CHIN, Move.TILT_LEFT]


def test_left_and_right_are_the_patients() -> None:
    """The head shows its left cheek; to show the right one it turns to its own left."""
    person, vitiligo = Person.from_seed(910_011), Vitiligo.from_seed(910_011, extent=0.1, kind="bilateral")
    poses = {}
    for view in (View.LEFT, View.RIGHT):
        scene = Scene(view=view, modality=Modality.VISIBLE, capture_seed=3)
        photo = take_photo(person, vitiligo, scene, size=(160, 240))
        poses[view] = landmark_pose(photo.truth.landmarks)
    (first, *_rest) = advise(poses[View.LEFT], poses[View.RIGHT])
    assert first.move is Move.TURN_LEFT
