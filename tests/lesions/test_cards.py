"""What the cards of lesion networks say on the page of the models."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from analysis.models import ModelRelease
from clinic.accounts.models import User
from patients.models import Lesion, Visit
from tests.lesions import sittings

pytestmark = pytest.mark.django_db


def figure(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.02, "high": value + 0.02}


def test_a_classifier_shows_order_calibration_limits_and_its_reliability(
    doctor: Client, releases: dict[str, ModelRelease]
) -> None:
    scores = {
        "auc": figure(0.86),
        "sensitivity_at_80": figure(0.7),
        "ece": figure(0.04),
        "brier": figure(0.1),
    }
    release = releases["lesion_fusion"]
    release.card = {
        "limits": "No dermoscopy of dark skin was available.",
        "evaluation": [
            {"name": "dermoscopy, held out", "n": 214, "metrics": scores},
            {"name": "age known, nothing told", "n": 90, "metrics": scores},
            {"name": "reliability, part 1", "n": 42, "metrics": {"said": figure(0.1), "came": figure(0.07)}},
        ],
    }
    release.save()
    page = re.sub(r"\s+", " ", doctor.get(reverse("pages:releases")).content.decode())
    for text in (
        "Dermoscopy, pictures held out, n = 214",
        "0.860",
        "70.0 %",
        "Calibration error (ECE)",
        "Patients of known age, neither age, sex nor site told",
        "No dermoscopy of dark skin was available.",
        '<td class="number">10.0 %</td><td class="number">7.0 %</td><td class="number">42</td>',
    ):
        assert text in page, text
    assert "reliability, part" not in page
    steps = [page.index(str(task.label)) for task in (ModelRelease.LESION_TASKS)]
    assert steps == sorted(steps)


@pytest.mark.parametrize(("auc", "warns"), [(0.66, True), (0.86, False)])
def test_the_page_of_a_photograph_says_how_well_its_classifiers_order(
    doctor: Client,
    lesion: Lesion,
    visits: list[Visit],
    photographer: User,
    releases: dict[str, ModelRelease],
    auc: float,
    warns: bool,
) -> None:
    release = releases["lesion_resnet"]
    release.card = {
        "evaluation": [{"name": "dermoscopy, held out", "n": 109, "metrics": {"auc": figure(auc)}}]
    }
    release.save()
    photo = sittings.photographed(lesion, visits[0], photographer)
    sittings.assess(photo, releases)
    page = doctor.get(reverse("pages:lesion_photo", args=[photo.pk])).content.decode()
    assert f"lesion_resnet-1: AUC {auc:.3f}" in page
    assert ("do not rely on its estimate" in page) == warns
