"""How a head should move to look at the camera as it did before."""

from dataclasses import dataclass
from enum import StrEnum

from analysis.vision.face.pose import Pose

TOLERANCE = 5.0
"""Degrees within which two poses count as the same: the estimate is no finer."""


class Move(StrEnum):
    """What the patient does; left and right are the patient's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    LIFT_CHIN = "lift_chin"
    LOWER_CHIN = "lower_chin"
    TILT_LEFT = "tilt_left"
    TILT_RIGHT = "tilt_right"


@dataclass(frozen=True)
class Advice:
    """One movement, and by how many whole degrees."""

    move: Move
    degrees: int


def advise(now: Pose, before: Pose) -> tuple[Advice, ...]:
    """The movements that bring a head from the pose `now` to the pose `before`; none within `TOLERANCE`.

    In a picture that is not mirrored the patient's left is the picture's right: a yaw that grew is a head
    that turned to the patient's left, and has to turn to the right.
    """
    moves = (
        (now.yaw - before.yaw, Move.TURN_RIGHT, Move.TURN_LEFT),
        (now.pitch - before.pitch, Move.LOWER_CHIN, Move.LIFT_CHIN),
        (now.roll - before.roll, Move.TILT_RIGHT, Move.TILT_LEFT),
    )
    return tuple(
        Advice(back if excess > 0 else forth, round(abs(excess)))
        for excess, back, forth in moves
        if abs(excess) > TOLERANCE
    )
