"""Each finding reacts to what it is named after, and to nothing else."""

from enum import StrEnum

import cv2
import numpy as np
import pytest

from analysis.vision.face.blur import blur_effect
from analysis.vision.face.detection import Detection
from analysis.vision.face.glare import glare_mask
from analysis.vision.face.quality import (
    BLUR,
    judge_detections,
    judge_outline,
    judge_pixels,
    refusal,
)
from analysis.vision.face.reasons import SENTENCES, Reason
from analysis.vision.findings import Limits, Verdict
from analysis.vision.terms import Image, Mask, Modality, View

BOX = (100.0, 80.0, 300.0, 340.0)


def skin(brightness: float = 120, contrast: float = 1.0) -> tuple[Image, Mask]:
    """Textured skin with features as strong as a face's, and its mask."""
    rng = np.random.default_rng(3)
    fine = rng.normal(0, 6, (420, 400))
    coarse = cv2.resize(rng.normal(0, 25, (26, 25)), (400, 420), interpolation=cv2.INTER_LINEAR)
    levels = np.clip(brightness + contrast * (fine + coarse), 0, 255)
    mask = np.zeros((420, 400), np.uint8)
    cv2.ellipse(mask, (200, 210), (90, 125), 0, 0, 360, 1, -1)
    return np.repeat(levels[..., None], 3, axis=2).astype(np.uint8), mask


def verdicts(image: Image, face: Mask, modality: Modality | None = None) -> dict[StrEnum, Verdict]:
    findings = judge_pixels(image, face, glare_mask(image, face), BOX, modality)
    return {finding.code: finding.verdict for finding in findings}


def face_at(box: tuple[float, float, float, float], score: float = 0.99) -> Detection:
    return Detection(box, np.zeros((5, 2), np.float32), score)


@pytest.mark.parametrize(
    ("limits", "value", "verdict"),
    [
        (Limits(warn=10, fail=20), 10, Verdict.PASS),
        (Limits(warn=10, fail=20), 11, Verdict.WARN),
        (Limits(warn=10, fail=20), 21, Verdict.FAIL),
        (Limits(warn=200, fail=64), 200, Verdict.PASS),
        (Limits(warn=200, fail=64), 199, Verdict.WARN),
        (Limits(warn=200, fail=64), 63, Verdict.FAIL),
        (Limits(warn=10, fail=None), 10_000, Verdict.WARN),
    ],
)
def test_limits_judge_in_both_directions(limits: Limits, value: float, verdict: Verdict) -> None:
    assert limits.judge(Reason.BLURRED, value, "share").verdict is verdict


def test_a_good_photo_passes_everything() -> None:
    assert set(verdicts(*skin()).values()) == {Verdict.PASS}


def test_a_dark_uv_photo_passes_and_a_black_one_does_not() -> None:
    assert verdicts(*skin(35, 0.3), Modality.UV_REFLECTANCE)[Reason.TOO_DARK] is Verdict.PASS
    assert verdicts(*skin(35, 0.3), Modality.VISIBLE)[Reason.TOO_DARK] is Verdict.WARN
    assert verdicts(*skin(6, 0.05), Modality.UV_REFLECTANCE)[Reason.TOO_DARK] is Verdict.FAIL


def test_an_overexposed_photo_fails() -> None:
    assert verdicts(*skin(250, 0.1))[Reason.TOO_BRIGHT] is Verdict.FAIL


def test_blur_is_found_whatever_the_exposure() -> None:
    for brightness, contrast in ((120, 1.0), (35, 0.3)):
        image, face = skin(brightness, contrast)
        blurred = cv2.GaussianBlur(image, (0, 0), 6).astype(np.uint8)
        assert verdicts(blurred, face)[Reason.BLURRED] is Verdict.FAIL


def test_blur_grows_with_the_blur_and_stays_between_0_and_1() -> None:
    image, face = skin()
    grey = image[..., 0].astype(np.float32)
    values = [blur_effect(cv2.GaussianBlur(grey, (0, 0), s).astype(np.float32), face) for s in (0.5, 1, 2, 6)]
    assert values == sorted(values)
    assert 0 < values[0] < BLUR.warn < values[-1] < 1


