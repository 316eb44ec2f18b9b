"""Who trains and who only judges: the one place that says so.

A picture belongs to a person, a source, or itself, and all pictures of one person fall on one side. The rules
are functions of names and not lists, so that a picture added later finds its side by itself and a resumed
training sees the same split.
"""

import hashlib
from enum import StrEnum

MULTIVIEW_HELD_OUT = frozenset({"05", "06", "07"})
"""Subjects of `faces_multiview` that no training sees; they are the three people of the end-to-end test."""

PHANTOM_HELD_OUT_FROM = 900_000
"""Phantom person seeds from here on are held out."""

NEVER_TRAINS = frozenset({"vitiligo_faces", "vitiligo_weak"})
"""Real vitiligo that judges and never teaches."""

VALIDATION_FOLD = 5


class Side(StrEnum):
    """The two sides of the split."""

    TRAINING = "training"
    VALIDATION = "validation"


def hashed_side(name: str) -> Side:
    """One name in five, chosen by its sha1, is validation: independent of order and of the other names."""
    digest = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
    return Side.VALIDATION if int(digest, 16) % VALIDATION_FOLD == 0 else Side.TRAINING


def side_of(image_set: str, *, file_name: str, subject: str = "", group: str = "") -> Side:
    """The side of one picture of the data sets.

    Args:
        image_set: the set's name in `manifest.csv`, such as "faces_parsing".
        file_name: the image's file name without folders.
        subject: the person, for the sets that name one.
        group: the source of the picture, for `vitiligo_photos`.

    Returns:
        `Side.VALIDATION` for pictures that must not influence any weight.

    Raises:
        ValueError: a set with a subject or group column came without one, or the set is unknown.
    """
    if image_set in NEVER_TRAINS:
        return Side.VALIDATION
    match image_set:
        case "faces_multiview":
            held_out = _named(subject, image_set) in MULTIVIEW_HELD_OUT
            return Side.VALIDATION if held_out else Side.TRAINING
        case "faces_landmarks":
            return hashed_side(_named(subject, image_set))
        case "vitiligo_photos":
            return hashed_side(_named(group, image_set))
        case "faces_parsing" | "faces_frontal" | "dermoscopy" | "dermoscopy_2017" | "dermoscopy_2018":
            return hashed_side(file_name)
    raise ValueError(f"no split is declared for the set {image_set!r}")


def side_of_phantom(person_seed: int) -> Side:
    """The side of a phantom person: all captures and views of a seed stay together."""
    return Side.VALIDATION if person_seed >= PHANTOM_HELD_OUT_FROM else Side.TRAINING


def _named(value: str, image_set: str) -> str:
    if not value:
        raise ValueError(f"{image_set} is split by person or source, and this picture names none")
    return value
