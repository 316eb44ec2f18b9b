"""Image features of a lesion: what they say about shapes and colours that are known."""

import cv2
import numpy as np
import pytest

from analysis.vision.lesion.description import (
    asymmetry,
    bare_skin,
    describe,
    irregularity,
    longest_extent,
)
from analysis.vision.lesion.outline import dice, enlarge_mask, outline
from analysis.vision.lesion.result import ToneClass
from analysis.vision.lesion.scene import find_hair, inside_ring
from analysis.vision.lesion.tone import skin_about, tone_of, typology_angle
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.vision.terms import Image, Mask

SHAPE = (360, 480)


def disc(radius: int, centre: tuple[int, int] = (240, 180), shape: tuple[int, int] = SHAPE) -> Mask:
    mask = np.zeros(shape, np.uint8)
    return cv2.circle(mask, centre, radius, 1, -1).astype(np.uint8)


def ellipse(turn: float) -> Mask:
    mask = np.zeros(SHAPE, np.uint8)
    return cv2.ellipse(mask, (200, 160), (120, 50), turn, 0, 360, 1, -1).astype(np.uint8)


def half_disc() -> Mask:
    mask = disc(110)
    mask[:, 260:] = 0
    return mask


def star() -> Mask:
    angle = np.linspace(0, 2 * np.pi, 400)
    reach = 90 * (1 + 0.35 * np.cos(7 * angle))
    points = np.stack([240 + reach * np.cos(angle), 180 + reach * np.sin(angle)], -1)
    return cv2.fillPoly(np.zeros(SHAPE, np.uint8), [points.astype(np.int32)], 1).astype(np.uint8)


@pytest.mark.parametrize("radius", [18, 40, 90])
@pytest.mark.parametrize("centre", [(240, 180), (100, 100), (370, 255)])
def test_a_symmetric_disc_off_the_centre_is_symmetric(radius: int, centre: tuple[int, int]) -> None:
    assert asymmetry(disc(radius, centre)) == pytest.approx(0, abs=0.02)
    assert irregularity(disc(radius, centre)) == pytest.approx(0, abs=0.04)


@pytest.mark.parametrize("turn", [0, 20, 45, 90, 130])
def test_a_turned_ellipse_is_symmetric_about_its_own_axes(turn: float) -> None:
    assert asymmetry(ellipse(turn)) == pytest.approx(0, abs=0.02)
    assert irregularity(ellipse(turn)) == pytest.approx(0, abs=0.02)
    assert longest_extent(ellipse(turn)) == pytest.approx(241, abs=3)


def test_odd_shapes_score_and_the_size_of_the_picture_does_not_matter() -> None:
    assert asymmetry(half_disc()) > 0.08
    assert irregularity(star()) > 0.3
    large = cv2.resize(star(), None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    assert irregularity(large) == pytest.approx(irregularity(star()), rel=0.1)
    assert asymmetry(large) == pytest.approx(asymmetry(star()), abs=0.02)


def two_coloured() -> tuple[Image, Mask]:
    image = np.full((*SHAPE, 3), (225, 185, 165), np.uint8)
    mask = disc(80)
    image[mask > 0] = (172, 118, 82)
    image[(disc(80) > 0) & (np.arange(SHAPE[1]) < 240)] = (32, 24, 24)
    return image, mask


def test_colours_are_named_and_a_scale_gives_millimetres() -> None:
    image, mask = two_coloured()
    plain = describe(image, mask, bare_skin(image))
    scaled = describe(image, mask, bare_skin(image), mm_per_pixel=0.05)
    assert plain.colours == ("light_brown", "black")
    assert plain.colour_variation > 15
    assert (plain.diameter_mm, plain.area_mm2) == (None, None)
    assert scaled.diameter_mm == pytest.approx(161 * 0.05, rel=0.02)
    assert scaled.area_mm2 == pytest.approx(np.pi * 4**2, rel=0.03)


@pytest.mark.parametrize("scale", [0.0, -1.0])
def test_what_cannot_be_described_is_refused(scale: float) -> None:
    image, mask = two_coloured()
    with pytest.raises(ValueError, match="pixels"):
        describe(image, np.zeros_like(mask), bare_skin(image))
    with pytest.raises(ValueError, match="scale"):
        describe(image, mask, bare_skin(image), mm_per_pixel=scale)


@pytest.mark.parametrize(
    ("degrees", "tone"),
    [
        (56, ToneClass.VERY_LIGHT),
        (55, ToneClass.LIGHT),
        (41, ToneClass.INTERMEDIATE),
        (28, ToneClass.TAN),
        (10, ToneClass.BROWN),
        (-30, ToneClass.DARK),
        (-60, ToneClass.DARK),
    ],
)
def test_classes_of_tone_begin_above_their_limits(degrees: float, tone: ToneClass) -> None:
    assert tone_of(degrees) is tone


def test_the_angle_follows_the_skin_and_ignores_lesion_ring_and_hair() -> None:
    angles = []
    for phototype in range(1, 7):
        plain = photograph_lesion(4, size=(480, 360), phototype=phototype)
        bare = bare_skin(plain.image)
        angle = typology_angle(plain.image, skin_about(plain.image, plain.mask, bare))
        covered = photograph_lesion(4, size=(480, 360), phototype=phototype, ring=True, hair=0.7)
        bare = bare_skin(covered.image)
        under = typology_angle(covered.image, skin_about(covered.image, covered.mask, bare))
        assert angle is not None
        assert under == pytest.approx(angle, abs=9)
        angles.append(angle)
    assert angles == sorted(angles, reverse=True)
    assert tone_of(angles[0]) is ToneClass.VERY_LIGHT
    assert tone_of(angles[-1]) is ToneClass.DARK


def test_without_skin_there_is_no_tone() -> None:
    image, _ = two_coloured()
    assert typology_angle(image, np.zeros(SHAPE, np.uint8)) is None


def test_the_ring_is_found_and_a_dark_lesion_is_not_taken_for_it() -> None:
    photograph = photograph_lesion(8, size=(480, 360), ring=True)
    seen = inside_ring(photograph.image)
    assert not seen[:8, :8].any()
    assert seen[photograph.mask > 0].mean() > 0.99
    assert inside_ring(photograph_lesion(8, size=(480, 360)).image).mean() > 0.99


def test_hair_is_found_and_a_pigment_network_is_not() -> None:
    for seed in (1, 8):
        assert find_hair(photograph_lesion(seed, size=(480, 360)).image).mean() < 0.003
    assert find_hair(photograph_lesion(1, size=(480, 360), hair=0.8).image).mean() > 0.1


def test_the_outline_is_one_part_about_the_middle_without_holes() -> None:
    lesion, corner = disc(60), disc(70, (0, 0))
    drawn = lesion.copy()
    drawn[170:185, 235:250] = 0
    found = outline((drawn | corner).astype(np.float32))
    assert dice(found, lesion) > 0.98
    assert not outline(np.full(SHAPE, 0.49, np.float32)).any()
    assert dice(enlarge_mask(found, (720, 960)), disc(120, (480, 360), (720, 960))) > 0.98


def test_dice_of_masks() -> None:
    empty = np.zeros(SHAPE, np.uint8)
    assert (dice(disc(50), disc(50)), dice(disc(50), empty), dice(empty, empty)) == (1, 0, 1)