def test_movement_in_one_direction_counts_as_blur() -> None:
    image, face = skin()
    moved = cv2.blur(image, (25, 1)).astype(np.uint8)
    assert blur_effect(moved[..., 0].astype(np.float32), face) > BLUR.warn


@pytest.mark.parametrize(("radius", "verdict"), [(10, Verdict.PASS), (40, Verdict.WARN), (85, Verdict.FAIL)])
def test_glare_is_measured_on_the_face_alone(radius: int, verdict: Verdict) -> None:
    image, face = skin()
    image[:60] = 255
    cv2.circle(image, (200, 210), radius, (255, 252, 251), -1)
    glare = glare_mask(image, face)
    assert not (glare & ~face.astype(bool)).any()
    assert int(glare.sum()) == pytest.approx(np.pi * radius**2, rel=0.1)
    assert verdicts(image, face)[Reason.GLARE] is verdict


def test_a_saturated_colour_and_single_bright_pixels_are_no_glare() -> None:
    image, face = skin()
    image[150:200, 150:200] = (40, 60, 255)
    image[220:300:4, 180:240:4] = 255
    assert not glare_mask(image, face).any()


@pytest.mark.parametrize(
    ("view", "yaw", "verdict"),
    [
        (View.LEFT, -90, Verdict.PASS),
        (View.LEFT, -30, Verdict.PASS),
        (View.LEFT, -15, Verdict.WARN),
        (View.LEFT, 0, Verdict.FAIL),
        (View.LEFT, 45, Verdict.FAIL),
        (View.RIGHT, 60, Verdict.PASS),
        (View.RIGHT, -45, Verdict.FAIL),
        (View.FRONT, -12, Verdict.PASS),
        (View.FRONT, 60, Verdict.FAIL),
    ],
)
def test_the_direction_is_judged_against_the_view(view: View, yaw: float, verdict: Verdict) -> None:
    findings = {f.code: f for f in judge_detections([face_at(BOX)], yaw, view)}
    assert findings[Reason.WRONG_VIEW].verdict is verdict


def test_without_a_view_the_direction_is_not_judged() -> None:
    assert Reason.WRONG_VIEW not in {f.code for f in judge_detections([face_at(BOX)], 80, None)}


def test_no_face_is_a_finding_and_an_unsure_one_a_warning() -> None:
    (nothing,) = judge_detections([], 0, View.FRONT)
    assert (nothing.code, nothing.verdict, nothing.value) == (Reason.NO_FACE, Verdict.FAIL, 0)
    unsure = judge_detections([face_at(BOX, score=0.7)], 0, None)[0]
    assert (unsure.code, unsure.verdict) == (Reason.NO_FACE, Verdict.WARN)


def test_a_finding_names_both_limits_and_a_passed_one_too() -> None:
    size = judge_detections([face_at(BOX)], 0, None)[1]
    assert (size.verdict, size.value, size.threshold, size.fail_threshold) == (Verdict.PASS, 260, 200, 64)


def test_a_small_face_is_refused() -> None:
    assert refusal(judge_detections([face_at((0, 0, 40, 50))], 0, None)) is Reason.FACE_TOO_SMALL


def test_a_second_face_counts_by_its_size_and_certainty() -> None:
    def verdict(other: Detection) -> Verdict:
        found = {f.code: f for f in judge_detections([face_at(BOX), other], 0, None)}
        return found[Reason.SEVERAL_FACES].verdict

    assert verdict(face_at((400, 80, 590, 320))) is Verdict.FAIL
    assert verdict(face_at((400, 80, 590, 320), score=0.6)) is Verdict.PASS
    assert verdict(face_at((400, 80, 500, 210))) is Verdict.WARN
    assert verdict(face_at((400, 80, 440, 130))) is Verdict.PASS


def test_an_empty_or_tiny_face_mask_is_refused() -> None:
    face = np.zeros((420, 400), np.uint8)
    assert judge_outline(face, BOX).verdict is Verdict.FAIL
    assert judge_pixels(np.zeros((420, 400, 3), np.uint8), face, face, BOX, None) == []
    face[100:300, 120:280] = 1
    assert judge_outline(face, BOX).verdict is Verdict.PASS


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
