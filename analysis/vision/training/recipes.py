"""What a training run needs beside the data, as a small TOML file: the recipe.

`configs/` holds the recipes of the shipped releases. A recipe names no folder: where the data are is said
when it is cooked.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.vision.face.inputs import CropInput
from analysis.vision.training.data import FaceSample, read_faces, read_phantom
from analysis.vision.training.face_detector import face_detector_task
from analysis.vision.training.loop import Settings, Task
from analysis.vision.training.matting import MattingTask
from analysis.vision.training.splits import Side
from analysis.vision.training.vitiligo import VitiligoTask

CONFIGS = Path(__file__).with_name("configs")
TASKS = ("face_detector", "face_matting", "vitiligo")


@dataclass(frozen=True)
class Recipe:
    """One training, as written down."""

    settings: Settings
    inputs: CropInput
    task: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the task: batch_size, steps_per_epoch, sizes, weights, seed."""
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
    recipe = Recipe(
        settings=Settings(**raw.pop("settings", {})),
        inputs=CropInput.from_card(raw.pop("inputs", {})),
        task=_tuples(raw.pop("task", {})),
        training_sets=tuple(sets.get("training", ())),
        validation_sets=tuple(sets.get("validation", ())),
        validation_step=int(sets.get("validation_step", 1)),
    )
    if raw:
        raise TypeError(f"{path.name} has entries that nobody knows: {', '.join(raw)}")
    return recipe


def build_task(name: str, recipe: Recipe, data: Path, phantom: Path | None) -> Task[Any]:
    """The task `name` of `TASKS` on real images under `data` and, where given, a phantom set.

    Raises ValueError for an unknown name or a recipe for which there are no pictures.
    """
    if name == "face_detector":
        phantoms = [phantom] if phantom else []
        return face_detector_task(data, phantoms=phantoms, seed=recipe.settings.seed, **recipe.task)
    builders = {"face_matting": MattingTask, "vitiligo": VitiligoTask}
    if name not in builders:
        raise ValueError(f"There is no task {name!r}; there are {', '.join(TASKS)}.")
    training = samples_of(recipe.training_sets, Side.TRAINING, data, phantom)
    validation = samples_of(recipe.validation_sets, Side.VALIDATION, data, phantom)[:: recipe.validation_step]
    if not training or not validation:
        raise ValueError("The recipe's sets hold no pictures on one side of the split.")
    task: Task[Any] = builders[name](training, validation, inputs=recipe.inputs, **recipe.task)
    return task


def samples_of(sets: tuple[str, ...], side: Side, data: Path, phantom: Path | None) -> list[FaceSample]:
    """The faces of the named real sets and of the phantom set, on one side of the split."""
    samples = read_faces(data, sets, side) if sets else []
    return samples + (read_phantom(phantom, side) if phantom else [])


def _tuples(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entries.items()}
