"""From a recipe to a judged release of a lesion network, on drawn lesions: a whole training in small."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from analysis.vision.face.inputs import CropInput
from analysis.vision.lesion.crop import MARGIN
from analysis.vision.lesion.metadata import Metadata, Site
from analysis.vision.lesion.models import LesionSegmenter, classifier_of, segmenter_of
from analysis.vision.lesion.networks import FusionNetwork, resnet18
from analysis.vision.releases import Release, WeightsMissing, read_release
from analysis.vision.segmentation.unet import UNet
from analysis.vision.training.lesion_classifier import LesionClassifierTask, class_weights, released
from analysis.vision.training.lesion_data import Fold, read_lesions
from analysis.vision.training.lesion_release import best_cut, cut_at, fit_temperature, publish_lesion
from analysis.vision.training.lesion_segmenter import LesionSegmenterTask
from analysis.vision.training.lesion_tasks import served_crops, traced
from analysis.vision.training.loop import Settings, train
from analysis.vision.training.recipes import CONFIGS, NetworkChoice, Recipe, build_task, read_recipe
from analysis.vision.training.report import evaluate_release
from tests.vision.known_lesions import PLAIN, DarkIsLesion

SMALL = Settings(epochs=2, bfloat16=False)
UNET = NetworkChoice("unet", {"classes": 1, "widths": [4, 8, 16]})
RESNET = NetworkChoice("resnet18", {"classes": 1})
TWO = {"classes": ("benign", "malignant"), "malignant": ("malignant",)}
DARK = LesionSegmenter(DarkIsLesion(), PLAIN)


@pytest.fixture(scope="module")
def weights_dir(drawn_lesions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a U-Net that learnt for six steps."""
    folder = tmp_path_factory.mktemp("weights")
    entries = {"batch_size": 4, "steps_per_epoch": 3, "sizes": (64,)}
    recipe = Recipe(SMALL, CropInput(size=64), entries, UNET)
    learn(folder, "lesion_deeplab", "lesion_segmenter", recipe, drawn_lesions)
    return folder


def learn(weights_dir: Path, name: str, task: str, recipe: Recipe, data: Path) -> Release:
    built = build_task(task, recipe, data, None, weights_dir)
    checkpoint = train(built, weights_dir / "runs" / name, recipe.settings, progress=False)
    return publish_lesion(
        weights_dir / f"{name}-1", checkpoint=checkpoint, recipe=recipe, data=data, weights_dir=weights_dir
    )


def test_a_segmenter_ends_in_a_judged_release(weights_dir: Path, drawn_lesions: Path, tmp_path: Path) -> None:
    release = read_release(weights_dir / "lesion_deeplab-1")
    judged = {one.name: one for one in release.card.evaluation}
    held_out = traced(drawn_lesions, Fold.TEST)
    assert judged["dermoscopy, held out"].n == len(held_out)
    assert judged["of dermoscopy_2017"].n < len(held_out)
    assert {"darkened by 0.3", "darkened by 0.6"} < set(judged)
    assert sum(one.n for one in release.card.training) == len(traced(drawn_lesions, Fold.TRAINING))
    assert segmenter_of(release).probability(held_out[0].image).shape == held_out[0].image.shape[:2]
    report = evaluate_release(release, drawn_lesions, None)
    report.write(tmp_path)
    assert "of dermoscopy_2017" in report.markdown()
    assert (tmp_path / "pictures.csv").exists()


def test_a_classifier_ends_in_a_calibrated_and_judged_release(
    weights_dir: Path, drawn_lesions: Path, tmp_path: Path
) -> None:
    entries = {"batch_size": 8, "steps_per_epoch": 2, "sizes": (64,), **TWO}
    recipe = Recipe(SMALL, CropInput(size=64, margin=MARGIN), entries, RESNET)
    release = learn(weights_dir, "lesion_resnet", "lesion_classifier", recipe, drawn_lesions)
    assert (release.card.classes, release.card.malignant) == (TWO["classes"], TWO["malignant"])
    assert release.card.temperature != 1
    judged = {one.name: one for one in release.card.evaluation}
    assert {"auc", "ece", "sensitivity_at_80"} < set(judged["dermoscopy, held out"].metrics)
    assert sum(one.n for name, one in judged.items() if "reliability" in name) == len(
        read_lesions(drawn_lesions, Fold.TEST)
    )
    assert classifier_of(release).temperature == release.card.temperature
    evaluate_release(release, drawn_lesions, None).write(tmp_path)
    assert (tmp_path / "reliability.png").exists()


def test_without_the_release_that_cuts_out_there_is_no_classifier(
    drawn_lesions: Path, tmp_path: Path
) -> None:
    recipe = Recipe(SMALL, CropInput(size=64, margin=MARGIN), TWO, RESNET)
    with pytest.raises(WeightsMissing, match="lesion_deeplab"):
        build_task("lesion_classifier", recipe, drawn_lesions, None, tmp_path)


