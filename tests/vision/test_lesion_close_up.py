"""The gate that tells skin close up from everything else: what it refuses, and what it lets through."""

import csv
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from analysis.vision.lesion import close_up
from analysis.vision.lesion.close_up import FEATURES, close_up_score, features
from analysis.vision.lesion.gates import REFUSED_BELOW
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.vision.terms import Image
from analysis.vision.training.close_up import FACES, judges, wilson_interval
from analysis.vision.training.data import read_image
from analysis.vision.training.other_pictures import DRAWN

DATA = Path(__file__).parents[3] / "shared" / "data"
UNSEEN = 5000
"""Seeds from here on neither taught nor judged."""


def refused(image: Image) -> bool:
    return close_up_score(image) < REFUSED_BELOW


@pytest.mark.parametrize("kind", list(DRAWN))
def test_drawn_pictures_of_other_things_are_refused(kind: str) -> None:
    number = list(DRAWN).index(kind)
    drawn = [DRAWN[kind](np.random.default_rng((UNSEEN + seed, number))) for seed in range(12)]
    assert sum(map(refused, drawn)) >= 11


def test_every_tone_of_skin_close_up_is_let_through() -> None:
    obstacles: tuple[dict[str, Any], ...] = ({}, {"hair": 0.8}, {"ring": True}, {"bubbles": True})
    for phototype in range(1, 7):
        for number, obstacle in enumerate(obstacles):
            seed = UNSEEN + 10 * phototype + number
            photograph = photograph_lesion(seed, size=(320, 240), phototype=phototype, **obstacle)
            assert not refused(photograph.image), (phototype, obstacle)


def test_the_size_of_the_picture_hardly_matters() -> None:
    image = photograph_lesion(UNSEEN, size=(1024, 768)).image
    half = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8)
    assert close_up_score(half) == pytest.approx(close_up_score(image), abs=0.05)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_picture_of_one_colour_has_features_and_is_no_skin(level: int) -> None:
    image = np.full((240, 320, 3), level, np.uint8)
    assert np.isfinite(features(image)).all()
    assert features(image).shape == (len(FEATURES),)
    assert refused(image)


def test_coefficients_of_other_features_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = json.loads(close_up.COEFFICIENTS.read_text())
    other = tmp_path / "close_up.json"
    other.write_text(json.dumps(stored | {"features": ["lightness"]}))
    monkeypatch.setattr(close_up, "COEFFICIENTS", other)
    close_up._coefficients.cache_clear()
    try:
        with pytest.raises(ValueError, match="other features"):
            close_up_score(np.zeros((64, 64, 3), np.uint8))
    finally:
        close_up._coefficients.cache_clear()


def test_the_interval_of_a_share() -> None:
    assert wilson_interval(0, 36) == pytest.approx((0, 0.0964), abs=1e-3)
    assert wilson_interval(50, 100) == pytest.approx((0.404, 0.596), abs=1e-3)


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the real image sets are not here")
def test_real_lesions_pass_and_real_faces_do_not() -> None:
    """Some of the half that judges; the rates of all stand in docs/lesions.md."""
    with (DATA / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if judges(row["subject"] or row["image"])]
    lesions = [row for row in rows if row["set"].startswith("dermoscopy")][::3]
    faces = [row for row in rows if row["set"] in FACES][::4]
    refused_lesions = sum(refused(read_image(DATA / row["image"])) for row in lesions)
    refused_faces = sum(refused(read_image(DATA / row["image"])) for row in faces)
    assert len(lesions) > 60
    assert len(faces) > 100
    assert refused_lesions <= 0.02 * len(lesions)
    assert refused_faces >= 0.93 * len(faces)
