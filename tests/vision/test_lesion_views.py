"""What is made beside the numbers: pictures for the eye, explanations, facts for a note, change over time."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.vision.face.crop import Crop
from analysis.vision.lesion.change import Hindrance, Seen, compare
from analysis.vision.lesion.description import bare_skin, describe
from analysis.vision.lesion.enhancement import ENHANCEMENTS, Enhancement, reduce_glare, remove_hair
from analysis.vision.lesion.heat import heat_of, lay_over
from analysis.vision.lesion.metadata import Metadata
from analysis.vision.lesion.note import Degree, note_facts
from analysis.vision.lesion.pipeline import analyse_lesion
from analysis.vision.lesion.result import Description, LesionResult
from analysis.vision.lesion.scene import find_hair
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.vision.phantom.mole import Course
from tests.vision.known_lesions import known_lesion_models

MODELS = known_lesion_models()
SIZE = (480, 360)
RELEASE = ("lesion_unet-1", "0" * 64)


@pytest.mark.parametrize("enhancement", list(Enhancement))
def test_an_enhanced_picture_is_another_one_of_the_same_size(enhancement: Enhancement) -> None:
    image = photograph_lesion(2, size=SIZE, hair=0.6, bubbles=True).image
    image[100:104, 100:104] = 255
    before = image.copy()
    enhanced = ENHANCEMENTS[enhancement](image)
    assert enhanced.shape == image.shape
    assert enhanced.dtype == np.uint8
    assert np.array_equal(image, before)
    assert not np.array_equal(enhanced, image)


def test_hair_goes_and_what_is_without_hair_stays() -> None:
    bare, hairy = (photograph_lesion(6, size=SIZE, hair=hair).image for hair in (0.0, 0.7))
    cleaned = remove_hair(hairy)
    assert find_hair(cleaned).mean() < 0.2 * find_hair(hairy).mean()
    assert np.abs(cleaned.astype(int) - bare).mean() < 0.35 * np.abs(hairy.astype(int) - bare).mean()
    away = np.zeros((360, 480, 3), np.uint8) + 200
    assert np.array_equal(remove_hair(away), away)


def test_small_highlights_are_filled_and_burnt_out_areas_are_left() -> None:
    image = photograph_lesion(6, size=SIZE).image
    image[50:54, 50:54] = 255
    image[200:340, 20:160] = 255
    cleaned = reduce_glare(image)
    assert cleaned[51, 51].max() < 250
    assert (cleaned[220:320, 40:140] == 255).all()


def test_heat_lies_where_the_evidence_is() -> None:
    crop = np.full((64, 64, 3), (180, 120, 90), np.uint8)
    crop[:, 40:] = (60, 60, 160)
    (heat,) = heat_of([crop], MODELS.classifiers["lesion_resnet"], Metadata())
    assert heat.shape == (64, 64)
    assert heat[:, 48:].mean() > 0.9 > 0.2 > heat[:, :30].mean()
    photo = np.full((120, 160, 3), 90, np.uint8)
    shown = lay_over(photo, heat, Crop(40, 30, 64))
    assert shown.shape == photo.shape
    changed = np.any(shown != photo, axis=2)
    assert not changed[:25].any()
    assert changed[40:80, 90:100].all()


def test_the_facts_of_a_note_are_those_of_the_picked_reading() -> None:
    photograph = photograph_lesion(6, size=SIZE, phototype=1)
    result = analyse_lesion(
        photograph.image, MODELS, metadata=Metadata(), mm_per_pixel=photograph.mm_per_pixel
    )
    assert isinstance(result, LesionResult)
    for task, reading in result.readings.items():
        facts = note_facts(
            reading.description,
            reading.estimate,
            segmenter=task,
            agreement=result.agreement,
            needs_review=result.needs_review,
            releases=result.releases,
        )
        assert facts.segmenter == task
        assert facts.area_px == reading.description.area_px
        assert facts.area_mm2 == pytest.approx(reading.mask.sum() * photograph.mm_per_pixel**2, rel=0.02)
        assert facts.malignancy_percent == pytest.approx(100 * reading.estimate.malignancy)
        assert facts.asymmetry in set(Degree)
        assert len(facts.releases) == 4


def seen(months: float, course: Course, *, scaled: bool = True) -> Seen:
    photograph = photograph_lesion(8, size=SIZE, months=months, course=course)
    scale = photograph.mm_per_pixel if scaled else None
    description = describe(photograph.image, photograph.mask, bare_skin(photograph.image), mm_per_pixel=scale)
    return Seen(description, RELEASE)


def test_a_growing_lesion_grew_and_a_stable_one_did_not() -> None:
    grown = compare(seen(0, Course.GROWING), seen(6, Course.GROWING))
    stable = compare(seen(0, Course.STABLE), seen(6, Course.STABLE))
    assert grown.hindrances == stable.hindrances == ()
    assert grown.area_percent is not None
    assert grown.area_percent > 40
    assert grown.diameter_mm is not None
    assert grown.diameter_mm > 1
    assert stable.area_percent == pytest.approx(0, abs=5)
    assert stable.diameter_mm == pytest.approx(0, abs=0.3)
    assert stable.border == pytest.approx(0, abs=0.05)


def test_without_a_scale_on_both_sizes_are_not_compared() -> None:
    change = compare(seen(0, Course.STABLE), seen(6, Course.STABLE, scaled=False))
    assert change.hindrances == (Hindrance.NO_SCALE,)
    assert (change.area_percent, change.area_mm2, change.diameter_mm) == (None, None, None)
    assert change.border is not None


def test_masks_of_other_releases_are_not_compared() -> None:
    after = replace(seen(6, Course.STABLE), outlined_by=("lesion_unet-2", "1" * 64))
    change = compare(seen(0, Course.STABLE), after)
    assert change.hindrances == (Hindrance.OTHER_SEGMENTER,)
    assert change.border is None


def test_colours_under_another_light_are_not_compared() -> None:
    before = seen(0, Course.STABLE)
    paler: Description = replace(before.description, ita_degrees=20.0, colours=("blue_grey",))
    change = compare(before, replace(before, description=paler))
    assert change.hindrances == (Hindrance.OTHER_LIGHT,)
    assert change.new_colours == ()
    lit = replace(before.description, colours=(*before.description.colours, "blue_grey"))
    assert compare(before, replace(before, description=lit)).new_colours == ("blue_grey",)
