"""Tilt, cover and glasses: what only a face that looks at the camera shows."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Picture

from analysis import vision
from analysis.vision.face.cover import hidden_share
from analysis.vision.face.crop import MARGIN, Crop
from analysis.vision.face.detection import Detection
from analysis.vision.face.glasses import frame_strength
from analysis.vision.face.models import load_models
from analysis.vision.face.quality import FRAME, judge_front
from analysis.vision.face.reasons import Reason
from analysis.vision.face.tilt import tilt_of
from analysis.vision.findings import Verdict
from analysis.vision.terms import Image, Mask

SHIPPED = Path(vision.__file__).parent / "weights"
BOX = (100.0, 90.0, 300.0, 330.0)
PEOPLE_WITH_GLASSES = 17
EYES = np.array([[160, 180], [240, 180], [200, 220], [170, 270], [230, 270]], np.float32)


def face(*, glasses: bool = False) -> Image:
    """A level face, drawn: skin with shading, brows, eyes, nose and mouth."""
    y, x = np.mgrid[:420, :400].astype(np.float32)
    inside = ((x - 200) / 95) ** 2 + ((y - 210) / 125) ** 2 < 1
    skin = np.where(inside, 150 - 0.3 * np.abs(x - 200), 25).astype(np.uint8)
    for side in (-1, 1):
        cv2.ellipse(skin, (200 + 40 * side, 158), (24, 5), 0, 0, 360, 60, -1)
        cv2.ellipse(skin, (200 + 40 * side, 180), (14, 7), 0, 0, 360, 40, -1)
        if glasses:
            cv2.ellipse(skin, (200 + 40 * side, 184), (33, 26), 0, 0, 360, 20, 4)
    if glasses:
        cv2.line(skin, (190, 182), (210, 182), 20, 4)
    cv2.line(skin, (188, 232), (212, 232), 90, 5)
    cv2.ellipse(skin, (200, 270), (30, 7), 0, 0, 360, 80, -1)
    blurred = cv2.GaussianBlur(skin, (0, 0), 1.2)
    return np.repeat(blurred[..., None], 3, axis=2).astype(np.uint8)


def turned(image: Image, angle: float) -> Image:
    """Turned so that the top leans to the picture's right for a positive angle."""
    middle = (200, 210)
    matrix = cv2.getRotationMatrix2D(middle, -angle, 1)
    return cv2.warpAffine(image, matrix, (400, 420), borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


@pytest.mark.parametrize("angle", [-25, -10, 0, 10, 25])
def test_the_tilt_is_read_from_the_symmetry(angle: float) -> None:
    assert tilt_of(turned(face(), angle), BOX) == pytest.approx(angle, abs=4)


def test_a_face_without_symmetry_has_no_tilt() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (420, 400, 3), dtype=np.uint8)
    assert tilt_of(noise, BOX) is None
    assert tilt_of(np.zeros((420, 400, 3), np.uint8), BOX) is None


def test_a_frame_is_told_from_bare_skin() -> None:
    crop = Crop.around(BOX, margin=MARGIN)
    bare, framed = (frame_strength(face(glasses=worn), crop, EYES) for worn in (False, True))
    assert bare is not None
    assert framed is not None
    assert bare < FRAME.warn < framed


def test_eyes_in_profile_say_nothing_about_glasses() -> None:
    close = EYES.copy()
    close[1] = close[0] + 4
    assert frame_strength(face(), Crop.around(BOX, margin=MARGIN), close) is None


def test_what_the_mask_leaves_out_of_the_middle_is_hidden() -> None:
    mask = np.zeros((420, 400), np.uint8)
    cv2.ellipse(mask, (200, 210), (100, 120), 0, 0, 360, 1, -1)
    assert hidden_share(mask, BOX) == 0
    mask[:210] = 0
    assert hidden_share(mask, BOX) == pytest.approx(0.5, abs=0.02)
    assert hidden_share(mask * 0, BOX) == 1


def test_a_box_that_leaves_the_picture_is_no_error() -> None:
    ones = np.ones((420, 400), np.uint8)
    assert 0 < hidden_share(ones, (-100.0, -90.0, 100.0, 150.0)) < 1
    assert hidden_share(ones, (500.0, 500.0, 600.0, 700.0)) == 1


def verdicts(image: Image, mask: Mask, yaw: float) -> dict[StrEnum, Verdict]:
    found = Detection(BOX, EYES, 0.99)
    return {finding.code: finding.verdict for finding in judge_front(image, mask, found, yaw)}


def test_each_finding_warns_of_its_own_trouble_and_profiles_are_left_out() -> None:
    mask = np.zeros((420, 400), np.uint8)
    cv2.ellipse(mask, (200, 210), (95, 120), 0, 0, 360, 1, -1)
    good = {Reason.TILTED: Verdict.PASS, Reason.COVERED: Verdict.PASS, Reason.GLASSES: Verdict.PASS}
    assert verdicts(face(), mask, 0) == good
    assert verdicts(face(glasses=True), mask, 0) == {**good, Reason.GLASSES: Verdict.WARN}
    assert verdicts(turned(face(), 25), mask, 0)[Reason.TILTED] is Verdict.WARN
    fringe = mask.copy()
    fringe[:165] = 0
    assert verdicts(face(), fringe, 0) == {**good, Reason.COVERED: Verdict.WARN}
    fringe[:230] = 0
    assert verdicts(face(), fringe, 0)[Reason.COVERED] is Verdict.FAIL
    assert verdicts(face(), mask, 60) == {}


@pytest.mark.data
def test_glasses_of_real_people_are_found_and_bare_faces_left_alone(real_images: Path) -> None:
    """Of all people with glasses (label 3) at least half, of as many without none."""
    worn: dict[bool, list[float]] = {True: [], False: []}
    detector = load_models(SHIPPED).detector
    for path in sorted((real_images / "faces_parsing" / "masks").glob("*.png")):
        with Picture.open(path) as labels:
            wears = bool((np.asarray(labels) == 3).mean() > 0.01)
        if len(worn[wears]) == PEOPLE_WITH_GLASSES:
            continue
        with Picture.open(real_images / "faces_parsing" / "images" / f"{path.stem}.jpg") as file:
            picture = np.asarray(file.convert("RGB"))
        for found in detector.detect(picture)[:1]:
            strength = frame_strength(picture, Crop.around(found.box, margin=MARGIN), found.landmarks)
            worn[wears].append(strength or 0.0)
    assert len(worn[True]) == len(worn[False]) == PEOPLE_WITH_GLASSES
    assert sum(strength > FRAME.warn for strength in worn[True]) >= PEOPLE_WITH_GLASSES / 2
    assert not any(strength > FRAME.warn for strength in worn[False])
