"""What the cards of lesion networks say on the page of the models."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from analysis.models import ModelRelease

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
