"""`manage.py train`: teach one of the face networks; stop it and start it again at will."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analysis.vision.releases import ReleaseUnusable
from analysis.vision.training.loop import train
from analysis.vision.training.recipes import CONFIGS, TASKS, build_task, read_recipe


class Command(BaseCommand):
    """Thin: everything is done by `analysis.vision.training`."""

    help = "Train a face network from a recipe. An interrupted run goes on where it stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        data = Path(settings.BASE_DIR) / ".." / "shared" / "data"
        parser.add_argument("task", choices=TASKS)
        parser.add_argument("--data", type=Path, default=data, help="folder with manifest.csv")
        parser.add_argument("--phantom", type=Path, help="a set written by analysis.vision.phantom.dataset")
        parser.add_argument("--config", type=Path, help="a recipe (TOML); the shipped one by default")
        parser.add_argument(
            "--weights", type=Path, default=settings.WEIGHTS_DIR, help="releases that a network builds on"
        )
        parser.add_argument("--runs", type=Path, help="where checkpoints go; runs/<task> by default")
        parser.add_argument("--epochs", type=int, help="instead of the recipe's")
        parser.add_argument("--minutes", type=float, help="wall-clock budget instead of the recipe's")
        parser.add_argument("--fresh", action="store_true", help="do not go on with an earlier run")

    def handle(self, *_args: Any, **options: Any) -> None:
        task_name = str(options["task"])
        try:
            recipe = read_recipe(options["config"] or CONFIGS / f"{task_name}.toml")
            task = build_task(task_name, recipe, options["data"], options["phantom"], options["weights"])
        except (OSError, ValueError, TypeError, ReleaseUnusable) as error:
            raise CommandError(str(error)) from error
        given = {name: options[name] for name in ("epochs", "minutes") if options[name] is not None}
        folder = options["runs"] or Path(settings.BASE_DIR) / "runs" / task_name
        best = train(task, folder, replace(recipe.settings, **given), resume=not options["fresh"])
        self.stdout.write(f"The best weights are in {best}.")
