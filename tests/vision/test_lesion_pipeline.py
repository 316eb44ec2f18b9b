"""One lesion from photo to readings, with networks whose answer is known; and every reason for none."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from analysis.vision.lesion.metadata import Metadata, Sex, Site
from analysis.vision.lesion.outline import dice
from analysis.vision.lesion.pipeline import analyse_lesion
from analysis.vision.lesion.reasons import Reason
from analysis.vision.lesion.result import CLASSIFIERS, SEGMENTERS, STAGES, LesionResult, Withheld
from analysis.vision.phantom.dermoscopy import LesionPhotograph, photograph_lesion
from analysis.vision.terms import Image
from tests.vision.known_lesions import DarkIsLesion, known_lesion_models

MODELS = known_lesion_models()
NOBODY = Metadata()
SIZE = (480, 360)


def take(seed: int = 6, **arguments: object) -> LesionPhotograph:
    return photograph_lesion(seed, size=SIZE, phototype=1, **arguments)  # type: ignore[arg-type]


def measured(image: Image, **arguments: object) -> LesionResult:
    result = analyse_lesion(image, MODELS, metadata=NOBODY, **arguments)  # type: ignore[arg-type]
    assert isinstance(result, LesionResult)
    return result


def withheld(image: Image) -> Withheld:
    result = analyse_lesion(image, MODELS, metadata=NOBODY)
    assert isinstance(result, Withheld)
    return result


def test_a_lesion_has_two_readings_on_the_grid_of_its_photo() -> None:
    photograph = take()
    begun: list[str] = []
    result = measured(photograph.image, on_stage=begun.append)
    assert tuple(begun) == STAGES
    assert set(result.timings_ms) == {*STAGES, "total"}
    assert set(result.readings) == set(SEGMENTERS)
    assert result.agreement > 0.9
    assert not result.needs_review
    for reading in result.readings.values():
        assert reading.mask.shape == photograph.mask.shape
        assert dice(reading.mask, photograph.mask) > 0.9
        assert reading.stability > 0.9
        assert 0 < reading.entropy < 0.5
        assert reading.description.area_px == reading.mask.sum()
        assert {opinion.task for opinion in reading.estimate.opinions} == set(CLASSIFIERS)
        assert set(reading.heat) == set(CLASSIFIERS)
        assert all(heat.shape == photograph.image.shape for heat in reading.heat.values())


def test_the_same_photo_gives_the_same_numbers() -> None:
    image = take().image
    first, again = measured(image).reading, measured(image).reading
    assert first.estimate == again.estimate
    assert (first.stability, first.entropy) == (again.stability, again.entropy)
    assert np.array_equal(first.mask, again.mask)


def test_a_large_photo_is_read_as_a_small_one_and_keeps_its_own_grid() -> None:
    small = take()
    large = cv2.resize(small.image, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    first, second = measured(small.image, mm_per_pixel=0.03), measured(large, mm_per_pixel=0.01)
    assert second.reading.mask.shape == large.shape[:2]
    one, other = first.reading.description, second.reading.description
    assert other.area_px == pytest.approx(9 * one.area_px, rel=0.02)
    assert other.diameter_mm == pytest.approx(one.diameter_mm, rel=0.02)
    assert second.reading.estimate.malignancy == pytest.approx(first.reading.estimate.malignancy, abs=0.02)


def test_no_scale_no_millimetres() -> None:
    assert measured(take().image).reading.description.diameter_mm is None


def test_what_is_known_of_the_patient_reaches_one_classifier() -> None:
    image = take().image
    results = [
        analyse_lesion(image, MODELS, metadata=Metadata(age, Sex.MALE, Site.HEAD_NECK)) for age in (20, 80)
    ]
    young, old = (
        {o.task: o.malignancy for o in r.reading.estimate.opinions}
        for r in results
        if isinstance(r, LesionResult)
    )
    assert old["lesion_fusion"] > young["lesion_fusion"] + 0.05
    assert old["lesion_resnet"] == young["lesion_resnet"]


def test_a_segmenter_that_finds_nothing_leaves_the_other_and_a_review() -> None:
    blind = replace(MODELS.segmenters["lesion_deeplab"], network=DarkIsLesion(-1).eval())
    models = replace(MODELS, segmenters={**MODELS.segmenters, "lesion_deeplab": blind})
    result = analyse_lesion(take().image, models, metadata=NOBODY)
    assert isinstance(result, LesionResult)
    assert set(result.readings) == {"lesion_unet"}
    assert (result.picked, result.agreement, result.needs_review) == ("lesion_unet", 0.0, True)


@pytest.mark.parametrize("share", [0.02, 0.05, 0.09])
def test_a_lesion_below_a_tenth_of_the_picture_is_still_a_lesion(share: float) -> None:
    truth = take().mask.mean()
    photograph = take(scale=float(np.sqrt(share / truth)))
    assert photograph.mask.mean() < 0.1
    assert measured(photograph.image).reading.description.area_px > 0


def noise(level: int) -> Image:
    return np.random.default_rng(level).integers(0, 256, (360, 480, 3)).astype(np.uint8)


BAD: dict[Reason, Callable[[], Image]] = {
    Reason.TOO_SMALL: lambda: photograph_lesion(6, size=(300, 225), phototype=1).image,
    Reason.TOO_DARK: lambda: (take().image // 8).astype(np.uint8),
    Reason.BURNT_OUT: lambda: np.clip(take().image.astype(int) + 110, 0, 255).astype(np.uint8),
    Reason.NOT_SKIN: lambda: noise(1),
    Reason.BLURRED: lambda: cv2.GaussianBlur(take().image, (0, 0), 9).astype(np.uint8),
    Reason.NO_LESION: lambda: np.clip(take(scale=1e-3).image.astype(int) + 30, 0, 255).astype(np.uint8),
    Reason.LESION_TOO_SMALL: lambda: take(scale=0.18).image,
    Reason.TONE_NOT_EVALUATED: lambda: photograph_lesion(6, size=SIZE, phototype=6).image,
}


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_withholds_the_estimate_and_says_what_was_measured(reason: Reason) -> None:
    result = withheld(BAD[reason]())
    assert result.reason == reason
    assert result.message
    failed = [finding for finding in result.quality if finding.verdict == "fail"]
    assert failed[0].code == reason
    assert failed[0].fail_threshold is not None


@pytest.mark.parametrize(
    ("image", "scale"),
    [
        (np.zeros((480, 640), np.uint8), None),
        (np.zeros((360, 480, 3), np.float32), None),
        (np.zeros((360, 480, 3), np.uint8), 0.0),
        (np.zeros((360, 480, 3), np.uint8), float("nan")),
    ],
)
def test_what_is_no_photo_or_no_scale_is_refused(image: Image, scale: float | None) -> None:
    with pytest.raises(ValueError, match=r"photo|scale"):
        analyse_lesion(image, MODELS, metadata=NOBODY, mm_per_pixel=scale)
