"""Networks of lesions come out of release folders as those of faces do, and neither needs the other."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from pytest_django import Settings

from analysis.models import ModelRelease, Run
from analysis.predictor import active_lesion_predictor, active_predictor
from analysis.readiness import missing_releases
from analysis.releases import active_releases, sync_releases
from analysis.vision.architectures import ARCHITECTURES
from analysis.vision.cards import EvaluationSet, Metric
from analysis.vision.face.inputs import CropInput
from analysis.vision.lesion.crop import MARGIN
from analysis.vision.releases import WeightsMismatch, WeightsMissing, write_release
from analysis.work import perform_run
from tests.vision.known_networks import card

pytestmark = pytest.mark.django_db
NETWORKS = {
    "lesion_unet": ("unet", {"widths": (4, 8)}),
    "lesion_deeplab": ("deeplabv3", {}),
    "lesion_resnet": ("resnet18", {}),
    "lesion_fusion": ("efficientnet_b3_fusion", {}),
}
PROVEN = EvaluationSet("held out", 100, {"auc": Metric(0.9, 0.8, 0.95)})
CLASSES = {"classes": ("benign", "malignant"), "malignant": ("malignant",), "evaluation": (PROVEN,)}


@pytest.fixture
def weights(tmp_path: Path, settings: Settings) -> Path:
    """A weights folder that is empty; the settings point there."""
    settings.WEIGHTS_DIR = tmp_path / "weights"
    return Path(settings.WEIGHTS_DIR)


def install(folder: Path, task: str) -> None:
    torch.manual_seed(0)
    architecture, arguments = NETWORKS[task]
    entries = {
        "preprocessing": asdict(CropInput(size=64, margin=MARGIN)),
        "arguments": arguments,
        **(CLASSES if task in {"lesion_resnet", "lesion_fusion"} else {}),
    }
    network = ARCHITECTURES[architecture](**arguments)
    write_release(folder / f"{task}-1", network, card(task, architecture, **entries))


def test_all_four_are_loaded_once_and_only_whole(weights: Path) -> None:
    for task in list(NETWORKS)[:3]:
        install(weights, task)
    with pytest.raises(WeightsMissing, match="Lesion estimate, with age, sex and site"):
        active_lesion_predictor()
    install(weights, "lesion_fusion")
    predictor = active_lesion_predictor()
    assert {row.name for row in predictor.releases.values()} == {f"{task}-1" for task in NETWORKS}
    assert active_lesion_predictor().models is predictor.models
    (weights / "lesion_unet-1" / "weights.safetensors").write_bytes(b"altered")
    with pytest.raises(WeightsMismatch):
        active_lesion_predictor()


def test_without_a_classifier_that_beats_chance_nothing_is_estimated(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CLASSES, "evaluation", ())
    for task in NETWORKS:
        install(weights, task)
    with pytest.raises(WeightsMismatch, match="better than chance"):
        active_lesion_predictor()


def test_a_lesion_without_releases_is_not_measurable_and_says_so(weights: Path, run: Run) -> None:
    weights.mkdir()
    assert perform_run(run_id=run.pk) == "not_measurable"
    run.refresh_from_db()
    assert run.reason_code == "no_model"
    assert "Lesion outline, U-Net" in run.reason


def test_faces_and_lesions_do_not_need_each_other(weights: Path) -> None:
    install(weights, "lesion_unet")
    sync_releases()
    with pytest.raises(WeightsMissing, match="Face detection"):
        active_predictor()
    assert "lesion" not in missing_releases()
    assert set(active_releases([ModelRelease.Task.LESION_UNET])) == {"lesion_unet"}
