"""From a recipe to a judged release, on drawn faces: the whole of a training in small."""

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import nn

from analysis.vision.catalogue import SAM
from analysis.vision.face.inputs import CropInput
from analysis.vision.releases import WeightsMissing, load_network, read_release, write_release
from analysis.vision.segmentation.sam import Sam
from analysis.vision.segmentation.sam_unet import SamUNet
from analysis.vision.segmentation.unet import UNet
from analysis.vision.training.data import read_phantom
from analysis.vision.training.loop import Settings, train
from analysis.vision.training.publish import publish
from analysis.vision.training.recipes import CONFIGS, TASKS, NetworkChoice, Recipe, build_task, read_recipe
from analysis.vision.training.report import evaluate_release
from analysis.vision.training.splits import PHANTOM_HELD_OUT_FROM, Side
from tests.vision.known_networks import card

COLUMNS = ("file", "person", "view", "modality", "yaw", "face_pixels")
SMALL = {"batch_size": 2, "steps_per_epoch": 2, "sizes": (64,)}


@pytest.fixture(scope="module")
def drawn_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight drawn faces with bright patches, laid out as a phantom set; half of the people are held out."""
    folder = tmp_path_factory.mktemp("drawn")
    for part in ("images", "face", "vitiligo"):
        (folder / part).mkdir()
    with (folder / "truth.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for number in range(8):
            person = number // 2 + (PHANTOM_HELD_OUT_FROM if number >= 4 else 0)
            table.writerow(_draw(folder, f"face{number}", person))
    return folder


def _draw(folder: Path, name: str, person: int) -> dict[str, object]:
    face, vitiligo = np.zeros((96, 80), np.uint8), np.zeros((96, 80), np.uint8)
    cv2.ellipse(face, (40, 48), (24, 32), 0, 0, 360, 1, -1)
    cv2.circle(vitiligo, (34 + person % 5, 40), 8, 1, -1)
    image = np.full((96, 80, 3), 20, np.uint8)
    image[face == 1] = (60, 70, 90)
    image[vitiligo == 1] = (170, 180, 190)
    for part, pixels in (("images", image), ("face", face), ("vitiligo", vitiligo)):
        assert cv2.imwrite(str(folder / part / f"{name}.png"), pixels)
    return {
        "file": f"{name}.png",
        "person": person,
        "view": "front",
        "modality": "uv_reflectance",
        "yaw": 0,
        "face_pixels": int(face.sum()),
    }


@pytest.mark.parametrize("task", TASKS)
def test_the_shipped_recipes_can_be_read(task: str) -> None:
    recipe = read_recipe(CONFIGS / f"{task}.toml")
    assert recipe.settings.learning_rate > 0


def test_an_unknown_entry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text("[oven]\ndegrees = 200\n")
    with pytest.raises(TypeError, match="oven"):
        read_recipe(path)


def test_an_unknown_task_is_refused(drawn_set: Path) -> None:
    with pytest.raises(ValueError, match="no task"):
        build_task("soup", Recipe(Settings(), CropInput()), drawn_set, drawn_set)


def test_people_are_on_one_side(drawn_set: Path) -> None:
    people = {side: {s.subject for s in read_phantom(drawn_set, side)} for side in Side}
    assert people[Side.TRAINING] == {"0", "1"}
    assert people[Side.VALIDATION] == {"900002", "900003"}


@pytest.mark.parametrize("task", ["face_matting", "vitiligo"])
def test_a_training_ends_in_a_judged_release(task: str, drawn_set: Path, tmp_path: Path) -> None:
    recipe = Recipe(Settings(epochs=2, bfloat16=False), CropInput(size=64, margin=0.1), SMALL)
    checkpoint = train(
        build_task(task, recipe, drawn_set, drawn_set), tmp_path / "run", recipe.settings, progress=False
    )
    release = publish(
        tmp_path / f"{task}-1",
        task=task,
        checkpoint=checkpoint,
        recipe=recipe,
        training=read_phantom(drawn_set, Side.TRAINING),
        data=None,
        phantom=drawn_set,
    )
    assert release.card.training[0].n == 4
    judged = {one.name: one for one in read_release(release.folder).card.evaluation}
    assert judged["phantom"].n == 4
    assert 0 <= judged["phantom"].metrics["iou"].value <= 1
    load_network(release)

    report = evaluate_release(release, None, drawn_set, progress=False)
    report.write(tmp_path / "report")
    assert {path.name for path in (tmp_path / "report").iterdir()} >= {
        "metrics.md",
        "metrics.json",
        "pictures.csv",
    }
    assert "phantom" in report.markdown()


@pytest.fixture
def weights_dir(tmp_path: Path) -> Path:
    """A weights folder with a tiny SAM under the published one's name."""
    torch.manual_seed(0)
    tiny = card("sam", "sam", name=SAM.name, arguments={"size": "tiny"})
    write_release(tmp_path / "weights" / SAM.name, Sam("tiny"), tiny)
    return tmp_path / "weights"


@pytest.mark.parametrize(
    ("network", "kind"),
    [(NetworkChoice("unet", {"widths": [8, 16]}), UNet), (NetworkChoice("sam_unet"), SamUNet)],
    ids=["unet", "sam_unet"],
)
def test_the_vitiligo_task_takes_another_network(
    network: NetworkChoice, kind: type[nn.Module], drawn_set: Path, weights_dir: Path, tmp_path: Path
) -> None:
    inputs = CropInput(size=64, margin=0.1)
    recipe = Recipe(Settings(epochs=1, bfloat16=False), inputs, SMALL, network)
    task = build_task("vitiligo", recipe, drawn_set, drawn_set, weights_dir)
    checkpoint = train(task, tmp_path / "run", recipe.settings, progress=False)
    release = publish(
        weights_dir / "vitiligo-other",
        task="vitiligo",
        checkpoint=checkpoint,
        recipe=recipe,
        training=read_phantom(drawn_set, Side.TRAINING),
        data=None,
        phantom=drawn_set,
    )
    assert isinstance(load_network(read_release(release.folder)), kind)
    assert (release.card.base is not None) == (kind is SamUNet)


def test_without_sam_its_recipe_says_how_to_get_it(drawn_set: Path, tmp_path: Path) -> None:
    recipe = replace(read_recipe(CONFIGS / "vitiligo_sam_unet.toml"), training_sets=(), validation_sets=())
    with pytest.raises(WeightsMissing, match="weights import"):
        build_task("vitiligo", recipe, drawn_set, drawn_set, tmp_path)


@pytest.mark.parametrize("name", ["vitiligo_unet", "vitiligo_sam_unet"])
def test_the_recipes_of_the_comparison_can_be_read(name: str) -> None:
    assert read_recipe(CONFIGS / f"{name}.toml").network is not None
