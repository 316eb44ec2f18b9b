"""The light of a photo is told by its colours, and colours that no skin has are noticed."""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np
import pytest

from analysis.vision.face.crop import Crop
from analysis.vision.face.light import face_colours, foreign_share, warmth
from analysis.vision.face.quality import judge_colours, judge_light
from analysis.vision.face.reasons import SENTENCES, Reason
from analysis.vision.findings import Verdict
from analysis.vision.phantom import Person, Photograph, Scene, Vitiligo, take_photo
from analysis.vision.terms import Image, Mask, Modality, View

LIGHTS = [light for light in Modality if light is not Modality.DERMOSCOPY]
ULTRAVIOLET = {Modality.UV_REFLECTANCE, Modality.UV_FLUORESCENCE, Modality.WOODS_LAMP}
SEED = 900_411  # held out


@pytest.fixture(scope="module")
def photos() -> dict[Modality, Photograph]:
    """One phantom under every light."""
    person, vitiligo = Person.from_seed(SEED), Vitiligo.from_seed(SEED, extent=0.2, kind="bilateral")
    return {
        light: take_photo(person, vitiligo, Scene(View.FRONT, light, capture_seed=3), size=(236, 354))
        for light in LIGHTS
    }


def verdicts(photo: Photograph, filed: Modality, image: Image | None = None) -> dict[StrEnum, Verdict]:
    picture = photo.image if image is None else image
    findings = judge_colours(picture, photo.truth.face, photo.truth.box, filed)
    return {finding.code: finding.verdict for finding in findings}


@pytest.mark.parametrize("light", LIGHTS)
def test_each_light_passes_under_its_own_name(photos: dict[Modality, Photograph], light: Modality) -> None:
    assert set(verdicts(photos[light], light).values()) == {Verdict.PASS}


@pytest.mark.parametrize("light", LIGHTS)
def test_visible_and_ultraviolet_are_not_mistaken_for_each_other(
    photos: dict[Modality, Photograph], light: Modality
) -> None:
    other = Modality.VISIBLE if light in ULTRAVIOLET else Modality.UV_REFLECTANCE
    expected = Verdict.FAIL if light in ULTRAVIOLET else Verdict.WARN
    assert verdicts(photos[light], other)[Reason.OTHER_LIGHT] is expected


@pytest.mark.parametrize("light", [Modality.UV_REFLECTANCE, Modality.VISIBLE])
def test_false_colours_are_not_skin(photos: dict[Modality, Photograph], light: Modality) -> None:
    grey = cv2.cvtColor(photos[light].image, cv2.COLOR_RGB2GRAY)
    false = cv2.cvtColor(cv2.applyColorMap(grey, cv2.COLORMAP_JET), cv2.COLOR_BGR2RGB).astype(np.uint8)
    assert verdicts(photos[light], light, false)[Reason.NOT_SKIN] is Verdict.FAIL


def plain(colour: tuple[int, int, int]) -> tuple[Image, Mask, Crop]:
    image = np.full((100, 100, 3), colour, np.uint8)
    return image, np.ones((100, 100), np.uint8), Crop(0, 0, 100)


@pytest.mark.parametrize("colour", [(4, 3, 6), (255, 250, 251)])
def test_black_and_burnt_out_pixels_have_no_colour(colour: tuple[int, int, int]) -> None:
    image, face, crop = plain(colour)
    assert face_colours(image, face, crop) is None
    assert judge_colours(image, face, (10.0, 10.0, 90.0, 90.0), Modality.VISIBLE) == []


@pytest.mark.parametrize(
    ("colour", "warm", "foreign"),
    [
        ((160, 120, 100), 0.67, 0),
        ((100, 100, 100), 0.0, 0),
        ((60, 66, 80), -0.41, 0),
        ((30, 160, 40), -0.4, 1),
        ((180, 30, 170), 0.08, 1),
    ],
)
def test_warmth_is_in_octaves_and_green_or_magenta_is_foreign(
    colour: tuple[int, int, int], warm: float, foreign: float
) -> None:
    colours = face_colours(*plain(colour))
    assert colours is not None
    assert warmth(colours) == pytest.approx(warm, abs=0.02)
    assert foreign_share(colours) == foreign


def test_a_light_that_nobody_evaluated_is_refused_in_the_agreed_words() -> None:
    assert judge_light(None) == judge_light(Modality.UV_REFLECTANCE) == []
    (finding,) = judge_light(Modality.DERMOSCOPY)
    assert (finding.code, finding.verdict) == (Reason.UNKNOWN_LIGHT, Verdict.FAIL)
    for reason in (Reason.UNKNOWN_LIGHT, Reason.NOT_SKIN):
        assert SENTENCES[reason].startswith("Outside the conditions this model was evaluated on (")
        assert SENTENCES[reason].endswith("; result withheld.")