def test_a_face_is_no_lesion(drawn_lesions: Path, tmp_path: Path) -> None:
    recipe = Recipe(SMALL, CropInput(size=64), {}, UNET)
    with pytest.raises(ValueError, match="no release of a lesion network"):
        publish_lesion(
            tmp_path / "vitiligo-1",
            checkpoint=tmp_path,
            recipe=recipe,
            data=drawn_lesions,
            weights_dir=tmp_path,
        )
    with pytest.raises(ValueError, match="names its network"):
        build_task("lesion_segmenter", replace(recipe, network=None), drawn_lesions, None)


@pytest.mark.parametrize(
    "suffix",
    [
        "segmenter",
        "segmenter_deeplab",
        "classifier",
        "classifier_96",
        "classifier_fusion",
        "classifier_fusion_96",
    ],
)
def test_the_shipped_recipes_can_be_read(suffix: str) -> None:
    recipe = read_recipe(CONFIGS / f"lesion_{suffix}.toml")
    assert recipe.network is not None
    assert recipe.settings.patience
    assert recipe.inputs.margin == MARGIN or "segmenter" in suffix


def test_pictures_grow_and_every_one_takes_part(drawn_lesions: Path) -> None:
    samples = traced(drawn_lesions, Fold.TRAINING)
    task = LesionSegmenterTask(
        samples,
        samples,
        batch_size=4,
        steps_per_epoch=2,
        sizes=(32, 64),
        epochs_a_size=2,
        network=UNet(1, (4, 8)),
    )
    shapes = [[tuple(batch.x.shape) for batch in task.batches(epoch)] for epoch in (0, 1, 2, 9)]
    assert shapes == [[(4, 3, side, side)] * 2 for side in (32, 32, 64, 64)]
    first, again = (next(iter(task.batches(0))) for _ in range(2))
    assert torch.equal(first.x, again.x)
    assert set(first.target.flatten().tolist()) == {0, 1}


def test_a_cut_becomes_one_half(drawn_lesions: Path) -> None:
    network = UNet(1, (4, 8)).eval()
    x = torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        before = network(x).sigmoid()
        network.load_state_dict(cut_at(network.state_dict(), 0.3))
        after = network(x).sigmoid()
    assert torch.equal(before > 0.3, after > 0.5)


def test_the_cut_with_the_highest_dice_is_chosen(drawn_lesions: Path) -> None:
    assert 0.3 <= best_cut(DARK, traced(drawn_lesions, Fold.VALIDATION)) <= 0.7
    with pytest.raises(ValueError, match="no lesions"):
        best_cut(DARK, [])


def test_a_temperature_undoes_overconfidence() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 1.5, 4000)
    labels = torch.from_numpy((rng.random(4000) < 1 / (1 + np.exp(-logits))).astype(np.int64))
    stretched = torch.from_numpy(np.stack([np.zeros(4000), 3 * logits], axis=1))
    assert fit_temperature(stretched, labels) == pytest.approx(3, rel=0.1)


def test_class_weights_are_taken_out_again() -> None:
    weights = class_weights(["benign"] * 6 + ["malignant"] * 2, ("benign", "malignant"))
    assert weights.tolist() == pytest.approx([2 / 3, 2])
    state = {f"network.{name}": value for name, value in resnet18().state_dict().items()}
    own = released(state | {"side.weight": torch.zeros(1)}, weights)
    assert float(state["network.fc.bias"] - own["fc.bias"]) == pytest.approx(np.log(3), rel=1e-5)
    assert "side.weight" not in own
    with pytest.raises(ValueError, match="no picture"):
        class_weights(["benign"], ("benign", "malignant"))


def test_a_fusion_is_told_with_gaps_and_learns_from_what_it_is_told(drawn_lesions: Path) -> None:
    crops = served_crops(DARK, read_lesions(drawn_lesions, Fold.TRAINING))
    task = LesionClassifierTask(
        crops,
        crops[:8],
        FusionNetwork(),
        inputs=CropInput(size=64, margin=MARGIN),
        batch_size=6,
        steps_per_epoch=1,
        sizes=(64,),
    )
    rng = np.random.default_rng(0)
    told = [task.forgetful(rng, Metadata(age=50)) for _ in range(200)]
    assert {one.age for one in told} == {50, None}
    assert {one.site for one in told} == {*Site, None}
    batch = next(iter(task.batches(0)))
    loss, parts = task.loss(batch)
    loss.backward()  # type: ignore[no-untyped-call]
    learnt = {name for name, value in task.model.named_parameters() if value.grad is not None}
    assert {"network.metadata.0.weight", "network.features.0.0.weight", "side.weight"} <= learnt
    assert set(parts) == {"entropy", "traits"}
    assert 0 <= task.validate()["auc"] <= 1
