"""`manage.py evaluate RELEASE`: judge a release, or the whole pipeline, on pictures that never trained."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analysis.vision.face.pipeline import load_models
from analysis.vision.releases import ReleaseUnusable, read_release
from analysis.vision.training.pipeline_report import evaluate_pipeline
from analysis.vision.training.report import evaluate_release

PIPELINE = "pipeline"


class Command(BaseCommand):
    """Thin: everything is done by `analysis.vision.training`."""

    help = "Print and write the metrics of a release, with n, intervals and a sheet of its worst pictures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        weights = Path(settings.BASE_DIR) / "analysis" / "vision" / "weights"
        data = Path(settings.BASE_DIR) / ".." / "shared" / "data"
        parser.add_argument(
            "release", help=f"a name such as vitiligo-1, a folder, or {PIPELINE!r} for all of it"
        )
        parser.add_argument("--weights", type=Path, default=weights, help="where releases are")
        parser.add_argument(
            "--data", type=Path, default=data, help="folder with manifest.csv, if there is one"
        )
        parser.add_argument("--phantom", type=Path, help="a set written by analysis.vision.phantom.dataset")
        parser.add_argument(
            "--out", type=Path, help="folder for the results; runs/evaluation/RELEASE by default"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        data = options["data"] if (options["data"] / "manifest.csv").exists() else None
        named = Path(options["release"])
        out = options["out"] or Path(settings.BASE_DIR) / "runs" / "evaluation" / named.name
        try:
            if options["release"] == PIPELINE:
                text = evaluate_pipeline(load_models(options["weights"]), data, options["phantom"], out)
            else:
                release = read_release(named if named.is_dir() else options["weights"] / named)
                report = evaluate_release(release, data, options["phantom"])
                report.write(out)
                text = report.markdown()
        except (ReleaseUnusable, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(text)
        self.stdout.write(f"Written to {out}.")
