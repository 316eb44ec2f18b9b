"""`manage.py train`: teach one of the networks; stop it and start it again at will."""

import json
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analysis.clinic_training import train_on_signed_masks
from analysis.vision.cards import Card
from analysis.vision.face.models import VITILIGO
from analysis.vision.releases import Release, ReleaseUnusable
from analysis.vision.training.clinic import SETTINGS, TooFewPatients
from analysis.vision.training.judgement import as_markdown
from analysis.vision.training.lesion_release import publish_lesion
from analysis.vision.training.loop import train
from analysis.vision.training.publish import ARCHITECTURES, publish
from analysis.vision.training.recipes import (
    CONFIGS,
    LESION_TASKS,
    TASKS,
    Recipe,
    build_task,
    read_recipe,
    samples_of,
)
from analysis.vision.training.splits import Side

FIGURES = ("dice_mean", "f_vitiligo_mae", "f_vitiligo_bias")


class Command(BaseCommand):
    """Thin: everything is done by `analysis.vision.training`."""

    help = "Train a network from a recipe. An interrupted run goes on where it stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        data = Path(settings.BASE_DIR) / ".." / "shared" / "data"
        parser.add_argument("task", choices=TASKS)
        parser.add_argument("--data", type=Path, default=data, help="folder with manifest.csv")
        parser.add_argument("--phantom", type=Path, help="a set written by analysis.vision.phantom.dataset")
        parser.add_argument("--config", type=Path, help="a recipe (TOML); the shipped one by default")
        parser.add_argument(
            "--weights", type=Path, default=settings.WEIGHTS_DIR, help="releases that a network builds on"
        )
        parser.add_argument("--runs", type=Path, help="where checkpoints go; runs/<recipe> by default")
        parser.add_argument("--publish", metavar="NAME", help="then judge it and write this release")
        parser.add_argument("--epochs", type=int, help="instead of the recipe's")
        parser.add_argument("--minutes", type=float, help="wall-clock budget instead of the recipe's")
        parser.add_argument("--fresh", action="store_true", help="do not go on with an earlier run")
        parser.add_argument(
            "--clinic",
            action="store_true",
            help="vitiligo only: go on from the active release with the clinic's own signed masks, and enter "
            "what comes of it as a release that an administrator may promote",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["clinic"]:
            self.learn_from_clinic(**options)
            return
        task_name = str(options["task"])
        if options["publish"] and task_name not in (*ARCHITECTURES, *LESION_TASKS):
            raise CommandError("The face detector is published by analysis.vision.training.detector_release.")
        if options["publish"] and (options["weights"] / options["publish"]).exists():
            raise CommandError(f"There is a release {options['publish']} already.")
        try:
            recipe = read_recipe(options["config"] or CONFIGS / f"{task_name}.toml")
            task = build_task(task_name, recipe, options["data"], options["phantom"], options["weights"])
        except (OSError, ValueError, TypeError, ReleaseUnusable) as error:
            raise CommandError(str(error)) from error
        given = {name: options[name] for name in ("epochs", "minutes") if options[name] is not None}
        named = options["config"].stem if options["config"] else task_name
        folder = options["runs"] or Path(settings.BASE_DIR) / "runs" / named
        best = train(task, folder, replace(recipe.settings, **given), resume=not options["fresh"])
        self.stdout.write(f"The best weights are in {best}.")
        if options["publish"]:
            self.publish(task_name, best, recipe, **options)

    def publish(
        self, task_name: str, best: Path, recipe: Recipe, *, data: Path, phantom: Path | None, **options: Any
    ) -> None:
        """The release, with what it reaches on its card."""
        folder = options["weights"] / options["publish"]
        if task_name in LESION_TASKS:
            release = publish_lesion(
                folder, checkpoint=best, recipe=recipe, data=data, weights_dir=options["weights"]
            )
        else:
            release = self.publish_face(folder, task_name, best, recipe, data=data, phantom=phantom)
        self.stdout.write(f"{release.name} is written to {release.folder}.")

    def publish_face(
        self,
        folder: Path,
        task_name: str,
        best: Path,
        recipe: Recipe,
        *,
        data: Path,
        phantom: Path | None,
    ) -> Release:
        return publish(
            folder,
            task=task_name,
            checkpoint=best,
            recipe=recipe,
            training=samples_of(recipe.training_sets, Side.TRAINING, data, phantom),
            data=data,
            phantom=phantom,
        )

    def learn_from_clinic(self, *, task: str, runs: Path | None, fresh: bool, **options: Any) -> None:
        if task != VITILIGO:
            raise CommandError("Only vitiligo is learnt from signed masks.")
        given = {name: options[name] for name in ("epochs", "minutes") if options[name] is not None}
        schedule = replace(SETTINGS, **given)
        try:
            release = train_on_signed_masks(
                runs=runs, schedule=schedule, resume=not fresh, progress=options["verbosity"] > 0
            )
        except (TooFewPatients, ReleaseUnusable) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(as_markdown(Card.from_json(json.dumps(release.card)).evaluation, FIGURES))
        self.stdout.write(
            f"{release.name} is entered and measures nothing yet. Compare it on the page Models; there an "
            "administrator may make it the active one."
        )
