"""The crop covers the face, and what it returns lies where it was taken from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.vision.face.crop import Crop
from analysis.vision.terms import Mask

coordinates = st.integers(-300, 600)


def disc(shape: tuple[int, int], centre: tuple[float, float], radius: float) -> Mask:
    y, x = np.mgrid[: shape[0], : shape[1]]
    inside: Mask = (np.hypot(x + 0.5 - centre[0], y + 0.5 - centre[1]) < radius).astype(np.uint8)
    return inside


def test_the_square_has_the_margin_on_the_longer_side() -> None:
    crop = Crop.around((100, 200, 200, 400), margin=0.25)
    assert (crop.x, crop.y, crop.side) == (0, 150, 300)


@pytest.mark.parametrize("box", [(5, 5, 5, 9), (5, 9, 8, 9), (9, 0, 5, 9)])
def test_a_box_without_area_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="no area"):
        Crop.around(box)


def test_outside_of_the_photo_is_black() -> None:
    image = np.full((40, 60, 3), 200, np.uint8)
    cut = Crop(-10, -10, 30).cut(image)
    assert cut.shape == (30, 30, 3)
    assert not cut[:10].any()
    assert not cut[:, :10].any()
    assert (cut[10:, 10:] == 200).all()


@given(x=coordinates, y=coordinates, side=st.integers(1, 500))
def test_cut_and_place_at_native_resolution_are_inverse(x: int, y: int, side: int) -> None:
    photo = np.random.default_rng(0).random((90, 120), dtype=np.float32)
    crop = Crop(x, y, side)
    back = crop.place(crop.cut(photo), photo.shape)
    seen = crop.place(np.ones((side, side), np.float32), photo.shape) > 0
    assert np.array_equal(back[seen], photo[seen])
    assert not back[~seen].any()


@pytest.mark.parametrize(("side", "size"), [(1600, 256), (300, 512), (512, 512), (777, 320)])
def test_a_mask_survives_the_way_to_the_network_and_back(side: int, size: int) -> None:
    shape = (side + 120, side + 200)
    truth = disc(shape, (60 + side * 0.5, 40 + side * 0.45), side * 0.3)
    crop = Crop(60, 40, side)
    alpha = crop.sample_mask(truth, size).astype(np.float32)
    back = crop.place_mask(alpha, shape, threshold=0.5)
    intersection = (back & truth).sum()
    assert intersection / (back | truth).sum() > 0.985
    assert int(back.sum()) == pytest.approx(int(truth.sum()), rel=0.01)


def test_a_lesion_of_half_a_percent_keeps_its_area() -> None:
    shape = (4240, 2832)
    face_area = np.pi * 1000**2
    lesion = disc(shape, (1500.3, 2100.7), np.sqrt(0.005 * face_area / np.pi))
    crop = Crop(300, 800, 2500)
    soft = crop.sample_mask(lesion, 512).astype(np.float32)
    measured = int(crop.place_mask(soft, shape, threshold=0.5).sum())
    assert measured == pytest.approx(int(lesion.sum()), rel=0.04)


def test_points_go_there_and_back() -> None:
    crop = Crop(-13, 57, 345)
    points = np.array([[0, 0], [100.5, 300.25]], np.float32)
    assert crop.to_photo(crop.to_crop(points, 512), 512) == pytest.approx(points, abs=1e-3)
    assert crop.to_crop(np.array([[-13, 57]], np.float32), 512) == pytest.approx(np.zeros((1, 2)))
