"""What moves the picture moves the truth, and cameras keep the grid."""

import numpy as np
import pytest
import torch

from analysis.vision.training.augmentation import (
    Camera,
    Cut,
    JointGeometry,
    compressed,
    cut_face,
    hide_undecided,
    rough_mask,
    shrink,
)
from analysis.vision.training.data import FaceSample
from analysis.vision.training.parts import Part, face_of


def marked_cut(side: int = 96) -> Cut:
    """A picture that shows its own truth: red where the face is, green where the vitiligo is."""
    rows, columns = np.mgrid[:side, :side]
    face = (np.hypot(rows - 48, columns - 44) < 30).astype(np.uint8)
    vitiligo = ((np.abs(rows - 40) < 9) & (np.abs(columns - 36) < 12)).astype(np.uint8) & face
    image = np.stack([200 * face, 200 * vitiligo, np.zeros_like(face)], axis=2).astype(np.uint8)
    return Cut(image, (face * Part.SKIN).astype(np.uint8), vitiligo)


@pytest.mark.parametrize("seed", range(8))
def test_picture_and_masks_move_together(seed: int) -> None:
    torch.manual_seed(seed)
    moved = JointGeometry(degrees=30)(marked_cut())
    for channel, truth in ((0, face_of(moved.parts)), (1, moved.vitiligo)):
        shown = moved.image[..., channel] > 100
        assert np.mean(shown != truth.astype(bool)) < 0.02


def test_moves_are_drawn_from_torchs_seed() -> None:
    results = []
    for _ in range(2):
        torch.manual_seed(3)
        results.append(JointGeometry()(marked_cut()).image)
    np.testing.assert_array_equal(results[0], results[1])


def test_parts_stay_labels() -> None:
    torch.manual_seed(1)
    cut = marked_cut()
    cut.parts[cut.vitiligo == 1] = Part.UNDECIDED
    assert set(np.unique(JointGeometry(degrees=45)(cut).parts)) <= {
        Part.BACKGROUND,
        Part.SKIN,
        Part.UNDECIDED,
    }


@pytest.mark.parametrize("seed", range(6))
def test_a_camera_keeps_size_and_type(seed: int) -> None:
    image = marked_cut().image
    taken = Camera(grey=0.5, small=0.5, blur=0.5, noise=0.5, jpeg=0.5).take(
        np.random.default_rng(seed), image
    )
    assert taken.shape == image.shape
    assert taken.dtype == np.uint8


def test_a_shrunk_picture_has_lost_its_detail() -> None:
    board = np.indices((96, 96)).sum(axis=0) % 2 * 255
    image = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    assert shrink(image, 24).std() < 0.1 * image.std()
    np.testing.assert_array_equal(shrink(image, 200), image)


def test_jpeg_changes_little_at_high_quality_and_more_at_low() -> None:
    image = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    errors = [np.abs(compressed(image, quality).astype(int) - image).mean() for quality in (95, 30)]
    assert errors[0] < errors[1]


def test_a_rough_mask_is_near_the_true_one() -> None:
    face = face_of(marked_cut().parts)
    rng = np.random.default_rng(0)
    overlaps = []
    for _ in range(20):
        rough = rough_mask(rng, face)
        overlaps.append((rough & face).sum() / (rough | face).sum())
    assert min(overlaps) > 0.8
    assert max(overlaps) < 1.0


def test_a_jittered_crop_still_shows_the_face() -> None:
    cut = marked_cut()
    sample = FaceSample("a", "set", "a", cut.image, cut.parts, cut.vitiligo)
    for seed in range(10):
        seen = cut_face(np.random.default_rng(seed), sample, size=64, margin=0.3, jitter=0.06)
        assert seen.image.shape == (64, 64, 3)
        assert face_of(seen.parts).mean() > 0.1


def test_undecided_pixels_are_black() -> None:
    cut = marked_cut()
    cut.parts[:50] = Part.UNDECIDED
    hidden = hide_undecided(cut.image, cut.parts)
    assert not hidden[:50].any()
    assert hidden[50:].any()
