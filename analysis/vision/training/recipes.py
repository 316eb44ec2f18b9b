"""What a training run needs beside the data, as a small TOML file: the recipe.

`configs/` holds the recipes of the shipped releases. A recipe names no folder: where the data are is said
when it is cooked.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from analysis.vision.architectures import ARCHITECTURES
from analysis.vision.cards import Base
from analysis.vision.catalogue import SAM, installed
from analysis.vision.face.inputs import CropInput
from analysis.vision.releases import load_encoder
from analysis.vision.segmentation.sam_unet import SamUNet
from analysis.vision.training.data import FaceSample, read_faces, read_phantom
from analysis.vision.training.face_detector import face_detector_task
from analysis.vision.training.lesion_tasks import classifier_task, segmenter_task
from analysis.vision.training.loop import Settings, Task
from analysis.vision.training.matting import MattingTask
from analysis.vision.training.splits import Side
from analysis.vision.training.vitiligo import VitiligoTask

CONFIGS = Path(__file__).with_name("configs")
WEIGHTS = Path(__file__).parents[1] / "weights"
LESION_TASKS = ("lesion_segmenter", "lesion_classifier")
TASKS = ("face_detector", "face_matting", "vitiligo", *LESION_TASKS)


@dataclass(frozen=True)
class NetworkChoice:
    """A network by its name in the architecture registry."""

    architecture: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def base(self, weights_dir: Path) -> Base | None:
        """What it builds on: SAM for the SAM-guided U-Net. Raises WeightsMissing with the way to get it."""
        if self.architecture != "sam_unet":
            return None
        release = installed(SAM, weights_dir)
        return Base(release.name, release.sha256)

    def build(self, weights_dir: Path) -> nn.Module:
        """With random weights, on what it builds on. Raises KeyError for an unknown name, WeightsMissing."""
        base = self.base(weights_dir)
        network = ARCHITECTURES[self.architecture](**self.arguments)
        if isinstance(network, SamUNet):
            network.guided_by(load_encoder(base, weights_dir))
        return network


@dataclass(frozen=True)
class Recipe:
    """One training, as written down."""

    settings: Settings
    inputs: CropInput
    task: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the task: batch_size, steps_per_epoch, sizes, weights, seed."""
    network: NetworkChoice | None = None
    """The task's own network where None; only the vitiligo task has a choice."""
    training_sets: tuple[str, ...] = ()
    validation_sets: tuple[str, ...] = ()
    validation_step: int = 1
    """Every so many-th validation picture is looked at after an epoch; a release is judged on all."""


def read_recipe(path: Path) -> Recipe:
    """A recipe from its TOML file.

    Raises FileNotFoundError, tomllib.TOMLDecodeError, or TypeError for an entry that nobody knows.
    """
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    sets = raw.pop("sets", {})
    network = raw.pop("network", None)
    recipe = Recipe(
        settings=Settings(**raw.pop("settings", {})),
        inputs=CropInput.from_card(raw.pop("inputs", {})),
        task=_tuples(raw.pop("task", {})),
        network=None if network is None else NetworkChoice(**network),
        training_sets=tuple(sets.get("training", ())),
        validation_sets=tuple(sets.get("validation", ())),
        validation_step=int(sets.get("validation_step", 1)),
    )
    if raw:
        raise TypeError(f"{path.name} has entries that nobody knows: {', '.join(raw)}")
    return recipe


def build_task(
    name: str, recipe: Recipe, data: Path, phantom: Path | None, weights_dir: Path = WEIGHTS
) -> Task[Any]:
    """The task `name` of `TASKS` on real images under `data` and, where given, a phantom set.

    `weights_dir` holds what the recipe's network builds on. Raises ValueError for an unknown name or a recipe
    for which there are no pictures, WeightsMissing where that is not installed.
    """
    if name == "face_detector":
        phantoms = [phantom] if phantom else []
        return face_detector_task(data, phantoms=phantoms, seed=recipe.settings.seed, **recipe.task)
    if name in LESION_TASKS:
        return _lesion_task(name, recipe, data, weights_dir)
    builders = {"face_matting": MattingTask, "vitiligo": VitiligoTask}
    if name not in builders:
        raise ValueError(f"There is no task {name!r}; there are {', '.join(TASKS)}.")
    training = samples_of(recipe.training_sets, Side.TRAINING, data, phantom)
    validation = samples_of(recipe.validation_sets, Side.VALIDATION, data, phantom)[:: recipe.validation_step]
    if not training or not validation:
        raise ValueError("The recipe's sets hold no pictures on one side of the split.")
    chosen = {} if recipe.network is None else {"network": recipe.network.build(weights_dir)}
    task: Task[Any] = builders[name](training, validation, inputs=recipe.inputs, **chosen, **recipe.task)
    return task


def _lesion_task(name: str, recipe: Recipe, data: Path, weights_dir: Path) -> Task[Any]:
    if recipe.network is None:
        raise ValueError(f"The recipe of a {name} names its network.")
    torch.manual_seed(recipe.settings.seed)
    network = recipe.network.build(weights_dir)
    if name == "lesion_segmenter":
        return segmenter_task(data, network, recipe.inputs, **recipe.task)
    return classifier_task(data, weights_dir, network, recipe.inputs, **recipe.task)


def samples_of(sets: tuple[str, ...], side: Side, data: Path, phantom: Path | None) -> list[FaceSample]:
    """The faces of the named real sets and of the phantom set, on one side of the split."""
    samples = read_faces(data, sets, side) if sets else []
    return samples + (read_phantom(phantom, side) if phantom else [])


def _tuples(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entries.items()}
