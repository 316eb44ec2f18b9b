"""Alignment against the phantom's exact truth, the areas of change, and each refusal."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from analysis.vision.face.change import Change, map_change
from analysis.vision.face.misfits import Misfit
from analysis.vision.face.registration import (
    SIDE,
    FaceInPhoto,
    NotAligned,
    Registration,
    register,
)
from analysis.vision.terms import View
from analysis.vision.training.phantom_pairs import PhantomPair, take_pair, true_side


@lru_cache(maxsize=4)
def pair(seed: int, view: View, amount: float) -> PhantomPair:
    return take_pair(seed, view, amount, size=(456, 684))


@pytest.mark.parametrize(("seed", "view", "amount"), [(981_001, View.FRONT, 0.6), (981_002, View.LEFT, 0.0)])
def test_a_phantom_pair_is_laid_over_itself(seed: int, view: View, amount: float) -> None:
    case = pair(seed, view, amount)
    found = register(true_side(case.first), true_side(case.second))
    assert isinstance(found, Registration)
    assert np.median(case.errors(found)) <= 3
    assert found.residual < 1.5
    assert found.overlap > 0.9
    change = map_change(found, case.first.truth.vitiligo, case.second.truth.vitiligo)
    truth = case.shares()
    assert change.shares[Change.REPIGMENTED] == pytest.approx(truth["repigmented"], abs=1)
    assert change.shares[Change.NEW] == pytest.approx(truth["new"], abs=1)


def test_a_photo_lies_over_itself_without_a_trace() -> None:
    first = pair(981_001, View.FRONT, 0.6).first
    one = true_side(first)
    found = register(one, one)
    assert isinstance(found, Registration)
    middle = slice(SIDE // 3, 2 * SIDE // 3)
    index = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1)
    assert np.abs(found.places - index)[middle, middle].max() < 1
    assert found.overlap > 0.999
    change = map_change(found, first.truth.vitiligo, first.truth.vitiligo)
    assert change.shares[Change.REPIGMENTED] + change.shares[Change.NEW] < 0.05
    assert change.shares[Change.STABLE] == pytest.approx(first.truth.f_vitiligo, abs=0.3)
    again = found.bring_photo(first.image, first.image.shape[:2])
    face = first.truth.face > 0
    assert np.abs(again[face].astype(int) - first.image[face]).mean() < 1


def faces() -> tuple[FaceInPhoto, FaceInPhoto]:
    case = pair(981_001, View.FRONT, 0.6)
    return true_side(case.first), true_side(case.second)


@pytest.mark.parametrize(("axis", "degrees"), [("yaw", 26.0), ("pitch", -21.0), ("roll", 31.0)])
def test_heads_that_are_turned_differently_are_refused(axis: str, degrees: float) -> None:
    first, second = faces()
    turned = replace(second, pose=replace(first.pose, **{axis: getattr(first.pose, axis) + degrees}))
    answer = register(first, turned)
    assert isinstance(answer, NotAligned)
    assert answer.reason is Misfit.TURNED
    assert answer.value == pytest.approx(abs(degrees))
    assert "turned differently" in answer.message


def test_a_face_without_detail_is_refused() -> None:
    first, second = faces()
    answer = register(first, replace(second, image=np.full_like(second.image, 90)))
    assert isinstance(answer, NotAligned)
    assert answer.reason is Misfit.NO_DETAILS


def test_another_person_is_refused() -> None:
    first, _second = faces()
    other = true_side(pair(981_003, View.FRONT, 0.0).first)
    answer = register(first, replace(other, pose=first.pose))
    assert isinstance(answer, NotAligned)
    assert answer.reason in {Misfit.NO_DETAILS, Misfit.RESIDUAL}


def test_an_empty_face_is_no_face() -> None:
    first, second = faces()
    with pytest.raises(ValueError, match="empty face"):
        register(first, replace(second, face=np.zeros_like(second.face)))
