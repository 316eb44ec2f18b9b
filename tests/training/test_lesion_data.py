"""Which lesions teach, choose and judge, and what chance does to them."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from analysis.vision.training.lesion_data import Fold, LesionSample, read_lesions, split
from analysis.vision.training.lesion_looks import Dermatoscope, darkened, haired, stickered
from analysis.vision.training.lesion_segmenter import chance_move, moved, skin_beside
from analysis.vision.training.lesion_traits import TRAITS, traits_of


@pytest.fixture(scope="module")
def samples(drawn_lesions: Path) -> dict[Fold, list[LesionSample]]:
    return {fold: read_lesions(drawn_lesions, fold) for fold in Fold}


def test_every_picture_is_in_one_fold(samples: dict[Fold, list[LesionSample]]) -> None:
    names = [(s.source, s.name) for some in samples.values() for s in some]
    assert len(names) == len(set(names)) == 40
    assert 8 <= len(samples[Fold.TEST]) <= 12
    assert 4 <= len(samples[Fold.VALIDATION]) <= 8


def test_every_fold_has_both_labels_and_both_sources(samples: dict[Fold, list[LesionSample]]) -> None:
    for some in samples.values():
        assert {s.label for s in some} == {"benign", "malignant"}
        assert len({s.source for s in some}) == 2


def test_pictures_of_the_same_thing_stay_together(samples: dict[Fold, list[LesionSample]]) -> None:
    folds = [
        f for f, some in samples.items() for s in some if s.source == "dermoscopy" and s.name in ("L0", "L2")
    ]
    subjects = {s.subject for some in samples.values() for s in some}
    assert folds[0] is folds[1]
    assert len(subjects) == 39


def test_the_split_depends_on_nothing_else() -> None:
    strata = [f"{i % 2}" for i in range(60)] + ["once"]
    groups = [str(i // 2) for i in range(61)]
    folds = split(strata, groups)
    assert folds == split(strata, groups)
    assert all(folds[i] is folds[i + 1] for i in range(0, 60, 2))
    assert folds.count(Fold.TEST) == pytest.approx(15, abs=2)


def test_what_is_known_and_what_is_not(samples: dict[Fold, list[LesionSample]]) -> None:
    everyone = [s for some in samples.values() for s in some]
    assert {s.metadata.age is None for s in everyone} == {True, False}
    assert {str(s.metadata.sex) for s in everyone} == {"None", "female"}
    assert sum(s.mask is None for s in everyone) == 7
    assert all(s.mask is None or set(np.unique(s.mask)) == {0, 1} for s in everyone)


def test_other_classes_are_left_out(drawn_lesions: Path) -> None:
    assert {s.label for s in read_lesions(drawn_lesions, classes=("malignant",))} == {"malignant"}


def test_a_missing_picture_is_named(drawn_lesions: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text((drawn_lesions / "manifest.csv").read_text())
    with pytest.raises(FileNotFoundError, match="L0"):
        read_lesions(tmp_path)


def test_darker_skin_is_darker_most_in_blue() -> None:
    image = np.full((8, 8, 3), 180, np.uint8)
    assert np.array_equal(darkened(image, 0), image)
    red, green, blue = darkened(image, 0.5)[0, 0]
    assert 180 > red > green > blue > 0


def test_hair_covers_a_little_and_the_same_little_again() -> None:
    image = np.full((120, 160, 3), 180, np.uint8)
    covered, again = (haired(np.random.default_rng(1), image, 20) for _ in range(2))
    assert np.array_equal(covered, again)
    assert 0.01 < (covered != image).any(axis=2).mean() < 0.6


def test_stickers_lie_beside_the_lesion() -> None:
    image = np.full((60, 90, 3), 180, np.uint8)
    lesion = np.zeros((60, 90), np.uint8)
    lesion[20:40, 35:55] = 1
    stuck = [
        (stickered(np.random.default_rng(seed), image, lesion) != image).any(axis=2) for seed in range(8)
    ]
    assert any(one.any() for one in stuck)
    assert not any(one[lesion == 1].any() for one in stuck)
    assert (image == 180).all()


def test_a_dermatoscope_keeps_the_grid() -> None:
    everything = Dermatoscope(dark=1, hair=1, blur=1, corners=1, noise=1)
    image = np.full((40, 60, 3), 150, np.uint8)
    taken = everything.take(np.random.default_rng(0), image)
    assert taken.shape == image.shape
    assert taken.dtype == np.uint8
    assert not np.array_equal(taken, image)


def test_picture_and_mask_move_together() -> None:
    mask = np.zeros((60, 90), np.uint8)
    mask[20:40, 30:60] = 1
    for seed in range(5):
        move = chance_move(np.random.default_rng(seed), mask.shape, 64)
        picture = moved(np.repeat(mask[..., None] * 200, 3, axis=2), move, 64)
        outline = moved(mask, move, 64, 0)
        assert picture.shape == (64, 64, 3)
        assert 0.03 < outline.mean() < 0.8
        assert ((picture[..., 0] > 100) == outline).mean() > 0.95


def test_beside_a_lesion_there_is_none() -> None:
    image = np.zeros((60, 90, 3), np.uint8)
    mask = np.zeros((60, 90), np.uint8)
    mask[25:35, 40:50] = 1
    bare, nothing = skin_beside(np.random.default_rng(0), image, mask)
    assert bare.shape[:2] == nothing.shape
    assert not nothing.any()
    everywhere = np.ones_like(mask)
    assert skin_beside(np.random.default_rng(0), image, everywhere)[1] is everywhere


def test_traits_tell_lesions_apart() -> None:
    image = np.full((80, 80, 3), 200, np.uint8)
    y, x = np.mgrid[:80, :80] - 39.5
    disc, half = ((np.hypot(x, y) < 24).astype(np.uint8) * m for m in (1, (y < 0).astype(np.uint8)))
    first, second = traits_of(image, disc), traits_of(image, half)
    assert first.shape == (TRAITS,)
    assert np.isfinite(first).all()
    assert not np.allclose(first, second)
    with pytest.raises(ValueError, match="no lesion"):
        traits_of(image, np.zeros_like(disc))


@pytest.mark.data
def test_the_test_fold_is_the_one_the_cards_speak_of(real_images: Path) -> None:
    held_out = read_lesions(real_images, Fold.TEST)
    names = "\n".join(sorted(f"{s.source}/{s.name}" for s in held_out))
    assert len(held_out) == 109
    assert sum(s.mask is not None for s in held_out) == 93
    assert hashlib.sha256(names.encode()).hexdigest()[:12] == "145b029237ce"
