"""A person or a source is on one side of the split, and the judges never teach."""

import pytest

from analysis.vision.training.splits import Side, hashed_side, side_of, side_of_phantom


@pytest.mark.parametrize("subject", ["05", "06", "07"])
def test_the_three_end_to_end_subjects_never_train(subject: str) -> None:
    assert side_of("faces_multiview", file_name="a.jpg", subject=subject) is Side.VALIDATION


def test_other_multiview_subjects_train() -> None:
    assert {side_of("faces_multiview", file_name="a.jpg", subject=f"0{n}") for n in (1, 2, 3, 4)} == {
        Side.TRAINING
    }


def test_real_vitiligo_faces_never_train() -> None:
    names = [f"v{n:02}.jpg" for n in range(50)]
    assert {side_of("vitiligo_faces", file_name=name) for name in names} == {Side.VALIDATION}


def test_landmark_pictures_of_one_person_stay_together() -> None:
    for person in (f"p{n:03}" for n in range(60)):
        sides = {side_of("faces_landmarks", file_name=f"{person}_{n}.jpg", subject=person) for n in range(3)}
        assert len(sides) == 1


def test_a_fifth_is_held_out() -> None:
    held_out = sum(hashed_side(f"face {n}") is Side.VALIDATION for n in range(2000))
    assert 340 < held_out < 460


def test_phantom_people_are_split_at_the_declared_seed() -> None:
    assert side_of_phantom(899_999) is Side.TRAINING
    assert side_of_phantom(900_000) is Side.VALIDATION


def test_a_grouped_set_refuses_a_picture_without_its_group() -> None:
    with pytest.raises(ValueError, match="names none"):
        side_of("vitiligo_photos", file_name="a.jpg")


def test_an_undeclared_set_is_refused() -> None:
    with pytest.raises(ValueError, match="no split"):
        side_of("somewhere", file_name="a.jpg")
