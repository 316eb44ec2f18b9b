"""What other systems for lesions were reported to get wrong, each the other way round here.

Networks whose answer is known show what surrounds them; the shipped releases, where they are installed, show
what they were taught.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import analysis.vision
from analysis.vision.lesion.bands import band_of
from analysis.vision.lesion.gates import TONE
from analysis.vision.lesion.metadata import Metadata, Sex, Site
from analysis.vision.lesion.models import LesionModels, load_lesion_models
from analysis.vision.lesion.outline import dice
from analysis.vision.lesion.pipeline import analyse_lesion
from analysis.vision.lesion.reasons import Reason
from analysis.vision.lesion.result import CLASSIFIERS, TASKS, Band, Confidence, LesionResult, Withheld
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.vision.releases import Release, WeightsMissing, find_release
from tests.vision.known_lesions import known_lesion_models

SHIPPED = Path(analysis.vision.__file__).parent / "weights"
KNOWN = known_lesion_models()
SIZE = (512, 384)


def _installed() -> bool:
    try:
        return all(find_release(SHIPPED, task) for task in TASKS)
    except WeightsMissing:
        return False


shipped = pytest.mark.skipif(not _installed(), reason="no lesion releases are installed")


@pytest.fixture(scope="module")
def models() -> LesionModels:
    return load_lesion_models(SHIPPED)


def opinions(result: LesionResult | Withheld) -> Mapping[str, float]:
    assert isinstance(result, LesionResult)
    return {one.task: one.malignancy for one in result.reading.estimate.opinions}


def test_missing_weights_give_no_prediction(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        load_lesion_models(tmp_path)


def test_a_benign_lesion_can_be_called_so_with_confidence() -> None:
    assert band_of(0.02) == (Band.BENIGN, Confidence.HIGH)
    assert band_of(0.10) == (Band.BENIGN, Confidence.MEDIUM)


def test_skin_darker_than_what_the_release_was_judged_on_is_withheld_with_the_findings() -> None:
    for phototype in (5, 6):
        image = photograph_lesion(6, size=SIZE, phototype=phototype).image
        result = analyse_lesion(image, KNOWN, metadata=Metadata())
        assert isinstance(result, Withheld)
        assert result.reason == Reason.TONE_NOT_EVALUATED
        assert len(result.quality) > 5


def test_the_card_says_how_dark_the_skin_may_be() -> None:
    image = photograph_lesion(6, size=SIZE, phototype=1).image
    releases = dict(KNOWN.releases)
    for task in CLASSIFIERS:
        old = releases[task]
        releases[task] = Release(old.folder, replace(old.card, thresholds={TONE: 89.9}))
    strict = replace(KNOWN, releases=releases)
    assert isinstance(analyse_lesion(image, KNOWN, metadata=Metadata()), LesionResult)
    result = analyse_lesion(image, strict, metadata=Metadata())
    assert isinstance(result, Withheld)
    assert result.reason == Reason.TONE_NOT_EVALUATED


@shipped
@pytest.mark.parametrize(
    "other",
    [
        Metadata(30, Sex.MALE, Site.HEAD_NECK),
        Metadata(70, Sex.FEMALE, Site.HEAD_NECK),
        Metadata(70, Sex.MALE, Site.LOWER_EXTREMITY),
    ],
    ids=["age", "sex", "site"],
)
def test_everything_that_is_asked_for_is_used(models: LesionModels, other: Metadata) -> None:
    image = photograph_lesion(8, size=SIZE).image
    first = opinions(analyse_lesion(image, models, metadata=Metadata(70, Sex.MALE, Site.HEAD_NECK)))
    second = opinions(analyse_lesion(image, models, metadata=other))
    assert first["lesion_fusion"] != second["lesion_fusion"]
    assert first["lesion_resnet"] == second["lesion_resnet"]


@shipped
@pytest.mark.parametrize("hair", [0.0, 0.5, 0.9])
def test_a_tiny_lesion_is_found_under_hair(models: LesionModels, hair: float) -> None:
    for seed in (7000, 7002, 7006):
        photograph = photograph_lesion(seed, size=SIZE, scale=0.45, hair=hair)
        assert photograph.mask.mean() < 0.05
        result = analyse_lesion(photograph.image, models, metadata=Metadata())
        assert isinstance(result, LesionResult)
        assert dice(result.reading.mask, photograph.mask) > 0.8


@shipped
def test_the_same_photo_gives_the_same_estimate(models: LesionModels) -> None:
    image = photograph_lesion(8, size=SIZE).image
    results = [analyse_lesion(image, models, metadata=Metadata(50)) for _ in range(2)]
    assert opinions(results[0]) == opinions(results[1])
